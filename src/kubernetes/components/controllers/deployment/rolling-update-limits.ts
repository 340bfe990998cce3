/**
 * How many pods too many, and how many too few, a rolling update may have on the way.
 * Upstream: pkg/controller/deployment/util/deployment_util.go.
 */
import { type IntOrString, scaledIntOrPercent } from '../../../api/int-or-string.ts';
import type { Deployment, ReplicaSet } from '../../../api/object.ts';
import { replicaCount, replicasOf } from './replica-set-counts.ts';

export function isRollingUpdate({ spec }: Deployment): boolean {
  return spec.strategy?.type === 'RollingUpdate';
}

/**
 * Shares of `desired` as numbers: the surge is rounded up, the unavailable are rounded down. Both can come out as 0, and an
 * update could then never make a step; one pod may be unavailable in that case (ResolveFenceposts).
 */
export function resolveFenceposts(
  maxSurge: IntOrString | undefined,
  maxUnavailable: IntOrString | undefined,
  desired: number,
): { surge: number; unavailable: number } {
  const surge = scaledIntOrPercent(maxSurge ?? 0, desired, 'up') ?? 0;
  const unavailable = scaledIntOrPercent(maxUnavailable ?? 0, desired, 'down') ?? 0;
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export function maxSurge(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? fenceposts(deployment).surge : 0;
}

export function maxUnavailable(deployment: Deployment): number {
  const replicas = replicasOf(deployment);
  if (!isRollingUpdate(deployment) || replicas === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, replicas);
}

export function minAvailable(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? replicasOf(deployment) - maxUnavailable(deployment) : 0;
}

/** How many replicas the set of the newest template may have, as long as the old ones have theirs (NewRSNewReplicas). */
export function newReplicaSetReplicas(
  deployment: Deployment,
  allReplicaSets: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet,
): number {
  const desired = replicasOf(deployment);
  if (!isRollingUpdate(deployment)) return desired;
  const current = replicasOf(newReplicaSet);
  const room = desired + surgeOf(deployment) - replicaCount(allReplicaSets);
  return room <= 0 ? current : current + Math.min(room, desired - current);
}

/** The surge as asked for; other than `maxSurge`, it has no fence. */
function surgeOf(deployment: Deployment): number {
  return scaledIntOrPercent(deployment.spec.strategy?.rollingUpdate?.maxSurge ?? 0, replicasOf(deployment), 'up') ?? 0;
}

function fenceposts(deployment: Deployment): { surge: number; unavailable: number } {
  const { rollingUpdate } = deployment.spec.strategy ?? {};
  return resolveFenceposts(rollingUpdate?.maxSurge, rollingUpdate?.maxUnavailable, replicasOf(deployment));
}
