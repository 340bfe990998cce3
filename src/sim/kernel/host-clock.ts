/**
 * The clocks of one host, as functions of true time (the simulation's virtual time).
 *
 * Both tick with the host's oscillator, which may run fast or slow; only the wall clock can be set.
 *
 * 1. All times are whole microseconds. Between two changes, the monotonic clock shows where it was at the last change
 *    plus floor(elapsed · (10^6 + drift) / 10^6), in exact arithmetic.
 * 2. The monotonic clock never goes backwards and never jumps, whatever is set; it starts at 0 with the world.
 * 3. The wall clock is the monotonic clock plus an offset, which `step` changes. It may jump either way.
 * 4. `trueDelay` is the smallest one: a timer fires at the first microsecond at which the host's own clock has
 *    reached the deadline, and not one earlier.
 *
 * A change of drift moves the true times of deadlines: whoever waits for one computes it again after `setDrift`. A
 * clock forgets what it showed before its last change, and throws when asked for it. Not modelled: slewing (a slow
 * correction), leap seconds, a monotonic clock that starts again at a reboot or stands still while the host sleeps, and
 * drift finer than one part per million.
 */

/** The largest drift either way: a clock at half or at one and a half times the true speed. */
export const MAX_DRIFT_PPM = 500_000;

/** A clock as plain data. */
export interface HostClockState {
  /** The true time of the last change. */
  readonly sinceUs: number;
  /** What the monotonic clock showed then. */
  readonly monotonicUs: number;
  /** Wall clock minus monotonic clock. */
  readonly offsetUs: number;
  readonly driftPpm: number;
}

const MILLION = 1_000_000;

export class HostClock {
  #since = 0;
  #base = 0;
  #offset: number;
  #drift: number;

  /**
   * @param offsetUs what the wall clock shows at true time 0
   * @param driftPpm how much both clocks run fast (or slow, if negative), in parts per million
   */
  constructor(offsetUs = 0, driftPpm = 0) {
    this.#offset = wholeMicroseconds(offsetUs, 'an offset');
    this.#drift = wholeDrift(driftPpm);
  }

  get driftPpm(): number {
    return this.#drift;
  }

  /** What the monotonic clock shows. */
  monotonic(trueUs: number): number {
    const elapsed = trueUs - this.#since;
    if (elapsed < 0) throw new Error(`HostClock: asked for ${trueUs} µs, before its last change at ${this.#since} µs.`);
    return this.#base + (this.#drift === 0 ? elapsed : multiplyDivide(elapsed, MILLION + this.#drift, MILLION));
  }

  /** What the wall clock shows. */
  wall(trueUs: number): number {
    return this.monotonic(trueUs) + this.#offset;
  }

  /** How far the wall clock is ahead of true time (behind, if negative). */
  offset(trueUs: number): number {
    return this.wall(trueUs) - trueUs;
  }

  /** Sets the wall clock forwards, or backwards if `byUs` is negative. */
  step(atTrueUs: number, byUs: number): void {
    const by = wholeMicroseconds(byUs, 'a step');
    this.#rebase(atTrueUs);
    this.#offset += by;
  }

  /** Lets both clocks run at another speed from now on. */
  setDrift(atTrueUs: number, driftPpm: number): void {
    const drift = wholeDrift(driftPpm);
    this.#rebase(atTrueUs);
    this.#drift = drift;
  }

  /**
   * How long, in true time, until the monotonic clock has advanced by at least `localDelayUs`: the smallest whole
   * number of microseconds, and 0 for a delay that is not positive.
   */
  trueDelay(atTrueUs: number, localDelayUs: number): number {
    if (this.#drift === 0 && atTrueUs >= this.#since) return Math.max(localDelayUs, 0);
    const at = this.trueTimeOfMonotonic(this.monotonic(atTrueUs) + localDelayUs);
    return Math.max(at - atTrueUs, 0);
  }

  /**
   * The first true time at which the monotonic clock shows `deadlineUs` or more, if neither drift nor step changes; the
   * time of the last change if it had passed the deadline by then.
   */
  trueTimeOfMonotonic(deadlineUs: number): number {
    const advance = deadlineUs - this.#base;
    if (advance <= 0) return this.#since;
    if (this.#drift === 0) return this.#since + advance;
    // The elapsed e is the smallest with floor(e·rate / 10^6) ≥ advance, which is ceil(advance·10^6 / rate).
    const rate = MILLION + this.#drift;
    const floor = multiplyDivide(advance, MILLION, rate);
    return this.#since + (multiplyDivide(floor, rate, MILLION) >= advance ? floor : floor + 1);
  }

  save(): HostClockState {
    return { sinceUs: this.#since, monotonicUs: this.#base, offsetUs: this.#offset, driftPpm: this.#drift };
  }

  load(state: HostClockState): void {
    this.#since = state.sinceUs;
    this.#base = state.monotonicUs;
    this.#offset = state.offsetUs;
    this.#drift = state.driftPpm;
  }

  /** Starts a new piece of the piecewise linear functions, where the old one has got to. */
  #rebase(atTrueUs: number): void {
    this.#base = this.monotonic(wholeMicroseconds(atTrueUs, 'a time'));
    this.#since = atTrueUs;
  }
}

/**
 * floor(a · b / c), exactly, for whole numbers: a ≥ 0 and the result safe integers, b and c at most 1.5 million.
 *
 * The product may be far above 2^53, so a is split at c. A quotient of safe integers is rounded, but its floor is exact:
 * if it is not whole, it lies 1/c or more below the next whole number n, and that is more than half of a unit in n's
 * last place as long as n·c ≤ 2^53.
 */
function multiplyDivide(a: number, b: number, c: number): number {
  const quotient = Math.floor(a / c);
  const rest = a - quotient * c;
  return quotient * b + Math.floor((rest * b) / c);
}

function wholeMicroseconds(us: number, what: string): number {
  if (!Number.isSafeInteger(us)) throw new Error(`HostClock: ${what} is a whole number of microseconds, found ${us}.`);
  return us + 0; // Plain data has no minus zero.
}

function wholeDrift(ppm: number): number {
  if (!(Number.isInteger(ppm) && ppm >= -MAX_DRIFT_PPM && ppm <= MAX_DRIFT_PPM)) {
    throw new Error(
      `HostClock: a drift is a whole number of parts per million from -${MAX_DRIFT_PPM} to ${MAX_DRIFT_PPM}, found ${ppm}.`,
    );
  }
  return ppm + 0;
}
