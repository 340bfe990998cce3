/**
 * NodeResourcesFit: a pod fits where what it requests is free; of the nodes that do, the least allocated are the best.
 * Upstream: pkg/scheduler/framework/plugins/noderesources/{fit,least_allocated,resource_allocation}.go.
 */
import type { Pod } from '../../../api/object.ts';
import { type ClusterEvent, MAX_NODE_SCORE, type Plugin, SUCCESS } from '../framework.ts';
import { emptyNodeInfo, type NodeInfo, setNode } from '../node-info.ts';
import { nonZeroRequests, requestsOf } from '../requests.ts';

export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  filter(pod, info) {
    const missing = insufficientResources(pod, info);
    if (missing.length === 0) return SUCCESS;
    const code = missing.every(({ unresolvable }) => unresolvable) ? 'UnschedulableAndUnresolvable' : 'Unschedulable';
    return { code, reasons: missing.map(({ reason }) => reason) };
  },
  score: leastAllocated,
  mayHelp(event: ClusterEvent, pod: Pod) {
    switch (event.kind) {
      case 'assigned-pod-deleted':
        return true;
      case 'node-added':
      case 'node-updated': {
        // Whether the empty node could take it; what is on it is not looked at, as upstream.
        const info = emptyNodeInfo(event.node.metadata.name);
        setNode(info, event.node);
        return insufficientResources(pod, info).length === 0;
      }
      case 'assigned-pod-added':
        return false;
      default:
        throw new Error(`NodeResourcesFit: no such event: ${JSON.stringify(event satisfies never)}`);
    }
  },
};

interface Insufficient {
  readonly reason: string;
  /** More than the whole node has. */
  readonly unresolvable: boolean;
}

export function insufficientResources(pod: Pod, info: NodeInfo): Insufficient[] {
  const { allocatable, requested } = info;
  const missing: Insufficient[] = [];
  if (info.pods.size + 1 > (allocatable.pods ?? 0)) missing.push({ reason: 'Too many pods', unresolvable: false });
  for (const [resource, amount] of Object.entries(requestsOf(pod))) {
    if (amount === 0) continue;
    const whole = allocatable[resource] ?? 0;
    if (amount > whole - (requested[resource] ?? 0)) {
      missing.push({ reason: `Insufficient ${resource}`, unresolvable: amount > whole });
    }
  }
  return missing;
}

const SCORED = ['cpu', 'memory'] as const;

function leastAllocated(pod: Pod, { allocatable, nonZeroRequested }: NodeInfo): number {
  const own = nonZeroRequests(pod);
  let sum = 0;
  let weights = 0;
  for (const resource of SCORED) {
    const whole = allocatable[resource] ?? 0;
    if (whole === 0) continue;
    const used = (nonZeroRequested[resource] ?? 0) + (own[resource] ?? 0);
    sum += used > whole ? 0 : Math.floor(((whole - used) * MAX_NODE_SCORE) / whole);
    weights++;
  }
  return weights === 0 ? 0 : Math.floor(sum / weights);
}
