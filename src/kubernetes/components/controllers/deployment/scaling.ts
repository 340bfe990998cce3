/**
 * A change of a Deployment's size while several of its ReplicaSets have pods: each gets its share, so that a rollout neither
 * gains nor loses by it. Upstream: isScalingEvent and scale in pkg/controller/deployment/sync.go.
 */
import type { Deployment, ReplicaSet } from '../../../api/object.ts';
import { type DeploymentSync, scaleReplicaSet, scaleReplicaSetAndRecordEvent } from './deployment-sync.ts';
import { desiredReplicasAnnotation, maxReplicasAnnotation } from './replica-set-annotations.ts';
import { activeReplicaSets, replicaCount, replicasOf } from './replica-set-counts.ts';
import { byCreationTimestamp, bySizeNewer, bySizeOlder } from './replica-set-order.ts';
import { isRollingUpdate, maxSurge } from './rolling-update-limits.ts';

/** Whether some set was last scaled for another size of the Deployment. */
export function isScalingEvent(deployment: Deployment, allReplicaSets: readonly ReplicaSet[]): boolean {
  return activeReplicaSets(allReplicaSets).some((replicaSet) => {
    const desired = desiredReplicasAnnotation(replicaSet);
    return desired !== undefined && desired !== replicasOf(deployment);
  });
}

export function scale(
  sync: DeploymentSync,
  newReplicaSet: ReplicaSet | undefined,
  oldReplicaSets: readonly ReplicaSet[],
): void {
  const { deployment } = sync;
  const desired = replicasOf(deployment);
  const only = findActiveOrLatest(newReplicaSet, oldReplicaSets);
  if (only !== undefined) {
    scaleReplicaSetAndRecordEvent(sync, only, desired);
    return;
  }
  if (isSaturated(deployment, newReplicaSet)) {
    for (const old of activeReplicaSets(oldReplicaSets)) scaleReplicaSetAndRecordEvent(sync, old, 0);
    return;
  }
  if (!isRollingUpdate(deployment)) return;
  const all = activeReplicaSets(newReplicaSet === undefined ? oldReplicaSets : [...oldReplicaSets, newReplicaSet]);
  const toAdd = (desired > 0 ? desired + maxSurge(deployment) : 0) - replicaCount(all);
  if (toAdd !== 0) all.sort(toAdd > 0 ? bySizeNewer : bySizeOlder);
  let added = 0;
  const sizes = all.map((replicaSet) => {
    const share = toAdd === 0 ? 0 : getReplicaSetProportion(replicaSet, deployment, toAdd, added);
    added += share;
    return replicasOf(replicaSet) + share;
  });
  for (const [at, replicaSet] of all.entries()) {
    // What rounding left over goes to the largest set, or comes from it.
    const leftover = at === 0 && toAdd !== 0 ? toAdd - added : 0;
    scaleReplicaSet(sync, replicaSet, Math.max(0, (sizes[at] ?? 0) + leftover));
  }
}

/** The only set with pods, or the newest of all where none has any; undefined: there are several, or none at all. */
export function findActiveOrLatest(
  newReplicaSet: ReplicaSet | undefined,
  oldReplicaSets: readonly ReplicaSet[],
): ReplicaSet | undefined {
  const newestFirst = [...oldReplicaSets].sort((a, b) => byCreationTimestamp(b, a));
  const active = activeReplicaSets(newReplicaSet === undefined ? newestFirst : [...newestFirst, newReplicaSet]);
  if (active.length === 0) return newReplicaSet ?? newestFirst[0];
  return active.length === 1 ? active[0] : undefined;
}

/** Whether the new set has all the pods that the Deployment wants, and all are available. */
export function isSaturated(deployment: Deployment, replicaSet: ReplicaSet | undefined): boolean {
  const desired = replicasOf(deployment);
  return (
    replicaSet !== undefined &&
    desiredReplicasAnnotation(replicaSet) === desired &&
    replicasOf(replicaSet) === desired &&
    (replicaSet.status?.availableReplicas ?? 0) === desired
  );
}

/** A set's share of `toAdd` replicas, of which `added` have been given out; negative when replicas are taken away. */
export function getReplicaSetProportion(
  replicaSet: ReplicaSet,
  deployment: Deployment,
  toAdd: number,
  added: number,
): number {
  if (replicasOf(replicaSet) === 0 || toAdd === 0 || toAdd === added) return 0;
  const fraction = getReplicaSetFraction(replicaSet, deployment);
  const allowed = toAdd - added;
  return toAdd > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed);
}

/** By how much a set would grow if it kept its share of the Deployment. */
export function getReplicaSetFraction(replicaSet: ReplicaSet, deployment: Deployment): number {
  const replicas = replicasOf(replicaSet);
  const desired = replicasOf(deployment);
  if (desired === 0) return replicas === 0 ? 0 : -replicas;
  // Without the annotation, the present size has to do; 0 is known when somebody removed it and no pod could be made.
  const before = maxReplicasAnnotation(replicaSet) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return roundToNearest((replicas * (desired + maxSurge(deployment))) / before) - replicas;
}

/** Halves away from zero, as Go's conversion after adding a half does. */
function roundToNearest(value: number): number {
  return value < 0 ? -Math.floor(-value + 0.5) : Math.floor(value + 0.5);
}
