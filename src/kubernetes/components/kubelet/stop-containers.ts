/**
 * Ends containers: each gets its hook and then SIGTERM, and what is left of its grace period (killContainer and
 * executePreStopHook in pkg/kubelet/kuberuntime/kuberuntime_container.go).
 */
import type { Response } from '../../../sim/index.ts';
import { askRuntime, criAnswer, nextSourcePort } from './ask.ts';
import { recordPodEvent } from './events.ts';
import { runHook } from './hooks.ts';
import type { KubeletContext, KubeletState, PodStep, Then } from './kubelet-state.ts';
import type { PodWorker, Sync } from './pod-worker.ts';
import { type ContainerToStop, specOf } from './sync-plan.ts';

/** Upstream gives the runtime so much more than the grace period. */
const MORE_MS = 120_000;
const MINIMUM_GRACE_SECONDS = 2;

export function stopContainers(
  state: KubeletState,
  worker: PodWorker,
  sync: Sync,
  containers: readonly ContainerToStop[],
  ctx: KubeletContext,
): void {
  for (const container of containers) {
    const { id, name, message, graceSeconds } = container;
    recordPodEvent(state, worker, 'Normal', 'Killing', message, ctx, name);
    sync.pending++;
    const spec = specOf(worker.pod, name);
    const hook = spec?.lifecycle?.preStop;
    if (hook !== undefined && spec !== undefined) {
      const then = thenOf(worker, sync, { wait: 'pre-stop', containerId: id, graceSeconds });
      const ip = worker.status?.podIP ?? '';
      const place = { uid: worker.uid, containerId: id, ip, timeoutMs: graceSeconds * 1000 };
      if (runHook(state, hook, spec, place, nextSourcePort(state), then, ctx)) {
        sync.hooks.set(id, ctx.monotonic);
        continue;
      }
    }
    stop(state, worker, sync, id, graceSeconds, ctx);
  }
}

/** The hook is over, one way or the other. */
export function preStopped(
  state: KubeletState,
  worker: PodWorker,
  sync: Sync,
  { containerId, graceSeconds }: Extract<PodStep, { wait: 'pre-stop' }>,
  ctx: KubeletContext,
): void {
  const tookSeconds = Math.floor((ctx.monotonic - (sync.hooks.get(containerId) ?? ctx.monotonic)) / 1_000_000);
  sync.pending++;
  stop(state, worker, sync, containerId, Math.max(graceSeconds - tookSeconds, MINIMUM_GRACE_SECONDS), ctx);
}

export function stopSandboxes(
  state: KubeletState,
  worker: PodWorker,
  sync: Sync,
  ids: readonly string[],
  ctx: KubeletContext,
): void {
  for (const id of ids) {
    sync.pending++;
    const then = thenOf(worker, sync, { wait: 'stopped', call: 'StopPodSandbox' });
    askRuntime(state, { call: 'StopPodSandbox', podSandboxId: id }, then, ctx);
  }
}

/** What does not exist has ended; what could not be stopped is tried again in the next sync, and nothing may follow. */
export function stopAnswered(
  sync: Sync,
  { call }: Extract<PodStep, { wait: 'stopped' }>,
  message: Response<unknown, Then>,
): void {
  const outcome = criAnswer(message, call);
  if (outcome.ok || outcome.code === 'NotFound') {
    sync.changed = true;
    return;
  }
  sync.failed = true;
  sync.steps.length = 0;
}

function stop(
  state: KubeletState,
  worker: PodWorker,
  sync: Sync,
  containerId: string,
  timeoutSeconds: number,
  ctx: KubeletContext,
): void {
  const then = thenOf(worker, sync, { wait: 'stopped', call: 'StopContainer' });
  askRuntime(state, { call: 'StopContainer', containerId, timeoutSeconds }, then, ctx, timeoutSeconds * 1000 + MORE_MS);
}

function thenOf({ uid }: PodWorker, { id }: Sync, step: PodStep): Then {
  return { to: 'pod', uid, sync: id, step };
}
