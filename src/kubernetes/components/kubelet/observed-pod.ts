/**
 * What the container runtime has of one pod: its sandboxes and containers, as the kubelet saw them last
 * (kubecontainer.PodStatus in pkg/kubelet/container/runtime.go). The runtime's own messages are kept as they came.
 */
import { byCodeUnits } from '../../api/json-value.ts';
import type { Container, Pod } from '../../api/object.ts';
import type { ContainerInfo, PodSandbox } from '../../protocol/cri.ts';

export interface ObservedPod {
  /** The newest first. */
  readonly sandboxes: readonly PodSandbox[];
  /** Of all sandboxes, the newest first. */
  readonly containers: readonly ContainerInfo[];
}

/** Frozen: many pods share it. */
export const NOTHING_OBSERVED: ObservedPod = Object.freeze({
  sandboxes: Object.freeze([]),
  containers: Object.freeze([]),
});

/** Puts what the runtime listed into order: sandboxes by attempt, containers by creation, the newest first. */
export function observedPod(sandboxes: readonly PodSandbox[], containers: readonly ContainerInfo[]): ObservedPod {
  return {
    sandboxes: [...sandboxes].sort(
      (a, b) => b.createdAt - a.createdAt || b.metadata.attempt - a.metadata.attempt || byCodeUnits(a.id, b.id),
    ),
    containers: [...containers].sort(
      (a, b) => b.createdAt - a.createdAt || b.metadata.attempt - a.metadata.attempt || byCodeUnits(a.id, b.id),
    ),
  };
}

/** The latest container of a name. */
export function findContainer(observed: ObservedPod, name: string): ContainerInfo | undefined {
  return observed.containers.find(({ metadata }) => metadata.name === name);
}

export function runningContainers(observed: ObservedPod): ContainerInfo[] {
  return observed.containers.filter(({ state }) => state === 'RUNNING' || state === 'UNKNOWN');
}

/** The address of the newest sandbox that has one (determinePodSandboxIPs in kuberuntime_sandbox.go). */
export function sandboxIp(observed: ObservedPod): string {
  const [newest] = observed.sandboxes;
  return newest?.state === 'READY' ? newest.ip : '';
}

/** A sidecar: an init container that goes on running beside the others (KEP-753). */
export function isRestartableInit(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/** `name_namespace(uid)`, as upstream's messages call a pod (pkg/kubelet/util/format/pod.go). */
export function formatPod({ metadata }: Pod): string {
  return `${metadata.name}_${metadata.namespace}(${metadata.uid})`;
}
