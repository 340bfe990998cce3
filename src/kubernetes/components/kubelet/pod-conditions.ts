/** The conditions of a pod that the kubelet owns (pkg/kubelet/status/generate.go, pkg/kubelet/types/pod_status.go). */
import { findCondition } from '../../api/conditions.ts';
import type { ContainerStatus, Pod, PodCondition } from '../../api/object.ts';
import { podSandboxChanged } from './compute-pod-actions.ts';
import { isRestartableInit, type ObservedPod } from './observed-pod.ts';
import { hasAnyRegularContainerStarted, type PodPhase, statusOf } from './pod-phase.ts';

/** A condition with what 1.34 added; without times. */
export type Condition = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'> & { observedGeneration?: number };

const OWNED = new Set(['PodScheduled', 'Ready', 'Initialized', 'ContainersReady', 'PodReadyToStartContainers']);

/** PodConditionByKubelet. */
export function isOwnedByKubelet(type: string): boolean {
  return OWNED.has(type);
}

/** `statuses` undefined: nothing is known of any container. */
export function generateContainersReadyCondition(
  pod: Pod,
  statuses: readonly ContainerStatus[] | undefined,
  phase: PodPhase,
): Condition {
  const condition = (status: string, reason?: string, message?: string) =>
    make(pod, 'ContainersReady', status, reason, message);
  if (statuses === undefined) return condition('False', 'UnknownContainerStatuses');
  const sidecars = (pod.spec.initContainers ?? []).filter(isRestartableInit);
  const names = [...sidecars, ...pod.spec.containers].map(({ name }) => name);
  const unknown = names.filter((name) => statusOf(statuses, name) === undefined);
  const unready = names.filter((name) => statusOf(statuses, name)?.ready === false);
  if (phase === 'Succeeded' && unknown.length === 0) return condition('False', 'PodCompleted');
  if (phase === 'Failed') return condition('False', 'PodFailed');
  const message = complaints([
    ['containers with unknown status', unknown],
    ['containers with unready status', unready],
  ]);
  return message === '' ? condition('True') : condition('False', 'ContainersNotReady', message);
}

/** `conditions`: those that readiness gates may name. */
export function generatePodReadyCondition(
  pod: Pod,
  conditions: readonly PodCondition[],
  statuses: readonly ContainerStatus[] | undefined,
  phase: PodPhase,
): Condition {
  const { status, reason, message } = generateContainersReadyCondition(pod, statuses, phase);
  if (status !== 'True') return make(pod, 'Ready', status, reason, message);
  const unready = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const found = findCondition(conditions, conditionType);
    if (found === undefined) {
      return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    }
    return found.status === 'True'
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`];
  });
  return unready.length === 0
    ? make(pod, 'Ready', 'True')
    : make(pod, 'Ready', 'False', 'ReadinessGatesNotReady', unready.join(', '));
}

export function generatePodInitializedCondition(
  pod: Pod,
  statuses: readonly ContainerStatus[] | undefined,
  phase: PodPhase,
): Condition {
  const { initContainers = [] } = pod.spec;
  const condition = (status: string, reason?: string, message?: string) =>
    make(pod, 'Initialized', status, reason, message);
  if (statuses === undefined && initContainers.length > 0) return condition('False', 'UnknownContainerStatuses');
  const unknown: string[] = [];
  const incomplete: string[] = [];
  for (const container of initContainers) {
    const status = statusOf(statuses ?? [], container.name);
    if (status === undefined) unknown.push(container.name);
    else if (!(isRestartableInit(container) ? status.started === true : status.ready)) incomplete.push(container.name);
  }
  if (phase === 'Succeeded' && unknown.length === 0) return condition('True', 'PodCompleted');
  // Sidecars may be restarting in a pod that has long been initialized.
  if (hasAnyRegularContainerStarted(pod, statuses ?? [])) return condition('True');
  const message = complaints([
    ['containers with unknown status', unknown],
    ['containers with incomplete status', incomplete],
  ]);
  return message === '' ? condition('True') : condition('False', 'ContainersNotInitialized', message);
}

/** Whether there is a sandbox with a network, so that containers can start. */
export function generatePodReadyToStartContainersCondition(pod: Pod, observed: ObservedPod): Condition {
  return make(pod, 'PodReadyToStartContainers', podSandboxChanged(pod, observed).changed ? 'False' : 'True');
}

export function generatePodScheduledCondition(pod: Pod): Condition {
  return make(pod, 'PodScheduled', 'True');
}

function make(pod: Pod, type: string, status: string, reason?: string, message?: string): Condition {
  const { generation } = pod.metadata;
  return {
    type,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}

/** Lists of names as Go prints them: `containers with unready status: [a b]`. */
function complaints(lists: readonly (readonly [string, readonly string[]])[]): string {
  return lists
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${what}: [${names.join(' ')}]`)
    .join(', ');
}
