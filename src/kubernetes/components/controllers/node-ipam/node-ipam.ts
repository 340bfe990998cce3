/**
 * The node IPAM controller: gives each node that has none a block of the pod network, and never gives one block twice.
 *
 * Upstream keeps the blocks in memory, filled at the start by a consistent list, and has one process at a time. Here nothing
 * is remembered between two reconciles, so that the blocks are written down before they are given: in a ConfigMap
 * `kube-system/node-cidrs`, by the uid of the node. Each change of it names the version that it was thought out for. So of
 * two that decide at the same time, or one that decides by an old cache, only one gets through; and what was decided but not
 * yet written into the node is found again after a crash. This is the guard `allocationRecord`; without it, the cache of nodes
 * is all that is asked.
 *
 * A block is given up when none is left free and its node is gone, for certain: by a live read.
 *
 * Options: `clusterCidr` (10.244.0.0/16), `nodeCidrMaskSize` (24). Left out: IPv6, and a CIDR that somebody else writes into a
 * node while the cache does not know of it. Upstream: pkg/controller/nodeipam/ipam/range_allocator.go.
 */
import type { ConfigMap, Node } from '../../../api/object.ts';
import { CONFIG_MAPS, NAMESPACES, NODES } from '../../../api/resource.ts';
import {
  type Action,
  type Controller,
  type EventRecord,
  type ReconcileContext,
  referenceTo,
  type View,
} from '../../../client/controller/controller.ts';
import type { Delta } from '../../../client/informers.ts';
import { allocate, blockAt, type CidrSet, cidrSet, occupy } from './cidr-set.ts';

export const DEFAULT_CLUSTER_CIDR = '10.244.0.0/16';
export const DEFAULT_NODE_CIDR_MASK_SIZE = 24;

const NAMESPACE = 'kube-system';
const RECORD = 'node-cidrs';
/** All nodes are one key: what one gets depends on what all others have. */
const KEY = 'node-cidrs';

export const NODE_IPAM_CONTROLLER: Controller = {
  name: 'node-ipam-controller',
  workers: 1,
  informers: {
    nodes: { resource: NODES },
    namespaces: { resource: NAMESPACES },
    configmaps: { resource: CONFIG_MAPS },
  },
  keysFor,
  reconcile,
};

function keysFor({ informer, type, object }: Delta): readonly string[] {
  if (informer !== 'nodes' || type === 'updated') return [];
  return type === 'deleted' || lacksCidr(object as Node) ? [KEY] : [];
}

function lacksCidr({ spec }: Node): boolean {
  return spec.podCIDR === undefined || spec.podCIDR === '';
}

/** What the record says of a node: `10.244.3.0/24 node-3`. */
interface Entry {
  readonly cidr: string;
  readonly name: string;
}

function reconcile(_key: string, view: View, ctx: ReconcileContext): Action[] {
  const set = cidrSetOf(ctx.options);
  const nodes = view.list<Node>('nodes');
  const waiting = nodes.filter(lacksCidr);
  if (waiting.length === 0) return [];
  const guarded = ctx.options.allocationRecord !== false;
  const record = guarded ? view.get<ConfigMap>('configmaps', `${NAMESPACE}/${RECORD}`) : undefined;
  const entries = readRecord(record);
  const plan = allocateAll(set, nodes, waiting, entries);
  const actions: Action[] = plan.freed.map(([uid, { name }]) => {
    return { do: 'check', expect: 'absent', resource: NODES, name, uid };
  });
  if (guarded && plan.changed) actions.push(...writeRecord(view, record, plan.entries));
  const patches = waiting.flatMap((node) => {
    const entry = plan.entries.get(node.metadata.uid);
    return entry === undefined ? [] : [assign(node, entry.cidr, guarded)];
  });
  if (patches.length > 0) actions.push({ do: 'together', actions: patches });
  for (const node of plan.without) actions.push({ do: 'event', ...statusChange(node, 'CIDRNotAvailable') });
  return actions;
}

function cidrSetOf({ clusterCidr, nodeCidrMaskSize }: ReconcileContext['options']): CidrSet {
  const cidr = typeof clusterCidr === 'string' ? clusterCidr : DEFAULT_CLUSTER_CIDR;
  const set = cidrSet(cidr, typeof nodeCidrMaskSize === 'number' ? nodeCidrMaskSize : DEFAULT_NODE_CIDR_MASK_SIZE);
  if (set === undefined) throw new Error(`node-ipam-controller: ${cidr} cannot be divided into blocks for nodes.`);
  return set;
}

interface Plan {
  /** The record as it is to be, by the uids of nodes. */
  readonly entries: Map<string, Entry>;
  readonly changed: boolean;
  /** Entries that were given up. */
  readonly freed: [string, Entry][];
  /** Nodes for which there is no block. */
  readonly without: Node[];
}

/** Gives each waiting node a block, in the order of their names; nodes that are in the record keep theirs. */
export function allocateAll(
  set: CidrSet,
  nodes: readonly Node[],
  waiting: readonly Node[],
  recorded: ReadonlyMap<string, Entry>,
): Plan {
  const entries = new Map(recorded);
  const used = new Set<number>();
  for (const { cidr } of entries.values()) occupy(set, used, cidr);
  for (const { spec } of nodes) occupy(set, used, spec.podCIDR ?? '');
  const present = new Set(nodes.map(({ metadata }) => metadata.uid));
  const gone = [...entries].filter(([uid]) => !present.has(uid));
  const freed: [string, Entry][] = [];
  const without: Node[] = [];
  let from = 0;
  let changed = false;
  for (const node of waiting) {
    const { uid, name } = node.metadata;
    if (entries.has(uid)) continue;
    const index = allocate(set, used, from);
    const old = index === undefined ? gone.shift() : undefined;
    if (index !== undefined) {
      from = index + 1;
      entries.set(uid, { cidr: blockAt(set, index), name });
    } else if (old !== undefined) {
      freed.push(old);
      entries.delete(old[0]);
      entries.set(uid, { cidr: old[1].cidr, name });
    } else {
      without.push(node);
      continue;
    }
    changed = true;
  }
  return { entries, changed, freed, without };
}

function readRecord(record: ConfigMap | undefined): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [uid, value] of Object.entries(record?.data ?? {})) {
    const [cidr = '', name = ''] = value.split(' ');
    entries.set(uid, { cidr, name });
  }
  return entries;
}

/** Fails if anybody else has written it since, and then nothing of what follows is done. */
function writeRecord(view: View, record: ConfigMap | undefined, entries: ReadonlyMap<string, Entry>): Action[] {
  const data = Object.fromEntries([...entries].map(([uid, { cidr, name }]) => [uid, `${cidr} ${name}`]));
  if (record !== undefined) return [{ do: 'update', resource: CONFIG_MAPS, object: { ...record, data } as ConfigMap }];
  const actions: Action[] = [];
  if (view.get('namespaces', NAMESPACE) === undefined) {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
    actions.push({ do: 'create', resource: NAMESPACES, object, ignore: ['AlreadyExists'] });
  }
  const metadata = { name: RECORD, namespace: NAMESPACE };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
  actions.push({ do: 'create', resource: CONFIG_MAPS, namespace: NAMESPACE, object });
  return actions;
}

/** A node that is gone needs none; one of the same name is another, with another uid. */
function assign(node: Node, cidr: string, guarded: boolean): Action {
  const { name, uid, resourceVersion } = node.metadata;
  const patch = {
    metadata: guarded ? { uid } : { uid, resourceVersion },
    spec: { podCIDR: cidr, podCIDRs: [cidr] },
  };
  const onFailure = statusChange(node, 'CIDRAssignmentFailed');
  return { do: 'patch', resource: NODES, name, patchType: 'merge', patch, ignore: ['NotFound'], onFailure };
}

/** As upstream's RecordNodeStatusChange words it. */
function statusChange(node: Node, status: string): EventRecord {
  const message = `Node ${node.metadata.name} status is now: ${status}`;
  return { about: referenceTo(node), type: 'Normal', reason: status, message };
}
