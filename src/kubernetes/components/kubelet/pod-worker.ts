/**
 * What the kubelet remembers of one pod (pkg/kubelet/pod_workers.go: podSyncStatus). Plain data.
 *
 * A pod goes through its stages in this order and never back:
 * - `waiting`: an earlier pod of the same name is still here;
 * - `running`: its containers are to be as its spec says;
 * - `terminating`: its containers are to end;
 * - `terminated`: they have, and nothing of it will be started any more.
 */

import type { Pod } from '../../api/object.ts';
import { objectKey } from '../../api/object.ts';
import { podRequests, type ResourceAmounts } from '../../api/pod-resources.ts';
import type { ContainerInfo, PodSandbox } from '../../protocol/cri.ts';
import type { BackOff } from './back-off.ts';
import type { WaitingReason } from './container-statuses.ts';
import { NOTHING_OBSERVED, type ObservedPod } from './observed-pod.ts';
import type { KubeletPodStatus } from './pod-status.ts';
import type { ProbeWorker } from './probe-worker.ts';
import type { Step } from './sync-plan.ts';

export interface PodWorker {
  readonly uid: string;
  /** `namespace/name`. */
  readonly key: string;
  /** As the API last had it; for an orphan, as much of it as the runtime knows. */
  pod: Pod;
  /** Whether the API has it. */
  inApi: boolean;
  stage: 'waiting' | 'running' | 'terminating' | 'terminated';
  /** Whether it was admitted, and its resources are taken. */
  admitted: boolean;
  readonly requests: ResourceAmounts;
  observed: ObservedPod;
  /** Whether something has happened since `observed`. */
  stale: boolean;
  sync: Sync | undefined;
  /** Whether another sync is to follow the one under way. */
  again: boolean;
  /** How often it was tried to end what runs: more than once, and there is no hurry to see what came of it. */
  kills: number;
  readonly restartBackOffs: Map<string, BackOff>;
  readonly pullBackOffs: Map<string, BackOff>;
  /** Why containers could not be started, by name. */
  readonly reasons: Map<string, WaitingReason>;
  /** By `type/container`. */
  readonly probes: Map<string, ProbeWorker>;
  /** What the kubelet says of it; undefined: nothing yet, so that what the API has stands. */
  status: KubeletPodStatus | undefined;
  /** Counts the changes of `status`, and which of them the API has taken, or is being told. */
  version: number;
  acknowledged: number;
  sending: number | undefined;
  /** What the API answered when it was last told: newer than what the watch has brought, perhaps. */
  answered: KubeletPodStatus | undefined;
  /** Why the kubelet ends the pod of its own accord: its phase becomes Failed. */
  failed: { readonly reason: string; readonly message: string } | undefined;
  /** The last deletion is under way. */
  deleting: boolean;
}

/** One go at making a pod what it should be: a few requests to the runtime, one after the other. */
export interface Sync {
  readonly id: number;
  readonly stage: PodWorker['stage'];
  /** What is still to be done. */
  readonly steps: Step[];
  /** How many answers the present step waits for. */
  pending: number;
  /** Lists that have come while it observes. */
  sandboxes: readonly PodSandbox[];
  readonly containers: ContainerInfo[];
  /** Of the pod's sandbox, once there is one. */
  sandboxId: string;
  sandboxIp: string;
  attempt: number;
  /** The container being started. */
  starting: Starting | undefined;
  /** The runtime makes something that must not come into being unnoticed: nothing else may begin before its answer. */
  making: boolean;
  /** When hooks before the end of containers began, by container id. */
  readonly hooks: Map<string, number>;
  /** Something was asked of the runtime. */
  changed: boolean;
  failed: boolean;
  /** Until the first back-off ends; undefined: there is none. */
  backOffMs: number | undefined;
}

export interface Starting {
  readonly kind: 'init' | 'regular' | 'ephemeral';
  readonly index: number;
  readonly name: string;
  /** Given by the runtime. */
  containerId: string;
}

export function newPodWorker(pod: Pod, inApi: boolean): PodWorker {
  return {
    uid: pod.metadata.uid,
    key: objectKey(pod),
    pod,
    inApi,
    stage: 'waiting',
    admitted: false,
    requests: podRequests(pod),
    observed: NOTHING_OBSERVED,
    stale: false,
    sync: undefined,
    again: false,
    kills: 0,
    restartBackOffs: new Map(),
    pullBackOffs: new Map(),
    reasons: new Map(),
    probes: new Map(),
    status: undefined,
    version: 0,
    acknowledged: 0,
    sending: undefined,
    answered: undefined,
    failed: undefined,
    deleting: false,
  };
}
