import { describe, expect, it } from 'vitest';
import { Manager, Store } from '../../../../../test/kubernetes/controller-cluster.ts';
import type { Namespace } from '../../../api/object.ts';
import { CONFIG_MAPS, NAMESPACES, PODS, SERVICES } from '../../../api/resource.ts';
import { SERVICE_ACCOUNT_CONTROLLER } from '../service-account/service-account.ts';
import { NAMESPACE_CONTROLLER } from './namespace.ts';
import { updateConditions } from './namespace-conditions.ts';

function stage() {
  const store = new Store();
  const spec = { finalizers: ['kubernetes'] };
  for (const name of ['shop', 'other']) {
    store.add(NAMESPACES, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
      spec,
      status: { phase: 'Active' },
    });
    for (const [resource, kind] of [
      [PODS, 'Pod'],
      [SERVICES, 'Service'],
      [CONFIG_MAPS, 'ConfigMap'],
    ] as const) {
      store.add(resource, { apiVersion: 'v1', kind, metadata: { name: 'x', namespace: name }, spec: {} });
    }
  }
  // As the server does: a namespace whose spec has finalizers stays.
  store.isGraceful = (object) =>
    object.kind === 'Pod' || (object.kind === 'Namespace' && ((object as Namespace).spec?.finalizers ?? []).length > 0);
  return { store, manager: new Manager(store, [NAMESPACE_CONTROLLER]) };
}
const left = (store: Store, namespace: string) =>
  ['pods', 'services', 'configmaps'].filter((plural) => store.get(plural, `${namespace}/x`) !== undefined);
const conditions = (store: Store) =>
  Object.fromEntries(
    (store.get<Namespace>('namespaces', 'shop')?.status?.conditions ?? []).map(({ type, status }) => [type, status]),
  );

describe('a namespace that is deleted', () => {
  it('loses its pods first, then all else, then itself; others lose nothing', () => {
    const { store, manager } = stage();
    manager.settle();
    expect(left(store, 'shop')).toHaveLength(3);
    store.delete('namespaces', 'shop', undefined);
    manager.settle();
    expect(left(store, 'shop')).toEqual(['pods', 'services', 'configmaps']);
    expect(conditions(store)).toMatchObject({
      NamespaceContentRemaining: 'True',
      NamespaceDeletionContentFailure: 'False',
    });
    store.remove('pods', 'shop/x');
    manager.settle();
    expect(left(store, 'shop')).toEqual([]);
    expect(store.get('namespaces', 'shop')).toBeUndefined();
    expect(left(store, 'other')).toHaveLength(3);
  });

  it('stays while a live list shows something, whatever the cache shows', () => {
    const { store, manager } = stage();
    store.remove('pods', 'shop/x');
    store.delete('namespaces', 'shop', undefined);
    store.add(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'late', namespace: 'shop' } });
    for (let seen = 0; seen < 4; seen++) manager.deliver('namespaces');
    manager.step('namespace-controller shop');
    expect(store.get('namespaces', 'shop')).toBeDefined();
    expect(left(store, 'shop')).toEqual(['services', 'configmaps']);
  });
});

it('conditions: overwrite with failure (status_condition_utils_test.go)', () => {
  const time = '2025-01-01T00:00:00Z';
  const old = (type: string, status: string) => ({ type, status });
  const current = [
    old('NamespaceDeletionGroupVersionParsingFailure', 'False'),
    old('NamespaceDeletionDiscoveryFailure', 'True'),
  ];
  const failures = new Map([['NamespaceDeletionGroupVersionParsingFailure', { reason: 'foo', message: 'bar' }]]);
  expect(updateConditions(current, failures, time)).toMatchObject([
    { type: 'NamespaceDeletionGroupVersionParsingFailure', status: 'True', reason: 'foo', message: 'bar' },
    { type: 'NamespaceDeletionDiscoveryFailure', status: 'False', reason: 'ResourcesDiscovered' },
    { type: 'NamespaceDeletionContentFailure', status: 'False', reason: 'ContentDeleted' },
    { type: 'NamespaceContentRemaining', status: 'False', reason: 'ContentRemoved' },
    { type: 'NamespaceFinalizersRemaining', status: 'False', reason: 'ContentHasNoFinalizers' },
  ]);
});

it('every namespace has an account `default`, again when it was deleted, and none that is on its way out', () => {
  const { store } = stage();
  store.delete('namespaces', 'other', undefined);
  const manager = new Manager(store, [SERVICE_ACCOUNT_CONTROLLER]);
  manager.settle();
  expect([...(store.kinds.get('serviceaccounts')?.keys() ?? [])]).toEqual(['shop/default']);
  store.remove('serviceaccounts', 'shop/default');
  manager.settle();
  expect([...(store.kinds.get('serviceaccounts')?.keys() ?? [])]).toEqual(['shop/default']);
});
