/** What can be done about a pod, and what is known of it besides what runs (podActions in kuberuntime_manager.go). */
import type { Pod } from '../../api/object.ts';
import type { ContainerInfo, ContainerStateName } from '../../protocol/cri.ts';

export type ProbeResult = 'Success' | 'Failure' | 'Unknown';

/** What probes found, by container id; absent: nothing yet. */
export interface ProbeResults {
  readonly liveness: (containerId: string) => ProbeResult | undefined;
  readonly startup: (containerId: string) => ProbeResult | undefined;
}

export interface ContainerToKill {
  readonly id: string;
  readonly name: string;
  /** For the Killing event. */
  readonly message: string;
  readonly reason: '' | 'LivenessProbe' | 'StartupProbe' | 'Unknown';
}

/** Upstream's podActions. Indexes are into the pod's spec. */
export interface PodActions {
  /** All containers and sandboxes are to be stopped. */
  killPod: boolean;
  createSandbox: boolean;
  /** The sandbox to keep; '' if there is none. */
  sandboxId: string;
  /** Of the sandbox to create. */
  attempt: number;
  initContainersToStart: number[];
  containersToStart: number[];
  ephemeralContainersToStart: number[];
  containersToKill: ContainerToKill[];
}

export function restartsOnFailure(pod: Pod): boolean {
  return pod.spec.restartPolicy !== 'Never';
}

/** `what` begins the event's message: Container, Init container. */
export function killUnknown(what: string, { id, metadata, state }: ContainerInfo): ContainerToKill {
  const message = `${what} is in "${WORDS[state]}" state, try killing it before restart`;
  return { id, name: metadata.name, message, reason: 'Unknown' };
}

const WORDS: Readonly<Record<ContainerStateName, string>> = {
  CREATED: 'created',
  RUNNING: 'running',
  EXITED: 'exited',
  UNKNOWN: 'unknown',
};
