/** Coverage: if rumours reach everybody anyway, anti-entropy is not tested. */
import type { SometimesCheck } from 'wavetank/sim';
import type { Delivered } from './node.ts';

export const aRepairBringsNews: SometimesCheck = {
  kind: 'sometimes',
  name: 'a-repair-brings-news',
  promise: 'A node gets a message by anti-entropy that no rumour has brought.',
  on: ['note'],
  reached: (event) => event.object === 'delivered' && (event.detail as Delivered).by === 'repair',
};
