/** Tables of upstream: pkg/kubelet/kuberuntime/kuberuntime_manager_test.go (v1.34), TestComputePodActions and its variants. */
import { describe, expect, it } from 'vitest';
import type { Container, Pod } from '../../api/object.ts';
import type { ContainerInfo, PodSandbox } from '../../protocol/cri.ts';
import { computePodActions } from './compute-pod-actions.ts';
import { HASH_ANNOTATION, hashContainer } from './container-hash.ts';
import { observedPod } from './observed-pod.ts';
import type { ProbeResult } from './pod-actions.ts';
import { specOf } from './sync-plan.ts';

interface Case {
  readonly name: string;
  readonly id: string;
  readonly spec: object;
  readonly runtime: {
    readonly sandboxes: readonly { id: string; state: string; attempt: number; ip?: string }[];
    readonly containers: readonly {
      id: string;
      name: string;
      state: string;
      specHashMatches: boolean;
      exitCode?: number;
    }[];
  };
  readonly probes: { readonly liveness: Record<string, string>; readonly startup: Record<string, string> };
  readonly expected: Record<string, unknown>;
}

const CASES = [
  {
    name: 'start pod sandbox and all containers for a new pod',
    id: 'kubelet-pod-actions/regular/001',
    spec: {
      restartPolicy: 'Always',
      containers: [
        { name: 'foo1', image: 'busybox' },
        { name: 'foo2', image: 'busybox' },
        { name: 'foo3', image: 'busybox' },
      ],
    },
    runtime: { sandboxes: [], containers: [] },
    probes: { liveness: {}, startup: {} },
    expected: {
      killPod: true,
      createSandbox: true,
      sandboxID: '',
      attempt: 0,
      initContainersToStart: [],
      containersToStart: [0, 1, 2],
      containersToKill: [],
      ephemeralContainersToStart: [],
    },
  },
  {
    name: "don't restart containers if RestartPolicy == Never",
    id: 'kubelet-pod-actions/regular/005',
    spec: {
      restartPolicy: 'Never',
      containers: [
        { name: 'foo1', image: 'busybox' },
        { name: 'foo2', image: 'busybox' },
        { name: 'foo3', image: 'busybox' },
      ],
    },
    runtime: {
      sandboxes: [{ id: 'sandboxID', state: 'SANDBOX_READY', attempt: 0, ip: '10.0.0.1' }],
      containers: [
        { id: 'id1', name: 'foo1', state: 'exited', specHashMatches: true, exitCode: 0 },
        { id: 'id2', name: 'foo2', state: 'exited', specHashMatches: true, exitCode: 111 },
        { id: 'id3', name: 'foo3', state: 'running', specHashMatches: true },
      ],
    },
    probes: { liveness: {}, startup: {} },
    expected: {
      killPod: false,
      createSandbox: false,
      sandboxID: 'sandboxID',
      attempt: 0,
      initContainersToStart: [],
      containersToStart: [],
      containersToKill: [],
      ephemeralContainersToStart: [],
    },
  },
  {
    name: "Kill and recreate the container if the container's spec changed",
    id: 'kubelet-pod-actions/regular/009',
    spec: {
      restartPolicy: 'Always',
      containers: [
        { name: 'foo1', image: 'busybox' },
        { name: 'foo2', image: 'busybox' },
        { name: 'foo3', image: 'busybox' },
      ],
    },
    runtime: {
      sandboxes: [{ id: 'sandboxID', state: 'SANDBOX_READY', attempt: 0, ip: '10.0.0.1' }],
      containers: [
        { id: 'id1', name: 'foo1', state: 'running', specHashMatches: true },
        { id: 'id2', name: 'foo2', state: 'running', specHashMatches: false },
        { id: 'id3', name: 'foo3', state: 'running', specHashMatches: true },
      ],
    },
    probes: { liveness: {}, startup: {} },
    expected: {
      killPod: false,
      createSandbox: false,
      sandboxID: 'sandboxID',
      attempt: 0,
      initContainersToStart: [],
      containersToStart: [1],
      containersToKill: ['id2'],
      ephemeralContainersToStart: [],
    },
  },
  {
    name: 'Verify we do not create a pod sandbox if no ready sandbox for pod with RestartPolicy=OnFailure and all containers succeeded',
    id: 'kubelet-pod-actions/regular/013',
    spec: {
      restartPolicy: 'OnFailure',
      containers: [
        { name: 'foo1', image: 'busybox' },
        { name: 'foo2', image: 'busybox' },
        { name: 'foo3', image: 'busybox' },
      ],
    },
    runtime: {
      sandboxes: [{ id: 'sandboxID', state: 'SANDBOX_NOTREADY', attempt: 1, ip: '10.0.0.1' }],
      containers: [
        { id: 'id1', name: 'foo1', state: 'exited', specHashMatches: true, exitCode: 0 },
        { id: 'id2', name: 'foo2', state: 'exited', specHashMatches: true, exitCode: 0 },
        { id: 'id3', name: 'foo3', state: 'exited', specHashMatches: true, exitCode: 0 },
      ],
    },
    probes: { liveness: {}, startup: {} },
    expected: {
      killPod: true,
      createSandbox: false,
      sandboxID: 'sandboxID',
      attempt: 2,
      initContainersToStart: [],
      containersToStart: [],
      containersToKill: [],
      ephemeralContainersToStart: [],
    },
  },
  {
    name: 'initialization completed; start all containers',
    id: 'kubelet-pod-actions/init/000',
    spec: {
      restartPolicy: 'Always',
      containers: [
        { name: 'foo1', image: 'busybox' },
        { name: 'foo2', image: 'busybox' },
        { name: 'foo3', image: 'busybox' },
      ],
      initContainers: [
        { name: 'init1', image: 'bar-image' },
        { name: 'init2', image: 'bar-image' },
        { name: 'init3', image: 'bar-image' },
      ],
    },
    runtime: {
      sandboxes: [{ id: 'sandboxID', state: 'SANDBOX_READY', attempt: 0, ip: '10.0.0.1' }],
      containers: [
        { id: 'initid1', name: 'init1', state: 'exited', specHashMatches: true, exitCode: 0 },
        { id: 'initid2', name: 'init2', state: 'exited', specHashMatches: true, exitCode: 0 },
        { id: 'initid3', name: 'init3', state: 'exited', specHashMatches: true, exitCode: 0 },
      ],
    },
    probes: { liveness: {}, startup: {} },
    expected: {
      killPod: false,
      createSandbox: false,
      sandboxID: 'sandboxID',
      attempt: 0,
      initContainersToStart: [],
      containersToStart: [0, 1, 2],
      containersToKill: [],
      ephemeralContainersToStart: [],
    },
  },
  {
    name: 'initialization failed; restart the last init container if RestartPolicy == Always',
    id: 'kubelet-pod-actions/init/004',
    spec: {
      restartPolicy: 'Always',
      containers: [
        { name: 'foo1', image: 'busybox' },
        { name: 'foo2', image: 'busybox' },
        { name: 'foo3', image: 'busybox' },
      ],
      initContainers: [
        { name: 'init1', image: 'bar-image' },
        { name: 'init2', image: 'bar-image' },
        { name: 'init3', image: 'bar-image' },
      ],
    },
    runtime: {
      sandboxes: [{ id: 'sandboxID', state: 'SANDBOX_READY', attempt: 0, ip: '10.0.0.1' }],
      containers: [
        { id: 'initid1', name: 'init1', state: 'exited', specHashMatches: true, exitCode: 0 },
        { id: 'initid2', name: 'init2', state: 'exited', specHashMatches: true, exitCode: 0 },
        { id: 'initid3', name: 'init3', state: 'exited', specHashMatches: true, exitCode: 137 },
      ],
    },
    probes: { liveness: {}, startup: {} },
    expected: {
      killPod: false,
      createSandbox: false,
      sandboxID: 'sandboxID',
      attempt: 0,
      initContainersToStart: [2],
      containersToStart: [],
      containersToKill: [],
      ephemeralContainersToStart: [],
    },
  },
  {
    name: 'init container state unknown; kill and recreate the last init container if RestartPolicy == OnFailure',
    id: 'kubelet-pod-actions/init/008',
    spec: {
      restartPolicy: 'OnFailure',
      containers: [
        { name: 'foo1', image: 'busybox' },
        { name: 'foo2', image: 'busybox' },
        { name: 'foo3', image: 'busybox' },
      ],
      initContainers: [
        { name: 'init1', image: 'bar-image' },
        { name: 'init2', image: 'bar-image' },
        { name: 'init3', image: 'bar-image' },
      ],
    },
    runtime: {
      sandboxes: [{ id: 'sandboxID', state: 'SANDBOX_READY', attempt: 0, ip: '10.0.0.1' }],
      containers: [
        { id: 'initid1', name: 'init1', state: 'exited', specHashMatches: true, exitCode: 0 },
        { id: 'initid2', name: 'init2', state: 'exited', specHashMatches: true, exitCode: 0 },
        { id: 'initid3', name: 'init3', state: 'unknown', specHashMatches: true },
      ],
    },
    probes: { liveness: {}, startup: {} },
    expected: {
      killPod: false,
      createSandbox: false,
      sandboxID: 'sandboxID',
      attempt: 0,
      initContainersToStart: [2],
      containersToStart: [],
      containersToKill: ['initid3'],
      ephemeralContainersToStart: [],
    },
  },
  {
    name: 'Pod sandbox not ready, init container failed, and RestartPolicy == OnFailure; create a new pod sandbox',
    id: 'kubelet-pod-actions/init/012',
    spec: {
      restartPolicy: 'OnFailure',
      containers: [
        { name: 'foo1', image: 'busybox' },
        { name: 'foo2', image: 'busybox' },
        { name: 'foo3', image: 'busybox' },
      ],
      initContainers: [
        { name: 'init1', image: 'bar-image' },
        { name: 'init2', image: 'bar-image' },
        { name: 'init3', image: 'bar-image' },
      ],
    },
    runtime: {
      sandboxes: [{ id: 'sandboxID', state: 'SANDBOX_NOTREADY', attempt: 0, ip: '10.0.0.1' }],
      containers: [
        { id: 'initid1', name: 'init1', state: 'exited', specHashMatches: true, exitCode: 0 },
        { id: 'initid2', name: 'init2', state: 'exited', specHashMatches: true, exitCode: 0 },
        { id: 'initid3', name: 'init3', state: 'exited', specHashMatches: true, exitCode: 137 },
      ],
    },
    probes: { liveness: {}, startup: {} },
    expected: {
      killPod: true,
      createSandbox: true,
      sandboxID: 'sandboxID',
      attempt: 1,
      initContainersToStart: [0],
      containersToStart: [],
      containersToKill: [],
      ephemeralContainersToStart: [],
    },
  },
  {
    name: 'no init containers have been started; start the first one',
    id: 'kubelet-pod-actions/restartable-init/001',
    spec: {
      restartPolicy: 'Always',
      containers: [
        { name: 'foo1', image: 'busybox' },
        { name: 'foo2', image: 'busybox' },
        { name: 'foo3', image: 'busybox' },
      ],
      initContainers: [
        { name: 'restartable-init-1', image: 'bar-image', restartPolicy: 'Always' },
        {
          name: 'restartable-init-2',
          image: 'bar-image',
          restartPolicy: 'Always',
          livenessProbe: { exec: { command: ['true'] } },
          startupProbe: { exec: { command: ['true'] } },
        },
        {
          name: 'restartable-init-3',
          image: 'bar-image',
          restartPolicy: 'Always',
          livenessProbe: { exec: { command: ['true'] } },
          startupProbe: { exec: { command: ['true'] } },
        },
      ],
    },
    runtime: { sandboxes: [{ id: 'sandboxID', state: 'SANDBOX_READY', attempt: 0, ip: '10.0.0.1' }], containers: [] },
    probes: {
      liveness: { initid2: 'Success', initid3: 'Success' },
      startup: { initid2: 'Success', initid3: 'Success' },
    },
    expected: {
      killPod: false,
      createSandbox: false,
      sandboxID: 'sandboxID',
      attempt: 0,
      initContainersToStart: [0],
      containersToStart: [],
      containersToKill: [],
      ephemeralContainersToStart: [],
    },
  },
  {
    name: 'livenessProbe in progress; start the next',
    id: 'kubelet-pod-actions/restartable-init/005',
    spec: {
      restartPolicy: 'Always',
      containers: [
        { name: 'foo1', image: 'busybox' },
        { name: 'foo2', image: 'busybox' },
        { name: 'foo3', image: 'busybox' },
      ],
      initContainers: [
        { name: 'restartable-init-1', image: 'bar-image', restartPolicy: 'Always' },
        {
          name: 'restartable-init-2',
          image: 'bar-image',
          restartPolicy: 'Always',
          livenessProbe: { exec: { command: ['true'] } },
          startupProbe: { exec: { command: ['true'] } },
        },
        {
          name: 'restartable-init-3',
          image: 'bar-image',
          restartPolicy: 'Always',
          livenessProbe: { exec: { command: ['true'] } },
          startupProbe: { exec: { command: ['true'] } },
        },
      ],
    },
    runtime: {
      sandboxes: [{ id: 'sandboxID', state: 'SANDBOX_READY', attempt: 0, ip: '10.0.0.1' }],
      containers: [
        { id: 'initid1', name: 'restartable-init-1', state: 'running', specHashMatches: true },
        { id: 'initid2', name: 'restartable-init-2', state: 'running', specHashMatches: true },
      ],
    },
    probes: {
      liveness: { initid2: 'Unknown', initid3: 'Success' },
      startup: { initid2: 'Success', initid3: 'Success' },
    },
    expected: {
      killPod: false,
      createSandbox: false,
      sandboxID: 'sandboxID',
      attempt: 0,
      initContainersToStart: [2],
      containersToStart: [],
      containersToKill: [],
      ephemeralContainersToStart: [],
    },
  },
  {
    name: 'startupProbe in progress; do nothing',
    id: 'kubelet-pod-actions/restartable-init/009',
    spec: {
      restartPolicy: 'Always',
      containers: [
        { name: 'foo1', image: 'busybox' },
        { name: 'foo2', image: 'busybox' },
        { name: 'foo3', image: 'busybox' },
      ],
      initContainers: [
        { name: 'restartable-init-1', image: 'bar-image', restartPolicy: 'Always' },
        {
          name: 'restartable-init-2',
          image: 'bar-image',
          restartPolicy: 'Always',
          livenessProbe: { exec: { command: ['true'] } },
          startupProbe: { exec: { command: ['true'] } },
        },
        {
          name: 'restartable-init-3',
          image: 'bar-image',
          restartPolicy: 'Always',
          livenessProbe: { exec: { command: ['true'] } },
          startupProbe: { exec: { command: ['true'] } },
        },
      ],
    },
    runtime: {
      sandboxes: [{ id: 'sandboxID', state: 'SANDBOX_READY', attempt: 0, ip: '10.0.0.1' }],
      containers: [
        { id: 'initid1', name: 'restartable-init-1', state: 'running', specHashMatches: true },
        { id: 'initid2', name: 'restartable-init-2', state: 'running', specHashMatches: true },
      ],
    },
    probes: {
      liveness: { initid2: 'Success', initid3: 'Success' },
      startup: { initid2: 'Unknown', initid3: 'Success' },
    },
    expected: {
      killPod: false,
      createSandbox: false,
      sandboxID: 'sandboxID',
      attempt: 0,
      initContainersToStart: [],
      containersToStart: [],
      containersToKill: [],
      ephemeralContainersToStart: [],
    },
  },
  {
    name: 'restart terminated restartable init container and next init container',
    id: 'kubelet-pod-actions/restartable-init/013',
    spec: {
      restartPolicy: 'Always',
      containers: [
        { name: 'foo1', image: 'busybox' },
        { name: 'foo2', image: 'busybox' },
        { name: 'foo3', image: 'busybox' },
      ],
      initContainers: [
        { name: 'restartable-init-1', image: 'bar-image', restartPolicy: 'Always' },
        {
          name: 'restartable-init-2',
          image: 'bar-image',
          restartPolicy: 'Always',
          livenessProbe: { exec: { command: ['true'] } },
          startupProbe: { exec: { command: ['true'] } },
        },
        {
          name: 'restartable-init-3',
          image: 'bar-image',
          restartPolicy: 'Always',
          livenessProbe: { exec: { command: ['true'] } },
          startupProbe: { exec: { command: ['true'] } },
        },
      ],
    },
    runtime: {
      sandboxes: [{ id: 'sandboxID', state: 'SANDBOX_READY', attempt: 0, ip: '10.0.0.1' }],
      containers: [
        { id: 'initid1', name: 'restartable-init-1', state: 'exited', specHashMatches: true, exitCode: 0 },
        { id: 'initid2', name: 'restartable-init-2', state: 'running', specHashMatches: true },
        { id: 'initid3', name: 'restartable-init-3', state: 'exited', specHashMatches: true, exitCode: 0 },
      ],
    },
    probes: {
      liveness: { initid2: 'Success', initid3: 'Success' },
      startup: { initid2: 'Success', initid3: 'Success' },
    },
    expected: {
      killPod: false,
      createSandbox: false,
      sandboxID: 'sandboxID',
      attempt: 0,
      initContainersToStart: [0, 2],
      containersToStart: [],
      containersToKill: [],
      ephemeralContainersToStart: [],
    },
  },
  {
    name: 'Pod sandbox not ready, restartable init container failed, and RestartPolicy == OnFailure; create a new pod sandbox',
    id: 'kubelet-pod-actions/restartable-init/017',
    spec: {
      restartPolicy: 'OnFailure',
      containers: [
        { name: 'foo1', image: 'busybox' },
        { name: 'foo2', image: 'busybox' },
        { name: 'foo3', image: 'busybox' },
      ],
      initContainers: [
        { name: 'restartable-init-1', image: 'bar-image', restartPolicy: 'Always' },
        {
          name: 'restartable-init-2',
          image: 'bar-image',
          restartPolicy: 'Always',
          livenessProbe: { exec: { command: ['true'] } },
          startupProbe: { exec: { command: ['true'] } },
        },
        {
          name: 'restartable-init-3',
          image: 'bar-image',
          restartPolicy: 'Always',
          livenessProbe: { exec: { command: ['true'] } },
          startupProbe: { exec: { command: ['true'] } },
        },
      ],
    },
    runtime: {
      sandboxes: [{ id: 'sandboxID', state: 'SANDBOX_NOTREADY', attempt: 0, ip: '10.0.0.1' }],
      containers: [
        { id: 'initid1', name: 'restartable-init-1', state: 'running', specHashMatches: true },
        { id: 'initid2', name: 'restartable-init-2', state: 'running', specHashMatches: true },
        { id: 'initid3', name: 'restartable-init-3', state: 'exited', specHashMatches: true, exitCode: 137 },
      ],
    },
    probes: {
      liveness: { initid2: 'Success', initid3: 'Success' },
      startup: { initid2: 'Success', initid3: 'Success' },
    },
    expected: {
      killPod: true,
      createSandbox: true,
      sandboxID: 'sandboxID',
      attempt: 1,
      initContainersToStart: [0],
      containersToStart: [],
      containersToKill: [],
      ephemeralContainersToStart: [],
    },
  },
  {
    name: "restart restartable init container if regular containers are running even if pod's RestartPolicy == Never",
    id: 'kubelet-pod-actions/restartable-init/021',
    spec: {
      restartPolicy: 'Never',
      containers: [
        { name: 'foo1', image: 'busybox' },
        { name: 'foo2', image: 'busybox' },
        { name: 'foo3', image: 'busybox' },
      ],
      initContainers: [
        { name: 'restartable-init-1', image: 'bar-image', restartPolicy: 'Always' },
        {
          name: 'restartable-init-2',
          image: 'bar-image',
          restartPolicy: 'Always',
          livenessProbe: { exec: { command: ['true'] } },
          startupProbe: { exec: { command: ['true'] } },
        },
        {
          name: 'restartable-init-3',
          image: 'bar-image',
          restartPolicy: 'Always',
          livenessProbe: { exec: { command: ['true'] } },
          startupProbe: { exec: { command: ['true'] } },
        },
      ],
    },
    runtime: {
      sandboxes: [{ id: 'sandboxID', state: 'SANDBOX_READY', attempt: 0, ip: '10.0.0.1' }],
      containers: [
        { id: 'initid1', name: 'restartable-init-1', state: 'running', specHashMatches: true },
        { id: 'initid2', name: 'restartable-init-2', state: 'running', specHashMatches: true },
        { id: 'initid3', name: 'restartable-init-3', state: 'exited', specHashMatches: true, exitCode: 137 },
        { id: 'id1', name: 'foo1', state: 'running', specHashMatches: true },
        { id: 'id2', name: 'foo2', state: 'running', specHashMatches: true },
        { id: 'id3', name: 'foo3', state: 'running', specHashMatches: true },
      ],
    },
    probes: {
      liveness: { initid2: 'Success', initid3: 'Success' },
      startup: { initid2: 'Success', initid3: 'Success' },
    },
    expected: {
      killPod: false,
      createSandbox: false,
      sandboxID: 'sandboxID',
      attempt: 0,
      initContainersToStart: [2],
      containersToStart: [],
      containersToKill: [],
      ephemeralContainersToStart: [],
    },
  },
  {
    name: 'No ephemeral containers running; start one',
    id: 'kubelet-pod-actions/ephemeral/001',
    spec: {
      restartPolicy: 'Always',
      containers: [
        { name: 'foo1', image: 'busybox' },
        { name: 'foo2', image: 'busybox' },
        { name: 'foo3', image: 'busybox' },
      ],
      initContainers: [{ name: 'init1', image: 'bar-image' }],
      ephemeralContainers: [{ name: 'debug', image: 'busybox' }],
    },
    runtime: {
      sandboxes: [{ id: 'sandboxID', state: 'SANDBOX_READY', attempt: 0, ip: '10.0.0.1' }],
      containers: [
        { id: 'id1', name: 'foo1', state: 'running', specHashMatches: true },
        { id: 'id2', name: 'foo2', state: 'running', specHashMatches: true },
        { id: 'id3', name: 'foo3', state: 'running', specHashMatches: true },
        { id: 'initid1', name: 'init1', state: 'exited', specHashMatches: true, exitCode: 0 },
      ],
    },
    probes: { liveness: {}, startup: {} },
    expected: {
      killPod: false,
      createSandbox: false,
      sandboxID: 'sandboxID',
      attempt: 0,
      initContainersToStart: [],
      containersToStart: [],
      containersToKill: [],
      ephemeralContainersToStart: [0],
    },
  },
  {
    name: 'Create a new pod sandbox if the pod sandbox is dead, init container failed and RestartPolicy == OnFailure',
    id: 'kubelet-pod-actions/ephemeral/005',
    spec: {
      restartPolicy: 'OnFailure',
      containers: [
        { name: 'foo1', image: 'busybox' },
        { name: 'foo2', image: 'busybox' },
        { name: 'foo3', image: 'busybox' },
      ],
      initContainers: [{ name: 'init1', image: 'bar-image' }],
      ephemeralContainers: [{ name: 'debug', image: 'busybox' }],
    },
    runtime: {
      sandboxes: [{ id: 'sandboxID', state: 'SANDBOX_NOTREADY', attempt: 0, ip: '10.0.0.1' }],
      containers: [
        { id: 'initid1', name: 'init1', state: 'exited', specHashMatches: true, exitCode: 137 },
        { id: 'debug1', name: 'debug', state: 'running', specHashMatches: true },
      ],
    },
    probes: { liveness: {}, startup: {} },
    expected: {
      killPod: true,
      createSandbox: true,
      sandboxID: 'sandboxID',
      attempt: 1,
      initContainersToStart: [0],
      containersToStart: [],
      containersToKill: [],
      ephemeralContainersToStart: [],
    },
  },
] as unknown as readonly Case[];

function run({ spec, runtime, probes }: Case) {
  const metadata = { name: 'foo', namespace: 'foo-ns', uid: '12345678', resourceVersion: '1', creationTimestamp: '' };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec } as Pod;
  const sandboxes = runtime.sandboxes.map(({ id, state, attempt, ip = '' }) => {
    return { id, state: state.replace('SANDBOX_', ''), metadata: { attempt }, ip, createdAt: attempt } as PodSandbox;
  });
  const containers = runtime.containers.map(({ id, name, state, specHashMatches, exitCode = 0 }) => {
    const hash = specHashMatches ? hashContainer(specOf(pod, name) as Container) : 'other';
    const metadata = { name, attempt: 0 };
    return { id, metadata, state: state.toUpperCase(), exitCode, annotations: { [HASH_ANNOTATION]: hash } } as unknown;
  });
  const actions = computePodActions(pod, observedPod(sandboxes, containers as ContainerInfo[]), {
    liveness: (id) => probes.liveness[id] as ProbeResult | undefined,
    startup: (id) => probes.startup[id] as ProbeResult | undefined,
  });
  const { sandboxId, containersToKill, ...rest } = actions;
  return { ...rest, sandboxID: sandboxId, containersToKill: containersToKill.map(({ id }) => id).sort() };
}

describe('computePodActions', () => {
  it.each(CASES.map((each) => [each.name, each.id, each] as const))('%s (%s)', (_name, _id, each) => {
    expect(run(each)).toEqual(each.expected);
  });
});
