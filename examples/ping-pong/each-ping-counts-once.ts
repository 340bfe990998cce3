/** Safety: holds at every moment, whatever the faults. */
import type { AlwaysCheck } from 'wavetank/sim';
import type { Ping } from './ping.ts';

export const eachPingCountsOnce: AlwaysCheck<Set<number>> = {
  kind: 'always',
  name: 'each-ping-counts-once',
  promise: 'No ping is counted twice.',
  on: ['note'],
  start: () => new Set(),
  observe(event, _, counted) {
    if (event.object !== 'counted') return undefined;
    const { id } = event.detail as Ping;
    if (counted.has(id)) return `ping ${id} was counted twice`;
    counted.add(id);
    return undefined;
  },
};
