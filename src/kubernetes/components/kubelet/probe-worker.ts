/**
 * One probe of one container: when it is asked, and what its answers come to. Pure: probes.ts asks and keeps the time
 * (pkg/kubelet/prober/worker.go).
 */
import type { ContainerStatus, Pod, Probe } from '../../api/object.ts';
import { parseTime } from '../../api/time.ts';
import { runtimeId } from './container-statuses.ts';
import type { ProbeResult } from './pod-actions.ts';

export type ProbeType = 'startup' | 'readiness' | 'liveness';

export const PROBE_TYPES: readonly ProbeType[] = ['startup', 'readiness', 'liveness'];

/** Plain data. */
export interface ProbeWorker {
  readonly container: string;
  readonly type: ProbeType;
  /** The container that it has last seen; '': none yet. */
  containerId: string;
  /** What is believed of that container; undefined: nothing. */
  result: ProbeResult | undefined;
  /** The last answer, and how often it has come in a row. */
  lastAnswer: ProbeResult | undefined;
  resultRun: number;
  /** No more probes until there is a new container. */
  onHold: boolean;
  /** The request under way; answers to others are not listened to. */
  asking: number | undefined;
  /** Whether its timer is set. */
  ticking: boolean;
}

/** What is believed of a container before its probe has said anything. */
export const INITIAL_RESULTS: Readonly<Record<ProbeType, ProbeResult>> = {
  readiness: 'Failure',
  liveness: 'Success',
  startup: 'Unknown',
};

export function newProbeWorker(container: string, type: ProbeType): ProbeWorker {
  return {
    container,
    type,
    containerId: '',
    result: undefined,
    lastAnswer: undefined,
    resultRun: 0,
    onHold: false,
    asking: undefined,
    ticking: false,
  };
}

/** What to do now: `ask` the container, `wait` for the next time, or `stop` for good. */
export type ProbeDecision = 'ask' | 'wait' | 'stop';

/** The first half of doProbe: everything before the question. Changes the worker. `now` in microseconds. */
export function prepareProbe(
  worker: ProbeWorker,
  probe: Probe,
  pod: Pod,
  phase: string | undefined,
  status: ContainerStatus | undefined,
  now: number,
): ProbeDecision {
  if (phase === 'Failed' || phase === 'Succeeded') return 'stop';
  const id = runtimeId(status);
  if (status === undefined || id === undefined) return 'wait';
  if (worker.containerId !== id) {
    worker.containerId = id;
    worker.result = INITIAL_RESULTS[worker.type];
    worker.onHold = false;
    worker.asking = undefined;
  }
  if (worker.onHold) return 'wait';
  const { running, terminated } = status.state ?? {};
  if (running === undefined) {
    worker.result = 'Failure';
    return terminated === undefined || pod.spec.restartPolicy !== 'Never' ? 'wait' : 'stop';
  }
  if (pod.metadata.deletionTimestamp !== undefined && worker.type !== 'readiness') {
    worker.result = 'Success'; // So that it ends in quiet.
    return 'stop';
  }
  const startedAt = parseTime(running.startedAt ?? '') ?? now;
  if (Math.floor((now - startedAt) / 1_000_000) < (probe.initialDelaySeconds ?? 0)) return 'wait';
  // Startup probes until it has started, the others from then on.
  return (status.started === true) === (worker.type === 'startup') ? 'wait' : 'ask';
}

/** The second half: an answer. Changes the worker; whether `result` is another than before. */
export function recordAnswer(worker: ProbeWorker, probe: Probe, answer: 'Success' | 'Failure'): boolean {
  if (worker.lastAnswer === answer) worker.resultRun++;
  else {
    worker.lastAnswer = answer;
    worker.resultRun = 1;
  }
  const threshold = answer === 'Failure' ? (probe.failureThreshold ?? 3) : (probe.successThreshold ?? 1);
  if (worker.resultRun < threshold) return false;
  const changed = worker.result !== answer;
  worker.result = answer;
  if (answer === 'Failure' && worker.type !== 'readiness') {
    // The container will be killed: nothing may run in it meanwhile.
    worker.onHold = true;
    worker.resultRun = 0;
  }
  return changed;
}
