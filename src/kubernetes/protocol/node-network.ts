/**
 * The conversations with a node's own network besides traffic itself (container.ts): the runtime sets up and tears down
 * the network of sandboxes (what CNI's ADD and DEL do), kube-proxy writes its rules. All are requests to `overlayOf(node)`.
 *
 * Nodes' networks pass packets to one another: `ForwardedTraffic`, a request from one overlay to another, is the tunnel.
 */
import type { Packet } from './container.ts';

export type CniRequest =
  /** Gives a sandbox an address of the node's pod CIDR. Idempotent for one sandbox. The reply is a `CniResult`. */
  | { readonly cni: 'ADD'; readonly sandboxId: string; readonly pod: string }
  /** Takes it back. Idempotent. */
  | { readonly cni: 'DEL'; readonly sandboxId: string }
  /** Whether ADD can work: the node has a pod CIDR. */
  | { readonly cni: 'STATUS' };

export type CniResult =
  /** `ip` is '' in answers to DEL and STATUS. */
  | { readonly ok: true; readonly ip: string }
  /** `NotReady`: the node has no pod CIDR yet; `Exhausted`: no address is free; `Failed`: the disk that keeps the record failed. */
  | { readonly ok: false; readonly error: 'NotReady' | 'Exhausted' | 'Failed'; readonly message: string };

/** What one node's network hands to another's. The reply is a `TrafficResult`. */
export interface ForwardedTraffic {
  readonly forwarded: Packet;
}

/**
 * What kube-proxy writes: the rules of these services replace those of the same name, and these names go. With `replace`
 * every other rule goes too. The reply is `{ ok: true }`.
 */
export interface RulesRequest {
  readonly rules: {
    readonly replace: boolean;
    readonly services: readonly ServiceRule[];
    readonly removed: readonly string[];
  };
}

/**
 * Opens a stream (`ctx.openStream`) on which nothing is ever sent: it ends when the node's network loses its rules, so that
 * kube-proxy knows to write them again.
 */
export interface RulesWatch {
  readonly watchRules: true;
}

/** Where the connections to one port of a service go. */
export interface ServiceRule {
  /** `namespace/name:port`. */
  readonly name: string;
  readonly protocol: 'TCP' | 'UDP';
  /** The address at which the service answers. */
  readonly clusterIp: string;
  readonly port: number;
  /** The port at which every address of the node answers for it; 0: none. */
  readonly nodePort: number;
  /** How long a client sticks to its back end; 0: no affinity. */
  readonly affinitySeconds: number;
  /** Sorted. Each is equally likely. None: connections are refused, unless the rule drops them. */
  readonly endpoints: readonly ServiceBackend[];
  /** Where connections to the node port from this node's own pods and processes go. Absent: as `endpoints` says. */
  readonly nodePortEndpoints?: readonly ServiceBackend[];
  /** Where connections to the node port from elsewhere go. Absent: as those from this node. */
  readonly externalEndpoints?: readonly ServiceBackend[];
  /** Other nodes may use endpoints that this one may not: connections that find none are dropped, and never answered. */
  readonly dropsWithoutEndpoints?: boolean;
}

export interface ServiceBackend {
  readonly ip: string;
  readonly port: number;
}
