/**
 * What is to be done about a pod's init containers: they run one after the other, each to its success; sidecars
 * (restartable ones) go on running beside what follows (computeInitContainerActions in
 * pkg/kubelet/kuberuntime/kuberuntime_container.go).
 */
import type { Container, Pod } from '../../api/object.ts';
import type { ContainerInfo } from '../../protocol/cri.ts';
import { containerChanged } from './container-hash.ts';
import { findContainer, isRestartableInit, type ObservedPod } from './observed-pod.ts';
import { killUnknown, type PodActions, type ProbeResults, restartsOnFailure } from './pod-actions.ts';

/** Adds to `actions`; whether the pod is initialized, so that its other containers may run. */
export function computeInitContainerActions(
  pod: Pod,
  observed: ObservedPod,
  probes: ProbeResults,
  actions: PodActions,
): boolean {
  const { initContainers = [] } = pod.spec;
  if (initContainers.length === 0) return true;
  // Exited ones say nothing: they may be of the sandbox before.
  let initialized = pod.spec.containers.some(({ name }) => {
    const state = findContainer(observed, name)?.state;
    return state === 'CREATED' || state === 'RUNNING';
  });
  // Backwards, since the containers of early steps may have been removed: the last one that is there counts.
  let previouslyInitialized = initialized;
  const toStart: number[] = [];
  for (let index = initContainers.length - 1; index >= 0; index--) {
    const container = initContainers[index] as Container;
    const status = findContainer(observed, container.name);
    if (status === undefined) {
      if (previouslyInitialized && isRestartableInit(container)) toStart.push(index);
      continue;
    }
    if (previouslyInitialized && !isRestartableInit(container)) continue;
    const verdict = judge(pod, container, status, probes, actions);
    if (verdict === 'fail the pod') {
      actions.killPod = true;
      actions.initContainersToStart = [];
      return false;
    }
    if (verdict.done) {
      if (index === initContainers.length - 1) initialized = true;
      else if (!previouslyInitialized) toStart.push(index + 1);
    }
    if (verdict.start) toStart.push(index);
    previouslyInitialized = true;
  }
  if (!previouslyInitialized) toStart.push(0);
  actions.initContainersToStart = toStart.reverse();
  return initialized;
}

/** `done`: what follows may start. `start`: start it (again). */
type Verdict = 'fail the pod' | { readonly done: boolean; readonly start: boolean };

const WAIT: Verdict = { done: false, start: false };
const START: Verdict = { done: false, start: true };
const DONE: Verdict = { done: true, start: false };

function judge(
  pod: Pod,
  container: Container,
  status: ContainerInfo,
  probes: ProbeResults,
  actions: PodActions,
): Verdict {
  switch (status.state) {
    case 'CREATED': // Made but never started: the runtime failed at it.
      return START;
    case 'RUNNING':
      return isRestartableInit(container) ? judgeSidecar(container, status, probes, actions) : WAIT;
    case 'EXITED':
      if (isRestartableInit(container)) return START;
      if (status.exitCode === 0) return DONE;
      return restartsOnFailure(pod) ? START : 'fail the pod';
    case 'UNKNOWN':
      if (!isRestartableInit(container) && !restartsOnFailure(pod)) return 'fail the pod';
      actions.containersToKill.push(killUnknown('Init container', status));
      return START;
    default:
      status.state satisfies never;
      return WAIT;
  }
}

function judgeSidecar(container: Container, status: ContainerInfo, probes: ProbeResults, actions: PodActions): Verdict {
  const { name } = container;
  const { id } = status;
  const kill = (why: string, reason: 'LivenessProbe' | 'StartupProbe' | ''): void => {
    actions.containersToKill.push({ id, name, message: `Init container ${name} ${why}`, reason });
  };
  if (container.startupProbe !== undefined) {
    const startup = probes.startup(id);
    if (startup === 'Failure') {
      kill('failed startup probe', 'StartupProbe');
      return START;
    }
    if (startup !== 'Success') return WAIT;
  }
  if (containerChanged(container, status)) {
    kill('definition changed', '');
    return { done: true, start: true };
  }
  if (container.livenessProbe !== undefined && probes.liveness(id) === 'Failure') {
    kill('failed liveness probe', 'LivenessProbe');
    return { done: true, start: true };
  }
  return DONE;
}
