/**
 * The blocks of a cluster's pod network, one for each node, by their numbers.
 * Upstream: pkg/controller/nodeipam/ipam/cidrset/cidr_set.go.
 */
import { blockSize, type Cidr, formatCidr, parseCidr } from '../../../api/ip-address.ts';

export interface CidrSet {
  readonly cluster: Cidr;
  readonly nodeMaskSize: number;
  /** How many addresses a block has. */
  readonly blockSize: number;
  /** How many blocks there are. */
  readonly count: number;
}

/** Undefined unless `clusterCidr` is a block that is at least as large as a node's. */
export function cidrSet(clusterCidr: string, nodeMaskSize: number): CidrSet | undefined {
  const cluster = parseCidr(clusterCidr);
  if (cluster === undefined || nodeMaskSize < cluster.prefix || nodeMaskSize > 32) return undefined;
  const size = blockSize(nodeMaskSize);
  return { cluster, nodeMaskSize, blockSize: size, count: cluster.size / size };
}

/** The block of a number. */
export function blockAt({ cluster, nodeMaskSize, blockSize }: CidrSet, index: number): string {
  return formatCidr({ base: cluster.base + index * blockSize, prefix: nodeMaskSize, size: blockSize });
}

/** Marks every block that shares an address with a CIDR, which may be of any size and lie anywhere. */
export function occupy({ cluster, blockSize, count }: CidrSet, used: Set<number>, cidr: string): void {
  const other = parseCidr(cidr);
  if (other === undefined) return;
  const first = Math.max(0, Math.floor((other.base - cluster.base) / blockSize));
  const last = Math.min(count - 1, Math.floor((other.base + other.size - 1 - cluster.base) / blockSize));
  for (let index = first; index <= last; index++) used.add(index);
}

/** The lowest free number, from `from` on; undefined: none is free. Takes it. */
export function allocate({ count }: CidrSet, used: Set<number>, from: number): number | undefined {
  for (let index = from; index < count; index++) {
    if (used.has(index)) continue;
    used.add(index);
    return index;
  }
  return undefined;
}
