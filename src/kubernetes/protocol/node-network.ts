/**
 * The conversations with a node's own network besides traffic itself (container.ts): the runtime sets up and tears down
 * the network of sandboxes (what CNI's ADD and DEL do), kube-proxy replaces the rules. All are requests to `overlayOf(node)`.
 *
 * Nodes' networks pass packets to one another: `ForwardedTraffic`, a request from one overlay to another, is the tunnel.
 */
import type { Packet } from './container.ts';

export type NodeNetworkRequest =
  /** Gives a sandbox an address of the node's pod CIDR. Idempotent for one sandbox. The reply is a `CniResult`. */
  | { readonly cni: 'ADD'; readonly sandboxId: string; readonly pod: string }
  /** Takes it back. Idempotent. */
  | { readonly cni: 'DEL'; readonly sandboxId: string }
  | { readonly cni: 'STATUS' }
  /** Replaces all of kube-proxy's rules. The reply is `{ ok: true }`. */
  | { readonly rules: ProxyRules };

export type CniResult =
  | { readonly ok: true; readonly ip: string }
  /** `NotReady`: the node has no pod CIDR yet; `Exhausted`: no address is free. */
  | { readonly ok: false; readonly error: 'NotReady' | 'Exhausted'; readonly message: string };

/** What one node's network hands to another's. The reply is a `TrafficResult`. */
export interface ForwardedTraffic {
  readonly forwarded: Packet;
}

/** What kube-proxy computes from Services and EndpointSlices: each service port with where its connections go. */
export interface ProxyRules {
  readonly services: readonly ServiceRule[];
  /** Every ClusterIP that exists: traffic to any other port of one is refused. */
  readonly clusterIps: readonly string[];
}

export interface ServiceRule {
  /** `namespace/name:port`, for people. */
  readonly name: string;
  readonly protocol: 'TCP' | 'UDP';
  /** The addresses at which the service answers; '' with a node port means every address of the node. */
  readonly clusterIp: string;
  readonly port: number;
  /** 0: none. */
  readonly nodePort: number;
  /** How long a client sticks to its back end; 0: no affinity. */
  readonly affinitySeconds: number;
  /** Sorted. Each is equally likely. None: connections are refused. */
  readonly endpoints: readonly { readonly ip: string; readonly port: number }[];
}
