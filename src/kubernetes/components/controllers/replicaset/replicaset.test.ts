import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Manager, makeReady, Store } from '../../../../../test/kubernetes/controller-cluster.ts';
import type { Pod, ReplicaSet } from '../../../api/object.ts';
import { PODS, REPLICA_SETS } from '../../../api/resource.ts';
import { REPLICA_SET_CONTROLLER } from './replicaset.ts';

const KEY = 'default/foobar';

function replicaSet(replicas: number, more: object = {}) {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'foobar', namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { foo: 'bar' } },
      template: {
        metadata: { labels: { foo: 'bar', type: 'production' } },
        spec: { containers: [{ name: 'c', image: 'i' }] },
      },
      ...more,
    },
  };
}

function pod(name: string, metadata: object = {}) {
  const spec = { containers: [{ name: 'c', image: 'pause' }] };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { foo: 'bar' }, ...metadata },
    spec,
  };
}

function stage(replicas: number, more: object = {}, options: object = {}) {
  const store = new Store();
  store.add(REPLICA_SETS, replicaSet(replicas, more));
  return { store, manager: new Manager(store, [REPLICA_SET_CONTROLLER], { ...options }) };
}

const pods = (store: Store) => store.list<Pod>('pods');
const status = (store: Store) => store.get<ReplicaSet>('replicasets', KEY)?.status;
const own = (store: Store, uid = store.get<ReplicaSet>('replicasets', KEY)?.metadata.uid) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'foobar', uid, controller: true }],
});

describe('a ReplicaSet', () => {
  it('gets its pods from the template, owned and named after it, and says what it has', () => {
    const { store, manager } = stage(3);
    manager.settle();
    expect(pods(store)).toHaveLength(3);
    const [first] = pods(store);
    expect(first?.metadata).toMatchObject({ generateName: 'foobar-', labels: { foo: 'bar', type: 'production' } });
    expect(first?.metadata.ownerReferences).toMatchObject([
      { kind: 'ReplicaSet', controller: true, blockOwnerDeletion: true },
    ]);
    expect(store.events).toContain(`SuccessfulCreate: Created pod: ${first?.metadata.name}`);
    expect(status(store)).toMatchObject({
      replicas: 3,
      fullyLabeledReplicas: 3,
      readyReplicas: 0,
      observedGeneration: 1,
    });
    for (const { metadata } of pods(store)) makeReady(store, `default/${metadata.name}`);
    manager.settle();
    expect(status(store)).toMatchObject({ readyReplicas: 3, availableReplicas: 3 });
  });

  it('gives up the pods of least use', () => {
    const { store, manager } = stage(3);
    manager.settle();
    const [, useful] = pods(store);
    makeReady(store, `default/${useful?.metadata.name}`);
    store.change('replicasets', KEY, ({ spec }) => {
      spec.replicas = 1;
    });
    manager.settle();
    expect(pods(store).map(({ metadata }) => metadata.name)).toEqual([useful?.metadata.name]);
    expect(store.events.filter((event) => event.startsWith('SuccessfulDelete: Deleted pod: foobar-'))).toHaveLength(2);
  });

  it('does not touch a pod of another controller', () => {
    // pkg/controller/replicaset/replica_set_test.go: TestDoNotPatchPodWithOtherControlRef
    const { store, manager } = stage(2);
    store.add(PODS, pod('pod', own(store, 'uid-other')));
    manager.settle();
    expect(pods(store)).toHaveLength(3);
    expect(store.get<Pod>('pods', 'default/pod')?.metadata.ownerReferences).toMatchObject([{ uid: 'uid-other' }]);
  });

  it('adopts an orphan that it selects, but none that is going, and none once it is going itself', () => {
    const { store, manager } = stage(1);
    store.isGraceful = ({ kind }) => kind === 'Pod';
    store.add(PODS, pod('orphan'));
    store.add(PODS, pod('leaving', { deletionTimestamp: '2025-01-01T00:00:00Z' }));
    manager.settle();
    expect(store.get<Pod>('pods', 'default/orphan')?.metadata.ownerReferences).toMatchObject([{ name: 'foobar' }]);
    expect(store.get<Pod>('pods', 'default/leaving')?.metadata.ownerReferences).toBeUndefined();
    store.change('replicasets', KEY, ({ metadata }) => {
      Object.assign(metadata, { deletionTimestamp: '2025-01-01T00:00:00Z', finalizers: ['foregroundDeletion'] });
    });
    store.add(PODS, pod('late'));
    manager.settle();
    expect(store.get<Pod>('pods', 'default/late')?.metadata.ownerReferences).toBeUndefined();
  });

  it('is read live before it adopts: a cache may not know that it is going (adoptionRecheck)', () => {
    for (const adoptionRecheck of [true, false]) {
      const { store, manager } = stage(1, {}, { adoptionRecheck });
      manager.deliver('replicasets');
      store.add(PODS, pod('orphan'));
      manager.deliver('pods');
      store.change('replicasets', KEY, ({ metadata }) => {
        Object.assign(metadata, { deletionTimestamp: '2025-01-01T00:00:00Z', finalizers: ['orphan'] });
      });
      manager.step(`replicaset-controller ${KEY}`);
      const adopted = store.get<Pod>('pods', 'default/orphan')?.metadata.ownerReferences !== undefined;
      expect(adopted).toBe(!adoptionRecheck);
    }
  });

  it('releases a pod that it no longer selects, and replaces it', () => {
    const { store, manager } = stage(1);
    manager.settle();
    const [first] = pods(store);
    const key = `default/${first?.metadata.name}`;
    store.change('pods', key, ({ metadata }) => {
      metadata.labels = { foo: 'debug' };
    });
    manager.settle();
    expect(store.get<Pod>('pods', key)?.metadata.ownerReferences ?? []).toEqual([]);
    expect(pods(store)).toHaveLength(2);
  });

  it('replaces pods that have ended or are going', () => {
    const { store, manager } = stage(2);
    store.isGraceful = ({ kind }) => kind === 'Pod';
    manager.settle();
    const [first, second] = pods(store).map(({ metadata }) => `default/${metadata.name}`);
    store.change('pods', `${first}`, (each) => {
      each.status = { phase: 'Failed' };
    });
    store.delete('pods', `${second}`, undefined);
    manager.settle();
    expect(pods(store)).toHaveLength(4);
    expect(status(store)).toMatchObject({ replicas: 2 });
  });

  it('says ReplicaFailure while its pods are refused, and takes it back', () => {
    const { store, manager } = stage(1);
    store.refuse = ({ do: what }) => (what === 'create' ? { reason: 'Forbidden', message: 'no quota' } : undefined);
    for (let round = 0; round < 5; round++) {
      while (manager.behind().length > 0) manager.deliver(`${manager.behind()[0]}`);
      manager.step(`replicaset-controller ${KEY}`);
    }
    expect(store.events).toContain('FailedCreate: Error creating: no quota');
    expect(status(store)?.conditions).toMatchObject([
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'no quota' },
    ]);
    store.refuse = () => undefined;
    manager.settle();
    expect(pods(store)).toHaveLength(1);
    expect(status(store)?.conditions).toEqual([]);
  });

  it('creates at most 500 pods at a time', () => {
    const { store, manager } = stage(1200);
    manager.deliver('replicasets');
    manager.step(`replicaset-controller ${KEY}`);
    expect(pods(store)).toHaveLength(500);
    manager.settle();
    expect(pods(store)).toHaveLength(1200);
  });

  it('stops creating at the first batch with a failure', () => {
    const { store, manager } = stage(100);
    let tries = 0;
    store.refuse = ({ do: what }) =>
      what === 'create' && ++tries > 2 ? { reason: 'Forbidden', message: '' } : undefined;
    manager.deliver('replicasets');
    manager.step(`replicaset-controller ${KEY}`);
    // 1 worked, then of 2 one failed; batches of 4, 8, … were not tried.
    expect(tries).toBe(3);
    expect(pods(store)).toHaveLength(2);
  });

  it('looks again when a ready pod will have been ready for long enough', () => {
    const { store, manager } = stage(1, { minReadySeconds: 10 });
    manager.settle();
    const [first] = pods(store);
    makeReady(store, `default/${first?.metadata.name}`);
    manager.settle();
    expect(status(store)).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    const actions = REPLICA_SET_CONTROLLER.reconcile(KEY, manager.view, {
      now: store.now,
      time: '2025-01-01T00:00:00Z',
      random: undefined as never,
      expectationsSatisfied: true,
      failures: 0,
      options: {},
    });
    expect(actions).toEqual([{ do: 'requeue', afterMs: 11_000 }]);
    store.now = 11_000_000;
    manager.enqueue(REPLICA_SET_CONTROLLER, KEY);
    manager.settle();
    expect(status(store)).toMatchObject({ availableReplicas: 1 });
  });
});

describe('whatever the caches lag', () => {
  /** Delivers and reconciles in the order that the numbers say, then settles. Returns the most pods that there ever were. */
  function run(order: readonly number[], options: object): number {
    const { store, manager } = stage(3, {}, options);
    let most = 0;
    for (const [at, choice] of order.entries()) {
      if (at % 7 === 6) {
        store.change('replicasets', KEY, ({ metadata }) => {
          metadata.annotations = { at: String(at) };
        });
      }
      const moves = [
        ...manager.behind().map((plural) => () => manager.deliver(plural)),
        ...manager.queued().map((id) => () => manager.step(id)),
      ];
      moves[choice % Math.max(1, moves.length)]?.();
      most = Math.max(most, pods(store).length);
    }
    manager.settle();
    expect(pods(store)).toHaveLength(3);
    return most;
  }

  const orders = fc.array(fc.nat(20), { minLength: 20, maxLength: 60 });

  it('a ReplicaSet never has more pods than it asks for', () => {
    fc.assert(fc.property(orders, (order) => run(order, {}) <= 3));
  });

  it('without expectations it would (the guard is worth something)', () => {
    const outcome = fc.check(fc.property(orders, (order) => run(order, { expectations: false }) <= 3));
    expect(outcome.failed).toBe(true);
  });
});
