/** Liveness: with a majority of the replicas, operations end. */
import type { EventuallyCheck } from 'wavetank/sim';
import type { ClientState } from './client.ts';

export function everyClientFinishes(clients: readonly string[], operations: number): EventuallyCheck {
  return {
    kind: 'eventually',
    name: 'every-client-finishes',
    promise: 'Every client comes to the end of its operations.',
    // Each takes a pause of up to 80 ms and a little. Before that, connections from before the heal may have to break.
    withinMs: operations * 110 + 1500,
    on: ['note'],
    missing(view) {
      const late = clients.filter((name) => ((view.state(name) as ClientState | undefined)?.done ?? 0) < operations);
      return late.length === 0 ? undefined : `not at the end: ${late.join(', ')}`;
    },
  };
}
