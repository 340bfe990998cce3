/** Deletes the ReplicaSets of revisions that nobody will go back to. Upstream: cleanupDeployment in
 * pkg/controller/deployment/sync.go. */
import type { ReplicaSet } from '../../../api/object.ts';
import { REPLICA_SETS } from '../../../api/resource.ts';
import { targetOf } from '../claim-objects.ts';
import { asChanged, type DeploymentSync } from './deployment-sync.ts';
import { hasRevisionHistoryLimit } from './progress.ts';
import { replicasOf } from './replica-set-counts.ts';
import { byRevision } from './replica-set-order.ts';

/** Those beyond `revisionHistoryLimit`, lowest revision first; what has pods, or may be about to, stays. */
export function cleanupDeployment(sync: DeploymentSync, oldReplicaSets: readonly ReplicaSet[]): void {
  const { deployment } = sync;
  if (!hasRevisionHistoryLimit(deployment)) return;
  const alive = oldReplicaSets.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const excess = alive.length - (deployment.spec.revisionHistoryLimit ?? 0);
  if (excess <= 0) return;
  for (const replicaSet of alive.sort(byRevision).slice(0, excess)) {
    const { status, metadata } = replicaSet;
    const observed = (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);
    if ((status?.replicas ?? 0) !== 0 || replicasOf(asChanged(sync, replicaSet)) !== 0 || !observed) continue;
    sync.last.push({ do: 'delete', uid: metadata.uid, ...targetOf(replicaSet, REPLICA_SETS) });
  }
}
