/** Tables of upstream: pkg/kubelet/kubelet_pods_test.go (v1.34), TestPodPhaseWith… */
import { describe, expect, it } from 'vitest';
import type { Pod } from '../../api/object.ts';
import { getPhase } from './pod-phase.ts';

interface Case {
  readonly name: string;
  readonly spec: object;
  readonly status: object;
  readonly terminal: boolean;
  readonly phase: string;
}

const CASES: readonly Case[] = [
  {
    name: 'init container waiting, terminated non-zero (kubelet-pod-phase/getPhase/001)',
    spec: {
      nodeName: 'machine',
      initContainers: [{ name: 'containerX', image: 'pause' }],
      containers: [
        { name: 'containerA', image: 'pause' },
        { name: 'containerB', image: 'pause' },
      ],
      restartPolicy: 'Always',
    },
    status: {
      initContainerStatuses: [
        { name: 'containerX', state: { waiting: {} }, lastState: { terminated: { exitCode: -1 } } },
      ],
    },
    terminal: false,
    phase: 'Pending',
  },
  {
    name: 'empty, waiting (kubelet-pod-phase/getPhase/005)',
    spec: {
      nodeName: 'machine',
      initContainers: [{ name: 'containerX', image: 'pause', restartPolicy: 'Always' }],
      containers: [
        { name: 'containerA', image: 'pause' },
        { name: 'containerB', image: 'pause' },
      ],
      restartPolicy: 'Always',
    },
    status: {},
    terminal: false,
    phase: 'Pending',
  },
  {
    name: 'restartable init container waiting, terminated non-zero (kubelet-pod-phase/getPhase/009)',
    spec: {
      nodeName: 'machine',
      initContainers: [{ name: 'containerX', image: 'pause', restartPolicy: 'Always' }],
      containers: [
        { name: 'containerA', image: 'pause' },
        { name: 'containerB', image: 'pause' },
      ],
      restartPolicy: 'Always',
    },
    status: {
      initContainerStatuses: [
        { name: 'containerX', state: { waiting: {} }, lastState: { terminated: { exitCode: -1 } } },
      ],
    },
    terminal: false,
    phase: 'Pending',
  },
  {
    name: 'restartable init container running, all regular containers running (kubelet-pod-phase/getPhase/013)',
    spec: {
      nodeName: 'machine',
      initContainers: [{ name: 'containerX', image: 'pause', restartPolicy: 'Always' }],
      containers: [
        { name: 'containerA', image: 'pause' },
        { name: 'containerB', image: 'pause' },
      ],
      restartPolicy: 'Always',
    },
    status: {
      initContainerStatuses: [{ name: 'containerX', state: { running: {} } }],
      containerStatuses: [
        { name: 'containerA', state: { running: {} } },
        { name: 'containerB', state: { running: {} } },
      ],
    },
    terminal: false,
    phase: 'Running',
  },
  {
    name: 'all regular containers succeeded and restartable init container succeeded with restart always, but the pod is terminal (kubelet-pod-phase/getPhase/017)',
    spec: {
      nodeName: 'machine',
      initContainers: [{ name: 'containerX', image: 'pause', restartPolicy: 'Always' }],
      containers: [
        { name: 'containerA', image: 'pause' },
        { name: 'containerB', image: 'pause' },
      ],
      restartPolicy: 'Always',
    },
    status: {
      initContainerStatuses: [{ name: 'containerX', state: { terminated: { exitCode: 0 } } }],
      containerStatuses: [
        { name: 'containerA', state: { terminated: { exitCode: 0 } } },
        { name: 'containerB', state: { terminated: { exitCode: 0 } } },
      ],
    },
    terminal: true,
    phase: 'Succeeded',
  },
  {
    name: 'regular init container is succeeded, restartable init container and regular containers are both running (kubelet-pod-phase/getPhase/021)',
    spec: {
      nodeName: 'machine',
      initContainers: [
        { name: 'containerX', image: 'pause' },
        { name: 'containerY', image: 'pause', restartPolicy: 'Always' },
      ],
      containers: [{ name: 'containerA', image: 'pause' }],
      restartPolicy: 'Always',
    },
    status: {
      initContainerStatuses: [
        { name: 'containerX', state: { terminated: { exitCode: 0 } } },
        { name: 'containerY', state: { running: {} } },
      ],
      containerStatuses: [{ name: 'containerA', state: { running: {} } }],
    },
    terminal: false,
    phase: 'Running',
  },
  {
    name: 'all failed with restart never (kubelet-pod-phase/getPhase/025)',
    spec: {
      nodeName: 'machine',
      containers: [
        { name: 'containerA', image: 'pause' },
        { name: 'containerB', image: 'pause' },
      ],
      restartPolicy: 'Never',
    },
    status: {
      containerStatuses: [
        { name: 'containerA', state: { terminated: { exitCode: -1 } } },
        { name: 'containerB', state: { terminated: { exitCode: -1 } } },
      ],
    },
    terminal: false,
    phase: 'Failed',
  },
  {
    name: 'empty, waiting (kubelet-pod-phase/getPhase/029)',
    spec: {
      nodeName: 'machine',
      initContainers: [{ name: 'containerX', image: 'pause' }],
      containers: [
        { name: 'containerA', image: 'pause' },
        { name: 'containerB', image: 'pause' },
      ],
      restartPolicy: 'Never',
    },
    status: {},
    terminal: false,
    phase: 'Pending',
  },
  {
    name: 'init container waiting, terminated non-zero (kubelet-pod-phase/getPhase/033)',
    spec: {
      nodeName: 'machine',
      initContainers: [{ name: 'containerX', image: 'pause' }],
      containers: [
        { name: 'containerA', image: 'pause' },
        { name: 'containerB', image: 'pause' },
      ],
      restartPolicy: 'Never',
    },
    status: {
      initContainerStatuses: [
        { name: 'containerX', state: { waiting: {} }, lastState: { terminated: { exitCode: -1 } } },
      ],
    },
    terminal: false,
    phase: 'Failed',
  },
  {
    name: 'restartable init container running (kubelet-pod-phase/getPhase/037)',
    spec: {
      nodeName: 'machine',
      initContainers: [{ name: 'containerX', image: 'pause', restartPolicy: 'Always' }],
      containers: [
        { name: 'containerA', image: 'pause' },
        { name: 'containerB', image: 'pause' },
      ],
      restartPolicy: 'Never',
    },
    status: { initContainerStatuses: [{ name: 'containerX', state: { running: {} } }] },
    terminal: false,
    phase: 'Pending',
  },
  {
    name: 'restartable init container waiting, not terminated (kubelet-pod-phase/getPhase/041)',
    spec: {
      nodeName: 'machine',
      initContainers: [{ name: 'containerX', image: 'pause', restartPolicy: 'Always' }],
      containers: [
        { name: 'containerA', image: 'pause' },
        { name: 'containerB', image: 'pause' },
      ],
      restartPolicy: 'Never',
    },
    status: { initContainerStatuses: [{ name: 'containerX', state: { waiting: {} } }] },
    terminal: false,
    phase: 'Pending',
  },
  {
    name: 'all containers succeeded (kubelet-pod-phase/getPhase/045)',
    spec: {
      nodeName: 'machine',
      initContainers: [{ name: 'containerX', image: 'pause', restartPolicy: 'Always' }],
      containers: [
        { name: 'containerA', image: 'pause' },
        { name: 'containerB', image: 'pause' },
      ],
      restartPolicy: 'Never',
    },
    status: {
      initContainerStatuses: [{ name: 'containerX', state: { terminated: { exitCode: 0 } } }],
      containerStatuses: [
        { name: 'containerA', state: { terminated: { exitCode: 0 } } },
        { name: 'containerB', state: { terminated: { exitCode: 0 } } },
      ],
    },
    terminal: false,
    phase: 'Succeeded',
  },
  {
    name: 'waiting (kubelet-pod-phase/getPhase/049)',
    spec: {
      nodeName: 'machine',
      containers: [
        { name: 'containerA', image: 'pause' },
        { name: 'containerB', image: 'pause' },
      ],
      restartPolicy: 'OnFailure',
    },
    status: {},
    terminal: false,
    phase: 'Pending',
  },
  {
    name: 'mixed state #1 with restart onfailure (kubelet-pod-phase/getPhase/053)',
    spec: {
      nodeName: 'machine',
      containers: [
        { name: 'containerA', image: 'pause' },
        { name: 'containerB', image: 'pause' },
      ],
      restartPolicy: 'OnFailure',
    },
    status: {
      containerStatuses: [
        { name: 'containerA', state: { running: {} } },
        { name: 'containerB', state: { terminated: { exitCode: 0 } } },
      ],
    },
    terminal: false,
    phase: 'Running',
  },
];

describe('getPhase', () => {
  it.each(CASES.map((each) => [each.name, each] as const))('%s', (_name, { spec, status, terminal, phase }) => {
    const pod = { spec, status } as Pod;
    const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
    expect(getPhase(pod, [...containerStatuses, ...initContainerStatuses], terminal)).toBe(phase);
  });
});
