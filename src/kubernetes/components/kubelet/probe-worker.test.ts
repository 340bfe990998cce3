/** Tables of upstream: pkg/kubelet/prober/worker_test.go (v1.34). */
import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod, Probe } from '../../api/object.ts';
import { formatTime } from '../../api/time.ts';
import { newProbeWorker, type ProbeType, prepareProbe, recordAnswer } from './probe-worker.ts';

const NOW = 1_000_000_000;

interface Single {
  readonly name: string;
  readonly type: string;
  readonly probe: Probe;
  readonly state: {
    readonly podStatus: string;
    readonly containerState: string;
    readonly secondsSinceStarted: number;
    readonly started: boolean;
    readonly deleting: boolean;
    readonly restartPolicy: string;
  };
  readonly outcome: string;
  readonly expected: { readonly continueProbing: boolean; readonly cachedResult: string | null };
}

const SINGLE: readonly Single[] = [
  {
    name: 'TestDoProbe: liveness: Pod failed',
    type: 'liveness',
    probe: { initialDelaySeconds: 0 },
    state: {
      podStatus: 'Failed',
      containerState: 'running',
      secondsSinceStarted: 0,
      started: true,
      deleting: false,
      restartPolicy: 'Never',
    },
    outcome: 'success',
    expected: { continueProbing: false, cachedResult: null },
  },
  {
    name: 'TestDoProbe: liveness: Container terminated',
    type: 'liveness',
    probe: { initialDelaySeconds: 0 },
    state: {
      podStatus: 'Running',
      containerState: 'terminated',
      secondsSinceStarted: 0,
      started: true,
      deleting: false,
      restartPolicy: 'Never',
    },
    outcome: 'success',
    expected: { continueProbing: false, cachedResult: 'Failure' },
  },
  {
    name: 'TestDoProbe: readiness: Pod failed',
    type: 'readiness',
    probe: { initialDelaySeconds: 0 },
    state: {
      podStatus: 'Failed',
      containerState: 'running',
      secondsSinceStarted: 0,
      started: true,
      deleting: false,
      restartPolicy: 'Never',
    },
    outcome: 'success',
    expected: { continueProbing: false, cachedResult: null },
  },
  {
    name: 'TestDoProbe: readiness: Container terminated',
    type: 'readiness',
    probe: { initialDelaySeconds: 0 },
    state: {
      podStatus: 'Running',
      containerState: 'terminated',
      secondsSinceStarted: 0,
      started: true,
      deleting: false,
      restartPolicy: 'Never',
    },
    outcome: 'success',
    expected: { continueProbing: false, cachedResult: 'Failure' },
  },
  {
    name: 'TestDoProbe: startup: Pod failed',
    type: 'startup',
    probe: { initialDelaySeconds: 0 },
    state: {
      podStatus: 'Failed',
      containerState: 'running',
      secondsSinceStarted: 0,
      started: false,
      deleting: false,
      restartPolicy: 'Never',
    },
    outcome: 'success',
    expected: { continueProbing: false, cachedResult: null },
  },
  {
    name: 'TestDoProbe: startup: Container terminated',
    type: 'startup',
    probe: { initialDelaySeconds: 0 },
    state: {
      podStatus: 'Running',
      containerState: 'terminated',
      secondsSinceStarted: 0,
      started: false,
      deleting: false,
      restartPolicy: 'Never',
    },
    outcome: 'success',
    expected: { continueProbing: false, cachedResult: 'Failure' },
  },
  {
    name: 'TestInitialDelay: liveness: after initial delay',
    type: 'liveness',
    probe: { initialDelaySeconds: 10 },
    state: {
      podStatus: 'Running',
      containerState: 'running',
      secondsSinceStarted: 100,
      started: true,
      deleting: false,
      restartPolicy: 'Never',
    },
    outcome: 'success',
    expected: { continueProbing: true, cachedResult: 'Success' },
  },
  {
    name: 'TestInitialDelay: startup: after initial delay',
    type: 'startup',
    probe: { initialDelaySeconds: 10 },
    state: {
      podStatus: 'Running',
      containerState: 'running',
      secondsSinceStarted: 100,
      started: false,
      deleting: false,
      restartPolicy: 'Never',
    },
    outcome: 'success',
    expected: { continueProbing: true, cachedResult: 'Success' },
  },
];

interface Sequence {
  readonly name: string;
  readonly type: string;
  readonly probe: Probe;
  readonly outcomes: readonly string[];
  readonly expected: {
    readonly cachedResults: readonly string[];
    readonly resultRunAfter: readonly number[];
    readonly onHoldAfter?: readonly boolean[];
  };
}

const SEQUENCES: readonly Sequence[] = [
  {
    name: 'TestStartupProbeFailureThreshold',
    type: 'startup',
    probe: { successThreshold: 1, failureThreshold: 3 },
    outcomes: ['failure', 'failure', 'failure'],
    expected: {
      cachedResults: ['Unknown', 'Unknown', 'Failure'],
      onHoldAfter: [false, false, true],
      resultRunAfter: [1, 2, 0],
    },
  },
  {
    name: 'TestResultRunOnStartupCheckFailure',
    type: 'startup',
    probe: { successThreshold: 1, failureThreshold: 3 },
    outcomes: ['failure', 'failure', 'failure'],
    expected: { cachedResults: ['Unknown', 'Unknown', 'Failure'], resultRunAfter: [1, 2, 0] },
  },
];

const result = (outcome: string) => (outcome === 'success' ? 'Success' : 'Failure');

function statusOf({ containerState, secondsSinceStarted, started }: Single['state']): ContainerStatus {
  const startedAt = formatTime(NOW - secondsSinceStarted * 1_000_000);
  const state = containerState === 'running' ? { running: { startedAt } } : { terminated: { exitCode: 0 } };
  return {
    name: 'c',
    image: '',
    imageID: '',
    ready: false,
    restartCount: 0,
    containerID: 'containerd://c',
    started,
    state,
  };
}

describe('a probe', () => {
  it.each(SINGLE.map((each) => [each.name, each] as const))(
    '%s',
    (_name, { type, probe, state, outcome, expected }) => {
      const worker = newProbeWorker('c', type as ProbeType);
      const metadata = state.deleting ? { deletionTimestamp: '2025-01-01T00:00:00Z' } : {};
      const pod = { metadata, spec: { restartPolicy: state.restartPolicy } } as unknown as Pod;
      const decision = prepareProbe(worker, probe, pod, state.podStatus, statusOf(state), NOW);
      if (decision === 'ask') recordAnswer(worker, probe, result(outcome));
      expect(decision !== 'stop').toBe(expected.continueProbing);
      expect(worker.result ?? null).toBe(expected.cachedResult);
    },
  );

  it.each(SEQUENCES.map((each) => [each.name, each] as const))('%s', (_name, { type, probe, outcomes, expected }) => {
    const worker = newProbeWorker('c', type as ProbeType);
    const pod = { metadata: {}, spec: { restartPolicy: 'Always' } } as unknown as Pod;
    const running = {
      podStatus: 'Running',
      containerState: 'running',
      secondsSinceStarted: 100,
      started: type !== 'startup',
      deleting: false,
      restartPolicy: 'Always',
    };
    const results: unknown[] = [];
    const runs: number[] = [];
    const holds: boolean[] = [];
    for (const outcome of outcomes) {
      if (prepareProbe(worker, probe, pod, 'Running', statusOf(running), NOW) === 'ask') {
        recordAnswer(worker, probe, result(outcome));
      }
      results.push(worker.result);
      runs.push(worker.resultRun);
      holds.push(worker.onHold);
    }
    expect(results).toEqual(expected.cachedResults);
    expect(runs).toEqual(expected.resultRunAfter);
    expect(holds).toEqual(expected.onHoldAfter ?? holds);
  });
});
