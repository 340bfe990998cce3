/** No duplication: however often a node hears of a message, its application gets it once. */
import type { AlwaysCheck } from 'wavetank/sim';
import type { Item } from './protocol.ts';

export const aMessageIsDeliveredOnce: AlwaysCheck<Set<string>> = {
  kind: 'always',
  name: 'a-message-is-delivered-once',
  promise: 'No node delivers a message twice.',
  on: ['note'],
  start: () => new Set(),
  observe(event, _, delivered) {
    if (event.object !== 'delivered') return undefined;
    const { id } = event.detail as Item;
    const delivery = `${event.subject} ${id}`;
    if (delivered.has(delivery)) return `${event.subject} delivered ${id} twice`;
    delivered.add(delivery);
    return undefined;
  },
};
