/**
 * Starts one container: waits for its back-off, gets its image, makes it, starts it, runs its hook (startContainer in
 * pkg/kubelet/kuberuntime/kuberuntime_container.go, doBackOff in kuberuntime_manager.go).
 *
 * What keeps it from starting is remembered as the reason for which it waits; the other containers are not held up.
 */
import type { Response } from '../../../sim/index.ts';
import type { Container, Service } from '../../api/object.ts';
import { askRuntime, criAnswer, nextSourcePort } from './ask.ts';
import { backOffLeftMs, goDuration, nextBackOff, RESTART_BACK_OFF } from './back-off.ts';
import { findConfigMap } from './config-maps.ts';
import { containerConfig, podSandboxConfig } from './container-config.ts';
import { hashContainer } from './container-hash.ts';
import { makeEnvironment } from './environment.ts';
import { recordPodEvent } from './events.ts';
import { runHook } from './hooks.ts';
import { ensureImage, type ImageOutcome, imageStatusAnswered } from './image-manager.ts';
import { INFORMERS } from './kubelet-informers.ts';
import { argsOf, type KubeletContext, type KubeletState, type PodStep, type Then } from './kubelet-state.ts';
import { findContainer, formatPod, isRestartableInit } from './observed-pod.ts';
import { filesOf } from './pod-files.ts';
import type { PodWorker, Starting, Sync } from './pod-worker.ts';
import { serviceEnvironment } from './service-environment.ts';
import type { Step } from './sync-plan.ts';

type StartStep = Extract<Step, { do: 'start-container' }>;

export function beginStart(
  state: KubeletState,
  worker: PodWorker,
  sync: Sync,
  { kind, index }: StartStep,
  ctx: KubeletContext,
): void {
  const container = containerAt(worker, kind, index);
  if (container === undefined) return;
  sync.starting = { kind, index, name: container.name, containerId: '' };
  const left = restartBackOffMs(worker, container, ctx.now);
  if (left > 0) {
    const { name } = container;
    const delay = goDuration(worker.restartBackOffs.get(backOffKey(container))?.delayMs ?? 0);
    const pod = formatPod(worker.pod);
    const text = `Back-off restarting failed container ${name} in pod ${pod}`;
    recordPodEvent(state, worker, 'Warning', 'BackOff', text, ctx, name);
    const message = `back-off ${delay} restarting failed container=${name} pod=${pod}`;
    giveUp(worker, sync, { reason: 'CrashLoopBackOff', message, backOffMs: left });
    return;
  }
  imageStep(state, worker, sync, container, ensureImage(state, worker, sync, container, ctx), ctx);
}

/** The outcome of what it waited for; `step` says what that was. */
export function startAnswered(
  state: KubeletState,
  worker: PodWorker,
  sync: Sync,
  step: PodStep,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): void {
  const { starting } = sync;
  const container = starting && containerAt(worker, starting.kind, starting.index);
  if (starting === undefined || container === undefined) return;
  switch (step.wait) {
    case 'image':
      imageStep(state, worker, sync, container, imageStatusAnswered(state, worker, sync, container, message, ctx), ctx);
      break;
    case 'created':
      created(state, worker, sync, starting, message, ctx);
      break;
    case 'started':
      started(state, worker, sync, container, starting, message, ctx);
      break;
    case 'post-start':
      postStarted(state, worker, sync, starting, message, ctx);
      break;
    default: // The others are not steps of a start.
  }
}

/** The image is here, or will be, or will not. */
export function imageStep(
  state: KubeletState,
  worker: PodWorker,
  sync: Sync,
  container: Container,
  outcome: ImageOutcome,
  ctx: KubeletContext,
): void {
  if (outcome === 'wait') sync.pending++;
  else if (outcome === 'present') create(state, worker, sync, container, ctx);
  else {
    const text = `Error: ${outcome.reason}`;
    recordPodEvent(state, worker, 'Warning', 'Failed', text, ctx, container.name);
    giveUp(worker, sync, outcome);
  }
}

export function containerAt({ pod }: PodWorker, kind: Starting['kind'], index: number): Container | undefined {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
  if (kind === 'init') return initContainers[index];
  return kind === 'regular' ? containers[index] : (ephemeralContainers[index] as Container | undefined);
}

/** How long a container that has ended must wait; if it need not, its next wait will be longer. */
function restartBackOffMs({ observed, restartBackOffs }: PodWorker, container: Container, now: number): number {
  const ended = observed.containers.find(
    ({ state, metadata }) => state === 'EXITED' && metadata.name === container.name,
  );
  if (ended === undefined) return 0;
  const key = backOffKey(container);
  const entry = restartBackOffs.get(key);
  const left = backOffLeftMs(entry, ended.finishedAt, now, RESTART_BACK_OFF);
  if (left === 0) restartBackOffs.set(key, nextBackOff(entry, ended.finishedAt, now, RESTART_BACK_OFF));
  return left;
}

function backOffKey(container: Container): string {
  return `${container.name}/${hashContainer(container)}`;
}

function create(state: KubeletState, worker: PodWorker, sync: Sync, container: Container, ctx: KubeletContext): void {
  const { pod } = worker;
  const find = findConfigMap(state, worker);
  const hostIp = argsOf(ctx).node.internalIP;
  const podIp = pod.spec.hostNetwork === true ? hostIp : sync.sandboxIp;
  const place = { podIp, hostIp, allocatable: state.settings.allocatable };
  const environment = makeEnvironment(pod, container, serviceEnvironment(pod, servicesFor(state, worker)), place, find);
  if (!environment.ok) {
    const { message } = environment;
    recordPodEvent(state, worker, 'Warning', 'Failed', `Error: ${message}`, ctx, container.name);
    giveUp(worker, sync, { reason: 'CreateContainerConfigError', message });
    return;
  }
  const files = filesOf(pod, container, place, find);
  const config = containerConfig(pod, container, nextAttempt(worker, container), environment.variables, files);
  const sandboxConfig = podSandboxConfig(pod, sync.attempt);
  const then: Then = { to: 'pod', uid: worker.uid, sync: sync.id, step: { wait: 'created' } };
  askRuntime(state, { call: 'CreateContainer', podSandboxId: sync.sandboxId, config, sandboxConfig }, then, ctx);
  sync.pending++;
  sync.making = true;
}

/** How often it was started before; what the runtime has forgotten, the pod's status may know. */
function nextAttempt({ observed, pod, status }: PodWorker, { name }: Container): number {
  const latest = findContainer(observed, name);
  if (latest !== undefined) return latest.metadata.attempt + 1;
  const { containerStatuses = [], initContainerStatuses = [] } = status ?? pod.status ?? {};
  const old = [...containerStatuses, ...initContainerStatuses].find((each) => each.name === name);
  return old?.restartCount ?? 0;
}

function created(
  state: KubeletState,
  worker: PodWorker,
  sync: Sync,
  starting: Starting,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): void {
  const outcome = criAnswer(message, 'CreateContainer');
  if (!outcome.ok) {
    recordPodEvent(state, worker, 'Warning', 'Failed', `Error: ${outcome.message}`, ctx, starting.name);
    giveUp(worker, sync, { reason: 'CreateContainerError', message: outcome.message });
    return;
  }
  recordPodEvent(state, worker, 'Normal', 'Created', `Created container: ${starting.name}`, ctx, starting.name);
  starting.containerId = outcome.result.containerId;
  if (worker.stage !== 'running') return; // It is to end before it has begun.
  const then: Then = { to: 'pod', uid: worker.uid, sync: sync.id, step: { wait: 'started' } };
  askRuntime(state, { call: 'StartContainer', containerId: starting.containerId }, then, ctx);
  sync.pending++;
  sync.making = true;
}

function started(
  state: KubeletState,
  worker: PodWorker,
  sync: Sync,
  container: Container,
  starting: Starting,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): void {
  const outcome = criAnswer(message, 'StartContainer');
  if (!outcome.ok) {
    recordPodEvent(state, worker, 'Warning', 'Failed', `Error: ${outcome.message}`, ctx, starting.name);
    giveUp(worker, sync, { reason: 'RunContainerError', message: outcome.message });
    return;
  }
  recordPodEvent(state, worker, 'Normal', 'Started', `Started container ${starting.name}`, ctx, starting.name);
  worker.reasons.delete(starting.name);
  sync.changed = true;
  const hook = container.lifecycle?.postStart;
  if (hook === undefined || worker.stage !== 'running') return;
  const { uid } = worker;
  const then: Then = { to: 'pod', uid, sync: sync.id, step: { wait: 'post-start' } };
  const place = { uid, containerId: starting.containerId, ip: sync.sandboxIp, timeoutMs: HOOK_TIMEOUT_MS };
  if (runHook(state, hook, container, place, nextSourcePort(state), then, ctx)) sync.pending++;
}

/** A hook after the start has no limit of its own upstream. */
const HOOK_TIMEOUT_MS = 600_000;

/** A container whose hook fails is killed. */
function postStarted(
  state: KubeletState,
  worker: PodWorker,
  sync: Sync,
  { name, containerId }: Starting,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): void {
  if (hookSucceeded(message)) return;
  recordPodEvent(state, worker, 'Warning', 'FailedPostStartHook', 'PostStartHook failed', ctx, name);
  giveUp(worker, sync, { reason: 'PostStartHookError', message: 'PostStartHook failed' });
  sync.steps.unshift({
    do: 'stop-containers',
    containers: [{ id: containerId, name, message: 'FailedPostStartHook', graceSeconds: 2 }],
  });
}

function hookSucceeded(message: Response<unknown, Then>): boolean {
  if (!message.ok) return false;
  const body = message.body as { ok?: boolean; result?: { exitCode?: number } };
  return body.ok === true && (body.result?.exitCode ?? 0) === 0;
}

/** It does not start this time. Unless it is a sidecar, an init container that cannot start holds up all that follows. */
function giveUp(
  worker: PodWorker,
  sync: Sync,
  { reason, message, backOffMs }: { readonly reason: string; readonly message: string; readonly backOffMs?: number },
): void {
  const { starting } = sync;
  if (starting === undefined) return;
  worker.reasons.set(starting.name, { reason, message });
  if (backOffMs === undefined) sync.failed = true;
  else sync.backOffMs = Math.min(sync.backOffMs ?? backOffMs, backOffMs);
  const container = containerAt(worker, starting.kind, starting.index);
  if (starting.kind === 'init' && container !== undefined && !isRestartableInit(container)) sync.steps.length = 0;
}

function servicesFor({ informers }: KubeletState, { pod }: PodWorker): Service[] {
  const { namespace } = pod.metadata;
  const own = INFORMERS.list<Service>(informers, 'services', namespace);
  return namespace === 'default' ? own : [...own, ...INFORMERS.list<Service>(informers, 'services', 'default')];
}
