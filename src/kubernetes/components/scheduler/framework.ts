/**
 * The scheduling framework: what a plugin is, and what passes between plugins and the scheduling cycle.
 *
 * A plugin is a value with a name and pure functions, in a file of its own, listed in one table (plugins/plugins.ts).
 * Outcomes are values (`Verdict`), never exceptions. Upstream: staging kube-scheduler/framework/interface.go.
 */
import type { Node, Pod } from '../../api/object.ts';
import type { NodeInfo } from './node-info.ts';

/** Why a node does not do; upstream's Status. */
export type Verdict =
  | { readonly code: 'Success' }
  /** Removing pods might help. */
  | { readonly code: 'Unschedulable'; readonly reasons: readonly string[] }
  /** Removing pods does not help. */
  | { readonly code: 'UnschedulableAndUnresolvable'; readonly reasons: readonly string[] };

export const SUCCESS: Verdict = { code: 'Success' };

/** Something that happened in the cluster and may make an unschedulable pod schedulable. */
export type ClusterEvent =
  | { readonly kind: 'node-added'; readonly node: Node }
  | { readonly kind: 'node-updated'; readonly node: Node; readonly previous: Node }
  /** A pod that held resources of a node is gone, or has ended. */
  | { readonly kind: 'assigned-pod-deleted'; readonly pod: Pod }
  | { readonly kind: 'assigned-pod-added'; readonly pod: Pod };

export interface Plugin {
  readonly name: string;
  /** Whether the pod may be tried at all (upstream's PreEnqueue). */
  preEnqueue?(pod: Pod): Verdict;
  /** Whether the pod can run on the node. */
  filter?(pod: Pod, node: NodeInfo): Verdict;
  /** How good the node is for the pod; any whole number, made 0 to 100 by `normalize` where it is not. */
  score?(pod: Pod, node: NodeInfo): number;
  /** From the raw scores of all feasible nodes, in their order, to 0…100. */
  normalize?(scores: readonly number[]): number[];
  /** Counts in the sum; default 1. */
  readonly weight?: number;
  /** Whether an event may help a pod that this plugin has rejected (upstream's queueing hints). Absent: every event may. */
  mayHelp?(event: ClusterEvent, pod: Pod): boolean;
}

export const MAX_NODE_SCORE = 100;
