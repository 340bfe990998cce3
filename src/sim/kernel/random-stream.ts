/**
 * Chance: streams of random numbers that are keyed, derived from the seed, and saved with a snapshot.
 *
 * 1. What a stream draws depends on the seed, its key and how often it was drawn from, and on nothing else: neither on
 *    which other streams exist nor on the order in which they were made.
 * 2. A sample costs exactly one draw (`integer`, `choice`: one, and with a probability below one half another), and
 *    nothing is kept between samples, so the saved state is the generator's four numbers.
 * 3. Samples of the continuous distributions are quantiles: a larger `unit` gives a larger sample. Changing a
 *    distribution's parameters moves the samples, it does not shuffle them.
 * 4. Equal states give equal bits on every engine (see exact-math.ts).
 *
 * The generator is Baagøe's Alea in seedrandom, which only this file imports. It is not for cryptography.
 */
import seedrandom from 'seedrandom';
import { exp, log, normalQuantile, pow } from './exact-math.ts';

/** The state of a stream that was drawn from, as plain data. */
export interface StreamState {
  readonly c: number;
  readonly s0: number;
  readonly s1: number;
  readonly s2: number;
}

const TWO_32 = 4294967296;
const TWO_53 = 9007199254740992;

export class RandomStream {
  #key: string;
  /** Made at the first draw: deriving it from the key costs about a microsecond, and many streams are never drawn from. */
  #generator: Generator | undefined;

  /** @param key all of what the stream is derived from; equal keys draw equal numbers */
  constructor(key: string) {
    this.#key = key;
  }

  /** A number in [0, 1), a multiple of 2^-53. */
  unit(): number {
    return (this.#generator ?? this.#begin()).double();
  }

  /** A whole number in [0, 2^32). */
  uint32(): number {
    return (this.#generator ?? this.#begin()).int32() >>> 0;
  }

  /** A whole number from `min` to `max`, both included, each equally likely; the range holds at most 2^53 numbers. */
  integer(min: number, max: number): number {
    const range = max - min + 1;
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || !(range >= 1 && range <= TWO_53)) {
      throw new Error(`RandomStream: no whole numbers to draw from ${min} to ${max}.`);
    }
    // Numbers are dealt to the results in turn; the last, incomplete turn is drawn again.
    if (range <= TWO_32) {
      const usable = TWO_32 - (TWO_32 % range);
      let drawn = this.uint32();
      while (drawn >= usable) drawn = this.uint32();
      return min + (drawn % range);
    }
    const usable = TWO_53 - (TWO_53 % range);
    let drawn = this.unit() * TWO_53;
    while (drawn >= usable) drawn = this.unit() * TWO_53;
    return min + (drawn % range);
  }

  /** True with this probability. It also draws where the outcome is certain, so that a stream's later draws stay as they are. */
  chance(probability: number): boolean {
    if (!(probability >= 0 && probability <= 1)) {
      throw new Error(`RandomStream: a probability lies between 0 and 1, found ${probability}.`);
    }
    return this.unit() < probability;
  }

  /** One of the items, each equally likely. */
  choice<T>(items: readonly T[]): T {
    if (items.length === 0) throw new Error('RandomStream: a choice among no items.');
    return items[this.integer(0, items.length - 1)] as T;
  }

  /** One of the items, with a probability proportional to its weight; one of weight 0 is never chosen. */
  weightedChoice<T>(items: readonly T[], weights: readonly number[]): T {
    let total = 0;
    for (const weight of weights) {
      if (!(weight >= 0)) throw new Error(`RandomStream: a weight is at least 0, found ${weight}.`);
      total += weight;
    }
    if (items.length !== weights.length || !(total > 0 && total < Number.POSITIVE_INFINITY)) {
      throw new Error(
        `RandomStream: a weighted choice takes one finite weight per item, not all 0; found ${items.length} items and weights ${weights.join(', ')}.`,
      );
    }
    const drawn = this.unit() * total;
    let below = 0;
    let last = 0;
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i] as number;
      if (weight === 0) continue;
      below += weight;
      last = i;
      if (drawn < below) break;
    }
    return items[last] as T;
  }

  /** A new array with the items in any order, each equally likely (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = items.slice();
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.integer(0, i);
      const item = shuffled[i] as T;
      shuffled[i] = shuffled[j] as T;
      shuffled[j] = item;
    }
    return shuffled;
  }

  /** A number in [min, max), evenly spread. */
  uniform(min: number, max: number): number {
    return min + this.unit() * (max - min);
  }

  /** Waiting times of events that come at random, `mean` apart on average. At most 36.8 times the mean. */
  exponential(mean: number): number {
    return mean * (0 - log(1 - this.unit())); // `-log(1)` would be minus zero
  }

  /** Gauss's bell about `mean`; reaches 8.3 deviations to either side. */
  normal(mean: number, deviation: number): number {
    return mean + deviation * this.#standardNormal();
  }

  /**
   * e to the power of a normal variate: half of the samples lie below `median`, and 68 % between median·e^-sigma and
   * median·e^sigma. The mean is median·e^(sigma²/2).
   */
  lognormal(median: number, sigma: number): number {
    return median * exp(sigma * this.#standardNormal());
  }

  /**
   * A heavy tail: at least `scale`, and above x ≥ scale with probability (scale/x)^shape. The mean is
   * scale·shape/(shape − 1), infinite for a shape up to 1.
   */
  pareto(scale: number, shape: number): number {
    return scale * pow(1 - this.unit(), -1 / shape);
  }

  /** One of the observed samples. They are best sorted: see guarantee 3. */
  empirical(samples: readonly number[]): number {
    if (samples.length === 0) throw new Error('RandomStream: an empirical distribution without samples.');
    return samples[Math.floor(this.unit() * samples.length)] as number;
  }

  /** The exact state; `RandomStream.restore` goes on from it with the same draws. */
  save(): StreamState {
    return (this.#generator ?? derive(this.#key)).state();
  }

  static restore(state: StreamState): RandomStream {
    const stream = new RandomStream('');
    stream.load(state);
    return stream;
  }

  /** Goes on from a saved state, whatever was drawn so far. */
  load(state: StreamState): void {
    this.#generator = seedrandom.alea('', { state });
  }

  /** Starts afresh as a stream that was never drawn from. */
  reset(key: string): void {
    this.#key = key;
    this.#generator = undefined;
  }

  /** Whether there is a state worth saving; otherwise the key says all. */
  get drawn(): boolean {
    return this.#generator !== undefined;
  }

  #begin(): Generator {
    this.#generator = derive(this.#key);
    return this.#generator;
  }

  #standardNormal(): number {
    const unit = this.unit();
    // The quantile of 0 is infinite. Half of the smallest step stands in for it.
    return normalQuantile(unit === 0 ? 0.5 / TWO_53 : unit);
  }
}

type Generator = seedrandom.StatefulPRNG<seedrandom.State.Alea>;

/**
 * Alea's hash is linear in the last character: without the padding, the first draws of keys that end in 1, 2, 3 are in
 * arithmetic progression.
 */
function derive(key: string): Generator {
  return seedrandom.alea(`${key}    `, { state: true });
}
