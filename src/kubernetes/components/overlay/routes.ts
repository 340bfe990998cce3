/**
 * Which node has an address: pod addresses by the nodes' pod CIDRs, node addresses by what nodes report. What flannel's
 * daemon writes into a node's routing table (flannel-io/flannel, pkg/subnet/kube), kept from Node objects.
 */
import { parseCidr, parseIp } from '../../api/ip-address.ts';
import type { Node } from '../../api/object.ts';

export interface Routes {
  /** From the number of addresses of a block to its first address to the host. In a cluster, blocks are of one size. */
  readonly blocks: Map<number, Map<number, string>>;
  /** From a node's own address to its host. */
  readonly nodes: Map<string, string>;
}

export function noRoutes(): Routes {
  return { blocks: new Map(), nodes: new Map() };
}

/** Follows a change of a node: `previous` and `next` are absent before its creation and after its deletion. */
export function changeRoutes(routes: Routes, previous: Node | undefined, next: Node | undefined): void {
  if (previous !== undefined) {
    const block = blockOf(previous);
    const same = block === undefined ? undefined : routes.blocks.get(block.size);
    if (block !== undefined && same?.get(block.base) === previous.metadata.name) same.delete(block.base);
    for (const ip of addressesOf(previous)) {
      if (routes.nodes.get(ip) === previous.metadata.name) routes.nodes.delete(ip);
    }
  }
  if (next === undefined) return;
  const block = blockOf(next);
  if (block !== undefined) {
    const same = routes.blocks.get(block.size) ?? new Map<number, string>();
    same.set(block.base, next.metadata.name);
    routes.blocks.set(block.size, same);
  }
  for (const ip of addressesOf(next)) routes.nodes.set(ip, next.metadata.name);
}

/** The host that has this address; undefined: there is no route to it. */
export function hostFor(routes: Routes, ip: string): string | undefined {
  const node = routes.nodes.get(ip);
  if (node !== undefined) return node;
  const address = parseIp(ip);
  if (address === undefined) return undefined;
  for (const [size, blocks] of routes.blocks) {
    const host = blocks.get(address - (address % size));
    if (host !== undefined) return host;
  }
  return undefined;
}

/** Whether a change of a node can change a route; most changes of nodes are of their status' conditions. */
export function routesDiffer(previous: Node, next: Node): boolean {
  return previous.spec.podCIDR !== next.spec.podCIDR || addressesOf(previous).join(' ') !== addressesOf(next).join(' ');
}

function blockOf(node: Node): { readonly base: number; readonly size: number } | undefined {
  return node.spec.podCIDR === undefined ? undefined : parseCidr(node.spec.podCIDR);
}

function addressesOf(node: Node): string[] {
  return (node.status?.addresses ?? []).filter(({ type }) => type === 'InternalIP').map(({ address }) => address);
}
