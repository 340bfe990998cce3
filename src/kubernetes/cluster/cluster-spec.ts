/** What a cluster is made of, as a user says it. Plain data; every field but the nodes has a default. */
import type { DiskSpec, NetworkSpec, ServiceModel } from '../../sim/index.ts';
import type { Taint } from '../api/object.ts';
import type { ImageRule } from '../protocol/registry.ts';

/** Nodes of one kind: `node-1`, `node-2`, … of the group `node`. */
export interface NodeGroup {
  /** Lower case letters, digits and `-`; unique. A group of one node gives it the bare name when `count` is absent. */
  readonly name: string;
  /** Default 1. */
  readonly count?: number;
  /** Zones that its nodes are dealt to in turn. Default: one zone, `zone-a`. */
  readonly zones?: readonly string[];
  /** Default `region-1`. */
  readonly region?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  /** Quantities by resource. Default: 4 cpu, 16Gi memory, 110 pods, 100Gi ephemeral-storage. */
  readonly capacity?: Readonly<Record<string, string>>;
  /** What is kept back for the node itself. Default: 100m cpu, 256Mi memory. */
  readonly reserved?: Readonly<Record<string, string>>;
  readonly clock?: { readonly offsetMs?: number; readonly driftPpm?: number };
  readonly disks?: readonly DiskSpec[];
}

export interface ClusterSpec {
  readonly nodes: readonly NodeGroup[];
  readonly controlPlane?: {
    /** Default `zone-a`. */
    readonly zone?: string;
    readonly region?: string;
    /** How long the API server takes over what it receives. Default: no time. */
    readonly apiServer?: ServiceModel;
    readonly etcd?: ServiceModel;
    readonly disks?: readonly DiskSpec[];
  };
  readonly network?: NetworkSpec;
  /** Default `10.244.0.0/16`; each node gets a /24 of it. */
  readonly podCidr?: string;
  /** Default `10.96.0.0/12`. */
  readonly serviceCidr?: string;
  /** What images are, before the images that every cluster knows. The first that fits counts. */
  readonly images?: readonly ImageRule[];
  /** How fast a node gets an image's bytes. Default 100 MB/s. */
  readonly registryBytesPerSecond?: number;
  /** Options of components by their name: numbers, and guards that are on by default. Plain data. */
  readonly options?: {
    readonly kubelet?: Readonly<Record<string, unknown>>;
    readonly kubeProxy?: Readonly<Record<string, unknown>>;
    readonly scheduler?: Readonly<Record<string, unknown>>;
    readonly apiServer?: Readonly<Record<string, unknown>>;
    readonly etcd?: Readonly<Record<string, unknown>>;
    readonly runtime?: Readonly<Record<string, unknown>>;
    /** By controller: `replicaset-controller`. */
    readonly controllers?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly controllerManager?: Readonly<Record<string, unknown>>;
  };
}

/** One node, all defaults filled in. */
export interface NodePlan {
  readonly name: string;
  readonly group: string;
  readonly zone: string;
  readonly region: string;
  readonly ip: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly capacity: Readonly<Record<string, string>>;
  readonly reserved: Readonly<Record<string, string>>;
  readonly clock?: { readonly offsetMs?: number; readonly driftPpm?: number };
  readonly disks?: readonly DiskSpec[];
}

export const DEFAULT_ZONE = 'zone-a';
export const DEFAULT_REGION = 'region-1';
export const DEFAULT_POD_CIDR = '10.244.0.0/16';
export const DEFAULT_SERVICE_CIDR = '10.96.0.0/12';
export const DEFAULT_CAPACITY = { cpu: '4', memory: '16Gi', pods: '110', 'ephemeral-storage': '100Gi' } as const;
export const DEFAULT_RESERVED = { cpu: '100m', memory: '256Mi' } as const;

/** The names of hosts that are no nodes. */
export const CONTROL_PLANE = 'control-plane';
export const REGISTRY_HOST = 'registry';
export const WORKSTATION = 'workstation';
