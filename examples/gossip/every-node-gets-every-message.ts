/** Liveness: what a partition has kept from a node reaches it once the partition is over. */
import type { EventuallyCheck } from 'wavetank/sim';
import type { NodeState } from './node-state.ts';

/** @param messages how many are published in all */
export function everyNodeGetsEveryMessage(nodes: readonly string[], messages: number): EventuallyCheck {
  return {
    kind: 'eventually',
    name: 'every-node-gets-every-message',
    promise: 'Every node has every message.',
    source: 'A. Demers et al., Epidemic Algorithms for Replicated Database Maintenance, PODC 1987',
    // An epidemic needs a number of rounds that grows with the logarithm of the nodes; this is room for fifteen.
    withinMs: 3000,
    on: ['note'],
    missing(view) {
      const behind = nodes.filter((name) => ((view.state(name) as NodeState | undefined)?.known.size ?? 0) < messages);
      return behind.length === 0 ? undefined : `not all ${messages} messages are known to ${behind.join(', ')}`;
    },
  };
}
