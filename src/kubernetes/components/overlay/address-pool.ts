/**
 * The addresses of one node's pod CIDR, given out as CNI's host-local plugin does
 * (containernetworking/plugins, plugins/ipam/host-local/backend/allocator/allocator.go): each search begins behind the
 * address that was given out last, so that one that was just given back rests as long as there are others. The first
 * address is the network's, the second the gateway's, the last the broadcast's.
 */
import { cidrContains, formatIp, parseCidr, parseIp } from '../../api/ip-address.ts';

export interface AddressPool {
  /** '' until the node has one. */
  cidr: string;
  /** From address to the sandbox that holds it. */
  readonly held: Map<string, string>;
  /** The last that was given out; '' for none. */
  last: string;
}

export function emptyPool(): AddressPool {
  return { cidr: '', held: new Map(), last: '' };
}

/** Takes an address for a sandbox: the one that it has, or a free one; undefined if there is none. */
export function takeAddress(pool: AddressPool, sandboxId: string): string | undefined {
  const own = addressOf(pool, sandboxId);
  if (own !== undefined) return own;
  const cidr = parseCidr(pool.cidr);
  if (cidr === undefined) return undefined;
  const first = cidr.base + 2;
  const count = cidr.size - 3;
  const last = parseIp(pool.last);
  const from = last === undefined || !cidrContains(cidr, last) ? 0 : last - first + 1;
  for (let offset = 0; offset < count; offset++) {
    const ip = formatIp(first + ((from + offset) % count));
    if (pool.held.has(ip)) continue;
    pool.held.set(ip, sandboxId);
    pool.last = ip;
    return ip;
  }
  return undefined;
}

export function addressOf(pool: AddressPool, sandboxId: string): string | undefined {
  for (const [ip, holder] of pool.held) if (holder === sandboxId) return ip;
  return undefined;
}
