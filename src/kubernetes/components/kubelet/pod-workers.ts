/**
 * The life of each pod on this node (pkg/kubelet/pod_workers.go; syncPod, syncTerminatingPod and syncTerminatedPod in
 * pkg/kubelet/kubelet.go).
 *
 * 1. One sync of a pod at a time; what happens meanwhile leads to one more after it.
 * 2. A sync begins with what the runtime has now, if anything has happened since it was last asked.
 * 3. Once a pod is to end, nothing of it is started any more, and nothing can change that.
 * 4. A pod has terminated when the runtime says that none of its containers runs.
 *
 * Upstream syncs each pod every minute as well. Here all that a sync depends on leads to one: changes in the API, events
 * of the runtime, results of probes, ends of back-offs; so that nothing is done while nothing happens.
 */
import type { Response } from '../../../sim/index.ts';
import { formatTime, parseTime } from '../../api/time.ts';
import { askRuntime, criAnswer, nextNumber } from './ask.ts';
import { computePodActions } from './compute-pod-actions.ts';
import { configMapAnswered } from './config-maps.ts';
import { recordPodEvent } from './events.ts';
import { pullAnswered } from './image-manager.ts';
import { argsOf, type KubeletContext, type KubeletState, type PodStep, type Then } from './kubelet-state.ts';
import { observedPod, runningContainers } from './observed-pod.ts';
import type { ProbeResults } from './pod-actions.ts';
import { generatePodStatus, isTerminalPhase, terminatedPodStatus } from './pod-status.ts';
import type { PodWorker, Sync } from './pod-worker.ts';
import { probeFindings } from './probe-readiness.ts';
import { addProbes, armProbes, stopProbes } from './probes.ts';
import { containerAt, imageStep } from './start-container.ts';
import { sendPodStatus, setPodStatus } from './status-manager.ts';
import { planKill, planSync } from './sync-plan.ts';
import { runSteps, stepAnswered, volumesPrepared } from './sync-steps.ts';

/** Something has happened that may call for action. */
export function requestSync(state: KubeletState, worker: PodWorker, ctx: KubeletContext): void {
  if (worker.stage === 'waiting' || !state.podsKnown) return;
  // Its remains are kept, for people to look at, until the API forgets the pod.
  if (worker.stage === 'terminated' && worker.inApi) return;
  if (worker.sync !== undefined) {
    worker.again = true;
    return;
  }
  worker.again = false;
  ctx.cancelTimer(retryTimer(worker));
  const sync = newSync(nextNumber(state), worker);
  worker.sync = sync;
  if (worker.stale) observe(state, worker, sync, ctx);
  else decide(state, worker, sync, ctx);
}

/** The pod is to end. What is being started is given up as soon as that is safe. */
export function terminate(state: KubeletState, worker: PodWorker, ctx: KubeletContext): void {
  if (worker.stage === 'terminating' || worker.stage === 'terminated') return;
  const began = worker.stage === 'running';
  worker.stage = 'terminating';
  ctx.cancelTimer(deadlineTimer(worker.uid));
  stopProbes(worker, true, ctx);
  const { sync } = worker;
  if (sync !== undefined) {
    sync.steps.length = 0;
    // Nothing is lost by not waiting for an image, or for containers that are being stopped anyhow.
    if (!sync.making) worker.sync = undefined;
    worker.stale = true;
  }
  if (!began) worker.stale = true;
  requestSync(state, worker, ctx);
}

/** The end is wanted sooner than before: stop again, with less grace. */
export function hurry(state: KubeletState, worker: PodWorker, ctx: KubeletContext): void {
  if (worker.stage !== 'terminating' || worker.sync?.stage !== 'terminating') return;
  worker.sync = undefined;
  worker.stale = true;
  requestSync(state, worker, ctx);
}

/** The pod has had its time (activeDeadlineSeconds; pkg/kubelet/active_deadline.go). */
export function deadlinePassed(state: KubeletState, worker: PodWorker, ctx: KubeletContext): void {
  if (worker.stage !== 'running') return;
  const message = 'Pod was active on the node longer than the specified deadline';
  worker.failed = { reason: 'DeadlineExceeded', message };
  recordPodEvent(state, worker, 'Normal', 'DeadlineExceeded', message, ctx);
  refreshStatus(state, worker, false, ctx);
  terminate(state, worker, ctx);
}

/** Says anew what is known of the pod: a probe has found something, or a container could not be started. */
export function refreshStatus(
  state: KubeletState,
  worker: PodWorker,
  podIsTerminal: boolean,
  ctx: KubeletContext,
): void {
  const { pod, observed, status, reasons, probes } = worker;
  const generated = generatePodStatus({
    pod,
    observed,
    previous: status,
    reasons,
    probes: probeFindings(probes),
    podIsTerminal,
    hostIp: argsOf(ctx).node.internalIP,
    now: formatTime(ctx.now),
  });
  if (worker.failed !== undefined) Object.assign(generated, { phase: 'Failed', ...worker.failed });
  setPodStatus(state, worker, podIsTerminal ? terminatedPodStatus(pod, generated) : generated, ctx);
  if (worker.stage === 'running' || worker.stage === 'terminating') armProbes(worker, ctx);
}

/** An answer that a sync waits for; those of syncs that were given up are not listened to. */
export function podAnswered(
  state: KubeletState,
  then: Extract<Then, { to: 'pod' }>,
  message: Response<unknown, Then> | undefined,
  ctx: KubeletContext,
): void {
  const worker = state.workers.get(then.uid);
  const sync = worker?.sync;
  if (worker === undefined || sync?.id !== then.sync) return;
  const { step } = then;
  if (step.wait === 'sandboxes' || step.wait === 'containers') {
    if (message !== undefined) observationAnswered(state, worker, sync, step, message, ctx);
    return;
  }
  stepAnswered(state, worker, sync, step, message, ctx);
  goOn(state, worker, sync, ctx);
}

export function podConfigMapAnswered(
  state: KubeletState,
  then: Extract<Then, { to: 'config-map' }>,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): void {
  const read = configMapAnswered(state, then, message, ctx);
  const worker = state.workers.get(then.uid);
  const sync = worker?.sync;
  if (worker === undefined || sync?.id !== then.sync) return;
  sync.pending--;
  if (!read) {
    sync.failed = true;
    sync.steps.length = 0;
  }
  if (sync.pending === 0 && sync.steps.length > 0) volumesPrepared(state, worker, sync, ctx);
  goOn(state, worker, sync, ctx);
}

export function podImagePulled(
  state: KubeletState,
  then: Extract<Then, { to: 'pull' }>,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): void {
  const worker = state.workers.get(then.uid);
  const sync = worker?.sync;
  const waits = sync?.id === then.sync && sync.starting !== undefined;
  const outcome = pullAnswered(state, then, worker, message, ctx);
  if (worker === undefined || !waits || sync.starting === undefined) return;
  sync.pending--;
  const container = containerAt(worker, sync.starting.kind, sync.starting.index);
  if (container !== undefined) imageStep(state, worker, sync, container, outcome, ctx);
  goOn(state, worker, sync, ctx);
}

function newSync(id: number, { stage, observed }: PodWorker): Sync {
  const [newest] = observed.sandboxes;
  return {
    id,
    stage,
    steps: [],
    pending: 0,
    sandboxes: [],
    containers: [],
    sandboxId: newest?.id ?? '',
    sandboxIp: newest?.ip ?? '',
    attempt: newest?.metadata.attempt ?? 0,
    starting: undefined,
    making: false,
    hooks: new Map(),
    changed: false,
    failed: false,
    backOffMs: undefined,
  };
}

function goOn(state: KubeletState, worker: PodWorker, sync: Sync, ctx: KubeletContext): void {
  if (!runSteps(state, worker, sync, ctx)) finish(state, worker, sync, ctx);
}

function observe(state: KubeletState, worker: PodWorker, sync: Sync, ctx: KubeletContext): void {
  worker.stale = false;
  sync.pending = 1;
  askRuntime(state, { call: 'ListPodSandbox', podUid: worker.uid }, thenOf(worker, sync, { wait: 'sandboxes' }), ctx);
}

function observationAnswered(
  state: KubeletState,
  worker: PodWorker,
  sync: Sync,
  step: PodStep,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): void {
  sync.pending--;
  if (step.wait === 'sandboxes') {
    const outcome = criAnswer(message, 'ListPodSandbox');
    if (outcome.ok) {
      sync.sandboxes = outcome.result.items.filter(({ metadata }) => metadata.uid === worker.uid);
      for (const { id } of sync.sandboxes) {
        sync.pending++;
        const then = thenOf(worker, sync, { wait: 'containers' });
        askRuntime(state, { call: 'ListContainers', podSandboxId: id }, then, ctx);
      }
    } else sync.failed = true;
  } else {
    const outcome = criAnswer(message, 'ListContainers');
    if (outcome.ok) sync.containers.push(...outcome.result.containers);
    else sync.failed = true;
  }
  if (sync.pending > 0) return;
  if (sync.failed) {
    worker.stale = true;
    finish(state, worker, sync, ctx);
    return;
  }
  worker.observed = observedPod(sync.sandboxes, sync.containers);
  const [newest] = worker.observed.sandboxes;
  sync.sandboxId = newest?.id ?? '';
  sync.sandboxIp = newest?.ip ?? '';
  sync.attempt = newest?.metadata.attempt ?? 0;
  sync.sandboxes = [];
  sync.containers.length = 0;
  if (worker.stage !== sync.stage) finish(state, worker, sync, ctx);
  else decide(state, worker, sync, ctx);
}

/** What is to be done, now that it is known what there is. */
function decide(state: KubeletState, worker: PodWorker, sync: Sync, ctx: KubeletContext): void {
  switch (worker.stage) {
    case 'running':
      decideRunning(state, worker, sync, ctx);
      break;
    case 'terminating':
      decideTerminating(state, worker, sync, ctx);
      break;
    case 'terminated':
      if (!worker.inApi) {
        const ids = worker.observed.sandboxes.map(({ id }) => id);
        if (ids.length > 0) sync.steps.push({ do: 'remove-sandboxes', ids });
      }
      goOn(state, worker, sync, ctx);
      break;
    case 'waiting':
      finish(state, worker, sync, ctx);
      break;
    default:
      worker.stage satisfies never;
  }
}

function decideRunning(state: KubeletState, worker: PodWorker, sync: Sync, ctx: KubeletContext): void {
  const { pod } = worker;
  addProbes(state, worker);
  const first = worker.status === undefined;
  refreshStatus(state, worker, false, ctx);
  if (first) setDeadline(worker, ctx);
  if (isTerminalPhase(worker.status?.phase)) {
    worker.sync = undefined;
    terminate(state, worker, ctx);
    return;
  }
  if (!state.runtime.networkReady && pod.spec.hostNetwork !== true) {
    // When it becomes ready, all pods are looked at again.
    const text = 'network is not ready: container runtime network not ready';
    recordPodEvent(state, worker, 'Warning', 'NetworkNotReady', text, ctx);
    finish(state, worker, sync, ctx);
    return;
  }
  const actions = computePodActions(pod, worker.observed, resultsOf(worker));
  sync.steps.push(...planSync(pod, worker.observed, actions));
  goOn(state, worker, sync, ctx);
}

function decideTerminating(state: KubeletState, worker: PodWorker, sync: Sync, ctx: KubeletContext): void {
  const { pod, observed, inApi } = worker;
  const steps = planKill(pod, observed, worker.kills === 0);
  if (steps.length > 0) {
    if (inApi) refreshStatus(state, worker, false, ctx);
    sendPodStatus(state, worker, ctx);
    worker.kills++;
    sync.steps.push(...steps);
    goOn(state, worker, sync, ctx);
    return;
  }
  if (runningContainers(observed).length > 0) throw new Error('A running container is missing from the plan.');
  stopProbes(worker, false, ctx);
  worker.stage = 'terminated';
  ctx.note('pod-finished', { uid: worker.uid, pod: worker.key });
  worker.admitted = false;
  // A pod that was over before this kubelet knew it, and of which nothing is left, has said its last word.
  const wasOver = worker.status === undefined && isTerminalPhase(pod.status?.phase) && observed.sandboxes.length === 0;
  if (inApi && !wasOver) refreshStatus(state, worker, true, ctx);
  sendPodStatus(state, worker, ctx);
  finish(state, worker, sync, ctx);
  startWaiting(state, worker, ctx);
}

/** A pod that waited for another one of its name. */
function startWaiting(state: KubeletState, { key }: PodWorker, ctx: KubeletContext): void {
  for (const worker of state.workers.values()) {
    if (worker.key !== key || worker.stage !== 'waiting') continue;
    worker.stage = 'running';
    requestSync(state, worker, ctx);
    return;
  }
}

function finish(state: KubeletState, worker: PodWorker, sync: Sync, ctx: KubeletContext): void {
  worker.sync = undefined;
  if (sync.changed || sync.failed) worker.stale = true;
  if (worker.stage === 'running' && (sync.failed || sync.backOffMs !== undefined)) {
    refreshStatus(state, worker, false, ctx);
  }
  if (sync.stage === 'terminated' && !worker.inApi && !sync.failed) {
    forget(state, worker, ctx);
    return;
  }
  if ((sync.changed && worker.kills < 2) || worker.again || worker.stage !== sync.stage) {
    requestSync(state, worker, ctx);
    return;
  }
  if (!sync.failed && !sync.changed && sync.backOffMs === undefined) return;
  const retryMs = state.settings.config.syncRetrySeconds * 1000 * (1 + 0.5 * ctx.random.unit());
  const waitMs = sync.failed ? Math.min(retryMs, sync.backOffMs ?? retryMs) : (sync.backOffMs ?? retryMs);
  ctx.setTimer(retryTimer(worker), waitMs, { to: 'retry', uid: worker.uid });
}

function setDeadline({ pod, status, uid }: PodWorker, ctx: KubeletContext): void {
  const { activeDeadlineSeconds } = pod.spec;
  if (activeDeadlineSeconds === undefined) return;
  const startedAt = parseTime(status?.startTime ?? '') ?? ctx.now;
  const leftMs = Math.max(0, activeDeadlineSeconds * 1000 - (ctx.now - startedAt) / 1000);
  ctx.setTimer(deadlineTimer(uid), leftMs, { to: 'deadline', uid });
}

function deadlineTimer(uid: string): string {
  return `deadline/${uid}`;
}

/** Nothing is left of the pod, neither in the API nor here. */
function forget(state: KubeletState, worker: PodWorker, ctx: KubeletContext): void {
  stopProbes(worker, false, ctx);
  ctx.cancelTimer(retryTimer(worker));
  ctx.cancelTimer(deadlineTimer(worker.uid));
  state.workers.delete(worker.uid);
}

function resultsOf({ probes }: PodWorker): ProbeResults {
  const find = (type: string) => (id: string) => {
    for (const probe of probes.values()) if (probe.type === type && probe.containerId === id) return probe.result;
    return undefined;
  };
  return { liveness: find('liveness'), startup: find('startup') };
}

function retryTimer({ uid }: PodWorker): string {
  return `retry/${uid}`;
}

function thenOf({ uid }: PodWorker, { id }: Sync, step: PodStep): Then {
  return { to: 'pod', uid, sync: id, step };
}
