import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, quantile, spread } from './statistics.ts';

describe('statistics', () => {
  it.each([
    [[5], 5],
    [[3, 1], 2],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
    [[1, 1, 1, 1000], 1],
    // Numbers, not their spellings, are sorted.
    [[10, 9, 100], 10],
  ])('the median of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it.each([
    [0, 0],
    [0.1, 1],
    [0.25, 2.5],
    [0.9, 9],
    [1, 10],
  ])('the quantile %d of 0 to 10 is %d', (share, expected) => {
    expect(quantile([10, 3, 1, 2, 0, 4, 9, 5, 6, 8, 7], share)).toBeCloseTo(expected, 12);
  });

  it('the spread encloses the median and lies within the values', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1 }), (values) => {
        const { p10, p90 } = spread(values);
        const slack = 1e-6;
        expect(p10).toBeGreaterThanOrEqual(Math.min(...values) - slack);
        expect(p10).toBeLessThanOrEqual(median(values) + slack);
        expect(p90).toBeGreaterThanOrEqual(median(values) - slack);
        expect(p90).toBeLessThanOrEqual(Math.max(...values) + slack);
      }),
    );
  });

  it('no values have no median, and the values stay as they were', () => {
    expect(() => median([])).toThrow('no quantile of no values');
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});
