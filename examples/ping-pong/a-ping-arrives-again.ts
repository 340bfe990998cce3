/** Coverage: a run in which the server never sees a ping twice says nothing about deduplication. */
import type { SometimesCheck } from 'wavetank/sim';

export const aPingArrivesAgain: SometimesCheck = {
  kind: 'sometimes',
  name: 'a-ping-arrives-again',
  promise: 'A ping reaches the server that the server has counted already.',
  on: ['note'],
  reached: (event) => event.object === 'seen before',
};
