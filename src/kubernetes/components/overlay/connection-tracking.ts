/**
 * Which back end the connections through services go to: the choice of kube-proxy's rules for a new connection, and
 * the kernel's memory of it for all that follows (nf_conntrack). A connection is its source, its destination and its
 * protocol; a changed rule does not move one that exists.
 *
 * Upstream: pkg/proxy/iptables/proxier.go (statistic mode random, and the `recent` match for session affinity).
 */
import type { RandomStream } from '../../../sim/index.ts';
import type { Packet } from '../../protocol/container.ts';
import type { ServiceRule } from '../../protocol/node-network.ts';

interface Backend {
  readonly ip: string;
  readonly port: number;
}

export interface ConnectionTracking {
  /** By connection; in the order of last use. */
  readonly connections: Map<string, Backend & { readonly usedAt: number }>;
  /** By rule and client address: whom session affinity binds it to. */
  readonly affinity: Map<string, Backend & { readonly usedAt: number }>;
}

/** A connection that is idle so long is forgotten: nf_conntrack_tcp_timeout_time_wait, since each of ours is one exchange. */
const IDLE_US = 120_000_000;
/** The API allows no longer affinity than a day. */
const LONGEST_AFFINITY_US = 86_400_000_000;

export function noConnections(): ConnectionTracking {
  return { connections: new Map(), affinity: new Map() };
}

/** Where a packet that matches a rule goes; undefined: the rule has no endpoint, so it is refused. */
export function backendFor(
  tracking: ConnectionTracking,
  packet: Packet,
  rule: ServiceRule,
  now: number,
  random: RandomStream,
): Backend | undefined {
  const { source, destination, protocol } = packet;
  const key = `${protocol} ${source.ip}:${source.port} ${destination.ip}:${destination.port}`;
  const known = tracking.connections.get(key);
  const backend =
    known !== undefined && now - known.usedAt < IDLE_US ? known : choose(tracking, rule, source.ip, now, random);
  if (backend === undefined) return undefined;
  const { ip, port } = backend;
  remember(tracking.connections, key, { ip, port, usedAt: now }, now - IDLE_US);
  return { ip, port };
}

function choose(
  tracking: ConnectionTracking,
  rule: ServiceRule,
  client: string,
  now: number,
  random: RandomStream,
): Backend | undefined {
  const { endpoints, affinitySeconds } = rule;
  if (endpoints.length === 0) return undefined;
  if (affinitySeconds === 0) return random.choice(endpoints);
  const key = `${rule.name} ${client}`;
  const limit = now - affinitySeconds * 1_000_000;
  const bound = tracking.affinity.get(key);
  const still =
    bound !== undefined && bound.usedAt > limit
      ? endpoints.find(({ ip, port }) => ip === bound.ip && port === bound.port)
      : undefined;
  const chosen = still ?? random.choice(endpoints);
  remember(tracking.affinity, key, { ip: chosen.ip, port: chosen.port, usedAt: now }, now - LONGEST_AFFINITY_US);
  return chosen;
}

/** Puts an entry last and forgets the first ones, as far as they were last used before `limit`. */
function remember<T extends { readonly usedAt: number }>(
  map: Map<string, T>,
  key: string,
  entry: T,
  limit: number,
): void {
  map.delete(key);
  map.set(key, entry);
  for (const [old, { usedAt }] of map) {
    if (usedAt >= limit) break;
    map.delete(old);
  }
}
