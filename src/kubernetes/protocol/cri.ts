/**
 * The conversation between the kubelet and the container runtime of its node: the Container Runtime Interface
 * (cri-api/pkg/apis/runtime/v1/api.proto) as data, as far as the model has what it speaks of. Names are upstream's.
 */

/** What a sandbox is for. `attempt` counts the sandboxes of one pod. */
export interface PodSandboxMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly attempt: number;
}

export interface PodSandboxConfig {
  readonly metadata: PodSandboxMetadata;
  readonly hostname: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The pod shares the node's network: it has the node's address. */
  readonly hostNetwork: boolean;
}

export interface PodSandbox {
  readonly id: string;
  readonly metadata: PodSandboxMetadata;
  readonly state: 'READY' | 'NOTREADY';
  /** Microseconds on the node's clock. */
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** '' until the network is set up, and again once it is torn down. */
  readonly ip: string;
}

export interface ContainerConfig {
  readonly metadata: { readonly name: string; readonly attempt: number };
  /** As the pod names it; it must have been pulled. */
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly envs: readonly { readonly key: string; readonly value: string }[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Files by path: what mounted config maps hold. */
  readonly files?: Readonly<Record<string, string>>;
  /** The ports that the pod's spec declares, with their protocol; a program without ideas of its own listens on them. */
  readonly ports: readonly {
    readonly name: string;
    readonly containerPort: number;
    readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  }[];
  readonly resources: {
    readonly cpuRequestMilli: number;
    readonly cpuLimitMilli?: number;
    readonly memoryLimitBytes?: number;
  };
}

export type ContainerStateName = 'CREATED' | 'RUNNING' | 'EXITED' | 'UNKNOWN';

export interface ContainerInfo {
  readonly id: string;
  readonly podSandboxId: string;
  readonly metadata: { readonly name: string; readonly attempt: number };
  readonly image: string;
  /** `sha256:…` of the image that it was made from. */
  readonly imageRef: string;
  readonly state: ContainerStateName;
  /** Microseconds on the node's clock; 0: not yet. */
  readonly createdAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  /** `Completed`, `Error`, `OOMKilled`, … '' while it runs. */
  readonly reason: string;
  readonly message: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export type CriRequest =
  | { readonly call: 'Version' }
  | { readonly call: 'Status' }
  /** Makes a sandbox and gives it its network: an address of the overlay. */
  | { readonly call: 'RunPodSandbox'; readonly config: PodSandboxConfig }
  /** Kills what still runs in it and takes its network back. Idempotent. */
  | { readonly call: 'StopPodSandbox'; readonly podSandboxId: string }
  /** Stops and forgets it, and its containers. Idempotent. */
  | { readonly call: 'RemovePodSandbox'; readonly podSandboxId: string }
  | { readonly call: 'ListPodSandbox'; readonly podUid?: string }
  | {
      readonly call: 'CreateContainer';
      readonly podSandboxId: string;
      readonly config: ContainerConfig;
      readonly sandboxConfig: PodSandboxConfig;
    }
  | { readonly call: 'StartContainer'; readonly containerId: string }
  /** SIGTERM, and after `timeoutSeconds` SIGKILL. Answers once it has exited. Idempotent. */
  | { readonly call: 'StopContainer'; readonly containerId: string; readonly timeoutSeconds: number }
  | { readonly call: 'RemoveContainer'; readonly containerId: string }
  | { readonly call: 'ListContainers'; readonly podSandboxId?: string }
  | { readonly call: 'ContainerStatus'; readonly containerId: string }
  /** Runs a command in a container; the program answers. */
  | {
      readonly call: 'ExecSync';
      readonly containerId: string;
      readonly cmd: readonly string[];
      readonly timeoutSeconds: number;
    }
  | { readonly call: 'PullImage'; readonly image: string }
  | { readonly call: 'ImageStatus'; readonly image: string }
  | { readonly call: 'ListImages' };

/** The body of every reply: what was asked for, or a gRPC-like error. */
export type CriResponse =
  | { readonly ok: true; readonly result: CriResult }
  | { readonly ok: false; readonly code: CriErrorCode; readonly message: string };

export type CriErrorCode =
  | 'NotFound'
  | 'AlreadyExists'
  | 'InvalidArgument'
  | 'FailedPrecondition'
  | 'ResourceExhausted'
  | 'DeadlineExceeded'
  | 'Unavailable'
  | 'Unknown';

export type CriResult =
  | { readonly call: 'Version'; readonly runtimeName: string; readonly runtimeVersion: string }
  | { readonly call: 'Status'; readonly runtimeReady: boolean; readonly networkReady: boolean }
  | { readonly call: 'RunPodSandbox'; readonly podSandboxId: string; readonly ip: string }
  | { readonly call: 'StopPodSandbox' | 'RemovePodSandbox' | 'StartContainer' | 'StopContainer' | 'RemoveContainer' }
  | { readonly call: 'ListPodSandbox'; readonly items: readonly PodSandbox[] }
  | { readonly call: 'CreateContainer'; readonly containerId: string }
  | { readonly call: 'ListContainers'; readonly containers: readonly ContainerInfo[] }
  | { readonly call: 'ContainerStatus'; readonly status: ContainerInfo }
  | { readonly call: 'ExecSync'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly call: 'PullImage'; readonly imageRef: string }
  | { readonly call: 'ImageStatus'; readonly image?: ImageInfo }
  | { readonly call: 'ListImages'; readonly images: readonly ImageInfo[] };

export interface ImageInfo {
  /** `sha256:…`. */
  readonly id: string;
  /** Its full name, tag included. */
  readonly name: string;
  readonly sizeBytes: number;
}

/** What opens the stream of events (`GetContainerEvents`); only the runtime sends on it. */
export interface CriEventsRequest {
  readonly call: 'GetContainerEvents';
}

/** Something that happened to a container or, where `containerId` is the sandbox's id, to a sandbox. */
export interface ContainerEvent {
  readonly containerId: string;
  readonly type: 'CONTAINER_CREATED' | 'CONTAINER_STARTED' | 'CONTAINER_STOPPED' | 'CONTAINER_DELETED';
  /** Microseconds on the node's clock. */
  readonly createdAt: number;
  readonly podSandboxId: string;
  readonly podUid: string;
}
