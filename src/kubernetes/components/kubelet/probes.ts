/**
 * The probes of a pod: one timer for each, and only while it has something to ask (pkg/kubelet/prober/prober_manager.go).
 *
 * Upstream's workers tick from the moment when the pod is added, so that a container's first probe comes at a random point
 * of the period after its start; a readiness probe is asked at once as well. Here the timers begin with the container, and
 * the first period is cut short by chance.
 */
import type { Response } from '../../../sim/index.ts';
import type { Container, Probe } from '../../api/object.ts';
import { parseTime } from '../../api/time.ts';
import type { TrafficResult } from '../../protocol/container.ts';
import type { CriResponse } from '../../protocol/cri.ts';
import { overlayOf } from '../../protocol/places.ts';
import { askRuntime, nextNumber, nextSourcePort } from './ask.ts';
import { runtimeId } from './container-statuses.ts';
import { recordPodEvent } from './events.ts';
import { argsOf, type KubeletContext, type KubeletState, type Then } from './kubelet-state.ts';
import { statusOf } from './pod-phase.ts';
import type { PodWorker } from './pod-worker.ts';
import {
  execAnswer,
  networkAnswer,
  noAnswer,
  type ProbeAnswer,
  type ProbeRequest,
  probeRequest,
} from './probe-request.ts';
import {
  newProbeWorker,
  PROBE_TYPES,
  type ProbeType,
  type ProbeWorker,
  prepareProbe,
  recordAnswer,
} from './probe-worker.ts';
import { specOf } from './sync-plan.ts';

/** Makes a worker for each probe of the pod. After a restart what the API says of running containers is believed at first. */
export function addProbes(state: KubeletState, worker: PodWorker): void {
  const { pod, probes } = worker;
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    for (const type of PROBE_TYPES) {
      const key = `${type}/${container.name}`;
      if (probeOf(container, type) === undefined || probes.has(key)) continue;
      const probe = newProbeWorker(container.name, type);
      if (state.settings.guards.keepReadiness) believe(probe, worker);
      probes.set(key, probe);
    }
  }
}

function believe(probe: ProbeWorker, { pod, observed }: PodWorker): void {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const status = statusOf([...containerStatuses, ...initContainerStatuses], probe.container);
  const id = runtimeId(status);
  if (status === undefined || id === undefined) return;
  if (!observed.containers.some((container) => container.id === id && container.state === 'RUNNING')) return;
  const well = probe.type === 'readiness' ? status.ready : status.started === true;
  if (!well) return;
  probe.containerId = id;
  probe.result = 'Success';
}

/** Sets the timers of those probes that have something to ask from now on. Call it when the pod's status has changed. */
export function armProbes(worker: PodWorker, ctx: KubeletContext): void {
  for (const [key, probe] of worker.probes) {
    if (probe.ticking) continue;
    const status = statusOfContainer(worker, probe.container);
    const running = status?.state?.running;
    if (status === undefined || running === undefined) continue;
    const spec = probeSpec(worker, probe);
    if (spec === undefined || (status.started === true) === (probe.type === 'startup')) continue;
    if (probe.onHold && probe.containerId === runtimeId(status)) continue;
    const period = (spec.periodSeconds ?? 10) * 1000;
    const sinceMs = (ctx.now - (parseTime(running.startedAt ?? '') ?? ctx.now)) / 1000;
    const delay = Math.max(0, (spec.initialDelaySeconds ?? 0) * 1000 - sinceMs);
    const jitter = probe.type === 'readiness' && delay === 0 ? 0 : ctx.random.uniform(0, period);
    probe.ticking = true;
    ctx.setTimer(timerOf(worker, key), delay + jitter, { to: 'probe-tick', uid: worker.uid, probe: key });
  }
}

/** It is time for a probe. Whether what is believed of the container has changed by that alone. */
export function tickProbe(state: KubeletState, worker: PodWorker, key: string, ctx: KubeletContext): void {
  const probe = worker.probes.get(key);
  const spec = probe && probeSpec(worker, probe);
  if (probe === undefined || spec === undefined) return;
  const status = statusOfContainer(worker, probe.container);
  const decision = prepareProbe(probe, spec, worker.pod, worker.status?.phase, status, ctx.now);
  const running = status?.state?.running !== undefined;
  const finished = probe.type === 'startup' && status?.started === true;
  if (decision === 'stop' || probe.onHold || !running || finished) {
    probe.ticking = false; // armProbes sets it going again for a new container.
    return;
  }
  ctx.setTimer(timerOf(worker, key), (spec.periodSeconds ?? 10) * 1000, {
    to: 'probe-tick',
    uid: worker.uid,
    probe: key,
  });
  if (decision === 'ask' && probe.asking === undefined) ask(state, worker, key, probe, spec, ctx);
}

/** Whether what is believed of the container has changed. */
export function probeAnswered(
  state: KubeletState,
  worker: PodWorker,
  { probe: key, asking }: Extract<Then, { to: 'probe-answer' }>,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): boolean {
  const probe = worker.probes.get(key);
  const spec = probe && probeSpec(worker, probe);
  if (probe === undefined || spec === undefined || probe.asking !== asking) return false;
  probe.asking = undefined;
  const answer = answerOf(worker, probe, spec, message, ctx);
  if (answer === undefined) return false;
  if (answer.result === 'Failure') {
    const text = `${probe.type[0]?.toUpperCase()}${probe.type.slice(1)} probe failed: ${answer.output}`;
    recordPodEvent(state, worker, 'Warning', 'Unhealthy', text, ctx, probe.container);
  }
  return recordAnswer(probe, spec, answer.result);
}

/** `keepReadiness`: only those that could have the container killed are stopped. */
export function stopProbes(worker: PodWorker, keepReadiness: boolean, ctx: KubeletContext): void {
  for (const [key, probe] of worker.probes) {
    if (keepReadiness && probe.type === 'readiness') continue;
    probe.asking = undefined;
    probe.ticking = false;
    ctx.cancelTimer(timerOf(worker, key));
    if (!keepReadiness) worker.probes.delete(key);
  }
}

function ask(
  state: KubeletState,
  worker: PodWorker,
  key: string,
  probe: ProbeWorker,
  spec: Probe,
  ctx: KubeletContext,
): void {
  const request = requestOf(worker, probe, spec, nextSourcePort(state), ctx);
  if (request === undefined) return;
  const asking = nextNumber(state);
  probe.asking = asking;
  const then: Then = { to: 'probe-answer', uid: worker.uid, probe: key, asking };
  const timeoutSeconds = spec.timeoutSeconds ?? 1;
  if (request.via === 'runtime') {
    const { command } = request;
    // The runtime keeps the time; the rest is for the case that it does not.
    const call = { call: 'ExecSync', containerId: probe.containerId, cmd: command, timeoutSeconds } as const;
    askRuntime(state, call, then, ctx, timeoutSeconds * 1000 + 1000);
  } else {
    ctx.request(overlayOf(ctx.host), { traffic: request.packet }, { timeoutMs: timeoutSeconds * 1000, then });
  }
}

function answerOf(
  worker: PodWorker,
  probe: ProbeWorker,
  spec: Probe,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): ProbeAnswer | undefined {
  if (spec.exec !== undefined) {
    if (message.ok) return execAnswer(message.body as CriResponse);
    return message.failure === 'timeout' ? { result: 'Failure', output: 'command timed out' } : undefined;
  }
  const request = requestOf(worker, probe, spec, 0, ctx);
  if (request?.via !== 'network') return undefined;
  return message.ok ? networkAnswer(request, message.body as TrafficResult) : noAnswer(request, message.failure);
}

function requestOf(
  worker: PodWorker,
  { container }: ProbeWorker,
  spec: Probe,
  port: number,
  ctx: KubeletContext,
): ProbeRequest | undefined {
  const of = specOf(worker.pod, container);
  const source = { ip: argsOf(ctx).node.internalIP, port };
  return of && probeRequest(spec, of, source, worker.status?.podIP ?? '');
}

function probeSpec({ pod }: PodWorker, { container, type }: ProbeWorker): Probe | undefined {
  const spec = specOf(pod, container);
  return spec && probeOf(spec, type);
}

function probeOf(container: Container, type: ProbeType): Probe | undefined {
  return container[`${type}Probe`];
}

function statusOfContainer({ status }: PodWorker, name: string) {
  return statusOf([...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])], name);
}

function timerOf({ uid }: PodWorker, key: string): string {
  return `probe/${uid}/${key}`;
}
