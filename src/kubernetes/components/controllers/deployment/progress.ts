/**
 * Whether a rollout gets on: the condition Progressing, and when to look again.
 * Upstream: pkg/controller/deployment/progress.go, and checkPausedConditions in sync.go.
 */
import { findCondition } from '../../../api/conditions.ts';
import type { Deployment, DeploymentStatus, ReplicaSet } from '../../../api/object.ts';
import { parseTime } from '../../../api/time.ts';
import { semanticEqual } from '../semantic-equal.ts';
import {
  calculateStatus,
  deploymentComplete,
  deploymentProgressing,
  getDeploymentCondition,
  newDeploymentCondition,
  removeDeploymentCondition,
  setDeploymentCondition,
} from './deployment-status.ts';
import type { DeploymentSync } from './deployment-sync.ts';

/** Reasons of the condition Progressing. */
export const PROGRESS_REASONS = {
  newReplicaSet: 'NewReplicaSetCreated',
  foundNewReplicaSet: 'FoundNewReplicaSet',
  failedCreate: 'ReplicaSetCreateError',
  replicaSetUpdated: 'ReplicaSetUpdated',
  newReplicaSetAvailable: 'NewReplicaSetAvailable',
  timedOut: 'ProgressDeadlineExceeded',
  paused: 'DeploymentPaused',
  resumed: 'DeploymentResumed',
} as const;

/** The largest deadline, and the largest history, stand for none. */
const MAX_INT32 = 2 ** 31 - 1;

export function hasProgressDeadline({ spec }: Deployment): boolean {
  return spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== MAX_INT32;
}

export function hasRevisionHistoryLimit({ spec }: Deployment): boolean {
  return spec.revisionHistoryLimit !== undefined && spec.revisionHistoryLimit !== MAX_INT32;
}

/** The status during a rollout. */
export function syncRolloutStatus(
  sync: DeploymentSync,
  allReplicaSets: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
): void {
  const { deployment, ctx } = sync;
  const before = sync.status;
  let status = calculateStatus(allReplicaSets, newReplicaSet, deployment, before, ctx.time);
  const current = getDeploymentCondition(before, 'Progressing');
  if (!hasProgressDeadline(deployment)) status = removeDeploymentCondition(status, 'Progressing');
  const complete =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) &&
    current?.reason === PROGRESS_REASONS.newReplicaSetAvailable;
  if (hasProgressDeadline(deployment) && !complete) {
    const who =
      newReplicaSet === undefined
        ? `Deployment "${deployment.metadata.name}"`
        : `ReplicaSet "${newReplicaSet.metadata.name}"`;
    const condition = (value: 'True' | 'False', reason: string, message: string) =>
      newDeploymentCondition('Progressing', value, reason, message, ctx.time);
    if (deploymentComplete(deployment, status)) {
      const reason = PROGRESS_REASONS.newReplicaSetAvailable;
      status = setDeploymentCondition(status, condition('True', reason, `${who} has successfully progressed.`));
    } else if (deploymentProgressing(deployment.status ?? {}, status)) {
      // Each step forward counts anew, although status and reason are the same.
      const next = condition('True', PROGRESS_REASONS.replicaSetUpdated, `${who} is progressing.`);
      const since = current?.status === 'True' ? current.lastTransitionTime : undefined;
      status = removeDeploymentCondition(status, 'Progressing');
      status = setDeploymentCondition(status, since === undefined ? next : { ...next, lastTransitionTime: since });
    } else if (deploymentTimedOut(deployment, status, ctx.now)) {
      const reason = PROGRESS_REASONS.timedOut;
      status = setDeploymentCondition(status, condition('False', reason, `${who} has timed out progressing.`));
    }
  }
  sync.status = withReplicaFailure(status, allReplicaSets, newReplicaSet, ctx.time);
  if (!semanticEqual(deployment.status ?? {}, sync.status)) return;
  const after = requeueStuckDeployment(deployment, sync.status, ctx.now);
  // A second more: deadlines are whole seconds, and have passed only after.
  if (after >= 0) sync.last.push({ do: 'requeue', afterMs: (after + 1) * 1000 });
}

/** The status when nothing is rolled out: paused, scaled or deleted (syncDeploymentStatus). */
export function syncDeploymentStatus(
  sync: DeploymentSync,
  allReplicaSets: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
): void {
  sync.status = calculateStatus(allReplicaSets, newReplicaSet, sync.deployment, sync.status, sync.ctx.time);
}

/** A failure of the newest set counts before those of others (getReplicaFailures). */
function withReplicaFailure(
  status: DeploymentStatus,
  allReplicaSets: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
  time: string,
): DeploymentStatus {
  const candidates = newReplicaSet === undefined ? allReplicaSets : [newReplicaSet, ...allReplicaSets];
  for (const replicaSet of candidates) {
    const failure = findCondition(replicaSet.status?.conditions, 'ReplicaFailure');
    if (failure === undefined) continue;
    const { lastTransitionTime = time, reason = '', message = '' } = failure;
    const value = failure.status === 'True' ? 'True' : 'False';
    const condition = newDeploymentCondition('ReplicaFailure', value, reason, message, lastTransitionTime);
    return setDeploymentCondition(status, condition);
  }
  return removeDeploymentCondition(status, 'ReplicaFailure');
}

/** Whether the last step forward is longer ago than the deadline. */
export function deploymentTimedOut(deployment: Deployment, status: DeploymentStatus, now: number): boolean {
  const condition = getDeploymentCondition(status, 'Progressing');
  if (!hasProgressDeadline(deployment) || condition === undefined) return false;
  if (condition.reason === PROGRESS_REASONS.newReplicaSetAvailable) return false;
  if (condition.reason === PROGRESS_REASONS.timedOut) return true;
  const from = parseTime(condition.lastUpdateTime ?? '');
  return from !== undefined && from + (deployment.spec.progressDeadlineSeconds ?? 0) * 1_000_000 < now;
}

/** In how many seconds to look whether the deadline has passed: -1 for never, 0 for soon. */
export function requeueStuckDeployment(deployment: Deployment, status: DeploymentStatus, now: number): number {
  const current = getDeploymentCondition(deployment.status ?? {}, 'Progressing');
  if (!hasProgressDeadline(deployment) || current === undefined) return -1;
  if (deploymentComplete(deployment, status) || current.reason === PROGRESS_REASONS.timedOut) return -1;
  const updated = parseTime(current.lastUpdateTime ?? '') ?? 0;
  const after = (updated - now) / 1_000_000 + (deployment.spec.progressDeadlineSeconds ?? 0);
  return after < 1 ? 0 : after;
}

/** A pause must not count as lack of progress: the condition says when it began, and when it ended. */
export function checkPausedConditions(sync: DeploymentSync): void {
  const { deployment, ctx, status } = sync;
  if (!hasProgressDeadline(deployment)) return;
  const reason = getDeploymentCondition(status, 'Progressing')?.reason;
  if (reason === PROGRESS_REASONS.timedOut) return;
  const says = (text: string, message: string) =>
    setDeploymentCondition(status, newDeploymentCondition('Progressing', 'Unknown', text, message, ctx.time));
  const { paused = false } = deployment.spec;
  if (paused && reason !== PROGRESS_REASONS.paused) {
    sync.status = says(PROGRESS_REASONS.paused, 'Deployment is paused');
  } else if (!paused && reason === PROGRESS_REASONS.paused) {
    sync.status = says(PROGRESS_REASONS.resumed, 'Deployment is resumed');
  }
}
