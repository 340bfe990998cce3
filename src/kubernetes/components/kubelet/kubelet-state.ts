/** What a kubelet remembers, and the continuations by which it finds its way back to what it was doing. Plain data. */

import type { Context, StreamId } from '../../../sim/index.ts';
import type { ConfigMap, Lease, NodeStatus } from '../../api/object.ts';
import type { ResourceAmounts } from '../../api/pod-resources.ts';
import type { EventRecorderState } from '../../client/event-recorder.ts';
import type { InformersState } from '../../client/informers.ts';
import type { ContainerInfo, PodSandbox } from '../../protocol/cri.ts';
import {
  DEFAULT_CONFIG,
  DEFAULT_GUARDS,
  type KubeletArgs,
  type KubeletConfig,
  type KubeletGuards,
} from './kubelet-args.ts';
import type { PodWorker } from './pod-worker.ts';

export interface KubeletState {
  readonly informers: InformersState;
  readonly events: EventRecorderState;
  /** Which API server is asked: an index. */
  server: number;
  readonly settings: Settings;
  readonly node: NodeRecord;
  readonly lease: LeaseRecord;
  readonly runtime: RuntimeRecord;
  /** Pods by uid: those that are to run here, that do, and that did until all of them is gone. */
  readonly workers: Map<string, PodWorker>;
  readonly images: ImageQueue;
  /** By `namespace/name`. */
  readonly configMaps: Map<string, CachedConfigMap>;
  /** Counts syncs, probes and the ports that connections come from. */
  counter: number;
  /** Whether the kubelet knows its pods and what runs, so that it may act. */
  podsKnown: boolean;
  /** A consistent list of this node's pods: not asked for, asked for, or the uids in it. */
  firstList: 'none' | 'asking' | Set<string>;
  /** Of which resource version that list was; '' before there was one. */
  firstListVersion: string;
}

export interface Settings {
  readonly config: KubeletConfig;
  readonly guards: KubeletGuards;
  readonly allocatable: Readonly<Record<string, string>>;
  /** The same in the units of api/pod-resources.ts. */
  readonly room: ResourceAmounts;
}

export interface NodeRecord {
  registered: boolean;
  /** The next delay between attempts to register. */
  retryMs: number;
  uid: string;
  /** What was last sent and taken, and when; conditions keep their transition times here. */
  conditions: NodeConditions;
  reportedAt: number;
  /** Whether it has ever been said to be ready. */
  wasReady: boolean;
  sending: boolean;
}

export type NodeConditions = NonNullable<NodeStatus['conditions']>;

export interface LeaseRecord {
  /** As the API server last answered. */
  object: Lease | undefined;
  retryMs: number;
}

export interface RuntimeRecord {
  stream: StreamId | undefined;
  /** When the runtime last answered a Status; -1: never. */
  answeredAt: number;
  /** Whether it gave no answer when it was last asked. */
  silent: boolean;
  runtimeReady: boolean;
  networkReady: boolean;
  /** When all containers were last listed; -1: never. */
  listedAt: number;
  /** What was listed last; or the half of a list that has come. */
  sandboxes: readonly PodSandbox[] | undefined;
  containers: readonly ContainerInfo[] | undefined;
  /** Which list is under way; answers to others are not listened to. */
  listing: number;
}

/** Images are pulled one after the other, in the order in which they were asked for. */
export interface ImageQueue {
  /** How many pulls are under way. */
  pulling: number;
  readonly waiting: ImagePull[];
}

export interface ImagePull {
  readonly uid: string;
  readonly sync: number;
  readonly image: string;
}

export interface CachedConfigMap {
  /** Undefined: there is none. */
  readonly object: ConfigMap | undefined;
  readonly readAt: number;
}

/** Comes back with responses, timers and streams. */
export type Then =
  | { readonly to: 'node'; readonly step: 'register' | 'create' | 'get' | 'update' | 'status' | 'tick' }
  | { readonly to: 'lease'; readonly step: 'tick' | 'get' | 'create' | 'update' }
  | { readonly to: 'runtime'; readonly step: 'status' | 'check' | 'connect' | 'events' }
  | { readonly to: 'relist'; readonly step: 'begin' | 'sandboxes' | 'containers'; readonly listing: number }
  | { readonly to: 'first-list'; readonly step: 'ask' | 'answer' }
  | { readonly to: 'pod'; readonly uid: string; readonly sync: number; readonly step: PodStep }
  | { readonly to: 'retry'; readonly uid: string }
  | { readonly to: 'deadline'; readonly uid: string }
  | { readonly to: 'status'; readonly uid: string; readonly version: number }
  | { readonly to: 'status-retry' }
  | { readonly to: 'delete'; readonly uid: string }
  | { readonly to: 'probe-tick'; readonly uid: string; readonly probe: string }
  | { readonly to: 'probe-answer'; readonly uid: string; readonly probe: string; readonly asking: number }
  | {
      readonly to: 'pull';
      readonly uid: string;
      readonly sync: number;
      readonly image: string;
      readonly startedAt: number;
    }
  | { readonly to: 'config-map'; readonly key: string; readonly uid: string; readonly sync: number };

/** What a pod's sync is waiting for. */
export type PodStep =
  | { readonly wait: 'sandboxes' }
  | { readonly wait: 'containers' }
  | { readonly wait: 'pre-stop'; readonly containerId: string; readonly graceSeconds: number }
  | { readonly wait: 'stopped'; readonly call: 'StopContainer' | 'StopPodSandbox' }
  | { readonly wait: 'removed' }
  | { readonly wait: 'sandbox' }
  | { readonly wait: 'image' }
  | { readonly wait: 'created' }
  | { readonly wait: 'started' }
  | { readonly wait: 'post-start' };

export type KubeletContext = Context<Then>;

export function argsOf(ctx: KubeletContext): KubeletArgs {
  return ctx.args as KubeletArgs;
}

export function settingsOf(
  { config, guards }: KubeletArgs,
  allocatable: Readonly<Record<string, string>>,
  room: ResourceAmounts,
): Settings {
  const given = Object.freeze({ ...DEFAULT_CONFIG, ...DEFAULT_GUARDS, ...config, ...guards });
  return { config: given, guards: given, allocatable, room };
}
