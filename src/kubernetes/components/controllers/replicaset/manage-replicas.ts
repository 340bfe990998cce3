/**
 * How a ReplicaSet comes from the pods that it has to the number that it wants: at most 500 creations or deletions at a time,
 * creations in batches of 1, 2, 4, … so that what is bound to fail fails once and not 500 times.
 *
 * Upstream: manageReplicas and getPodsToDelete in pkg/controller/replicaset/replica_set.go, CreatePods and DeletePod in
 * pkg/controller/controller_utils.go.
 */
import type { NewMeta, Pod, ReplicaSet } from '../../../api/object.ts';
import { isPodActive } from '../../../api/pod-status.ts';
import { PODS } from '../../../api/resource.ts';
import { type Action, referenceTo } from '../../../client/controller/controller.ts';
import { controllerReferenceTo } from '../owner-reference.ts';
import { compareActivePodsWithRanks } from './active-pods-with-ranks.ts';

/** How many pods one reconcile creates or deletes at most (BurstReplicas). */
export const BURST_REPLICAS = 500;

/**
 * @param pods the active pods that the set owns.
 * @param relatedPods asks for the pods of all sets of the same owner; needed only for deletions.
 * @param now microseconds.
 */
export function manageReplicas(
  replicaSet: ReplicaSet,
  pods: readonly Pod[],
  relatedPods: () => readonly Pod[],
  now: number,
  burstReplicas: number = BURST_REPLICAS,
): Action[] {
  const diff = pods.length - (replicaSet.spec.replicas ?? 1);
  const count = Math.min(Math.abs(diff), burstReplicas);
  if (diff < 0) {
    const actions = Array.from({ length: count }, () => createPod(replicaSet));
    return [{ do: 'together', slowStart: true, actions }];
  }
  if (diff > 0) {
    const actions = getPodsToDelete(pods, relatedPods(), count, now).map((pod) => deletePod(replicaSet, pod));
    return [{ do: 'together', actions }];
  }
  return [];
}

/** The pods to give up, the least useful first. */
export function getPodsToDelete(
  pods: readonly Pod[],
  relatedPods: readonly Pod[],
  count: number,
  now: number | undefined,
): Pod[] {
  if (count >= pods.length) return [...pods];
  const podsOnNode = new Map<string, number>();
  for (const pod of relatedPods) {
    if (!isPodActive(pod)) continue;
    const node = pod.spec.nodeName ?? '';
    podsOnNode.set(node, (podsOnNode.get(node) ?? 0) + 1);
  }
  return pods
    .map((pod) => ({ pod, rank: podsOnNode.get(pod.spec.nodeName ?? '') ?? 0 }))
    .sort((a, b) => compareActivePodsWithRanks(a, b, now))
    .slice(0, count)
    .map(({ pod }) => pod);
}

function createPod(replicaSet: ReplicaSet): Action {
  const about = referenceTo(replicaSet);
  const { template } = replicaSet.spec;
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  const { name, namespace } = replicaSet.metadata;
  const metadata: NewMeta = {
    generateName: podNamePrefix(name),
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(finalizers === undefined ? {} : { finalizers }),
    ownerReferences: [controllerReferenceTo(replicaSet)],
  };
  return {
    do: 'create',
    resource: PODS,
    ...(namespace === undefined ? {} : { namespace }),
    object: { apiVersion: 'v1', kind: 'Pod', metadata, spec: template?.spec },
    expect: true,
    onSuccess: { about, type: 'Normal', reason: 'SuccessfulCreate', message: 'Created pod: {name}' },
    onFailure: { about, type: 'Warning', reason: 'FailedCreate', message: 'Error creating: {error}' },
  };
}

/** With the dash, unless that makes too long a name for a pod (podNamePrefix in pkg/apis/core/v1/helper). */
function podNamePrefix(name: string): string {
  return name.length < 253 ? `${name}-` : name;
}

function deletePod(replicaSet: ReplicaSet, pod: Pod): Action {
  const about = referenceTo(replicaSet);
  const { name, namespace, uid } = pod.metadata;
  return {
    do: 'delete',
    resource: PODS,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    uid,
    expect: true,
    onSuccess: { about, type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${name}` },
    onFailure: { about, type: 'Warning', reason: 'FailedDelete', message: 'Error deleting: {error}' },
  };
}
