/**
 * The statuses of a pod's containers, from what the runtime has, what was said of them before, and why they could not be
 * started (convertToAPIContainerStatuses in pkg/kubelet/kubelet_pods.go). Whether they are started and ready is added by
 * probe-readiness.ts.
 *
 * Left out: resources, volume mounts, users, devices.
 */
import type { Container, ContainerState, ContainerStatus, Pod } from '../../api/object.ts';
import { formatTime } from '../../api/time.ts';
import type { ContainerInfo } from '../../protocol/cri.ts';
import { shouldContainerBeRestarted } from './compute-pod-actions.ts';
import type { ObservedPod } from './observed-pod.ts';

/** Why a container could not be started, as the status says it: `CrashLoopBackOff`, `ErrImagePull`, … */
export interface WaitingReason {
  readonly reason: string;
  readonly message: string;
}

export interface StatusSources {
  readonly pod: Pod;
  readonly observed: ObservedPod;
  /** What was said last, by this kubelet or the one before. */
  readonly previous: readonly ContainerStatus[];
  readonly reasons: ReadonlyMap<string, WaitingReason>;
}

export function containerStatuses(
  containers: readonly Container[],
  kind: 'init' | 'regular',
  { pod, observed, previous, reasons }: StatusSources,
): ContainerStatus[] {
  const hasInit = (pod.spec.initContainers ?? []).length > 0;
  return containers.map((container) => {
    const { name } = container;
    const old = previous.find((status) => status.name === name);
    const [latest, before] = observed.containers.filter(({ metadata }) => metadata.name === name);
    let status: ContainerStatus;
    if (latest === undefined) status = withoutContainer(pod, container, old, hasInit);
    else {
      status = convert(container, latest, old);
      if (before !== undefined) status.lastState = convert(container, before, old).state as ContainerState;
    }
    // What finished an init container with success is not started again.
    const finished = kind === 'init' && latest?.state === 'EXITED' && latest.exitCode === 0;
    const reason = reasons.get(name);
    if (finished || reason === undefined || !shouldContainerBeRestarted(container, pod, observed)) return status;
    if (status.state?.terminated !== undefined) status.lastState = status.state;
    status.state = {
      waiting: { reason: reason.reason, ...(reason.message === '' ? {} : { message: reason.message }) },
    };
    return status;
  });
}

/** The runtime does not know it: it has never been started, or was removed. */
function withoutContainer(
  { metadata }: Pod,
  { name, image = '' }: Container,
  old: ContainerStatus | undefined,
  hasInit: boolean,
): ContainerStatus {
  if (old?.state?.terminated !== undefined) return { ...old, ready: false };
  const status: ContainerStatus = {
    name,
    image,
    imageID: '',
    ready: false,
    restartCount: old?.restartCount ?? 0,
    state: { waiting: { reason: hasInit ? 'PodInitializing' : 'ContainerCreating' } },
  };
  if (old?.lastState !== undefined) status.lastState = old.lastState;
  if (old?.state?.running === undefined || status.lastState?.terminated !== undefined) return status;
  // It ran, so that the pod must not look as if it had never begun.
  const message = 'The container could not be located when the pod was deleted.  The container used to be Running';
  status.lastState = { terminated: unknownEnd(message) };
  if (metadata.deletionTimestamp === undefined) status.restartCount++;
  return status;
}

function convert({ name }: Container, container: ContainerInfo, old: ContainerStatus | undefined): ContainerStatus {
  const { id, image, imageRef, metadata } = container;
  const containerID = `${RUNTIME_SCHEME}${id}`;
  const status: ContainerStatus = {
    name,
    image,
    imageID: imageRef,
    containerID,
    ready: false,
    restartCount: metadata.attempt,
    state: { waiting: {} },
  };
  if (old?.lastState !== undefined && old.containerID === containerID) status.lastState = old.lastState;
  switch (container.state) {
    case 'RUNNING':
      status.state = { running: { startedAt: formatTime(container.startedAt) } };
      break;
    case 'CREATED':
      break;
    case 'EXITED':
      status.state = { terminated: ended(container, containerID) };
      break;
    case 'UNKNOWN':
      if (old?.state?.running === undefined) break;
      status.state = { terminated: unknownEnd('The container could not be located when the pod was terminated') };
      status.restartCount = old.restartCount + 1;
      break;
    default:
      container.state satisfies never;
  }
  return status;
}

/** Before the id in `containerID`. */
export const RUNTIME_SCHEME = 'containerd://';

type Ended = NonNullable<ContainerState['terminated']>;

function ended({ exitCode, reason, message, startedAt, finishedAt }: ContainerInfo, containerID: string): Ended {
  return {
    containerID,
    exitCode,
    startedAt: formatTime(startedAt),
    finishedAt: formatTime(finishedAt),
    ...(reason === '' ? {} : { reason }),
    ...(message === '' ? {} : { message }),
  };
}

/** The end of a container of which nothing is known. */
export function unknownEnd(message: string): Ended {
  return { exitCode: 137, reason: 'ContainerStatusUnknown', message };
}

/** The id of the container that a pod's status names; undefined: none. */
export function runtimeId(status: ContainerStatus | undefined): string | undefined {
  const id = status?.containerID;
  return id?.startsWith(RUNTIME_SCHEME) ? id.slice(RUNTIME_SCHEME.length) : undefined;
}
