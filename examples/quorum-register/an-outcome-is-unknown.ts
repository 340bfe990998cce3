/** Coverage: histories in which every client learns everything are the easy ones. */
import type { SometimesCheck } from 'wavetank/sim';

export const anOutcomeIsUnknown: SometimesCheck = {
  kind: 'sometimes',
  name: 'an-outcome-is-unknown',
  promise: 'A client gives an operation up without knowing whether it took effect.',
  on: ['note'],
  reached: (event) => event.object === 'unknown',
};
