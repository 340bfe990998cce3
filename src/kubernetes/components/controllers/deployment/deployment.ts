/**
 * The Deployment controller: brings the pods of an application from one template to the next by scaling ReplicaSets, one for
 * each template.
 *
 * 1. It never touches pods, only ReplicaSets, and only those that it owns or that its selector matches and nobody owns.
 * 2. Every write names the version that it was thought out for; a cache that lags behind leads to a conflict and another try.
 *
 * Guard: `adoptionRecheck`. Rolling back is a client's work: it writes an old template into the Deployment.
 * Upstream: pkg/controller/deployment/deployment_controller.go.
 */
import { matchesLabelSelector } from '../../../api/label-selector.ts';
import { controllerOf, type Deployment, objectKey, type Pod, type ReplicaSet } from '../../../api/object.ts';
import { DEPLOYMENTS, PODS, REPLICA_SETS } from '../../../api/resource.ts';
import {
  type Action,
  type Controller,
  type ReconcileContext,
  referenceTo,
  type View,
} from '../../../client/controller/controller.ts';
import { byControllerUid } from '../../../client/controller/controller-indexes.ts';
import type { Delta } from '../../../client/informers.ts';
import { claimObjects } from '../claim-objects.ts';
import { sameMap } from '../semantic-equal.ts';
import { cleanupDeployment } from './cleanup.ts';
import { actionsOf, beginSync, type DeploymentSync } from './deployment-sync.ts';
import { type AllReplicaSets, getAllReplicaSetsAndSyncRevision } from './new-replica-set.ts';
import { checkPausedConditions, syncDeploymentStatus } from './progress.ts';
import { rolloutRecreate } from './recreate.ts';
import { rolloutRolling } from './rolling-update.ts';
import { isScalingEvent, scale } from './scaling.ts';

export const DEPLOYMENT_CONTROLLER: Controller = {
  name: 'deployment-controller',
  informers: {
    deployments: { resource: DEPLOYMENTS },
    replicasets: { resource: REPLICA_SETS, indexes: { byControllerUid } },
    pods: { resource: PODS, indexes: { byControllerUid } },
  },
  keysFor,
  reconcile,
};

function keysFor(delta: Delta, view: View): readonly string[] {
  switch (delta.informer) {
    case 'deployments':
      return [delta.key];
    case 'replicasets':
      return keysForReplicaSet(delta as Delta<ReplicaSet>, view);
    default:
      return delta.type === 'deleted' ? keysForDeletedPod(delta.object as Pod, view) : [];
  }
}

function keysForReplicaSet({ type, object, previous }: Delta<ReplicaSet>, view: View): readonly string[] {
  const keys = new Set<string>();
  const owner = ownerKey(object, view);
  if (owner !== undefined) keys.add(owner);
  const ownerChanged = previous !== undefined && controllerOf(previous)?.uid !== controllerOf(object)?.uid;
  const previousOwner = ownerChanged ? ownerKey(previous, view) : undefined;
  if (previousOwner !== undefined) keys.add(previousOwner);
  const isOrphan = controllerOf(object) === undefined && type !== 'deleted';
  const { labels, namespace } = object.metadata;
  if (isOrphan && (type === 'added' || ownerChanged || !sameMap(labels, previous?.metadata.labels))) {
    for (const deployment of view.list<Deployment>('deployments', namespace)) {
      if (matchesLabelSelector(deployment.spec.selector, labels)) keys.add(objectKey(deployment));
    }
  }
  return [...keys];
}

function ownerKey(replicaSet: ReplicaSet, view: View): string | undefined {
  const owner = controllerOf(replicaSet);
  if (owner?.kind !== 'Deployment') return undefined;
  const key = `${replicaSet.metadata.namespace}/${owner.name}`;
  return view.get<Deployment>('deployments', key)?.metadata.uid === owner.uid ? key : undefined;
}

/** A Deployment that recreates waits for its last old pod. */
function keysForDeletedPod(pod: Pod, view: View): readonly string[] {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'ReplicaSet') return [];
  const replicaSet = view.get<ReplicaSet>('replicasets', `${pod.metadata.namespace}/${owner.name}`);
  if (replicaSet === undefined || replicaSet.metadata.uid !== owner.uid) return [];
  const key = ownerKey(replicaSet, view);
  const deployment = key === undefined ? undefined : view.get<Deployment>('deployments', key);
  if (key === undefined || deployment?.spec.strategy?.type !== 'Recreate') return [];
  return view.byIndex<Pod>('pods', 'byControllerUid', replicaSet.metadata.uid).length === 0 ? [key] : [];
}

function reconcile(key: string, view: View, ctx: ReconcileContext): Action[] {
  const deployment = view.get<Deployment>('deployments', key);
  if (deployment === undefined) return [];
  const { metadata, spec } = deployment;
  const sync = beginSync(deployment, ctx);
  if (selectsEverything(deployment)) {
    sync.status = { ...sync.status, observedGeneration: metadata.generation ?? 0 };
    return [selectingAll(deployment), ...actionsOf(sync)];
  }
  const { claimed, actions } = claimObjects<ReplicaSet>({
    owner: deployment,
    ownerResource: DEPLOYMENTS,
    resource: REPLICA_SETS,
    candidates: [
      ...view.byIndex<ReplicaSet>('replicasets', 'byControllerUid', metadata.uid),
      // The orphans of all namespaces.
      ...view
        .byIndex<ReplicaSet>('replicasets', 'byControllerUid', '')
        .filter((replicaSet) => replicaSet.metadata.namespace === metadata.namespace),
    ],
    matches: (replicaSet) => matchesLabelSelector(spec.selector, replicaSet.metadata.labels),
    adoptionRecheck: ctx.options.adoptionRecheck !== false,
  });
  const named = (name: string) => view.get<ReplicaSet>('replicasets', `${metadata.namespace}/${name}`);
  const getAll = (create: boolean) => getAllReplicaSetsAndSyncRevision(sync, claimed, create, named);
  const podsOf = (owner: ReplicaSet) => view.byIndex<Pod>('pods', 'byControllerUid', owner.metadata.uid);
  // An adoption changes the version of a set, so that what else there is to do with it has to wait for the cache.
  if (actions.length > 0) return actions;
  syncDeployment(sync, getAll, podsOf);
  return actionsOf(sync);
}

function syncDeployment(
  sync: DeploymentSync,
  getAll: (create: boolean) => AllReplicaSets,
  podsOf: (owner: ReplicaSet) => readonly Pod[],
): void {
  const { metadata, spec } = sync.deployment;
  if (metadata.deletionTimestamp !== undefined) {
    const { newReplicaSet, oldReplicaSets } = getAll(false);
    syncDeploymentStatus(sync, together(newReplicaSet, oldReplicaSets), newReplicaSet);
    return;
  }
  checkPausedConditions(sync);
  if (spec.paused || isScalingEvent(sync.deployment, allOf(getAll(false)))) {
    const { newReplicaSet, oldReplicaSets } = getAll(false);
    scale(sync, newReplicaSet, oldReplicaSets);
    if (spec.paused) cleanupDeployment(sync, oldReplicaSets);
    syncDeploymentStatus(sync, together(newReplicaSet, oldReplicaSets), newReplicaSet);
    return;
  }
  if (spec.strategy?.type === 'Recreate') rolloutRecreate(sync, getAll, podsOf);
  else rolloutRolling(sync, getAll(true));
}

function together(newReplicaSet: ReplicaSet | undefined, oldReplicaSets: readonly ReplicaSet[]): readonly ReplicaSet[] {
  return newReplicaSet === undefined ? oldReplicaSets : [...oldReplicaSets, newReplicaSet];
}

function allOf({ newReplicaSet, oldReplicaSets }: AllReplicaSets): readonly ReplicaSet[] {
  return together(newReplicaSet, oldReplicaSets);
}

function selectsEverything({ spec }: Deployment): boolean {
  const { matchLabels = {}, matchExpressions = [] } = spec.selector;
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

function selectingAll(deployment: Deployment): Action {
  const message = 'This deployment is selecting all pods. A non-empty selector is required.';
  return { do: 'event', about: referenceTo(deployment), type: 'Warning', reason: 'SelectingAll', message };
}
