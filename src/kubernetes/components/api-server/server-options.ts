/** What the API server can be told, and what it takes where nothing was said; upstream: apiserver/pkg/server/options. */
import type { Address } from '../../../sim/index.ts';

export interface ApiServerArgs {
  /** The members of etcd, each `host/process`; one is used until it fails, then the next. */
  readonly etcd: readonly Address[];
  /** Where ClusterIPs come from. Default 10.96.0.0/12, as kubeadm has it. */
  readonly serviceCidr?: string;
  readonly podDefaults?: PodDefaults;
  readonly watchCache?: Partial<WatchCacheOptions>;
  /** How long a request may take in all. Default 60,000. */
  readonly requestTimeoutMs?: number;
  /** How long one question to etcd may take; etcd itself gives up after 7 s. Default 7,000. */
  readonly etcdTimeoutMs?: number;
  /** How often the history in etcd is compacted to what it was that long ago. Default 300,000; 0: never. */
  readonly compactionEveryMs?: number;
  /** Safety mechanisms that can be taken away. All are on by default. */
  readonly guards?: Partial<ApiServerGuards>;
}

/** What admission adds to pods (plugin/pkg/admission/defaulttolerationseconds). */
export interface PodDefaults {
  /** How long a pod stays on a node that is not ready. Default 300. */
  readonly notReadyTolerationSeconds?: number;
  /** How long a pod stays on a node that is unreachable. Default 300. */
  readonly unreachableTolerationSeconds?: number;
}

/** Upstream: the constants of apiserver/pkg/storage/cacher/{cacher,watch_cache}.go. */
export interface WatchCacheOptions {
  /** How many events of a resource are kept at least, and at most; in between, all of the last `historyMs`. */
  readonly minEvents: number;
  readonly maxEvents: number;
  readonly historyMs: number;
  readonly bookmarkEveryMs: number;
  /** A watcher with more unsent events than this is ended. */
  readonly maxBacklog: number;
  /** How long a read waits for the cache to become fresh enough. */
  readonly freshnessTimeoutMs: number;
  /** How often etcd is asked for its progress while somebody waits. */
  readonly progressEveryMs: number;
}

export interface ApiServerGuards {
  /** Reads without a resource version are as new as the store. Without it: whatever the cache holds. */
  readonly consistentReads: boolean;
  /** An address or port of a Service is claimed in etcd together with it. Without it: by this server's own knowledge alone. */
  readonly allocationsInStore: boolean;
  /** Binding refuses a pod that has a node, or is being deleted. */
  readonly bindOnce: boolean;
}

/** The same with nothing left out. */
export interface ServerOptions {
  readonly etcd: readonly Address[];
  readonly serviceCidr: string;
  readonly podDefaults: Required<PodDefaults>;
  readonly watchCache: WatchCacheOptions;
  readonly requestTimeoutMs: number;
  readonly etcdTimeoutMs: number;
  readonly compactionEveryMs: number;
  readonly guards: ApiServerGuards;
}

const WATCH_CACHE: WatchCacheOptions = {
  minEvents: 100,
  maxEvents: 102_400,
  historyMs: 75_000,
  bookmarkEveryMs: 60_000,
  maxBacklog: 1000,
  freshnessTimeoutMs: 3000,
  progressEveryMs: 100,
};

export function completeOptions(args: ApiServerArgs): ServerOptions {
  if (args.etcd.length === 0) throw new Error('apiServer: args.etcd names no member of etcd.');
  return {
    etcd: [...args.etcd],
    serviceCidr: args.serviceCidr ?? '10.96.0.0/12',
    podDefaults: { notReadyTolerationSeconds: 300, unreachableTolerationSeconds: 300, ...args.podDefaults },
    watchCache: { ...WATCH_CACHE, ...args.watchCache },
    requestTimeoutMs: args.requestTimeoutMs ?? 60_000,
    etcdTimeoutMs: args.etcdTimeoutMs ?? 7000,
    compactionEveryMs: args.compactionEveryMs ?? 300_000,
    guards: { consistentReads: true, allocationsInStore: true, bindOnce: true, ...args.guards },
  };
}
