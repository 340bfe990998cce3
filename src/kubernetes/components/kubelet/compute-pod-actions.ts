/**
 * What is to be done so that a pod's sandbox and containers become what its spec says: a pure function of the pod, of what
 * runs and of what the probes found (computePodActions in pkg/kubelet/kuberuntime/kuberuntime_manager.go,
 * PodSandboxChanged in pkg/kubelet/kuberuntime/util/util.go).
 *
 * Left out: in-place resizing, restart rules of single containers (alpha in 1.34).
 */
import type { Container, Pod } from '../../api/object.ts';
import type { ContainerInfo } from '../../protocol/cri.ts';
import { containerChanged } from './container-hash.ts';
import { computeInitContainerActions } from './init-container-actions.ts';
import { findContainer, type ObservedPod } from './observed-pod.ts';
import {
  type ContainerToKill,
  killUnknown,
  type PodActions,
  type ProbeResults,
  restartsOnFailure,
} from './pod-actions.ts';

export function computePodActions(pod: Pod, observed: ObservedPod, probes: ProbeResults): PodActions {
  const { changed, attempt, sandboxId } = podSandboxChanged(pod, observed);
  const actions: PodActions = {
    killPod: changed,
    createSandbox: changed,
    sandboxId,
    attempt,
    initContainersToStart: [],
    containersToStart: [],
    ephemeralContainersToStart: [],
    containersToKill: [],
  };
  if (changed) startFromScratch(pod, observed, actions);
  else keepRunning(pod, observed, probes, actions);
  return actions;
}

/** Whether the pod needs a new sandbox, the attempt that it would be, and the sandbox that there is. */
export function podSandboxChanged(
  pod: Pod,
  { sandboxes }: ObservedPod,
): { readonly changed: boolean; readonly attempt: number; readonly sandboxId: string } {
  const [newest] = sandboxes;
  if (newest === undefined) return { changed: true, attempt: 0, sandboxId: '' };
  const { id, state, metadata } = newest;
  const ready = sandboxes.filter((sandbox) => sandbox.state === 'READY').length;
  if (ready > 1 || state !== 'READY') return { changed: true, attempt: metadata.attempt + 1, sandboxId: id };
  if (pod.spec.hostNetwork !== true && newest.ip === '') {
    return { changed: true, attempt: metadata.attempt + 1, sandboxId: id };
  }
  return { changed: false, attempt: metadata.attempt, sandboxId: id };
}

/** Whether a container that does not run is to be started (ShouldContainerBeRestarted in pkg/kubelet/container/helpers.go). */
export function shouldContainerBeRestarted(container: Container, pod: Pod, observed: ObservedPod): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  const status = findContainer(observed, container.name);
  if (status === undefined) return true;
  if (status.state === 'RUNNING') return false;
  if (status.state === 'UNKNOWN' || status.state === 'CREATED') return true;
  if (pod.spec.restartPolicy === 'Never') return false;
  return pod.spec.restartPolicy !== 'OnFailure' || status.exitCode !== 0;
}

/** With a new sandbox everything begins anew, except what has done its work under OnFailure. */
function startFromScratch(pod: Pod, observed: ObservedPod, actions: PodActions): void {
  const { containers, initContainers = [], restartPolicy } = pod.spec;
  if (!restartsOnFailure(pod) && actions.attempt !== 0 && observed.containers.length > 0) {
    actions.createSandbox = false;
    return;
  }
  const toStart = containers.flatMap((container, index) =>
    restartPolicy === 'OnFailure' && succeeded(findContainer(observed, container.name)) ? [] : [index],
  );
  if (toStart.length === 0 && hasAnyRegularContainerCreated(pod, observed)) {
    actions.createSandbox = false;
    return;
  }
  if (initContainers.length > 0) actions.initContainersToStart = [0];
  else actions.containersToStart = toStart;
}

function keepRunning(pod: Pod, observed: ObservedPod, probes: ProbeResults, actions: PodActions): void {
  const { ephemeralContainers = [] } = pod.spec;
  for (const [index, { name }] of ephemeralContainers.entries()) {
    if (findContainer(observed, name) === undefined) actions.ephemeralContainersToStart.push(index);
  }
  const initialized = computeInitContainerActions(pod, observed, probes, actions);
  if (actions.killPod || !initialized) return;
  let kept = 0;
  for (const [index, container] of pod.spec.containers.entries()) {
    const status = findContainer(observed, container.name);
    if (status?.state !== 'RUNNING') {
      if (!shouldContainerBeRestarted(container, pod, observed)) continue;
      actions.containersToStart.push(index);
      // It may run after all: two of one container must not.
      if (status?.state === 'UNKNOWN') actions.containersToKill.push(killUnknown('Container', status));
      continue;
    }
    const verdict = whyKill(container, status, probes);
    if (verdict === undefined) {
      kept++;
      continue;
    }
    const restart = restartsOnFailure(pod) || verdict.changed;
    const message = restart ? `${verdict.message}, will be restarted` : verdict.message;
    if (restart) actions.containersToStart.push(index);
    actions.containersToKill.push({ id: status.id, name: container.name, message, reason: verdict.reason });
  }
  if (kept === 0 && actions.containersToStart.length === 0) {
    actions.killPod = true;
    // Sidecars must not keep a finished pod alive.
    actions.initContainersToStart = [];
  }
}

function whyKill(
  container: Container,
  status: ContainerInfo,
  probes: ProbeResults,
): { readonly message: string; readonly reason: ContainerToKill['reason']; readonly changed: boolean } | undefined {
  const { name } = container;
  if (containerChanged(container, status)) {
    return { message: `Container ${name} definition changed`, reason: '', changed: true };
  }
  if (probes.liveness(status.id) === 'Failure') {
    return { message: `Container ${name} failed liveness probe`, reason: 'LivenessProbe', changed: false };
  }
  if (probes.startup(status.id) === 'Failure') {
    return { message: `Container ${name} failed startup probe`, reason: 'StartupProbe', changed: false };
  }
  return undefined;
}

function succeeded(status: ContainerInfo | undefined): boolean {
  return status?.state === 'EXITED' && status.exitCode === 0;
}

function hasAnyRegularContainerCreated(pod: Pod, observed: ObservedPod): boolean {
  return pod.spec.containers.some(({ name }) => {
    const state = findContainer(observed, name)?.state;
    return state !== undefined && state !== 'UNKNOWN';
  });
}
