import { describe, expect, it } from 'vitest';
import type { Node } from '../../api/object.ts';
import { changeRoutes, hostFor, noRoutes } from './routes.ts';

const node = (name: string, podCIDR: string | undefined, ip: string): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: '2025-01-01T00:00:00Z' },
  spec: podCIDR === undefined ? {} : { podCIDR },
  status: { addresses: [{ type: 'InternalIP', address: ip }] },
});

describe('routes', () => {
  it('lead to the node whose block has the address, or whose address it is', () => {
    const routes = noRoutes();
    changeRoutes(routes, undefined, node('a', '10.244.0.0/24', '172.18.0.10'));
    changeRoutes(routes, undefined, node('b', '10.244.1.0/24', '172.18.0.11'));
    const cases = ['10.244.0.7', '10.244.1.255', '172.18.0.11', '10.244.2.1', '10.96.0.1', 'cart'];
    expect(cases.map((ip) => hostFor(routes, ip))).toEqual(['a', 'b', 'b', undefined, undefined, undefined]);
  });

  it('follow a node that gets another block, and one that goes', () => {
    const routes = noRoutes();
    const [before, after] = [node('a', undefined, '172.18.0.10'), node('a', '10.244.5.0/24', '172.18.0.10')];
    changeRoutes(routes, undefined, before);
    expect(hostFor(routes, '10.244.5.1')).toBeUndefined();
    changeRoutes(routes, before, after);
    expect(hostFor(routes, '10.244.5.1')).toBe('a');
    changeRoutes(routes, after, undefined);
    expect([hostFor(routes, '10.244.5.1'), hostFor(routes, '172.18.0.10')]).toEqual([undefined, undefined]);
  });

  it("do not lose a block to the node's late farewell", () => {
    const routes = noRoutes();
    const old = node('a', '10.244.0.0/24', '172.18.0.10');
    changeRoutes(routes, undefined, old);
    changeRoutes(routes, undefined, node('b', '10.244.0.0/24', '172.18.0.11'));
    changeRoutes(routes, old, undefined);
    expect(hostFor(routes, '10.244.0.1')).toBe('b');
  });
});
