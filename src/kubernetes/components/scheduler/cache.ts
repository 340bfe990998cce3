/**
 * The scheduler's picture of the cluster: nodes and the pods on them, with pods that are assumed to be on a node from the
 * moment of the decision until the API server confirms it or the binding fails. Nothing expires: an assumed pod stays until
 * one of the two is known. Upstream: pkg/scheduler/backend/cache/cache.go, node_tree.go.
 */
import { type Node, objectKey, type Pod } from '../../api/object.ts';
import { addPod, emptyNodeInfo, type NodeInfo, removePod, setNode } from './node-info.ts';

export interface Cache {
  readonly nodes: Map<string, NodeInfo>;
  /** From `namespace/name` of a pod to its node, assumed or confirmed. */
  readonly placed: Map<string, string>;
  /** The keys of pods that are only assumed. */
  readonly assumed: Set<string>;
  /** Names of known nodes, zone by zone in turn; undefined when it must be made anew. */
  order: readonly string[] | undefined;
}

export function emptyCache(): Cache {
  return { nodes: new Map(), placed: new Map(), assumed: new Set(), order: undefined };
}

export function cacheNode(cache: Cache, node: Node): void {
  const info = infoOf(cache, node.metadata.name);
  if (info.node === undefined || zoneOf(info.node) !== zoneOf(node)) cache.order = undefined;
  setNode(info, node);
}

export function forgetNode(cache: Cache, name: string): void {
  const info = cache.nodes.get(name);
  if (info === undefined) return;
  setNode(info, undefined);
  if (info.pods.size === 0) cache.nodes.delete(name);
  cache.order = undefined;
}

/** A pod that has a node, as the API server says it. */
export function cachePod(cache: Cache, pod: Pod): void {
  const key = objectKey(pod);
  const nodeName = pod.spec.nodeName ?? '';
  forgetPod(cache, key);
  addPod(infoOf(cache, nodeName), pod);
  cache.placed.set(key, nodeName);
}

/** A pod counts on a node from now on, before the API server knows. */
export function assumePod(cache: Cache, pod: Pod, nodeName: string): void {
  const key = objectKey(pod);
  addPod(infoOf(cache, nodeName), pod);
  cache.placed.set(key, nodeName);
  cache.assumed.add(key);
}

/** The pod is gone, has ended, or was not bound after all. */
export function forgetPod(cache: Cache, key: string): void {
  const nodeName = cache.placed.get(key);
  if (nodeName === undefined) return;
  const info = infoOf(cache, nodeName);
  removePod(info, key);
  if (info.node === undefined && info.pods.size === 0) cache.nodes.delete(nodeName);
  cache.placed.delete(key);
  cache.assumed.delete(key);
}

/** Known nodes, zone by zone in turn, so that a search that ends early has seen all zones. */
export function nodesInOrder(cache: Cache): NodeInfo[] {
  cache.order ??= zoneByZone(cache);
  return cache.order.flatMap((name) => cache.nodes.get(name) ?? []);
}

function zoneByZone(cache: Cache): string[] {
  const zones = new Map<string, string[]>();
  for (const { name, node } of cache.nodes.values()) {
    if (node === undefined) continue;
    const zone = zoneOf(node);
    const names = zones.get(zone);
    if (names === undefined) zones.set(zone, [name]);
    else names.push(name);
  }
  const order: string[] = [];
  const lists = [...zones.values()];
  for (let index = 0; lists.some((list) => index < list.length); index++) {
    for (const list of lists) {
      const name = list[index];
      if (name !== undefined) order.push(name);
    }
  }
  return order;
}

function zoneOf({ metadata }: Node): string {
  const { labels = {} } = metadata;
  return `${labels['topology.kubernetes.io/region'] ?? ''}:${labels['topology.kubernetes.io/zone'] ?? ''}`;
}

function infoOf(cache: Cache, name: string): NodeInfo {
  let info = cache.nodes.get(name);
  if (info === undefined) {
    info = emptyNodeInfo(name);
    cache.nodes.set(name, info);
  }
  return info;
}
