/** Tables of upstream: pkg/kubelet/status/generate_test.go (v1.34). */
import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod, PodCondition } from '../../api/object.ts';
import {
  generateContainersReadyCondition,
  generatePodInitializedCondition,
  generatePodReadyCondition,
} from './pod-conditions.ts';
import type { PodPhase } from './pod-phase.ts';

interface Case {
  readonly name: string;
  readonly step: string;
  readonly spec: object;
  readonly phase: string;
  readonly statuses: readonly object[] | null;
  readonly conditions: readonly object[];
  readonly expected: object;
}

const CASES: readonly Case[] = [
  {
    name: 'containersReady: test case 1',
    step: 'containersReady',
    spec: { containers: [] },
    phase: 'Running',
    statuses: [],
    conditions: [],
    expected: { type: 'ContainersReady', status: 'True' },
  },
  {
    name: 'containersReady: test case 5',
    step: 'containersReady',
    spec: {
      containers: [
        { name: '1234', image: 'pause' },
        { name: '5678', image: 'pause' },
      ],
    },
    phase: 'Running',
    statuses: [
      { name: '1234', ready: true },
      { name: '5678', ready: false },
    ],
    conditions: [],
    expected: {
      type: 'ContainersReady',
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [5678]',
    },
  },
  {
    name: 'containersReady: test case 9',
    step: 'containersReady',
    spec: {
      containers: [{ name: 'regular-1', image: 'pause' }],
      initContainers: [
        { name: 'restartable-init-1', image: 'pause', restartPolicy: 'Always' },
        { name: 'restartable-init-2', image: 'pause', restartPolicy: 'Always' },
      ],
    },
    phase: 'Running',
    statuses: [
      { name: 'restartable-init-1', ready: true },
      { name: 'regular-1', ready: true },
    ],
    conditions: [],
    expected: {
      type: 'ContainersReady',
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unknown status: [restartable-init-2]',
    },
  },
  {
    name: 'podReady: test case 2',
    step: 'podReady',
    spec: { containers: [{ name: '1234', image: 'pause' }] },
    phase: 'Running',
    statuses: [],
    conditions: [],
    expected: {
      type: 'Ready',
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unknown status: [1234]',
    },
  },
  {
    name: 'podReady: test case 6',
    step: 'podReady',
    spec: { containers: [{ name: '1234', image: 'pause' }] },
    phase: 'Succeeded',
    statuses: [{ name: '1234', ready: false }],
    conditions: [],
    expected: { type: 'Ready', status: 'False', reason: 'PodCompleted' },
  },
  {
    name: 'podReady: test case 10',
    step: 'podReady',
    spec: { containers: [], readinessGates: [{ conditionType: 'gate1' }, { conditionType: 'gate2' }] },
    phase: 'Running',
    statuses: [],
    conditions: [{ type: 'gate1', status: 'True' }],
    expected: {
      type: 'Ready',
      status: 'False',
      reason: 'ReadinessGatesNotReady',
      message: 'corresponding condition of pod readiness gate "gate2" does not exist.',
    },
  },
  {
    name: 'podInitialized: test case 0',
    step: 'podInitialized',
    spec: {
      containers: [{ name: 'regular', image: 'pause' }],
      initContainers: [
        { name: '1234', image: 'pause' },
        { name: '5678', image: 'pause' },
      ],
    },
    phase: 'Running',
    statuses: null,
    conditions: [],
    expected: { type: 'Initialized', status: 'False', reason: 'UnknownContainerStatuses' },
  },
  {
    name: 'podInitialized: test case 4',
    step: 'podInitialized',
    spec: {
      containers: [{ name: 'regular', image: 'pause' }],
      initContainers: [
        { name: '1234', image: 'pause' },
        { name: '5678', image: 'pause' },
      ],
    },
    phase: 'Running',
    statuses: [{ name: '1234', ready: true }],
    conditions: [],
    expected: { type: 'Initialized', status: 'False', reason: 'ContainersNotInitialized' },
  },
  {
    name: 'podInitialized: test case 8',
    step: 'podInitialized',
    spec: {
      containers: [{ name: 'regular', image: 'pause' }],
      initContainers: [{ name: '1234', image: 'pause', restartPolicy: 'Always' }],
    },
    phase: 'Running',
    statuses: [{ name: '1234', started: true }],
    conditions: [],
    expected: { type: 'Initialized', status: 'True' },
  },
];

function generate({ step, spec, phase, statuses, conditions }: Case) {
  const pod = { metadata: {}, spec } as Pod;
  const given = (statuses ?? undefined) as readonly ContainerStatus[] | undefined;
  if (step === 'containersReady') return generateContainersReadyCondition(pod, given, phase as PodPhase);
  if (step === 'podInitialized') return generatePodInitializedCondition(pod, given, phase as PodPhase);
  return generatePodReadyCondition(pod, conditions as readonly PodCondition[], given, phase as PodPhase);
}

describe('the conditions of a pod', () => {
  it.each(CASES.map((each) => [each.name, each] as const))('%s', (_name, each) => {
    expect(generate(each)).toMatchObject(each.expected);
  });
});
