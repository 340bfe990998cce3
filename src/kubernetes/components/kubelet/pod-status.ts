/**
 * What the kubelet says of a pod (generateAPIPodStatus in pkg/kubelet/kubelet_pods.go, updateStatusInternal and
 * TerminatePod in pkg/kubelet/status/status_manager.go). Pure.
 *
 * 1. A terminal phase is never left.
 * 2. Conditions of others are not touched: they are not in the status at all.
 * 3. `lastTransitionTime` changes with the condition's status only, `startTime` is set once.
 */

import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../../api/object.ts';
import { podQosClass } from '../../api/pod-resources.ts';
import { containerStatuses, unknownEnd, type WaitingReason } from './container-statuses.ts';
import { type ObservedPod, sandboxIp } from './observed-pod.ts';
import {
  type Condition,
  generateContainersReadyCondition,
  generatePodInitializedCondition,
  generatePodReadyCondition,
  generatePodReadyToStartContainersCondition,
  generatePodScheduledCondition,
} from './pod-conditions.ts';
import { getPhase, type PodPhase } from './pod-phase.ts';
import { type FindProbe, updateReadiness } from './probe-readiness.ts';

/** With what 1.34 added. */
export type KubeletPodStatus = PodStatus & { observedGeneration?: number };

export interface PodStatusSources {
  readonly pod: Pod;
  readonly observed: ObservedPod;
  /** What was said last; at first what the API has. */
  readonly previous: KubeletPodStatus | undefined;
  readonly reasons: ReadonlyMap<string, WaitingReason>;
  readonly probes: FindProbe;
  /** Nothing will be started again. */
  readonly podIsTerminal: boolean;
  readonly hostIp: string;
  /** RFC 3339. */
  readonly now: string;
}

export function generatePodStatus(sources: PodStatusSources): KubeletPodStatus {
  const { pod, observed, reasons, probes, podIsTerminal, hostIp, now } = sources;
  const old: KubeletPodStatus = sources.previous ?? pod.status ?? {};
  const of = (previous: readonly ContainerStatus[] = []) => ({ pod, observed, previous, reasons });
  const { containers, initContainers = [] } = pod.spec;
  const regular = containerStatuses(containers, 'regular', of(old.containerStatuses));
  const init = containerStatuses(initContainers, 'init', of(old.initContainerStatuses));
  updateReadiness(pod, regular, init, probes);
  const all = [...init, ...regular];
  const phase = keepTerminal(getPhase(pod, all, podIsTerminal), old.phase, pod.status?.phase);
  const ip = pod.spec.hostNetwork === true ? hostIp : sandboxIp(observed);
  const generation = pod.metadata.generation;
  const status: KubeletPodStatus = {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase,
    conditions: [],
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(ip === '' ? {} : { podIP: ip, podIPs: [{ ip }] }),
    startTime: old.startTime ?? pod.status?.startTime ?? now,
    qosClass: podQosClass(pod),
    containerStatuses: regular,
  };
  if (initContainers.length > 0) status.initContainerStatuses = init;
  if (phase === old.phase) {
    const reason = old.reason ?? pod.status?.reason;
    const message = old.message ?? pod.status?.message;
    if (reason !== undefined) status.reason = reason;
    if (message !== undefined) status.message = message;
  }
  status.conditions = withTimes(
    [
      generatePodReadyToStartContainersCondition(pod, observed),
      generatePodInitializedCondition(pod, all, phase),
      generatePodReadyCondition(pod, pod.status?.conditions ?? [], all, phase),
      generateContainersReadyCondition(pod, all, phase),
      generatePodScheduledCondition(pod),
    ],
    [old.conditions ?? [], pod.status?.conditions ?? []],
    now,
  );
  return status;
}

/** A pod that the kubelet will not run: rejectPod in pkg/kubelet/kubelet.go. */
export function rejectedPodStatus(pod: Pod, reason: string, message: string, now: string): KubeletPodStatus {
  const { generation } = pod.metadata;
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase: 'Failed',
    reason,
    message: `Pod was rejected: ${message}`,
    qosClass: podQosClass(pod),
    startTime: pod.status?.startTime ?? now,
    conditions: withTimes(
      [
        { type: 'PodReadyToStartContainers', status: 'False' },
        generatePodInitializedCondition(pod, undefined, 'Failed'),
        generatePodReadyCondition(pod, [], undefined, 'Failed'),
        generateContainersReadyCondition(pod, undefined, 'Failed'),
        generatePodScheduledCondition(pod),
      ],
      [pod.status?.conditions ?? []],
      now,
    ),
  };
}

/**
 * The last status: no container is left in a state that could still change, and the phase is terminal
 * (TerminatePod in status_manager.go).
 */
export function terminatedPodStatus(pod: Pod, status: KubeletPodStatus): KubeletPodStatus {
  const phase = isTerminalPhase(status.phase) ? status.phase : 'Failed';
  const regular = status.containerStatuses;
  const init = status.initContainerStatuses;
  const lastBegun = init?.findLastIndex(hasBegun) ?? -1;
  return {
    ...status,
    ...(phase === undefined ? {} : { phase }),
    ...(regular === undefined
      ? {}
      : { containerStatuses: isInitialized(pod, status) ? regular.map(locatedOrUnknown) : regular }),
    ...(init === undefined
      ? {}
      : { initContainerStatuses: init.map((each, index) => (index <= lastBegun ? locatedOrUnknown(each) : each)) }),
  };
}

export function isTerminalPhase(phase: string | undefined): boolean {
  return phase === 'Failed' || phase === 'Succeeded';
}

/** hasPodInitialized in status_manager.go. */
function isInitialized(pod: Pod, { containerStatuses = [], initContainerStatuses = [] }: KubeletPodStatus): boolean {
  if ((pod.spec.initContainers ?? []).length === 0 || containerStatuses.some(hasBegun)) return true;
  const last = initContainerStatuses.at(-1);
  return last?.state?.terminated?.exitCode === 0 || last?.lastState?.terminated?.exitCode === 0;
}

function hasBegun({ state, lastState }: ContainerStatus): boolean {
  return state?.running !== undefined || state?.terminated !== undefined || lastState?.terminated !== undefined;
}

function locatedOrUnknown(status: ContainerStatus): ContainerStatus {
  if (status.state?.terminated !== undefined) return status;
  const message = 'The container could not be located when the pod was terminated';
  return { ...status, ready: false, started: false, state: { terminated: unknownEnd(message) } };
}

function keepTerminal(phase: PodPhase, old: string | undefined, api: string | undefined): PodPhase {
  if (isTerminalPhase(api)) return api as PodPhase;
  return isTerminalPhase(phase) || !isTerminalPhase(old) ? phase : (old as PodPhase);
}

/** `earlier`: lists of conditions, the newest first; what stands in one is as it was. */
function withTimes(
  conditions: readonly Condition[],
  earlier: readonly (readonly PodCondition[])[],
  now: string,
): PodCondition[] {
  return conditions.map((condition) => {
    const old = earlier.map((list) => list.find(({ type }) => type === condition.type)).find((each) => each);
    const same = old !== undefined && old.status === condition.status;
    return { ...condition, lastTransitionTime: (same ? old.lastTransitionTime : undefined) ?? now };
  });
}
