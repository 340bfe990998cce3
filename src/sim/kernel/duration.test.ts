import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DURATION_PATTERN, formatDuration, microsecondsOf, parseDuration } from './duration.ts';

describe('parseDuration', () => {
  it.each([
    ['0s', 0],
    ['15us', 15],
    ['15µs', 15],
    ['15μs', 15],
    ['250ms', 250_000],
    ['1.5ms', 1500],
    ['10s', 10_000_000],
    ['1m30s', 90_000_000],
    ['1m30.000001s', 90_000_001],
    ['1.5h', 5_400_000_000],
    ['1h2m3s4ms5us', 3_723_004_005],
    ['90m', 5_400_000_000],
    ['007s', 7_000_000],
    ['1.50000000s', 1_500_000],
    ['277777h46m40s', 1e15],
  ])('reads %s', (text, us) => {
    expect(parseDuration(text)).toEqual({ ok: true, us });
    expect(text).toMatch(DURATION_PATTERN);
  });

  it.each([
    ['', 'the form is 250ms, 10s, 1m30s or 1.5h (units h, m, s, ms, us)'],
    ['soon', 'the form is 250ms, 10s, 1m30s or 1.5h (units h, m, s, ms, us)'],
    ['.5s', 'the form is 250ms, 10s, 1m30s or 1.5h (units h, m, s, ms, us)'],
    ['5.s', 'the form is 250ms, 10s, 1m30s or 1.5h (units h, m, s, ms, us)'],
    ['1m30', 'the form is 250ms, 10s, 1m30s or 1.5h (units h, m, s, ms, us)'],
    ['1s!', 'the form is 250ms, 10s, 1m30s or 1.5h (units h, m, s, ms, us)'],
    ['+1s', 'the form is 250ms, 10s, 1m30s or 1.5h (units h, m, s, ms, us)'],
    ['10', 'a unit is missing; did you mean "10s"?'],
    ['-5s', 'a duration cannot be negative'],
    ['5 s', 'there can be no spaces in it'],
    ['5sec', 'there is no unit "sec"; did you mean "s"?'],
    ['5minutes', 'there is no unit "minutes"; did you mean "m"?'],
    ['5MS', 'there is no unit "MS"; did you mean "ms"?'],
    ['5d', 'there is no unit "d"; the units are h, m, s, ms, us'],
    ['30s1m', '"m" must come before "s", once'],
    ['1s1s', '"s" must come before "s", once'],
    ['0.5us', 'the finest duration is one microsecond'],
    ['277777h46m40s1us', 'the longest duration is 277777h46m40s'],
    ['9999999999999999999h', 'the longest duration is 277777h46m40s'],
  ])('refuses %s and says why', (text, problem) => {
    expect(parseDuration(text)).toEqual({ ok: false, problem });
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [15, '15us'],
    [1500, '1.5ms'],
    [250_000, '250ms'],
    [1_000_000, '1s'],
    [1_500_000, '1.5s'],
    [90_000_000, '1m30s'],
    [3_600_000_000, '1h'],
    [3_600_500_000, '1h0.5s'],
  ])('prints %d µs as %s', (us, text) => {
    expect(formatDuration(us)).toBe(text);
  });

  it('is read back as the same duration, whatever it is', () => {
    const durations = fc.oneof(fc.integer({ min: 0, max: 1e15 }), fc.integer({ min: 0, max: 1e7 }));
    fc.assert(
      fc.property(durations, (us) => {
        const text = formatDuration(us);
        expect(parseDuration(text)).toEqual({ ok: true, us });
        expect(text).toMatch(DURATION_PATTERN);
      }),
    );
  });

  it('throws for what is no duration', () => {
    for (const us of [-1, 0.5, Number.NaN, 2 ** 60]) expect(() => formatDuration(us)).toThrow('not a whole number');
  });
});

describe('microsecondsOf', () => {
  it.each([
    [0.1 + 0.2, 300],
    [1.001, 1001],
    [1e12, 1e15],
    [-0.5, -500],
    [0.0001, undefined],
    [1.00049, undefined],
    [Number.NaN, undefined],
  ])('of %d ms is %d', (ms, us) => {
    expect(microsecondsOf(ms)).toBe(us);
  });

  it('is exact for whole microseconds, whatever they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e15 }), (us) => {
        expect(microsecondsOf(us / 1000)).toBe(us);
      }),
    );
  });
});
