/** What the runtime's disk remembers: sandboxes, containers, images. */
import type { ContainerConfig, ContainerStateName, PodSandboxConfig } from '../../protocol/cri.ts';

export interface SandboxRecord {
  readonly id: string;
  readonly config: PodSandboxConfig;
  state: 'READY' | 'NOTREADY';
  /** Microseconds on the node's clock. */
  readonly createdAt: number;
  /** '' before the network is set up and after it is torn down. */
  ip: string;
  /** Ids of its containers, oldest first; not on disk. */
  readonly containers: string[];
}

/** What changes about a container. Times are microseconds on the node's clock; 0: not yet. */
export interface ContainerProgress {
  state: ContainerStateName;
  startedAt: number;
  finishedAt: number;
  exitCode: number;
  reason: string;
  message: string;
}

export interface ContainerRecord extends ContainerProgress {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: ContainerConfig;
  readonly imageRef: string;
  /** The world's program that it runs, and what the image tells it. */
  readonly program: string;
  readonly programConfig: unknown;
  /** The name of its process on this host. */
  readonly process: string;
  readonly createdAt: number;
}

export interface ImageRecord {
  /** `docker.io/library/nginx:latest`. */
  readonly name: string;
  /** `sha256:…` */
  readonly id: string;
  readonly sizeBytes: number;
  readonly program: string;
  readonly config: unknown;
}
