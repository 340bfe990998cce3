import { describe, expect, it } from 'vitest';
import { ACCESS, ControlPlaneStage } from '../../../../test/kubernetes/control-plane.ts';
import type { React, StageOptions } from '../../../../test/probe.ts';
import { ENDPOINT_SLICES, NODES, SERVICES } from '../../api/resource.ts';
import type { RulesRequest, ServiceRule } from '../../protocol/node-network.ts';
import { kubeProxy } from './proxy.ts';

/** The node's network: takes every write of rules. */
const network: React = (message, ctx) => {
  if (message.type === 'request') ctx.reply(message.id, { ok: true });
};

class Proxied extends ControlPlaneStage {
  static async start(options: Partial<StageOptions> = {}): Promise<Proxied> {
    const host = {
      name: 'node-1',
      processes: [
        { name: 'overlay', program: 'network', restart: 'always' },
        { name: 'kube-proxy', program: 'kubeProxy', args: { api: ACCESS }, restart: 'always' },
      ],
    } as const;
    const proxied = new Proxied([host], { kubeProxy }, { react: { network }, ...options });
    await proxied.run(3000);
    return proxied;
  }

  service(name: string, spec: object = {}): Promise<unknown> {
    const ports = [{ port: 80, protocol: 'TCP' }];
    return this.create(SERVICES, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: { app: name }, ports, ...spec },
    } as never);
  }

  slice(service: string, ips: readonly string[], more: object = {}): Promise<unknown> {
    return this.create(ENDPOINT_SLICES, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${service}-1`, labels: { 'kubernetes.io/service-name': service } },
      addressType: 'IPv4',
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
      endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true }, ...more })),
    } as never);
  }

  /** What was written, with the time. */
  get writes(): readonly { readonly atMs: number; readonly rules: RulesRequest['rules'] }[] {
    return this.stage.heard.flatMap(({ who, atMs, message }) =>
      who === 'node-1/overlay' && message.type === 'request'
        ? [{ atMs, rules: (message.body as RulesRequest).rules }]
        : [],
    );
  }

  /** The rules that these writes come to, without that of the API itself. */
  rules(from = 0): Map<string, ServiceRule> {
    const rules = new Map<string, ServiceRule>();
    for (const { rules: each } of this.writes.slice(from)) {
      if (each.replace) rules.clear();
      for (const name of each.removed) rules.delete(name);
      for (const rule of each.services) rules.set(rule.name, rule);
    }
    rules.delete('default/kubernetes:https');
    return rules;
  }

  ips(name: string): string[] | undefined {
    return this.rules()
      .get(name)
      ?.endpoints.map(({ ip, port }) => `${ip}:${port}`);
  }
}

describe('kube-proxy', () => {
  it('writes everything at first, then only the rules of what has changed', async () => {
    const proxied = await Proxied.start();
    expect(proxied.writes.at(0)?.rules.replace).toBe(true);
    await proxied.service('web');
    await proxied.service('db');
    await proxied.run(3000);
    const before = proxied.writes.length;
    await proxied.slice('web', ['10.244.0.3', '10.244.0.2']);
    await proxied.run(3000);
    expect(proxied.ips('default/web:80')).toEqual(['10.244.0.2:8080', '10.244.0.3:8080']);
    const later = proxied.writes.slice(before).map(({ rules }) => rules);
    expect(later).toMatchObject([{ replace: false, services: [{ name: 'default/web:80' }], removed: [] }]);
    await proxied.ask({ verb: 'delete', resource: SERVICES, namespace: 'default', name: 'web' });
    await proxied.run(3000);
    expect(proxied.writes.at(-1)?.rules).toEqual({ replace: false, services: [], removed: ['default/web:80'] });
    expect([...proxied.rules().keys()]).toEqual(['default/db:80']);
  });

  it('writes at most once a second, however much changes', async () => {
    const proxied = await Proxied.start();
    for (let i = 0; i < 20; i++) {
      await proxied.service(`web-${i}`);
      await proxied.run(170);
    }
    await proxied.run(2000);
    const times = proxied.writes.map(({ atMs }) => atMs);
    for (const [index, atMs] of times.entries()) {
      if (index > 0) expect(atMs - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(1000);
    }
    expect(proxied.rules().size).toBe(20);
  });

  it('lets the rules stand while it is down, and writes all of them when it is back', async () => {
    const proxied = await Proxied.start();
    await proxied.service('web');
    await proxied.slice('web', ['10.244.0.2']);
    await proxied.run(3000);
    const before = proxied.writes.length;
    proxied.stage.world.inject({ kind: 'crash', processes: 'node-1/kube-proxy' }, { forMs: 5000 });
    await proxied.run(4000);
    expect(proxied.writes).toHaveLength(before);
    await proxied.run(5000);
    expect(proxied.writes[before]?.rules.replace).toBe(true);
    expect([...proxied.rules(before).keys()]).toEqual(['default/web:80']);
  });

  it('writes all of them again when the network of the node has lost them', async () => {
    const proxied = await Proxied.start();
    await proxied.service('web');
    await proxied.run(3000);
    const before = proxied.writes.length;
    proxied.stage.world.inject({ kind: 'crash', processes: 'node-1/overlay' }, { forMs: 5000 });
    await proxied.run(10_000);
    expect(proxied.writes.length).toBeGreaterThan(before);
    expect([...proxied.rules(before).keys()]).toEqual(['default/web:80']);
  });

  it('follows hints once its node has a zone', async () => {
    const proxied = await Proxied.start();
    await proxied.service('web');
    await proxied.slice('web', ['10.244.0.2'], { hints: { forZones: [{ name: 'zone-a' }] } });
    const slice = { name: 'web-2', labels: { 'kubernetes.io/service-name': 'web' } };
    await proxied.create(ENDPOINT_SLICES, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: slice,
      addressType: 'IPv4',
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
      endpoints: [
        { addresses: ['10.244.1.2'], conditions: { ready: true }, hints: { forZones: [{ name: 'zone-b' }] } },
      ],
    } as never);
    await proxied.run(3000);
    expect(proxied.ips('default/web:80')).toEqual(['10.244.0.2:8080', '10.244.1.2:8080']);
    const labels = { 'topology.kubernetes.io/zone': 'zone-b' };
    await proxied.create(NODES, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'node-1', labels },
      spec: {},
    } as never);
    await proxied.run(3000);
    expect(proxied.ips('default/web:80')).toEqual(['10.244.1.2:8080']);
  });

  it('comes to the same rules in the same run, through crashes and a partition', async () => {
    const run = async () => {
      const proxied = await Proxied.start({
        plan: {
          faults: [
            { atMs: 4000, forMs: 6000, fault: { kind: 'partition', sides: ['cp', 'node-1'] } },
            { atMs: 5000, forMs: 2000, fault: { kind: 'crash', processes: 'cp/kube-apiserver' } },
            { atMs: 9000, forMs: 1500, fault: { kind: 'crash', processes: 'node-1/overlay' } },
            { atMs: 12_000, fault: { kind: 'crash', processes: 'node-1/kube-proxy' } },
          ],
        },
      });
      await proxied.service('web');
      await proxied.run(2000);
      await proxied.run(60_000);
      await proxied.slice('web', ['10.244.0.2']);
      await proxied.run(3000);
      expect(proxied.stage.panics()).toEqual([]);
      expect(proxied.ips('default/web:80')).toEqual(['10.244.0.2:8080']);
      return proxied.stage.world.digest;
    };
    expect(await run()).toBe(await run());
  });
});
