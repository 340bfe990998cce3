/**
 * The ReplicaSet controller: keeps as many pods of one template alive as its ReplicaSet asks for.
 *
 * 1. It never touches a pod that another controller owns.
 * 2. It creates and deletes nothing while earlier creations or deletions are still unseen (`expectations`), so that a cache
 *    that lags behind does not make it do the same twice.
 *
 * Options: `burstReplicas` (500), and the guards `expectations` and `adoptionRecheck`.
 *
 * The condition ReplicaFailure is written when the key is reconciled again after a failure, which is a back-off later than
 * upstream. Upstream: pkg/controller/replicaset/replica_set.go.
 */
import { matchesLabelSelector } from '../../../api/label-selector.ts';
import { controllerOf, objectKey, type Pod, type ReplicaSet } from '../../../api/object.ts';
import { isPodActive, isPodReady, podCondition } from '../../../api/pod-status.ts';
import { PODS, REPLICA_SETS } from '../../../api/resource.ts';
import { parseTime } from '../../../api/time.ts';
import type { Action, Controller, ReconcileContext, View } from '../../../client/controller/controller.ts';
import { byControllerUid } from '../../../client/controller/controller-indexes.ts';
import type { Delta } from '../../../client/informers.ts';
import { claimObjects } from '../claim-objects.ts';
import { sameMap } from '../semantic-equal.ts';
import { BURST_REPLICAS, manageReplicas } from './manage-replicas.ts';
import { calculateStatus, statusDiffers } from './replicaset-status.ts';

export const REPLICA_SET_CONTROLLER: Controller = {
  name: 'replicaset-controller',
  informers: {
    replicasets: { resource: REPLICA_SETS, indexes: { byControllerUid } },
    pods: { resource: PODS, indexes: { byControllerUid } },
  },
  expectations: { children: 'pods', ownerKind: 'ReplicaSet' },
  keysFor,
  reconcile,
};

function keysFor(delta: Delta, view: View): readonly string[] {
  if (delta.informer === 'replicasets') return [delta.key];
  const pod = delta.object as Pod;
  const previous = delta.previous as Pod | undefined;
  const owner = controllerOf(pod);
  const previousOwner = previous === undefined ? undefined : controllerOf(previous);
  const ownerChanged = previous !== undefined && owner?.uid !== previousOwner?.uid;
  const keys = new Set<string>();
  for (const reference of ownerChanged ? [previousOwner, owner] : [owner]) {
    if (reference?.kind !== 'ReplicaSet') continue;
    const key = `${pod.metadata.namespace}/${reference.name}`;
    if (view.get<ReplicaSet>('replicasets', key)?.metadata.uid === reference.uid) keys.add(key);
  }
  if (owner !== undefined || delta.type === 'deleted') return [...keys];
  if (delta.type === 'added' || ownerChanged || !sameMap(pod.metadata.labels, previous?.metadata.labels)) {
    for (const replicaSet of view.list<ReplicaSet>('replicasets', pod.metadata.namespace)) {
      if (matchesLabelSelector(replicaSet.spec.selector, pod.metadata.labels)) keys.add(objectKey(replicaSet));
    }
  }
  return [...keys];
}

function reconcile(key: string, view: View, ctx: ReconcileContext): Action[] {
  const replicaSet = view.get<ReplicaSet>('replicasets', key);
  if (replicaSet === undefined) return [];
  const { metadata, spec } = replicaSet;
  const candidates = [
    ...view.byIndex<Pod>('pods', 'byControllerUid', metadata.uid),
    // The orphans of all namespaces.
    ...view.byIndex<Pod>('pods', 'byControllerUid', '').filter((pod) => pod.metadata.namespace === metadata.namespace),
  ];
  const { claimed, actions } = claimObjects<Pod>({
    owner: replicaSet,
    ownerResource: REPLICA_SETS,
    resource: PODS,
    candidates: candidates.filter(isPodActive),
    matches: (pod) => matchesLabelSelector(spec.selector, pod.metadata.labels),
    adoptionRecheck: ctx.options.adoptionRecheck !== false,
  });
  const mayManage = ctx.expectationsSatisfied || ctx.options.expectations === false;
  if (mayManage && metadata.deletionTimestamp === undefined) {
    const burst = typeof ctx.options.burstReplicas === 'number' ? ctx.options.burstReplicas : BURST_REPLICAS;
    actions.push(...manageReplicas(replicaSet, claimed, () => relatedPods(replicaSet, view), ctx.now, burst));
  }
  const failure = manageFailure(ctx);
  const status = calculateStatus(replicaSet, claimed, failure, ctx);
  if (statusDiffers(replicaSet, status)) {
    actions.push({
      do: 'update-status',
      resource: REPLICA_SETS,
      object: { ...replicaSet, status } as ReplicaSet,
      always: true,
    });
  }
  const afterMs = nextAvailabilityMs(claimed, spec.minReadySeconds ?? 0, ctx.now);
  if (afterMs !== undefined) actions.push({ do: 'requeue', afterMs });
  return actions;
}

/** Why creating or deleting pods failed the last time. A status that could not be written is no failure of the replicas. */
function manageFailure({ lastFailure }: ReconcileContext): ReconcileContext['lastFailure'] {
  return lastFailure?.do === 'create' || lastFailure?.do === 'delete' || lastFailure?.do === 'together'
    ? lastFailure
    : undefined;
}

/** The pods of all ReplicaSets of this one's owner (getIndirectlyRelatedPods; by ownership where upstream goes by selectors). */
function relatedPods(replicaSet: ReplicaSet, view: View): Pod[] {
  const owner = controllerOf(replicaSet);
  const related =
    owner === undefined ? [replicaSet] : view.byIndex<ReplicaSet>('replicasets', 'byControllerUid', owner.uid);
  return related.flatMap(({ metadata }) => view.byIndex<Pod>('pods', 'byControllerUid', metadata.uid));
}

/** When the next ready pod has been ready for long enough, and a second; undefined: none is on its way. */
function nextAvailabilityMs(pods: readonly Pod[], minReadySeconds: number, now: number): number | undefined {
  if (minReadySeconds === 0) return undefined;
  let next: number | undefined;
  for (const pod of pods) {
    if (!isPodReady(pod)) continue;
    const since = parseTime(podCondition(pod, 'Ready')?.lastTransitionTime ?? '');
    if (since === undefined) continue;
    const remainingMs = Math.ceil((since - now) / 1000) + minReadySeconds * 1000;
    if (remainingMs >= 0 && (next === undefined || remainingMs < next)) next = remainingMs;
  }
  return next === undefined ? undefined : next + 1000;
}
