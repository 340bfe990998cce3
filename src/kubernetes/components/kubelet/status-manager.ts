/**
 * Tells the API what the kubelet says of its pods (pkg/kubelet/status/status_manager.go).
 *
 * 1. One request per pod at a time; what changes meanwhile is sent after it, as one.
 * 2. A status that the API has is not sent.
 * 3. A pod is deleted from the API only when it has terminated here and the API has its last status
 *    (`deleteAfterTermination`), and only if it is the same pod (`uidPreconditions`).
 * 4. What fails is tried again, unless the pod is gone.
 */

import type { Response } from '../../../sim/index.ts';
import { equalJson } from '../../api/json-value.ts';
import type { Pod } from '../../api/object.ts';
import { PODS } from '../../api/resource.ts';
import { apiAnswer, askApi } from './ask.ts';
import type { KubeletContext, KubeletState, Then } from './kubelet-state.ts';
import type { KubeletPodStatus } from './pod-status.ts';
import type { PodWorker } from './pod-worker.ts';
import { saysTheSame, statusPatch } from './status-patch.ts';

export function setPodStatus(
  state: KubeletState,
  worker: PodWorker,
  status: KubeletPodStatus,
  ctx: KubeletContext,
): void {
  if (worker.status !== undefined && equalJson(worker.status, status)) return;
  const first = worker.status === undefined;
  worker.status = status;
  worker.version++;
  if (first && saysTheSame(status, worker.pod.status)) worker.acknowledged = worker.version;
  sendPodStatus(state, worker, ctx);
}

/** Sends what the API does not have yet; or, if that is the last word, deletes the pod. */
export function sendPodStatus(state: KubeletState, worker: PodWorker, ctx: KubeletContext): void {
  const { pod, status, version, acknowledged, sending, inApi } = worker;
  if (!inApi || sending !== undefined) return;
  if (status === undefined || acknowledged === version) {
    deleteIfOver(state, worker, ctx);
    return;
  }
  worker.sending = version;
  const { name, namespace } = pod.metadata;
  askApi(
    state,
    {
      verb: 'patch',
      resource: PODS,
      ...(namespace === undefined ? {} : { namespace }),
      name,
      subresource: 'status',
      patchType: 'strategic',
      patch: statusPatch(pod, status, worker.answered ?? pod.status),
    },
    { to: 'status', uid: worker.uid, version },
    ctx,
  );
}

export function statusAnswered(
  state: KubeletState,
  then: Extract<Then, { to: 'status' }>,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): void {
  const outcome = apiAnswer(state, message);
  const worker = state.workers.get(then.uid);
  if (worker === undefined) return;
  worker.sending = undefined;
  if (outcome.ok) worker.answered = (outcome.object as Pod).status;
  // Gone, or another pod of this name: nobody is left to be told.
  if (outcome.ok || outcome.reason === 'NotFound' || outcome.reason === 'Conflict') {
    worker.acknowledged = Math.max(worker.acknowledged, then.version);
    sendPodStatus(state, worker, ctx);
  } else retryLater(state, ctx);
}

/** Whether the API shows something else than it was told: somebody else wrote, a node lifecycle controller for one. */
export function reconcilePodStatus(state: KubeletState, worker: PodWorker, ctx: KubeletContext): void {
  const { status, version, acknowledged, sending } = worker;
  if (status === undefined || sending !== undefined || acknowledged !== version) return;
  // The copy may merely be late: look again after a while.
  if (!saysTheSame(status, worker.pod.status)) retryLater(state, ctx);
}

/** The time has come to send again what failed, and what was overwritten (syncBatch, each 10 s). */
export function retryStatuses(state: KubeletState, ctx: KubeletContext): void {
  for (const worker of state.workers.values()) {
    const { status, sending, acknowledged, version } = worker;
    if (sending !== undefined) continue;
    if (status !== undefined && acknowledged === version && !saysTheSame(status, worker.pod.status)) worker.version++;
    sendPodStatus(state, worker, ctx);
  }
}

export function deletionAnswered(
  state: KubeletState,
  { uid }: Extract<Then, { to: 'delete' }>,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): void {
  const outcome = apiAnswer(state, message);
  const worker = state.workers.get(uid);
  if (worker === undefined || outcome.ok || outcome.reason === 'NotFound' || outcome.reason === 'Conflict') return;
  worker.deleting = false;
  retryLater(state, ctx);
}

function deleteIfOver(state: KubeletState, worker: PodWorker, ctx: KubeletContext): void {
  const { pod, stage, deleting, uid } = worker;
  const { deleteAfterTermination, uidPreconditions } = state.settings.guards;
  const over = stage === 'terminated' || (!deleteAfterTermination && stage === 'terminating');
  if (!over || deleting || pod.metadata.deletionTimestamp === undefined) return;
  worker.deleting = true;
  const { name, namespace } = pod.metadata;
  askApi(
    state,
    {
      verb: 'delete',
      resource: PODS,
      ...(namespace === undefined ? {} : { namespace }),
      name,
      options: { gracePeriodSeconds: 0, ...(uidPreconditions ? { preconditions: { uid } } : {}) },
    },
    { to: 'delete', uid },
    ctx,
  );
}

function retryLater({ settings }: KubeletState, ctx: KubeletContext): void {
  ctx.setTimer('status-retry', settings.config.statusRetrySeconds * 1000, { to: 'status-retry' });
}
