/** A pod's phase from the statuses of its containers (getPhase in pkg/kubelet/kubelet_pods.go). */
import type { ContainerStatus, Pod } from '../../api/object.ts';
import { isRestartableInit } from './observed-pod.ts';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/**
 * `statuses` are those of init containers and others together. `podIsTerminal`: nothing will be started again, whatever
 * the restart policy says.
 */
export function getPhase(pod: Pod, statuses: readonly ContainerStatus[], podIsTerminal: boolean): PodPhase {
  const { containers, initContainers = [], restartPolicy } = pod.spec;
  const count = { pendingInit: 0, failedInit: 0, unknown: 0, running: 0, waiting: 0, stopped: 0, succeeded: 0 };
  for (const container of initContainers) {
    const status = statusOf(statuses, container.name);
    if (isRestartableInit(container)) countSidecar(status, count);
    else countInit(status, count);
  }
  for (const { name } of containers) {
    const status = statusOf(statuses, name);
    if (status?.state?.running !== undefined) count.running++;
    else if (status?.state?.terminated !== undefined) {
      count.stopped++;
      if (status.state.terminated.exitCode === 0) count.succeeded++;
    } else if (status?.state?.waiting !== undefined) {
      if (status.lastState?.terminated !== undefined) count.stopped++;
      else count.waiting++;
    } else count.unknown++;
  }
  if (count.failedInit > 0 && restartPolicy === 'Never') return 'Failed';
  if (count.pendingInit > 0 && !hasAnyRegularContainerStarted(pod, statuses)) return 'Pending';
  if (count.waiting > 0 || count.unknown > 0) return 'Pending';
  if (count.running > 0) return 'Running';
  if (count.stopped === 0) return 'Pending';
  if (podIsTerminal) return count.stopped === count.succeeded ? 'Succeeded' : 'Failed';
  if (restartPolicy === 'Always' || restartPolicy === undefined) return 'Running';
  if (count.stopped === count.succeeded) return 'Succeeded';
  return restartPolicy === 'Never' ? 'Failed' : 'Running';
}

export function statusOf(statuses: readonly ContainerStatus[], name: string): ContainerStatus | undefined {
  return statuses.find((status) => status.name === name);
}

/** HasAnyRegularContainerStarted in pkg/kubelet/container/helpers.go. */
export function hasAnyRegularContainerStarted(pod: Pick<Pod, 'spec'>, statuses: readonly ContainerStatus[]): boolean {
  return pod.spec.containers.some(({ name }) => {
    const status = statusOf(statuses, name);
    const { running, terminated } = status?.state ?? {};
    return running !== undefined || terminated !== undefined || status?.lastState?.terminated !== undefined;
  });
}

interface Count {
  pendingInit: number;
  failedInit: number;
  unknown: number;
  running: number;
  waiting: number;
}

function countInit(status: ContainerStatus | undefined, count: Count): void {
  const { terminated, waiting } = status?.state ?? {};
  const ended = terminated ?? (waiting === undefined ? undefined : status?.lastState?.terminated);
  if (ended === undefined) count.pendingInit++;
  else if (ended.exitCode !== 0) count.failedInit++;
}

/** Sidecars that have ended do not count. */
function countSidecar(status: ContainerStatus | undefined, count: Count): void {
  const { running, terminated, waiting } = status?.state ?? {};
  if (status === undefined) count.unknown++;
  else if (running !== undefined) {
    if (status.started !== true) count.pendingInit++;
    count.running++;
  } else if (terminated !== undefined) return;
  else if (waiting !== undefined) {
    if (status.lastState?.terminated !== undefined) return;
    count.pendingInit++;
    count.waiting++;
  } else {
    count.pendingInit++;
    count.unknown++;
  }
}
