/** Sums over ReplicaSets. Upstream: pkg/controller/deployment/util/deployment_util.go. */
import type { Deployment, ReplicaSet } from '../../../api/object.ts';

/** How many replicas are asked for; 1 where nobody has said. */
export function replicasOf({ spec }: ReplicaSet | Deployment): number {
  return spec.replicas ?? 1;
}

/** Those that are asked to have pods (FilterActiveReplicaSets). */
export function activeReplicaSets(replicaSets: readonly ReplicaSet[]): ReplicaSet[] {
  return replicaSets.filter((replicaSet) => replicasOf(replicaSet) > 0);
}

/** How many pods the sets are asked to have (GetReplicaCountForReplicaSets). */
export function replicaCount(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, replicaSet) => sum + replicasOf(replicaSet), 0);
}

/** How many they have, by their own word (GetActualReplicaCountForReplicaSets). */
export function actualReplicaCount(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, { status }) => sum + (status?.replicas ?? 0), 0);
}

export function readyReplicaCount(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, { status }) => sum + (status?.readyReplicas ?? 0), 0);
}

export function availableReplicaCount(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0);
}
