import { expect, it } from 'vitest';
import { fullBucket, reserveToken, tryTakeToken } from './token-bucket.ts';

const LIMITS = { perSecond: 10, burst: 3 };

it('a bucket gives its burst at once, then its rate, and whoever waits makes later ones wait longer', () => {
  const bucket = fullBucket(LIMITS, 0);
  const waits = Array.from({ length: 6 }, () => reserveToken(bucket, LIMITS, 0) / 1000);
  expect(waits).toEqual([0, 0, 0, 100, 200, 300]);
  expect(reserveToken(bucket, LIMITS, 300_000) / 1000).toBe(100);
  expect(reserveToken(bucket, LIMITS, 60_000_000)).toBe(0);
});

it('taking what is not there takes nothing', () => {
  const bucket = fullBucket(LIMITS, 0);
  expect([1, 2, 3, 4, 5].map(() => tryTakeToken(bucket, LIMITS, 0))).toEqual([true, true, true, false, false]);
  expect(tryTakeToken(bucket, LIMITS, 100_000)).toBe(true);
  expect(tryTakeToken(bucket, LIMITS, 100_001)).toBe(false);
});
