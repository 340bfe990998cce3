/**
 * The strategy RollingUpdate: the new ReplicaSet grows and the old ones shrink by turns, within the limits of surge and
 * unavailability. Upstream: pkg/controller/deployment/rolling.go.
 */
import type { ReplicaSet } from '../../../api/object.ts';
import { cleanupDeployment } from './cleanup.ts';
import { deploymentComplete } from './deployment-status.ts';
import { asChanged, type DeploymentSync, scaleReplicaSetAndRecordEvent } from './deployment-sync.ts';
import type { AllReplicaSets } from './new-replica-set.ts';
import { syncRolloutStatus } from './progress.ts';
import { activeReplicaSets, availableReplicaCount, replicaCount, replicasOf } from './replica-set-counts.ts';
import { byCreationTimestamp } from './replica-set-order.ts';
import { maxUnavailable, newReplicaSetReplicas } from './rolling-update-limits.ts';

export function rolloutRolling(sync: DeploymentSync, { newReplicaSet, oldReplicaSets }: AllReplicaSets): void {
  if (newReplicaSet === undefined) return;
  const all = [...oldReplicaSets, newReplicaSet];
  const scaled =
    reconcileNewReplicaSet(sync, all, newReplicaSet) ||
    reconcileOldReplicaSets(sync, all, activeReplicaSets(oldReplicaSets), newReplicaSet);
  if (!scaled && deploymentComplete(sync.deployment, sync.status)) cleanupDeployment(sync, oldReplicaSets);
  syncRolloutStatus(sync, all, newReplicaSet);
}

/** Lets the new set grow as far as the surge allows. Returns whether it changed. */
export function reconcileNewReplicaSet(
  sync: DeploymentSync,
  allReplicaSets: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet,
): boolean {
  const desired = replicasOf(sync.deployment);
  const current = replicasOf(newReplicaSet);
  if (current === desired) return false;
  const replicas = current > desired ? desired : newReplicaSetReplicas(sync.deployment, allReplicaSets, newReplicaSet);
  return scaleReplicaSetAndRecordEvent(sync, newReplicaSet, replicas);
}

/**
 * Lets the old sets shrink: first by what is not available anyway, then by as much as availability allows. Pods of the new
 * set that are not available yet count against it. Returns whether anything changed.
 */
export function reconcileOldReplicaSets(
  sync: DeploymentSync,
  allReplicaSets: readonly ReplicaSet[],
  oldReplicaSets: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet,
): boolean {
  if (replicaCount(oldReplicaSets) === 0) return false;
  const minimum = replicasOf(sync.deployment) - maxUnavailable(sync.deployment);
  const newUnavailable = replicasOf(newReplicaSet) - (newReplicaSet.status?.availableReplicas ?? 0);
  const maxScaledDown = replicaCount(allReplicaSets) - minimum - newUnavailable;
  if (maxScaledDown <= 0) return false;
  const cleaned = cleanupUnhealthyReplicas(sync, oldReplicaSets, maxScaledDown);
  const scaledDown = scaleDownOldReplicaSetsForRollingUpdate(sync, [...oldReplicaSets, newReplicaSet], oldReplicaSets);
  return cleaned + scaledDown > 0;
}

/** Takes away what the old sets have but nobody can use. Returns how many. */
export function cleanupUnhealthyReplicas(
  sync: DeploymentSync,
  oldReplicaSets: readonly ReplicaSet[],
  maxCleanupCount: number,
): number {
  let cleaned = 0;
  for (const old of [...oldReplicaSets].sort(byCreationTimestamp)) {
    if (cleaned >= maxCleanupCount) break;
    const replicas = replicasOf(asChanged(sync, old));
    const unhealthy = replicas - (old.status?.availableReplicas ?? 0);
    // More available than asked for: the set is shrinking already.
    if (replicas === 0 || unhealthy <= 0) continue;
    const count = Math.min(maxCleanupCount - cleaned, unhealthy);
    scaleReplicaSetAndRecordEvent(sync, old, replicas - count);
    cleaned += count;
  }
  return cleaned;
}

/**
 * Takes away available pods of old sets, oldest set first, down to the minimum. Returns how many.
 *
 * As upstream, it believes what the sets say of themselves: a set that has been told to shrink, but has not said so yet,
 * counts pods as available that are gone, and the minimum can be missed by as many.
 */
export function scaleDownOldReplicaSetsForRollingUpdate(
  sync: DeploymentSync,
  allReplicaSets: readonly ReplicaSet[],
  oldReplicaSets: readonly ReplicaSet[],
): number {
  const minimum = replicasOf(sync.deployment) - maxUnavailable(sync.deployment);
  const available = availableReplicaCount(allReplicaSets);
  let scaledDown = 0;
  for (const old of [...oldReplicaSets].sort(byCreationTimestamp)) {
    const allowed = available - minimum - scaledDown;
    if (allowed <= 0) break;
    const replicas = replicasOf(asChanged(sync, old));
    if (replicas === 0) continue;
    const count = Math.min(replicas, allowed);
    scaleReplicaSetAndRecordEvent(sync, old, replicas - count);
    scaledDown += count;
  }
  return scaledDown;
}
