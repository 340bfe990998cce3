import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exp, log, normalQuantile, pow } from './exact-math.ts';

/** The distance of two numbers relative to the second. */
function relative(found: number, expected: number): number {
  return Object.is(found, expected) ? 0 : Math.abs((found - expected) / expected);
}

describe('exp', () => {
  it('is Math.exp to 1e-15 over the whole range', () => {
    fc.assert(
      fc.property(fc.double({ min: -708, max: 709.78, noNaN: true }), (x) => relative(exp(x), Math.exp(x)) < 1e-15),
      { numRuns: 20_000 },
    );
  });

  it('is Math.exp to 1e-15 near zero', () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (x) => relative(exp(x), Math.exp(x)) < 1e-15),
      { numRuns: 20_000 },
    );
  });

  it('errs by one unit of the last place at most where the result is subnormal', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -746, max: -708, noNaN: true }),
        (x) => Math.abs(exp(x) - Math.exp(x)) <= Number.MIN_VALUE || relative(exp(x), Math.exp(x)) < 1e-15,
      ),
      { numRuns: 5_000 },
    );
  });

  it.each([
    [0, 1],
    [-0, 1],
    [1, Math.E],
    [Number.MIN_VALUE, 1],
    [Number.NEGATIVE_INFINITY, 0],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [709.782712893384, 1.797693134862273e308],
    [709.7827128933841, Number.POSITIVE_INFINITY],
    [-745.1332191019411, Number.MIN_VALUE],
    [-745.14, 0],
    [Number.NaN, Number.NaN],
  ])('exp(%d) is %d', (x, expected) => {
    expect(relative(exp(x), expected)).toBeLessThan(1e-13);
  });
});

describe('log', () => {
  const positive = fc.double({ min: 0, minExcluded: true, noDefaultInfinity: true, noNaN: true });

  it('is Math.log to 1e-15 over the whole range, subnormal arguments included', () => {
    fc.assert(
      fc.property(positive, (x) => relative(log(x), Math.log(x)) < 1e-15),
      { numRuns: 20_000 },
    );
  });

  it('is Math.log to 1e-15 near one, where it is near zero', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 2, noNaN: true }), (x) => relative(log(x), Math.log(x)) < 1e-15),
      { numRuns: 20_000 },
    );
    for (let k = 1; k <= 52; k++) {
      for (const x of [1 + 2 ** -k, 1 - 2 ** -k]) expect(relative(log(x), Math.log(x))).toBeLessThan(1e-15);
    }
  });

  it.each([
    [1, 0],
    [2, Math.LN2],
    [Math.E, 1],
    [Number.MIN_VALUE, -744.4400719213812],
    [Number.MAX_VALUE, 709.782712893384],
    [0, Number.NEGATIVE_INFINITY],
    [-0, Number.NEGATIVE_INFINITY],
    [-1, Number.NaN],
    [Number.NaN, Number.NaN],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('log(%d) is %d', (x, expected) => {
    expect(relative(log(x), expected)).toBeLessThan(1e-15);
  });

  it('undoes exp', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => Math.abs(log(exp(x)) - x) < 1e-12),
      { numRuns: 5_000 },
    );
  });
});

describe('pow', () => {
  it('is Math.pow within its stated bound', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-100, max: 1e100, noNaN: true }),
        fc.oneof(fc.double({ min: -300, max: 300, noNaN: true }), fc.integer({ min: -80, max: 80 })),
        (x, y) => {
          const expected = x ** y;
          if (expected < 1e-300 || expected > 1e300) return true;
          return relative(pow(x, y), expected) < (6 + Math.max(Math.abs(y * Math.log(x)), Math.abs(y) / 2)) * 2 ** -52;
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it('is exact for a whole exponent whose result fits', () => {
    for (let n = 0; n <= 64; n++) expect([pow(2, n), pow(2, -n)]).toEqual([2 ** n, 2 ** -n]);
    let cube = 1;
    for (let n = 0; n <= 33; n++, cube *= 3) expect(pow(3, n)).toBe(cube);
    expect(pow(1.5, 3)).toBe(3.375);
  });

  it.each([
    [7.25, 1, 7.25],
    [7.25, 0, 1],
    [1, 1e300, 1],
    [0, 2, 0],
    [0, 0.5, 0],
    [0, -1, Number.POSITIVE_INFINITY],
    [10, 400, Number.POSITIVE_INFINITY],
    [10, -400, 0],
    [1e200, -1.5, 1e-300],
    [1e155, -2, 1e-310],
    [1e-77, -4, 1e308],
    [1e-155, 2, 1e-310],
    [Number.POSITIVE_INFINITY, 0.5, Number.POSITIVE_INFINITY],
    [Number.POSITIVE_INFINITY, -2, 0],
    [2, Number.NaN, Number.NaN],
  ])('pow(%d, %d) is %d', (x, y, expected) => {
    expect(relative(pow(x, y), expected)).toBeLessThan(2e-13);
  });

  it.each([[-1], [Number.NaN]])('refuses the base %d', (x) => {
    expect(() => pow(x, 2)).toThrow('pow: the base must not be negative');
  });
});

describe('normalQuantile', () => {
  // Computed with 50 digits, for the number nearest to the decimal p.
  it.each([
    [0.5, 0],
    [0.75, 0.6744897501960817],
    [0.925, 1.4395314709384561],
    [0.975, 1.9599639845400543],
    [0.025, -1.9599639845400543],
    [0.1, -1.2815515655446004],
    [0.9999, 3.7190164854557084],
    [1e-10, -6.361340902404057],
    [1e-12, -7.034483825301132],
    [1e-50, -14.933337534788489],
    [1e-300, -37.0470962993612],
    [2 ** -53, -8.209536151601387],
    [1 - 2 ** -53, 8.209536151601387],
  ])('of %d is %d', (p, expected) => {
    expect(Math.abs(normalQuantile(p) - expected)).toBeLessThanOrEqual(1e-15 * Math.abs(expected));
  });

  it('is infinite at the ends and not a number outside', () => {
    expect([0, 1, -0.1, 1.1, Number.NaN].map(normalQuantile)).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
  });

  it('is odd about one half, and grows with p', () => {
    for (let i = 1; i < 4096; i++) {
      const p = i / 8192;
      expect(normalQuantile(1 - p)).toBe(-normalQuantile(p));
      expect(normalQuantile(p)).toBeLessThan(normalQuantile(p + 1 / 8192));
    }
  });
});

describe('the bits', () => {
  /** FNV-1a over the eight bytes of each number. */
  function fingerprint(values: Iterable<number>): string {
    const view = new DataView(new ArrayBuffer(8));
    let hash = 0x811c9dc5;
    for (const value of values) {
      view.setFloat64(0, value);
      for (let i = 0; i < 8; i++) hash = Math.imul(hash ^ view.getUint8(i), 0x01000193);
    }
    return (hash >>> 0).toString(16).padStart(8, '0');
  }

  /** 1,000 numbers in (0, 1) from a linear congruence; arithmetic that no engine may round differently. */
  function* points(): Generator<number> {
    for (let i = 0, state = 1; i < 1000; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      yield ((state >>> 0) + 0.5) / 4294967296;
    }
  }

  // These never change: a run that was recorded under one engine is replayed under another.
  it.each<[string, (u: number) => number, string]>([
    ['exp', (u) => exp(u * 1450 - 745), 'f6052af3'],
    ['exp near zero', (u) => exp(u * 2 - 1), '1396398c'],
    ['log', (u) => log(u), '05e2a50b'],
    ['log of large numbers', (u) => log(1 / (u * u * u * u * u * u * u * u)), '044a5a18'],
    ['pow', (u) => pow(u * 100, 7 * u - 3), '20aa450e'],
    ['pow by squaring', (u) => pow(u, 1 + Math.floor(u * 63)), '78e2501a'],
    ['normalQuantile', normalQuantile, '394da4fa'],
    ['normalQuantile of the tails', (u) => normalQuantile(u * u * u * u * u * u * u * u), '2c60c5d3'],
  ])('of %s are the same on every engine', (_name, f, expected) => {
    const values = Array.from(points(), f);
    expect(new Set(values).size).toBeGreaterThan(900);
    expect(fingerprint(values)).toBe(expected);
  });
});
