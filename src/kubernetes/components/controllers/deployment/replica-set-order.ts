/** In which order ReplicaSets are scaled or deleted. Upstream: the sort types in pkg/controller/controller_utils.go and
 * pkg/controller/deployment/util/deployment_util.go. */
import { byCodeUnits } from '../../../api/json-value.ts';
import type { ReplicaSet } from '../../../api/object.ts';
import { revisionOf } from './replica-set-annotations.ts';
import { replicasOf } from './replica-set-counts.ts';

/** The oldest first; of one age, by name (ReplicaSetsByCreationTimestamp). */
export function byCreationTimestamp(a: ReplicaSet, b: ReplicaSet): number {
  // All times are written alike, so that their texts are in the order of the times; none at all is the oldest.
  const byAge = byCodeUnits(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '');
  return byAge || byCodeUnits(a.metadata.name, b.metadata.name);
}

/** The largest first; of one size, the newest first (ReplicaSetsBySizeNewer). */
export function bySizeNewer(a: ReplicaSet, b: ReplicaSet): number {
  return replicasOf(b) - replicasOf(a) || byCreationTimestamp(b, a);
}

/** The largest first; of one size, the oldest first (ReplicaSetsBySizeOlder). */
export function bySizeOlder(a: ReplicaSet, b: ReplicaSet): number {
  return replicasOf(b) - replicasOf(a) || byCreationTimestamp(a, b);
}

/** The lowest revision first (ReplicaSetsByRevision). */
export function byRevision(a: ReplicaSet, b: ReplicaSet): number {
  const left = revisionOf(a);
  const right = revisionOf(b);
  if (left === undefined || right === undefined || left === right) return byCreationTimestamp(a, b);
  return left - right;
}
