import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostClock, MAX_DRIFT_PPM } from './host-clock.ts';
import { assertPlain } from './plain-data.ts';

const drift = fc.oneof(
  fc.integer({ min: -MAX_DRIFT_PPM, max: MAX_DRIFT_PPM }),
  fc.constantFrom(0, 1, -1, MAX_DRIFT_PPM, -MAX_DRIFT_PPM),
);
/** Up to 100 years. */
const time = fc.oneof(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 0, max: 3_155_760_000_000_000 }));
const change = fc.record({ afterUs: time.map((us) => Math.floor(us / 10)), driftPpm: drift, stepUs: fc.integer() });

/** A clock with a history, and the true time of its last change. */
const clockWithHistory = fc
  .record({ driftPpm: drift, changes: fc.array(change, { maxLength: 5 }) })
  .map(({ driftPpm, changes }) => {
    const clock = new HostClock(0, driftPpm);
    let now = 0;
    for (const { afterUs, driftPpm, stepUs } of changes) {
      now += afterUs;
      clock.setDrift(now, driftPpm);
      clock.step(now, stepUs);
    }
    return { clock, now };
  });

describe('HostClock', () => {
  it.each([
    // drift, true time, monotonic
    [0, 0, 0],
    [0, 123_456_789, 123_456_789],
    [100, 1_000_000, 1_000_100],
    [100, 9_999, 9_999],
    [100, 10_000, 10_001],
    [-100, 1_000_000, 999_900],
    [-100, 1, 0],
    [-500_000, 3, 1],
    [500_000, 3, 4],
    [1, 8_999_999_999_999_999, 9_000_008_999_999_998],
    // The quotients of these are closest to a whole number.
    [-500_000, 9_007_199_253_999_999, 4_503_599_626_999_999],
    [-1, 9_007_199_253_999_999, 9_007_190_246_800_745],
  ])('with a drift of %d ppm shows, at %d µs, %d µs', (ppm, at, shown) => {
    expect(new HostClock(0, ppm).monotonic(at)).toBe(shown);
  });

  it.each([
    // drift, local delay, true delay
    [0, 1_000, 1_000],
    [500_000, 3, 2],
    [500_000, 4, 3],
    [-500_000, 1, 2],
    [100, 1_000_100, 1_000_000],
    [-100, 999_900, 1_000_000],
    [-100, 999_901, 1_000_002],
    [7, 0, 0],
    [7, -5, 0],
    [0, -5, 0],
  ])('with a drift of %d ppm waits, for %d µs of its own, %d µs', (ppm, local, delay) => {
    expect(new HostClock(0, ppm).trueDelay(0, local)).toBe(delay);
  });

  it('is the exact piecewise linear function, whatever the size of the numbers', () => {
    fc.assert(
      fc.property(clockWithHistory, time, ({ clock, now }, after) => {
        const exact = (BigInt(after) * BigInt(1_000_000 + clock.driftPpm)) / 1_000_000n;
        expect(BigInt(clock.monotonic(now + after))).toBe(BigInt(clock.monotonic(now)) + exact);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never shows less on the monotonic clock, or anything but whole microseconds, also when drift and wall clock change', () => {
    fc.assert(
      fc.property(drift, fc.array(fc.tuple(fc.nat(3_000_000), fc.nat(3), drift, fc.integer())), (start, events) => {
        const clock = new HostClock(0, start);
        let now = 0;
        let shown = 0;
        for (const [afterUs, kind, ppm, stepUs] of events) {
          now += afterUs;
          const before = clock.monotonic(now);
          const wall = clock.wall(now);
          if (kind === 0) clock.setDrift(now, ppm);
          if (kind === 1) clock.step(now, stepUs);
          expect(clock.monotonic(now)).toBe(before);
          expect(clock.wall(now)).toBe(kind === 1 ? wall + stepUs : wall);
          expect(before).toBeGreaterThanOrEqual(shown);
          expect(Number.isSafeInteger(before) && Number.isSafeInteger(wall)).toBe(true);
          shown = before;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('waits the smallest true delay after which the monotonic clock has advanced enough', () => {
    fc.assert(
      fc.property(clockWithHistory, fc.nat(10_000_000), time, ({ clock, now }, after, local) => {
        const at = now + after;
        const delay = clock.trueDelay(at, local);
        const advance = (d: number): number => clock.monotonic(at + d) - clock.monotonic(at);
        expect(Number.isSafeInteger(delay) && delay >= 0).toBe(true);
        expect(advance(delay)).toBeGreaterThanOrEqual(local);
        if (delay > 0) expect(advance(delay - 1)).toBeLessThan(local);
      }),
      { numRuns: 3_000 },
    );
  });

  it('reaches a deadline at the first true time at which it is shown', () => {
    fc.assert(
      fc.property(clockWithHistory, time, ({ clock, now }, ahead) => {
        const deadline = clock.monotonic(now) + ahead;
        const at = clock.trueTimeOfMonotonic(deadline);
        expect(clock.monotonic(at)).toBeGreaterThanOrEqual(deadline);
        if (at > now) expect(clock.monotonic(at - 1)).toBeLessThan(deadline);
        expect(clock.trueTimeOfMonotonic(clock.monotonic(now) - 1 - ahead)).toBe(now);
      }),
      { numRuns: 2_000 },
    );
  });

  it('shows a wall clock that starts at its offset, drifts and can be stepped either way', () => {
    const clock = new HostClock(1_000, 100);
    expect([clock.wall(0), clock.offset(0)]).toEqual([1_000, 1_000]);
    expect([clock.wall(10_000_000), clock.offset(10_000_000)]).toEqual([10_002_000, 2_000]);
    clock.step(10_000_000, -5_000_000);
    expect([clock.wall(10_000_000), clock.offset(10_000_000)]).toEqual([5_002_000, -4_998_000]);
    clock.step(20_000_000, 6_000_000);
    expect([clock.wall(20_000_000), clock.monotonic(20_000_000)]).toEqual([21_003_000, 20_002_000]);
  });

  it('forgets what it showed before its last change, and says so', () => {
    const clock = new HostClock();
    clock.step(500, 1);
    for (const ask of [
      () => clock.monotonic(499),
      () => clock.wall(499),
      () => clock.trueDelay(499, 1),
      () => clock.setDrift(499, 1),
    ]) {
      expect(ask).toThrow('asked for 499 µs, before its last change at 500 µs');
    }
  });

  it.each([500_001, -500_001, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a drift of %d ppm', (ppm) => {
    const message = `a drift is a whole number of parts per million from -500000 to 500000, found ${ppm}`;
    expect(() => new HostClock(0, ppm)).toThrow(message);
    const clock = new HostClock();
    expect(() => clock.setDrift(5, ppm)).toThrow(message);
    expect(clock.save()).toEqual(new HostClock().save());
  });

  it('refuses times that are not whole', () => {
    expect(() => new HostClock(0.5)).toThrow('an offset is a whole number of microseconds, found 0.5');
    expect(() => new HostClock().step(0, Number.NaN)).toThrow('a step is a whole number');
    expect(() => new HostClock().step(0.5, 1)).toThrow('a time is a whole number');
  });

  it('goes on from its saved state, which is plain data', () => {
    fc.assert(
      fc.property(clockWithHistory, time, ({ clock, now }, after) => {
        const state = clock.save();
        assertPlain(state, 'state');
        const restored = new HostClock(7, 7);
        restored.load(state);
        expect(restored.save()).toEqual(state);
        expect(restored.wall(now + after)).toBe(clock.wall(now + after));
        expect(restored.trueDelay(now, after)).toBe(clock.trueDelay(now, after));
      }),
    );
    assertPlain(new HostClock(-0, -0).save(), 'state');
  });
});
