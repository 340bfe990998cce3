/** Integrity: what is delivered has been published before, word for word. */
import type { AlwaysCheck } from 'wavetank/sim';
import type { Item } from './protocol.ts';

export const nobodyInventsAMessage: AlwaysCheck<Map<string, string>> = {
  kind: 'always',
  name: 'nobody-invents-a-message',
  promise: 'A message that is delivered was published before, with the same text.',
  on: ['note'],
  start: () => new Map(),
  observe(event, _, published) {
    const { id, text } = event.detail as Item;
    if (event.object === 'published') published.set(id, text);
    else if (published.get(id) !== text) return `${event.subject} delivered ${id} "${text}", which nobody published`;
    return undefined;
  },
};
