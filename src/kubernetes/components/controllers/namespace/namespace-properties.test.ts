import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Chance, chances, play } from '../../../../../test/kubernetes/chance.ts';
import { Manager, Store } from '../../../../../test/kubernetes/controller-cluster.ts';
import type { KubernetesObject, Namespace } from '../../../api/object.ts';
import { CONFIG_MAPS, NAMESPACES, PODS, type Resource, SERVICES } from '../../../api/resource.ts';
import { NAMESPACE_CONTROLLER } from './namespace.ts';

const KINDS: readonly (readonly [Resource, string])[] = [
  [PODS, 'Pod'],
  [SERVICES, 'Service'],
  [CONFIG_MAPS, 'ConfigMap'],
];

/** A namespace that is deleted while objects are put into it, and another that nobody deletes. */
function stage() {
  const store = new Store();
  for (const name of ['going', 'staying']) {
    const spec = { finalizers: ['kubernetes'] };
    const status = { phase: 'Active' };
    store.add(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec, status });
  }
  // As the server does: a namespace whose spec has finalizers stays, and a pod stays until its kubelet has ended it.
  store.isGraceful = (object) =>
    object.kind === 'Pod' || (object.kind === 'Namespace' && ((object as Namespace).spec?.finalizers ?? []).length > 0);
  const start = (): Manager => new Manager(store, [NAMESPACE_CONTROLLER]);
  return { store, start };
}

function objectsIn(store: Store, namespace: string): KubernetesObject[] {
  return KINDS.flatMap(([{ plural }]) => store.list<KubernetesObject>(plural)).filter(
    ({ metadata }) => metadata.namespace === namespace,
  );
}

/** What users and kubelets do. The server takes nothing new into a namespace that is going. */
function world(store: Store): () => (() => void)[] {
  let count = 0;
  const put = (namespace: string): void => {
    const [resource, kind] = KINDS[++count % KINDS.length] as readonly [Resource, string];
    store.add(resource, { apiVersion: 'v1', kind, metadata: { name: `x-${count}`, namespace }, spec: {} });
  };
  return () => {
    const going = store.get<Namespace>('namespaces', 'going');
    const isOpen = going !== undefined && going.metadata.deletionTimestamp === undefined;
    const ended = store.list<KubernetesObject>('pods').find(({ metadata }) => metadata.deletionTimestamp !== undefined);
    return [
      ...(isOpen ? [() => put('going'), () => put('going')] : []),
      ...(count < 10 ? [() => put('staying')] : []),
      ...(isOpen && count > 4 ? [() => store.delete('namespaces', 'going', undefined)] : []),
      ...(ended ? [() => store.remove('pods', `${ended.metadata.namespace}/${ended.metadata.name}`)] : []),
    ];
  };
}

function run(list: readonly Chance[]): void {
  const { store, start } = stage();
  const moves = world(store);
  const stays = new Set<string>();
  let before = 0;
  const manager = play(store, start, list, moves, () => {
    // It is not let go while anything is in it, and nothing but pods goes while there are pods.
    const inside = objectsIn(store, 'going');
    if (store.get('namespaces', 'going') === undefined) expect(inside).toEqual([]);
    const others = inside.filter(({ kind }) => kind !== 'Pod').length;
    if (others < inside.length) expect(others).toBeGreaterThanOrEqual(before);
    before = others;
    for (const { metadata } of objectsIn(store, 'staying')) stays.add(metadata.uid);
  });
  store.delete('namespaces', 'going', undefined);
  for (;;) {
    manager.settle();
    const pod = store.list<KubernetesObject>('pods').find(({ metadata }) => metadata.namespace === 'going');
    if (pod === undefined) break;
    expect(pod.metadata.deletionTimestamp).toBeDefined();
    expect(store.get('namespaces', 'going')).toBeDefined();
    store.remove('pods', `going/${pod.metadata.name}`);
  }
  expect(store.get('namespaces', 'going')).toBeUndefined();
  expect(objectsIn(store, 'going')).toEqual([]);
  const left = objectsIn(store, 'staying');
  expect(left.map(({ metadata }) => metadata.uid).sort()).toEqual([...stays].sort());
}

it('a namespace that is deleted ends empty and gone, and others keep what they have, whatever is late or fails', () => {
  fc.assert(fc.property(chances(200), run), { numRuns: 100 });
});

it('a namespace stays while a finalizer holds anything in it', () => {
  const { store, start } = stage();
  const metadata = { name: 'held', namespace: 'going', finalizers: ['example.com/hold'] };
  store.add(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
  store.delete('namespaces', 'going', undefined);
  const manager = start();
  while (manager.behind().length > 0) manager.deliver(`${manager.behind()[0]}`);
  for (let times = 0; times < 3; times++) manager.step('namespace-controller going');
  expect(store.get<KubernetesObject>('configmaps', 'going/held')?.metadata.deletionTimestamp).toBeDefined();
  expect(store.get('namespaces', 'going')).toBeDefined();
  store.change('configmaps', 'going/held', ({ metadata: held }) => Object.assign(held, { finalizers: [] }));
  manager.settle();
  expect(store.get('namespaces', 'going')).toBeUndefined();
});
