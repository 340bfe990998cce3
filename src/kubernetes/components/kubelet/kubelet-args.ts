/** What a kubelet is told: where the API is, what its node is, how often it does what. Defaults are upstream's. */
import type { Taint } from '../../api/object.ts';
import type { ApiAccess } from '../../client/api-client.ts';

export interface KubeletArgs {
  /** The user is `system:node:<name>`. */
  readonly api: ApiAccess;
  readonly node: NodeArgs;
  /** May name guards as well. */
  readonly config?: Partial<KubeletConfig & KubeletGuards>;
  /** Safety mechanisms; all are on unless they are switched off here. */
  readonly guards?: Partial<KubeletGuards>;
}

export interface NodeArgs {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** With which the node registers; later changes are others' business. */
  readonly taints?: readonly Taint[];
  /** Quantities: `cpu`, `memory`, `pods`, `ephemeral-storage`, … */
  readonly capacity: Readonly<Record<string, string>>;
  /** What is not for pods: `allocatable` is the capacity without it. */
  readonly reserved?: Readonly<Record<string, string>>;
  readonly internalIP: string;
}

/** KubeletConfiguration (pkg/kubelet/apis/config/v1beta1/defaults.go), as far as it is modelled. */
export interface KubeletConfig {
  readonly leaseRenewSeconds: number;
  readonly leaseDurationSeconds: number;
  /** The node's status is looked at so often, and sent if it has changed. */
  readonly nodeStatusUpdateSeconds: number;
  /** The node's status is sent so often even if nothing has changed. */
  readonly nodeStatusReportSeconds: number;
  /**
   * How the kubelet learns what its containers do: from the runtime's events, with a slow relist in case one was lost; or
   * by listing them every second.
   */
  readonly pleg: 'evented' | 'relist';
  readonly slowRelistSeconds: number;
  readonly relistSeconds: number;
  /** After so long without a list of containers the node is not ready. */
  readonly relistThresholdSeconds: number;
  /** How often the runtime is asked for its status until it, and its network, are ready; then less often. */
  readonly runtimeCheckSeconds: number;
  readonly runtimeCheckWhenReadySeconds: number;
  /** After so long without an answer of the runtime the node is not ready. */
  readonly runtimeThresholdSeconds: number;
  readonly runtimeRequestTimeoutSeconds: number;
  /** After a failed sync a pod is tried again so much later, and up to half as much more. */
  readonly syncRetrySeconds: number;
  readonly serializeImagePulls: boolean;
  /** A status that could not be sent is sent again so much later. */
  readonly statusRetrySeconds: number;
  /** For how long a config map that was read is good. */
  readonly configMapCacheSeconds: number;
}

export const DEFAULT_CONFIG: KubeletConfig = {
  leaseRenewSeconds: 10,
  leaseDurationSeconds: 40,
  nodeStatusUpdateSeconds: 10,
  nodeStatusReportSeconds: 300,
  pleg: 'evented',
  slowRelistSeconds: 300,
  relistSeconds: 1,
  relistThresholdSeconds: 180,
  runtimeCheckSeconds: 5,
  runtimeCheckWhenReadySeconds: 30,
  runtimeThresholdSeconds: 30,
  runtimeRequestTimeoutSeconds: 120,
  syncRetrySeconds: 10,
  serializeImagePulls: true,
  statusRetrySeconds: 10,
  configMapCacheSeconds: 60,
};

export interface KubeletGuards {
  /** A kubelet that starts believes a consistent list of its pods, not what a lagging cache says (k8s#59848). */
  readonly consistentFirstList: boolean;
  /** Containers of unknown pods are killed only once the kubelet knows its pods. */
  readonly orphansAfterSync: boolean;
  /** A pod waits until an earlier one of its name has ended here. */
  readonly waitForSameName: boolean;
  /** The last deletion names the pod's uid, so that it cannot hit a new pod of the same name. */
  readonly uidPreconditions: boolean;
  /** A pod is deleted from the API only when its containers are dead and its last status is known there. */
  readonly deleteAfterTermination: boolean;
  /** After a restart of the kubelet a ready container stays ready until its probe says something else (k8s#100277). */
  readonly keepReadiness: boolean;
  /** The node checks again whether a pod fits. */
  readonly admission: boolean;
}

export const DEFAULT_GUARDS: KubeletGuards = {
  consistentFirstList: true,
  orphansAfterSync: true,
  waitForSameName: true,
  uidPreconditions: true,
  deleteAfterTermination: true,
  keepReadiness: true,
  admission: true,
};
