/** What a node is told at its start, and what it remembers. */
import type { Address } from 'wavetank/sim';

export interface NodeArgs {
  readonly peers: readonly Address[];
  /** How many messages this node publishes. */
  readonly messages: number;
  /** Without anti-entropy: the planted bug. */
  readonly antiEntropy: boolean;
}

export interface NodeState {
  published: number;
  /** All messages that were delivered: text by id. */
  readonly known: Map<string, string>;
  /** Messages that are still told as rumours: rounds left by id. */
  readonly hot: Map<string, number>;
}
