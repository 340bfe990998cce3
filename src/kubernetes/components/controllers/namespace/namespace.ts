/**
 * The namespace controller: when a namespace is deleted, deletes all that is in it, pods before anything else, and lets it go
 * when nothing is left.
 *
 * 1. Nothing else is deleted while there are pods: what they need to end well stays until they have (KEP-5080).
 * 2. The finalizer goes only after a live list of each kind was empty.
 *
 * Upstream: pkg/controller/namespace/deletion/namespaced_resources_deleter.go.
 */
import type { Namespace, Pod } from '../../../api/object.ts';
import * as resources from '../../../api/resource.ts';
import type { Action, Controller, ReconcileContext, View } from '../../../client/controller/controller.ts';
import type { Delta } from '../../../client/informers.ts';
import { semanticEqual } from '../semantic-equal.ts';
import { namespaceConditions } from './namespace-conditions.ts';

/** How long to wait for pods when nothing is heard of them (upstream's estimate is as long). */
const RETRY_MS = 15_000;

/** All namespaced kinds but pods, in the order of their names. */
const OTHER_RESOURCES: readonly resources.Resource[] = Object.values(resources)
  .filter((value): value is resources.Resource => typeof value === 'object' && value.namespaced)
  .filter(({ plural }) => plural !== 'pods');

export const NAMESPACE_CONTROLLER: Controller = {
  name: 'namespace-controller',
  workers: 10,
  informers: { namespaces: { resource: resources.NAMESPACES }, pods: { resource: resources.PODS } },
  keysFor,
  reconcile,
};

function keysFor({ informer, type, key, object }: Delta, view: View): readonly string[] {
  if (informer === 'namespaces') {
    return type !== 'deleted' && object.metadata.deletionTimestamp !== undefined ? [key] : [];
  }
  const { namespace } = object.metadata;
  if (type !== 'deleted' || namespace === undefined) return [];
  const isGoing = view.get<Namespace>('namespaces', namespace)?.metadata.deletionTimestamp !== undefined;
  return isGoing ? [namespace] : [];
}

function reconcile(key: string, view: View, ctx: ReconcileContext): Action[] {
  const namespace = view.get<Namespace>('namespaces', key);
  if (namespace?.metadata.deletionTimestamp === undefined) return [];
  if ((namespace.spec?.finalizers ?? []).length === 0) return [];
  const pods = view.list<Pod>('pods', key);
  const status = statusAction(namespace, pods, ctx);
  if (pods.length > 0) {
    const untouched = pods.some(({ metadata }) => metadata.deletionTimestamp === undefined);
    const deletion: Action[] = untouched ? [clear(resources.PODS, key)] : [];
    return [...status, ...deletion, { do: 'requeue', afterMs: RETRY_MS }];
  }
  return [
    ...status,
    ...emptied(resources.PODS, key),
    ...OTHER_RESOURCES.map((resource) => clear(resource, key)),
    ...OTHER_RESOURCES.map((resource): Action => ({ do: 'check-empty', resource, namespace: key })),
    finalize(namespace),
  ];
}

function emptied(resource: resources.Resource, namespace: string): Action[] {
  return [clear(resource, namespace), { do: 'check-empty', resource, namespace }];
}

function clear(resource: resources.Resource, namespace: string): Action {
  return { do: 'delete-collection', resource, namespace };
}

/** Nothing keeps the namespace any longer; the server deletes it. */
function finalize({ metadata }: Namespace): Action {
  const { name, uid } = metadata;
  const patch = { metadata: { uid }, spec: { finalizers: [] } };
  return { do: 'patch', patchType: 'merge', patch, resource: resources.NAMESPACES, name, ignore: ['NotFound'] };
}

/** Says what is left, if that is news. A conflict is not worth a back-off: the next reconcile says it. */
function statusAction(namespace: Namespace, pods: readonly Pod[], { time, lastFailure }: ReconcileContext): Action[] {
  const { status } = namespace;
  const conditions = namespaceConditions(status?.conditions ?? [], pods, lastFailure, time);
  if (status?.phase === 'Terminating' && semanticEqual(status.conditions, conditions)) return [];
  const object = { ...namespace, status: { ...status, phase: 'Terminating', conditions } } as Namespace;
  return [{ do: 'update-status', resource: resources.NAMESPACES, object, ignore: ['Conflict', 'NotFound'] }];
}
