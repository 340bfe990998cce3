/** Whole clusters with one bug each: the check whose promise it breaks says so, and in a cluster without any, none does. */
import { describe, expect, it } from 'vitest';
import type { Actor, Context, Fault } from '../../../sim/index.ts';
import { CLUSTER_PROGRAMS, clusterWorld } from '../cluster-world.ts';

type Method = (...args: never[]) => unknown;

/** A program whose context does some things otherwise. */
function withContext(name: string, change: (ctx: Context) => Record<string, unknown>): Record<string, Actor> {
  const program = CLUSTER_PROGRAMS[name] as Actor;
  const changed = (ctx: Context): Context => {
    const changes = change(ctx);
    return new Proxy(ctx, {
      get(target, key) {
        if (typeof key === 'string' && key in changes) return changes[key];
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? (value as Method).bind(target) : value;
      },
    });
  };
  return {
    [name]: {
      start: (ctx) => program.start(changed(ctx)),
      receive: (state, message, ctx) => program.receive(state, message, changed(ctx)),
    },
  };
}

function deployment(cpu: string): object {
  const labels = { app: 'web' };
  const containers = [{ name: 'web', image: 'wavetank/echo:1', resources: { requests: { cpu } } }];
  const spec = {
    replicas: 4,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers } },
  };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec };
}

interface Story {
  readonly programs?: Record<string, Actor>;
  readonly cpu?: string;
  readonly faults?: readonly { readonly atMs: number; readonly fault: Fault; readonly forMs?: number }[];
}

/** Which checks are violated within a minute in which four pods are started. */
async function violated({ programs = {}, cpu = '100m', faults = [] }: Story): Promise<string[]> {
  const plan = { faults };
  const world = clusterWorld({ nodes: [{ name: 'node', count: 2 }] }, { seed: 3, programs, plan });
  await world.run({ untilMs: 1000 });
  world.post('workstation/kubectl', { id: 1, action: { do: 'apply', objects: [deployment(cpu)] } });
  await world.run({ untilMs: 60_000 });
  const { violations } = await world.finish();
  return [...new Set(violations.map(({ check }) => check))].sort();
}

describe('a cluster', () => {
  it('without a bug breaks no promise', async () => {
    expect(await violated({})).toEqual([]);
  });

  it('whose API server keeps an event from a watch is caught', async () => {
    const programs = withContext('apiServer', (ctx) => ({
      streamSend(stream: number, body: { type?: string; object?: { kind?: string; spec?: { nodeName?: string } } }) {
        const isBinding = body.type === 'MODIFIED' && body.object?.kind === 'Pod';
        if (!isBinding) ctx.streamSend(stream, body);
      },
    }));
    expect(await violated({ programs })).toEqual(['watches-tell-all-of-history']);
  });

  it('whose node network gives an address twice is caught', async () => {
    const programs = withContext('overlay', (ctx) => ({
      reply: (id: number, body: { ok?: boolean; ip?: string }) => {
        const isAddress = body.ok === true && body.ip !== undefined && body.ip !== '';
        ctx.reply(id, isAddress ? { ...body, ip: '10.244.9.9' } : body);
      },
    }));
    expect(await violated({ programs })).toEqual(['pod-addresses-are-unique']);
  });

  it('with a kubelet that runs the pods of another node is caught', async () => {
    const astray = (body: unknown): unknown => {
      const request = body as { fieldSelector?: string };
      return request.fieldSelector === 'spec.nodeName=node-2'
        ? { ...request, fieldSelector: 'spec.nodeName=node-1' }
        : body;
    };
    const programs = withContext('kubelet', (ctx) => ({
      request: (to: string, body: unknown, options: object) => ctx.request(to, astray(body), options),
      openStream: (to: string, body: unknown, options: object) => ctx.openStream(to, astray(body), options),
    }));
    expect(await violated({ programs })).toContain('pod-runs-on-one-node');
  });

  it('with kubelets that admit more than there is is caught', async () => {
    const programs = withContext('kubelet', (ctx) => {
      const args = ctx.args as { readonly node: { readonly capacity: object } };
      const capacity = { ...args.node.capacity, cpu: '400' };
      return { args: { ...args, node: { ...args.node, capacity } } };
    });
    expect(await violated({ programs, cpu: '3' })).toEqual(['nodes-are-not-overcommitted']);
    expect(await violated({ cpu: '3' })).toEqual([]);
  });

  it('whose store forgets what it has acknowledged is caught', async () => {
    const faults = [
      { atMs: 5000, fault: { kind: 'disk-lying-fsync', hosts: 'control-plane' } },
      { atMs: 20_000, forMs: 2000, fault: { kind: 'power-off', hosts: 'control-plane' } },
    ] as const;
    expect(await violated({ faults })).toContain('resource-versions-only-grow');
  });

  it('whose store is cut off in the middle of its work, and finds commits that it told nobody of, breaks no promise', async () => {
    const crash = { kind: 'crash', processes: 'control-plane/etcd' } as const;
    const faults = Array.from({ length: 40 }, (_, i) => ({ atMs: 1000 + i * 37.3, fault: crash, forMs: 20 }));
    expect(await violated({ faults })).toEqual([]);
  });
});
