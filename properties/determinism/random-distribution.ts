/** A random distribution of durations, of any kind, whose samples are mostly within a few milliseconds. */
import type { Distribution } from 'wavetank/sim';
import type { Dice } from './dice.ts';

const KINDS: readonly ((dice: Dice, scaleMs: number) => Distribution)[] = [
  (dice, scaleMs) => dice.ms(0, scaleMs),
  (dice, scaleMs) => ({ constant: dice.ms(0, scaleMs) }),
  (dice, scaleMs) => ({ uniform: { minMs: dice.ms(0, 1), maxMs: dice.ms(1, scaleMs + 1) } }),
  (dice, scaleMs) => ({ normal: { meanMs: dice.ms(0, scaleMs), deviationMs: dice.ms(0, 2) } }),
  (dice, scaleMs) => ({ lognormal: { medianMs: dice.ms(1, scaleMs), sigma: dice.probability(), maxMs: 4 * scaleMs } }),
  (dice, scaleMs) => ({ exponential: { meanMs: dice.ms(0, scaleMs) } }),
  (dice, scaleMs) => ({ pareto: { scaleMs: dice.ms(1, scaleMs), shape: dice.whole(1, 3), maxMs: 10 * scaleMs } }),
  (dice, scaleMs) => ({ empirical: { samplesMs: dice.list(1, 4, () => dice.ms(0, scaleMs)) } }),
  (dice, scaleMs) => ({
    quantiles: [
      { at: 0, valueMs: 0 },
      { at: 0.5, valueMs: dice.ms(0, 1) },
      { at: 1, valueMs: dice.ms(1, scaleMs + 1) },
    ],
  }),
];

/** @param scaleMs a whole number of at least 1: where the bulk of the samples ends, roughly */
export function randomDistribution(dice: Dice, scaleMs: number): Distribution {
  return dice.pick(KINDS)(dice, scaleMs);
}
