/** The generic controller before a real API server, with controllers that are as small as can be. */
import { describe, expect, it } from 'vitest';
import { ACCESS, API, ControlPlaneStage } from '../../../../test/kubernetes/control-plane.ts';
import type { HostSpec } from '../../../sim/index.ts';
import type { ConfigMap, Event, Lease } from '../../api/object.ts';
import { CONFIG_MAPS } from '../../api/resource.ts';
import { type Action, type Controller, referenceTo } from './controller.ts';
import { controllerManager } from './controller-actor.ts';

const wantedOf = ({ data }: ConfigMap): number => Number(data?.copies ?? 0);

/** How soon a key that made copies is looked at again, with the option `again`. */
const AGAIN_AFTER_MS = 500;

/** A config map with `copies` wants so many others that bear its name: a ReplicaSet in small. */
const COPIER: Controller = {
  name: 'copier',
  informers: {
    configmaps: {
      resource: CONFIG_MAPS,
      indexes: { copyOf: ({ metadata }: ConfigMap) => [metadata.labels?.['copy-of'] ?? ''] },
    },
  },
  expectations: { children: 'configmaps', ownerKind: 'ConfigMap' },
  keysFor({ object, key }) {
    const owner = object.metadata.labels?.['copy-of'];
    return [owner === undefined ? key : `${object.metadata.namespace}/${owner}`];
  },
  reconcile(key, view, { expectationsSatisfied, options, failures }): Action[] {
    const owner = view.get<ConfigMap>('configmaps', key);
    if (owner === undefined || owner.data?.copies === undefined) return [];
    if (!expectationsSatisfied && options.expectations !== false) return [];
    const { name, namespace = '', uid } = owner.metadata;
    const missing = wantedOf(owner) - view.byIndex('configmaps', 'copyOf', name).length;
    if (missing <= 0) return [];
    const again: Action[] = options.again !== true ? [] : [{ do: 'requeue', afterMs: AGAIN_AFTER_MS }];
    const about = referenceTo(owner);
    const copies = Array.from({ length: missing }, (): Action => {
      const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid, controller: true }];
      const metadata = { generateName: `${name}-`, namespace, labels: { 'copy-of': name }, ownerReferences };
      const onSuccess = { about, type: 'Normal', reason: 'Copied', message: 'made {name}' } as const;
      return {
        do: 'create',
        resource: CONFIG_MAPS,
        namespace,
        expect: true,
        onSuccess,
        object: { apiVersion: 'v1', kind: 'ConfigMap', metadata },
      };
    });
    const told: Action = { do: 'event', about, type: 'Normal', reason: 'Tried', message: `after ${failures} failures` };
    return [{ do: 'together', slowStart: true, actions: copies }, told, ...again];
  },
};

function managerHost(name: string, args: object = {}): HostSpec {
  return {
    name,
    processes: [{ name: 'manager', program: 'manager', args: { api: ACCESS, ...args }, restart: 'always' }],
  };
}

class Managed extends ControlPlaneStage {
  static async start(hosts: readonly HostSpec[], seed: number | string = 'stage'): Promise<Managed> {
    const managed = new Managed(hosts, { manager: controllerManager({ copier: COPIER }) }, { seed });
    await managed.run(1500);
    return managed;
  }

  async want(copies: number): Promise<void> {
    await this.create(CONFIG_MAPS, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'origin' },
      data: { copies: String(copies) },
    });
  }

  get copies(): number {
    return this.stored<ConfigMap>('configmaps').filter(({ metadata }) => metadata.labels?.['copy-of'] === 'origin')
      .length;
  }

  get reasons(): string[] {
    return this.stored<Event>('events').map(({ reason = '', message = '' }) => `${reason}: ${message}`);
  }
}

describe('a controller', () => {
  it('does what is wanted, once, and says so', async () => {
    const managed = await Managed.start([managerHost('m')]);
    await managed.want(7);
    await managed.run(20_000);
    expect(managed.copies).toBe(7);
    expect(managed.reasons.filter((reason) => reason.startsWith('Copied: made origin-'))).toHaveLength(7);
    expect(managed.reasons.filter((reason) => reason.startsWith('Tried'))).toEqual(['Tried: after 0 failures']);
  });

  it('never does it twice because its cache lags, unless the guard is off', async () => {
    const counts: number[] = [];
    for (const expectations of [true, false]) {
      const options = { copier: { expectations, again: true } };
      const managed = await Managed.start([managerHost('m', { options })]);
      managed.hold(true);
      await managed.want(3);
      // The origin is let through, and its copies, which are made later than that, are not, however often the key comes again.
      managed.hold(false);
      await managed.run(0.5);
      managed.hold(true);
      await managed.run(3 * AGAIN_AFTER_MS);
      managed.hold(false);
      await managed.run(20_000);
      counts.push(managed.copies);
    }
    expect(counts[0]).toBe(3);
    expect(counts[1]).toBeGreaterThan(3);
  });

  it('tries again after refusals, and knows how often it has failed', async () => {
    const managed = await Managed.start([managerHost('m')]);
    await managed.want(0);
    managed.refuse('create', 'configmaps', 'InternalError', 500, 4);
    const patch = { data: { copies: '2' } };
    const target = { resource: CONFIG_MAPS, namespace: 'default', name: 'origin' };
    await managed.ask({ verb: 'patch', ...target, patchType: 'merge', patch });
    await managed.run(20_000);
    expect(managed.copies).toBe(2);
    expect(managed.reasons.filter((reason) => reason.startsWith('Tried'))).toEqual(['Tried: after 4 failures']);
  });

  it('goes on after crashes of the API server and of itself, with the same end and the same digest', async () => {
    const digests: string[] = [];
    for (let i = 0; i < 2; i++) {
      const managed = await Managed.start([managerHost('m')], 5);
      await managed.want(9);
      await managed.run(2);
      managed.stage.world.inject({ kind: 'crash', processes: API }, { forMs: 3000 });
      await managed.run(5000);
      managed.stage.world.inject({ kind: 'crash', processes: 'm/manager' });
      await managed.run(40_000);
      expect(managed.copies).toBe(9);
      expect(managed.stage.panics()).toEqual([]);
      digests.push(managed.stage.world.digest);
    }
    expect(digests[1]).toBe(digests[0]);
  });

  it('goes on from a snapshot as if nothing had been', async () => {
    const managed = await Managed.start([managerHost('m')]);
    await managed.want(20);
    await managed.run(3);
    const { world } = managed.stage;
    const fork = world.fork();
    for (const each of [world, fork]) await each.run({ forMs: 20_000 });
    expect(fork.digest).toBe(world.digest);
  });
});

/** Labels each config map that has none, and says in whose words the server has refused. */
const LABELLER: Controller = {
  name: 'labeller',
  informers: { configmaps: { resource: CONFIG_MAPS } },
  keysFor: ({ key }) => [key],
  reconcile(key, view): Action[] {
    const map = view.get<ConfigMap>('configmaps', key);
    if (map === undefined || map.metadata.labels?.seen !== undefined) return [];
    const { name, namespace = '' } = map.metadata;
    const onFailure = {
      about: referenceTo(map),
      type: 'Warning',
      reason: 'Failed',
      message: 'because: {error}',
    } as const;
    const patch = { metadata: { labels: { seen: 'true' } } };
    return [{ do: 'patch', resource: CONFIG_MAPS, namespace, name, patchType: 'merge', patch, onFailure }];
  },
};

describe('controllers of one process', () => {
  const start = async (args: object = {}) => {
    const program = controllerManager({ copier: COPIER, labeller: LABELLER });
    const managed = new Managed([managerHost('m', args)], { manager: program });
    await managed.run(1500);
    return managed;
  };
  const seen = (managed: Managed) =>
    managed.stored<ConfigMap>('configmaps').filter(({ metadata }) => metadata.labels?.seen === 'true').length;

  it('share one copy of what they both look at, and each does its own work', async () => {
    const managed = await start();
    const watches = [...managed.stage.world.trace()].filter(({ kind, subject, detail }) => {
      const { type, body } = (detail ?? {}) as { type?: string; body?: { resource?: { plural: string } } };
      return (
        kind === 'send' && subject === 'm/manager' && type === 'open-stream' && body?.resource?.plural === 'configmaps'
      );
    });
    expect(watches).toHaveLength(1);
    await managed.want(3);
    await managed.run(20_000);
    expect(managed.copies).toBe(3);
    expect(seen(managed)).toBe(managed.stored('configmaps').length);
  });

  it('run only if they are named', async () => {
    const managed = await start({ controllers: ['labeller'] });
    await managed.want(3);
    await managed.run(20_000);
    expect([managed.copies, seen(managed)]).toEqual([0, managed.stored('configmaps').length]);
  });

  it('ask no faster than their client may, and lose nothing by waiting', async () => {
    const managed = await start({ qps: 2, burst: 4, controllers: ['copier'] });
    await managed.want(14);
    await managed.run(1000);
    expect(managed.copies).toBeGreaterThanOrEqual(4);
    expect(managed.copies).toBeLessThanOrEqual(6);
    await managed.run(2500);
    expect(managed.copies).toBeLessThanOrEqual(11);
    await managed.run(20_000);
    expect(managed.copies).toBe(14);
  });

  it('record what the server says word for word', async () => {
    const managed = await start({ controllers: ['labeller'] });
    managed.refuse('patch', 'configmaps', "regex '^a$' $& $1" as never, 422, 1);
    await managed.want(0);
    await managed.run(20_000);
    expect(managed.reasons).toContain("Failed: because: regex '^a$' $& $1 in a test");
  });
});

describe('controller managers that are elected', () => {
  const ELECTED = { leaderElection: true };
  const holder = (managed: Managed) => managed.stored<Lease>('leases')[0]?.spec;

  it('work one at a time: another takes over when the leader is gone for the length of its lease', async () => {
    const managed = await Managed.start([managerHost('a', ELECTED), managerHost('b', ELECTED)]);
    await managed.run(10_000);
    const first = holder(managed)?.holderIdentity ?? '';
    const [leader = '', other] = first.startsWith('a_') ? ['a', 'b'] : ['b', 'a'];
    expect(first).toMatch(/^[ab]_/);
    await managed.want(2);
    await managed.run(5000);
    expect(managed.copies).toBe(2);
    managed.stage.world.inject({ kind: 'power-off', hosts: leader });
    await managed.run(13_000);
    expect(holder(managed)?.holderIdentity).toBe(first);
    await managed.run(12_000);
    expect(holder(managed)?.holderIdentity).toMatch(new RegExp(`^${other}_`));
    expect(holder(managed)?.leaseTransitions).toBe(1);
    expect(managed.reasons.some((reason) => reason.startsWith('LeaderElection: '))).toBe(true);
  });

  it('that cannot renew in time end, before another may begin', async () => {
    const managed = await Managed.start([managerHost('a', ELECTED)]);
    await managed.run(5000);
    const { world } = managed.stage;
    const exits: number[] = [];
    world.observe('exit', ({ subject, time }) => void (subject === 'a/manager' && exits.push(time)));
    const cutAt = world.nowMs;
    world.inject({ kind: 'isolate', hosts: 'a' }, { forMs: 60_000 });
    await managed.run(30_000);
    expect(exits.length).toBeGreaterThan(0);
    const afterMs = (exits[0] ?? 0) / 1000 - cutAt;
    expect(afterMs).toBeGreaterThan(7000);
    expect(afterMs).toBeLessThan(13_000);
  });
});
