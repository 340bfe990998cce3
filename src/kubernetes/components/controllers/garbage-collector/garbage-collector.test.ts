import { describe, expect, it } from 'vitest';
import { Manager, Store } from '../../../../../test/kubernetes/controller-cluster.ts';
import type { KubernetesObject, Pod, ReplicaSet } from '../../../api/object.ts';
import { DEPLOYMENTS, PODS, REPLICA_SETS, type Resource } from '../../../api/resource.ts';
import { GARBAGE_COLLECTOR } from './garbage-collector.ts';

const KINDS: Record<string, Resource> = { Deployment: DEPLOYMENTS, ReplicaSet: REPLICA_SETS, Pod: PODS };

function add(
  store: Store,
  kind: string,
  name: string,
  owners: readonly KubernetesObject[] = [],
  block = true,
): KubernetesObject {
  const ownerReferences = owners.map((owner, index) => {
    const { apiVersion, kind: ownerKind, metadata } = owner;
    return {
      apiVersion,
      kind: ownerKind,
      name: metadata.name,
      uid: metadata.uid,
      controller: index === 0,
      blockOwnerDeletion: block,
    };
  });
  const apiVersion = kind === 'Pod' ? 'v1' : 'apps/v1';
  const metadata = { name, namespace: 'ns', ...(owners.length > 0 && { ownerReferences }) };
  return store.add(KINDS[kind] as Resource, { apiVersion, kind, metadata, spec: {} });
}

/** A Deployment with two sets, one of which has two pods. */
function stage(options: Record<string, unknown> = {}) {
  const store = new Store();
  const deployment = add(store, 'Deployment', 'web');
  const set = add(store, 'ReplicaSet', 'web-1', [deployment]);
  add(store, 'ReplicaSet', 'web-0', [deployment]);
  for (const name of ['web-1-a', 'web-1-b']) add(store, 'Pod', name, [set]);
  add(store, 'Pod', 'single');
  const manager = new Manager(store, [GARBAGE_COLLECTOR], options);
  manager.settle();
  return { store, manager };
}
const names = (store: Store) =>
  ['deployments', 'replicasets', 'pods'].map((plural) =>
    store.list<KubernetesObject>(plural).map(({ metadata }) => metadata.name),
  );

describe('what is owned', () => {
  it('stays while its owner does', () => {
    expect(names(stage().store)).toEqual([['web'], ['web-1', 'web-0'], ['web-1-a', 'web-1-b', 'single']]);
  });

  it('goes after its owner, down to the last (Background)', () => {
    const { store, manager } = stage();
    store.delete('deployments', 'ns/web', 'Background');
    manager.settle();
    expect(names(store)).toEqual([[], [], ['single']]);
  });

  it('goes before its owner (Foreground)', () => {
    const { store, manager } = stage();
    const order: string[] = [];
    store.delete('deployments', 'ns/web', 'Foreground');
    expect(names(store)[0]).toEqual(['web']);
    manager.settle();
    for (const { gone, key } of store.history) if (gone) order.push(key);
    expect(names(store)).toEqual([[], [], ['single']]);
    expect(order.at(-1)).toBe('ns/web');
    expect(order.indexOf('ns/web-1')).toBeGreaterThan(order.indexOf('ns/web-1-a'));
  });

  it('is set free (Orphan)', () => {
    const { store, manager } = stage();
    store.delete('deployments', 'ns/web', 'Orphan');
    manager.settle();
    expect(names(store)).toEqual([[], ['web-1', 'web-0'], ['web-1-a', 'web-1-b', 'single']]);
    expect(store.get<ReplicaSet>('replicasets', 'ns/web-1')?.metadata.ownerReferences ?? []).toEqual([]);
    expect(store.get<Pod>('pods', 'ns/web-1-a')?.metadata.ownerReferences).toHaveLength(1);
  });

  it('stays for the other owner, and forgets the one that is gone', () => {
    const { store, manager } = stage();
    const owners = ['web-1', 'web-0'].map((name) => store.get<ReplicaSet>('replicasets', `ns/${name}`) as ReplicaSet);
    add(store, 'Pod', 'shared', owners);
    store.remove('replicasets', 'ns/web-1');
    manager.settle();
    const references = store.get<Pod>('pods', 'ns/shared')?.metadata.ownerReferences;
    expect(references?.map(({ name }) => name)).toEqual(['web-0']);
  });

  it('goes when another object has taken the name of its owner', () => {
    const { store, manager } = stage();
    store.remove('replicasets', 'ns/web-1');
    add(store, 'ReplicaSet', 'web-1');
    manager.settle();
    expect(names(store)[2]).toEqual(['single']);
  });

  it('goes when its owner was gone before anybody looked', () => {
    const { store } = stage();
    store.remove('replicasets', 'ns/web-1');
    new Manager(store, [GARBAGE_COLLECTOR]).settle();
    expect(names(store)[2]).toEqual(['single']);
  });

  it('does not hold an owner that it does not block', () => {
    const store = new Store();
    const deployment = add(store, 'Deployment', 'web');
    add(store, 'ReplicaSet', 'web-1', [deployment], false);
    store.delete('deployments', 'ns/web', 'Foreground');
    const manager = new Manager(store, [GARBAGE_COLLECTOR]);
    manager.settle();
    expect(names(store)).toEqual([[], [], []]);
  });

  it('of a kind that nobody watches is left alone', () => {
    const store = new Store();
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'job', uid: 'job-uid' } } as KubernetesObject;
    add(store, 'Pod', 'of-job', [job]);
    new Manager(store, [GARBAGE_COLLECTOR]).settle();
    expect(names(store)[2]).toEqual(['of-job']);
  });
});

it('an owner that the cache does not know yet is looked up before its dependents are deleted (liveCheck)', () => {
  for (const liveCheck of [true, false]) {
    const store = new Store();
    const set = add(store, 'ReplicaSet', 'web-1');
    add(store, 'Pod', 'web-1-a', [set]);
    const manager = new Manager(store, [GARBAGE_COLLECTOR], { liveCheck });
    manager.deliver('pods');
    for (const id of manager.queued()) manager.step(id);
    expect(store.get('pods', 'ns/web-1-a') !== undefined).toBe(liveCheck);
    manager.settle();
    expect(manager.queued()).toEqual([]);
  }
});
