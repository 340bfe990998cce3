import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMicroTime, formatTime, parseTime } from './time.ts';

const EPOCH_MS = Date.UTC(2025, 0, 1);

describe('time', () => {
  it('is written as Date would write it, for any moment of four centuries', () => {
    const ms = fc.integer({ min: -200 * 31_557_600_000, max: 200 * 31_557_600_000 });
    fc.assert(
      fc.property(ms, (sinceEpoch) => {
        const iso = new Date(EPOCH_MS + sinceEpoch).toISOString();
        expect(formatMicroTime(sinceEpoch * 1000)).toBe(iso.replace('Z', '000Z'));
        expect(formatTime(sinceEpoch * 1000)).toBe(iso.replace(/\.\d+Z/, 'Z'));
        expect(parseTime(iso)).toBe(sinceEpoch * 1000);
      }),
    );
  });

  it('reads offsets, fractions, and nothing that is not RFC 3339', () => {
    expect(parseTime('2025-01-01T02:00:00+02:00')).toBe(0);
    expect(parseTime('2024-12-31T19:00:00-05:00')).toBe(0);
    expect(parseTime('2025-01-01T00:00:00.1234567Z')).toBe(123_456);
    for (const text of ['', '2025-01-01', '2025-01-01 00:00:00Z', 'yesterday', '2025-01-01T00:00:00']) {
      expect(parseTime(text), text).toBeUndefined();
    }
  });
});
