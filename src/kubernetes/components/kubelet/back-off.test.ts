import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOffLeftMs, goDuration, nextBackOff, RESTART_BACK_OFF } from './back-off.ts';

const SECOND = 1_000_000;

describe('a back-off', () => {
  it('doubles from 10 s to 5 min', () => {
    let entry = nextBackOff(undefined, 0, 0, RESTART_BACK_OFF);
    const delays = [entry.delayMs];
    for (let now = SECOND; delays.length < 7; now += SECOND) {
      entry = nextBackOff(entry, now, now, RESTART_BACK_OFF);
      delays.push(entry.delayMs);
    }
    expect(delays).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
  });

  it('begins anew after ten minutes without failure', () => {
    const entry = { delayMs: 160_000, setAt: 0 };
    expect(nextBackOff(entry, 600 * SECOND, 600 * SECOND, RESTART_BACK_OFF).delayMs).toBe(300_000);
    expect(nextBackOff(entry, 601 * SECOND, 601 * SECOND, RESTART_BACK_OFF).delayMs).toBe(10_000);
  });

  it('leaves as much as has not passed since the failure, and never less than nothing', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(400), (since, later) => {
        const left = backOffLeftMs(
          { delayMs: 40_000, setAt: 0 },
          since * SECOND,
          (since + later) * SECOND,
          RESTART_BACK_OFF,
        );
        expect(left).toBe(Math.max(0, 40_000 - later * 1000));
      }),
    );
    expect(backOffLeftMs(undefined, 0, 0, RESTART_BACK_OFF)).toBe(0);
  });

  it.each([
    [10_000, '10s'],
    [80_000, '1m20s'],
    [300_000, '5m0s'],
  ])('of %d ms is printed as %s', (ms, text) => {
    expect(goDuration(ms)).toBe(text);
  });
});
