/** The strategy Recreate: all old pods go before the first new one comes. Upstream: pkg/controller/deployment/recreate.go. */
import type { Pod, ReplicaSet } from '../../../api/object.ts';
import { cleanupDeployment } from './cleanup.ts';
import { deploymentComplete } from './deployment-status.ts';
import { type DeploymentSync, scaleReplicaSetAndRecordEvent } from './deployment-sync.ts';
import type { AllReplicaSets } from './new-replica-set.ts';
import { syncRolloutStatus } from './progress.ts';
import { activeReplicaSets, actualReplicaCount, replicasOf } from './replica-set-counts.ts';

/**
 * @param getAll finds the sets; with true, makes the new one if it is missing.
 * @param podsOf the pods that a set owns.
 */
export function rolloutRecreate(
  sync: DeploymentSync,
  getAll: (createIfNotExisted: boolean) => AllReplicaSets,
  podsOf: (replicaSet: ReplicaSet) => readonly Pod[],
): void {
  let { newReplicaSet, oldReplicaSets } = getAll(false);
  const all = () => (newReplicaSet === undefined ? oldReplicaSets : [...oldReplicaSets, newReplicaSet]);
  let scaledDown = false;
  for (const old of activeReplicaSets(oldReplicaSets)) {
    scaledDown = scaleReplicaSetAndRecordEvent(sync, old, 0) || scaledDown;
  }
  if (scaledDown || oldPodsRunning(oldReplicaSets, podsOf)) {
    syncRolloutStatus(sync, all(), newReplicaSet);
    return;
  }
  if (newReplicaSet === undefined) ({ newReplicaSet, oldReplicaSets } = getAll(true));
  if (newReplicaSet === undefined) return;
  scaleReplicaSetAndRecordEvent(sync, newReplicaSet, replicasOf(sync.deployment));
  if (deploymentComplete(sync.deployment, sync.status)) cleanupDeployment(sync, oldReplicaSets);
  syncRolloutStatus(sync, all(), newReplicaSet);
}

/** Whether a pod of an old template may still run. A set's own count is asked too, for the cache of pods may lag behind. */
export function oldPodsRunning(
  oldReplicaSets: readonly ReplicaSet[],
  podsOf: (replicaSet: ReplicaSet) => readonly Pod[],
): boolean {
  return (
    actualReplicaCount(oldReplicaSets) > 0 ||
    oldReplicaSets.some((old) =>
      podsOf(old).some(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded'),
    )
  );
}
