/**
 * The garbage collector: what nobody owns any longer goes too.
 *
 * 1. An object is deleted only if each of its owners is gone, or waits in foreground deletion for it to go.
 * 2. That an owner is gone is read live before anything is deleted for it (the guard `liveCheck`): the caches of two kinds
 *    know different moments, and a pod can be seen before its ReplicaSet. The deletion names the uid that it means.
 *    After the owners the object itself is read live, and has to be as it was seen (the guard `versionRecheck`): the cache may
 *    still show it with an owner that has set it free before it went.
 * 3. Finalizers: `orphan` frees the dependents of their owner and then lets it go; `foregroundDeletion` keeps the owner until
 *    the dependents that block it are gone.
 * 4. An owner of a kind that is not watched counts as present.
 *
 * Left out: the virtual nodes by which upstream's graph speaks of owners it has not seen, and references across namespaces.
 * Upstream: pkg/controller/garbagecollector/garbagecollector.go.
 */
import type { KubernetesObject, OwnerReference } from '../../../api/object.ts';
import type { Resource } from '../../../api/resource.ts';
import type { Action, Controller, ReconcileContext, View } from '../../../client/controller/controller.ts';
import type { Delta } from '../../../client/informers.ts';
import { targetOf } from '../claim-objects.ts';
import { semanticEqual } from '../semantic-equal.ts';
import { dependentsOf, findOwner, GRAPH_INFORMERS } from './owner-kinds.ts';

export const ORPHAN_DEPENDENTS = 'orphan';
export const DELETE_DEPENDENTS = 'foregroundDeletion';

export const GARBAGE_COLLECTOR: Controller = {
  name: 'garbage-collector-controller',
  workers: 20,
  informers: GRAPH_INFORMERS,
  keysFor,
  reconcile,
};

/** `pods default/web-1`: keys of all kinds share one queue. */
function keyOf(informer: string, key: string): string {
  return `${informer} ${key}`;
}

function keysFor({ informer, type, key, object, previous }: Delta, view: View): readonly string[] {
  if (type === 'deleted') return [...dependentKeys(view, object), ...waitingOwnerKeys(view, object)];
  const { ownerReferences = [] } = object.metadata;
  if (awaitsDependents(object) && !(previous !== undefined && awaitsDependents(previous))) {
    return [keyOf(informer, key), ...dependentKeys(view, object)];
  }
  if (type === 'added') return ownerReferences.length > 0 ? [keyOf(informer, key)] : [];
  if (semanticEqual(ownerReferences, previous?.metadata.ownerReferences)) {
    return awaitsDependents(object) ? [keyOf(informer, key)] : [];
  }
  return [keyOf(informer, key), ...(previous === undefined ? [] : waitingOwnerKeys(view, previous))];
}

function dependentKeys(view: View, { metadata }: KubernetesObject): string[] {
  return dependentsOf(view, metadata.uid).map(({ resource, object }) => {
    return keyOf(resource.plural, `${object.metadata.namespace}/${object.metadata.name}`);
  });
}

/** Owners in foreground deletion, which one dependent less may set free. */
function waitingOwnerKeys(view: View, { metadata }: KubernetesObject): string[] {
  return (metadata.ownerReferences ?? []).flatMap((reference) => {
    const owner = findOwner(view, reference, metadata.namespace);
    if (owner.found !== 'present' || !awaitsDependents(owner.object)) return [];
    const { namespace, name } = owner.object.metadata;
    return [keyOf(owner.resource.plural, namespace === undefined ? name : `${namespace}/${name}`)];
  });
}

function awaitsDependents(object: KubernetesObject): boolean {
  return isDeletedWith(object, ORPHAN_DEPENDENTS) || isDeletedWith(object, DELETE_DEPENDENTS);
}

function isDeletedWith({ metadata }: KubernetesObject, finalizer: string): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).includes(finalizer);
}

function reconcile(key: string, view: View, ctx: ReconcileContext): Action[] {
  const [informer = '', objectKey = ''] = key.split(' ');
  const object = view.get<KubernetesObject>(informer, objectKey);
  const resource = GRAPH_INFORMERS[informer]?.resource;
  if (object === undefined || resource === undefined) return [];
  if (isDeletedWith(object, ORPHAN_DEPENDENTS)) return orphanDependents(view, object, resource);
  if (isDeletedWith(object, DELETE_DEPENDENTS)) return releaseOwner(view, object, resource);
  // It is on its way; nothing that its owners do can stop it.
  if (object.metadata.deletionTimestamp !== undefined) return [];
  return attemptToDelete(view, object, resource, ctx.options);
}

function orphanDependents(view: View, object: KubernetesObject, resource: Resource): Action[] {
  const { uid } = object.metadata;
  const actions = dependentsOf(view, uid).map((dependent) => {
    return removeOwners(dependent.object, dependent.resource, [uid]);
  });
  return [{ do: 'together', actions }, removeFinalizer(object, resource, ORPHAN_DEPENDENTS)];
}

/** Its dependents have keys of their own; this is about the owner alone (processDeletingDependentsItem). */
function releaseOwner(view: View, object: KubernetesObject, resource: Resource): Action[] {
  const { uid } = object.metadata;
  const blocked = dependentsOf(view, uid).some((dependent) =>
    (dependent.object.metadata.ownerReferences ?? []).some(
      (reference) => reference.uid === uid && reference.blockOwnerDeletion === true,
    ),
  );
  return blocked ? [] : [removeFinalizer(object, resource, DELETE_DEPENDENTS)];
}

/** attemptToDeleteItem. */
function attemptToDelete(
  view: View,
  object: KubernetesObject,
  resource: Resource,
  { liveCheck, versionRecheck }: ReconcileContext['options'],
): Action[] {
  const { ownerReferences = [], namespace, uid } = object.metadata;
  if (ownerReferences.length === 0) return [];
  const waiting: OwnerReference[] = [];
  const dangling: OwnerReference[] = [];
  const checks: Action[] = [];
  for (const reference of ownerReferences) {
    const owner = findOwner(view, reference, namespace);
    if (owner.found === 'absent') {
      dangling.push(reference);
      const place = owner.resource.namespaced && namespace !== undefined ? { namespace } : {};
      const { name } = reference;
      checks.push({ do: 'check', expect: 'absent', uid: reference.uid, resource: owner.resource, name, ...place });
    } else if (
      owner.found === 'present' &&
      isDeletedWith(owner.object, DELETE_DEPENDENTS) &&
      reference.blockOwnerDeletion === true
    ) {
      waiting.push(reference);
    }
  }
  const goners = [...dangling, ...waiting];
  if (goners.length === 0) return [];
  const guards = liveCheck === false ? [] : checks;
  if (goners.length < ownerReferences.length) {
    const uids = goners.map((reference) => reference.uid);
    return [...guards, removeOwners(object, resource, uids)];
  }
  const foreground = waiting.length > 0 && dependentsOf(view, uid).length > 0;
  const propagationPolicy = foreground ? 'Foreground' : policyOf(object);
  if (versionRecheck !== false) guards.push(confirmVersion(object, resource));
  return [...guards, { do: 'delete', uid, propagationPolicy, ...targetOf(object, resource) }];
}

/** Changes nothing, and fails if the object is no longer what was looked at; that it is gone is as good. */
function confirmVersion(object: KubernetesObject, resource: Resource): Action {
  const { uid, resourceVersion } = object.metadata;
  const patch = { metadata: { uid, resourceVersion } };
  return { do: 'patch', patchType: 'merge', patch, ignore: ['NotFound'], ...targetOf(object, resource) };
}

/** Whoever deletes on an object's behalf keeps to what its finalizers say of its dependents. */
function policyOf({ metadata }: KubernetesObject): 'Orphan' | 'Foreground' | 'Background' {
  const finalizers = metadata.finalizers ?? [];
  if (finalizers.includes(ORPHAN_DEPENDENTS)) return 'Orphan';
  return finalizers.includes(DELETE_DEPENDENTS) ? 'Foreground' : 'Background';
}

function removeOwners(object: KubernetesObject, resource: Resource, uids: readonly string[]): Action {
  const metadata = {
    uid: object.metadata.uid,
    ownerReferences: uids.map((uid) => ({ $patch: 'delete', uid })),
  };
  const ignore = ['NotFound'];
  return { do: 'patch', patchType: 'strategic', patch: { metadata }, ignore, ...targetOf(object, resource) };
}

/** With the version that it was read in: a list of finalizers is written whole. */
function removeFinalizer(object: KubernetesObject, resource: Resource, finalizer: string): Action {
  const { uid, resourceVersion, finalizers = [] } = object.metadata;
  const metadata = { uid, resourceVersion, finalizers: finalizers.filter((other) => other !== finalizer) };
  return { do: 'patch', patchType: 'merge', patch: { metadata }, ignore: ['NotFound'], ...targetOf(object, resource) };
}
