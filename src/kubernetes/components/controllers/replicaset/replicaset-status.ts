/**
 * What a ReplicaSet says of itself. Upstream: pkg/controller/replicaset/replica_set_utils.go. `terminatingReplicas` is left
 * out: its gate is off in 1.34.
 */
import { findCondition, withoutCondition } from '../../../api/conditions.ts';
import type { Pod, ReplicaSet, ReplicaSetStatus } from '../../../api/object.ts';
import { isPodAvailable, isPodReady } from '../../../api/pod-status.ts';
import type { ReconcileContext } from '../../../client/controller/controller.ts';
import { semanticEqual } from '../semantic-equal.ts';

type Failure = ReconcileContext['lastFailure'];

/**
 * @param pods the active pods that the set owns.
 * @param failure why its replicas could not be managed; undefined: they could.
 */
export function calculateStatus(
  replicaSet: ReplicaSet,
  pods: readonly Pod[],
  failure: Failure,
  { now, time }: Pick<ReconcileContext, 'now' | 'time'>,
): ReplicaSetStatus {
  const { spec, status, metadata } = replicaSet;
  const templateLabels = Object.entries(spec.template?.metadata?.labels ?? {});
  let fullyLabeledReplicas = 0;
  let readyReplicas = 0;
  let availableReplicas = 0;
  for (const pod of pods) {
    const { labels = {} } = pod.metadata;
    if (templateLabels.every(([label, value]) => labels[label] === value)) fullyLabeledReplicas++;
    if (!isPodReady(pod)) continue;
    readyReplicas++;
    if (isPodAvailable(pod, spec.minReadySeconds ?? 0, now)) availableReplicas++;
  }
  const conditions = conditionsAfter(replicaSet, pods.length, failure, time);
  return {
    ...status,
    replicas: pods.length,
    fullyLabeledReplicas,
    readyReplicas,
    availableReplicas,
    observedGeneration: metadata.generation ?? 0,
    ...(conditions.length === 0 && status?.conditions === undefined ? {} : { conditions }),
  };
}

/** Whether it is worth a write. */
export function statusDiffers(replicaSet: ReplicaSet, next: ReplicaSetStatus): boolean {
  const { status } = replicaSet;
  const counts = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const;
  return (
    counts.some((count) => (status?.[count] ?? 0) !== (next[count] ?? 0)) ||
    (status?.observedGeneration ?? 0) !== next.observedGeneration ||
    !semanticEqual(status?.conditions, next.conditions)
  );
}

/** `ReplicaFailure` comes with a failure, stays as it was while it lasts, and goes with it. */
function conditionsAfter(replicaSet: ReplicaSet, pods: number, failure: Failure, time: string) {
  const conditions = replicaSet.status?.conditions ?? [];
  const failed = findCondition(conditions, 'ReplicaFailure') !== undefined;
  if (failure === undefined) return [...withoutCondition(conditions, 'ReplicaFailure')];
  if (failed) return conditions;
  const diff = pods - (replicaSet.spec.replicas ?? 1);
  const reason = diff < 0 ? 'FailedCreate' : diff > 0 ? 'FailedDelete' : '';
  const { message } = failure;
  return [...conditions, { type: 'ReplicaFailure', status: 'True', lastTransitionTime: time, reason, message }];
}
