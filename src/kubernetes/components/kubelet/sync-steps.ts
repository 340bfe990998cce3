/** Carries out what a sync has planned, one step after the other (SyncPod in kuberuntime_manager.go). */
import type { Response } from '../../../sim/index.ts';
import type { CriResponse } from '../../protocol/cri.ts';
import { askRuntime, criAnswer } from './ask.ts';
import { findConfigMap, readConfigMaps } from './config-maps.ts';
import { podSandboxConfig } from './container-config.ts';
import { recordPodEvent } from './events.ts';
import type { KubeletContext, KubeletState, PodStep, Then } from './kubelet-state.ts';
import { missingVolume } from './pod-files.ts';
import type { PodWorker, Sync } from './pod-worker.ts';
import { beginStart, startAnswered } from './start-container.ts';
import { preStopped, stopAnswered, stopContainers, stopSandboxes } from './stop-containers.ts';
import type { Step } from './sync-plan.ts';

/** Goes on until something has to be waited for; false: nothing has, the sync is over. */
export function runSteps(state: KubeletState, worker: PodWorker, sync: Sync, ctx: KubeletContext): boolean {
  while (sync.pending === 0) {
    const step = sync.steps.shift();
    if (step === undefined) return false;
    beginStep(state, worker, sync, step, ctx);
  }
  return true;
}

/** Takes an answer, or the end of a hook's sleep (`message` undefined). */
export function stepAnswered(
  state: KubeletState,
  worker: PodWorker,
  sync: Sync,
  step: PodStep,
  message: Response<unknown, Then> | undefined,
  ctx: KubeletContext,
): void {
  sync.pending--;
  sync.making = false;
  if (step.wait === 'pre-stop') {
    preStopped(state, worker, sync, step, ctx);
    return;
  }
  if (message === undefined) return; // A hook after the start that only slept.
  switch (step.wait) {
    case 'stopped':
      stopAnswered(sync, step, message);
      break;
    case 'removed': // What could not be removed is tried again when more is.
      if (!removed(message) && sync.stage === 'terminated') sync.failed = true;
      break;
    case 'sandbox':
      sandboxCreated(state, worker, sync, message, ctx);
      break;
    case 'image':
    case 'created':
    case 'started':
    case 'post-start':
      startAnswered(state, worker, sync, step, message, ctx);
      break;
    case 'sandboxes':
    case 'containers':
      throw new Error('A list is no step of a plan.');
    default:
      step satisfies never;
  }
}

/** The config maps are here, as far as they could be read: whether the pod's volumes can be set up. */
export function volumesPrepared(state: KubeletState, worker: PodWorker, sync: Sync, ctx: KubeletContext): void {
  const missing = missingVolume(worker.pod, findConfigMap(state, worker));
  if (missing === undefined) return;
  const text = `MountVolume.SetUp failed for volume "${missing.volume}" : ${missing.message}`;
  recordPodEvent(state, worker, 'Warning', 'FailedMount', text, ctx);
  sync.failed = true;
  sync.steps.length = 0;
}

function beginStep(state: KubeletState, worker: PodWorker, sync: Sync, step: Step, ctx: KubeletContext): void {
  switch (step.do) {
    case 'prepare-volumes':
      sync.pending += readConfigMaps(state, worker, sync, ctx);
      if (sync.pending === 0) volumesPrepared(state, worker, sync, ctx);
      break;
    case 'stop-containers':
      stopContainers(state, worker, sync, step.containers, ctx);
      break;
    case 'stop-sandboxes':
      stopSandboxes(state, worker, sync, step.ids, ctx);
      break;
    case 'remove-containers':
      for (const containerId of step.ids) remove(state, worker, sync, { call: 'RemoveContainer', containerId }, ctx);
      break;
    case 'remove-sandboxes':
      for (const podSandboxId of step.ids) remove(state, worker, sync, { call: 'RemovePodSandbox', podSandboxId }, ctx);
      break;
    case 'create-sandbox':
      createSandbox(state, worker, sync, step.attempt, ctx);
      break;
    case 'start-container':
      beginStart(state, worker, sync, step, ctx);
      break;
    default:
      step satisfies never;
  }
}

type Removal =
  | { readonly call: 'RemoveContainer'; readonly containerId: string }
  | { readonly call: 'RemovePodSandbox'; readonly podSandboxId: string };

function remove(state: KubeletState, { uid }: PodWorker, sync: Sync, removal: Removal, ctx: KubeletContext): void {
  sync.pending++;
  askRuntime(state, removal, { to: 'pod', uid, sync: sync.id, step: { wait: 'removed' } }, ctx);
}

function removed(message: Response<unknown, Then>): boolean {
  if (!message.ok) return false;
  const response = message.body as CriResponse;
  return response.ok || response.code === 'NotFound';
}

function createSandbox(state: KubeletState, worker: PodWorker, sync: Sync, attempt: number, ctx: KubeletContext): void {
  const { uid, pod, observed } = worker;
  if (observed.sandboxes.length > 0) {
    const text = 'Pod sandbox changed, it will be killed and re-created.';
    recordPodEvent(state, worker, 'Normal', 'SandboxChanged', text, ctx);
  }
  sync.pending++;
  sync.making = true;
  sync.attempt = attempt;
  const config = podSandboxConfig(pod, attempt);
  const timeoutMs = 2 * state.settings.config.runtimeRequestTimeoutSeconds * 1000;
  const then: Then = { to: 'pod', uid, sync: sync.id, step: { wait: 'sandbox' } };
  askRuntime(state, { call: 'RunPodSandbox', config }, then, ctx, timeoutMs);
}

function sandboxCreated(
  state: KubeletState,
  worker: PodWorker,
  sync: Sync,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): void {
  const outcome = criAnswer(message, 'RunPodSandbox');
  if (outcome.ok) {
    sync.sandboxId = outcome.result.podSandboxId;
    sync.sandboxIp = outcome.result.ip;
    sync.changed = true;
    return;
  }
  const text = `Failed to create pod sandbox: ${outcome.message}`;
  if (worker.stage === 'running') recordPodEvent(state, worker, 'Warning', 'FailedCreatePodSandBox', text, ctx);
  sync.failed = true;
  sync.steps.length = 0;
}
