import { describe, expect, it } from 'vitest';
import type { Packet } from '../../protocol/container.ts';
import type { ServiceRule } from '../../protocol/node-network.ts';
import { backendFor, noConnections } from './connection-tracking.ts';

const ENDPOINTS = [2, 3, 4].map((last) => ({ ip: `10.244.1.${last}`, port: 8080 }));
const RULE: ServiceRule = {
  name: 'default/web:80',
  protocol: 'TCP',
  clusterIp: '10.96.0.10',
  port: 80,
  nodePort: 0,
  affinitySeconds: 0,
  endpoints: ENDPOINTS,
};
const packet = (port: number, ip = '10.244.2.9'): Packet => ({
  protocol: 'TCP',
  source: { ip, port },
  destination: { ip: '10.96.0.10', port: 80 },
  payload: null,
});

/** Chance that goes round. */
function turns() {
  let next = 0;
  return { choice: <T>(items: readonly T[]): T => items[next++ % items.length] as T } as never;
}

describe('connections through a service', () => {
  it('each new one is given an endpoint, and keeps it as long as it lives', () => {
    const tracking = noConnections();
    const random = turns();
    const ask = (port: number, now: number, rule = RULE) => backendFor(tracking, packet(port), rule, now, random)?.ip;
    expect([ask(1, 0), ask(2, 0), ask(3, 0)]).toEqual(['10.244.1.2', '10.244.1.3', '10.244.1.4']);
    expect([ask(1, 1), ask(2, 1)]).toEqual(['10.244.1.2', '10.244.1.3']);
    const without = { ...RULE, endpoints: ENDPOINTS.slice(1) };
    expect(ask(1, 2, without), 'a changed rule does not move it').toBe('10.244.1.2');
    expect(ask(4, 2, without)).not.toBe('10.244.1.2');
  });

  it('one that was idle for two minutes is a new one, and is forgotten', () => {
    const tracking = noConnections();
    const random = turns();
    backendFor(tracking, packet(1), RULE, 0, random);
    expect(backendFor(tracking, packet(1), RULE, 121_000_000, random)?.ip).toBe('10.244.1.3');
    backendFor(tracking, packet(2), RULE, 400_000_000, random);
    expect(tracking.connections.size).toBe(1);
  });

  it('with session affinity, a client stays with its endpoint while that is one', () => {
    const tracking = noConnections();
    const random = turns();
    const sticky = { ...RULE, affinitySeconds: 10 };
    const ask = (port: number, now: number, rule = sticky) => backendFor(tracking, packet(port), rule, now, random)?.ip;
    expect([ask(1, 0), ask(2, 1), ask(3, 2)]).toEqual(['10.244.1.2', '10.244.1.2', '10.244.1.2']);
    expect(ask(4, 3, { ...sticky, endpoints: ENDPOINTS.slice(1) })).not.toBe('10.244.1.2');
    expect(backendFor(tracking, packet(9, '10.244.2.8'), sticky, 3, random)?.ip).toBeDefined();
  });

  it('without an endpoint it goes nowhere', () => {
    expect(backendFor(noConnections(), packet(1), { ...RULE, endpoints: [] }, 0, turns())).toBeUndefined();
  });
});
