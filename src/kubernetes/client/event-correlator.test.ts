/** client-go/tools/record/events_cache_test.go: the rules, as a table of what is said of each occurrence. */
import { describe, expect, it } from 'vitest';
import { correlate, newCorrelator } from './event-correlator.ts';

const about = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web', uid: 'u1' };
const occurrence = (message: string, fields: object = {}) =>
  ({ about, type: 'Warning', reason: 'BackOff', message, ...fields }) as const;

describe('events', () => {
  it('that say the same again are one Event with a count', () => {
    const correlator = newCorrelator('kubelet', 'node-1');
    const told = [0, 1, 2].map((second) => correlate(correlator, occurrence('again'), second * 1_000_000));
    expect(told.map((each) => [each?.verb, each?.event.count])).toEqual([
      ['create', 1],
      ['patch', 2],
      ['patch', 3],
    ]);
    expect(new Set(told.map((each) => each?.event.metadata.name)).size).toBe(1);
    expect(told[2]?.event).toMatchObject({
      firstTimestamp: '2025-01-01T00:00:00Z',
      lastTimestamp: '2025-01-01T00:00:02Z',
      source: { component: 'kubelet', host: 'node-1' },
      involvedObject: about,
    });
  });

  it('about other objects, or with other reasons, are other Events', () => {
    const correlator = newCorrelator('kubelet');
    const other = { ...about, name: 'db', uid: 'u2' };
    const told = [occurrence('x'), occurrence('x', { about: other }), occurrence('x', { reason: 'Killing' })].map(
      (each) => correlate(correlator, each, 0),
    );
    expect(told.map((each) => each?.verb)).toEqual(['create', 'create', 'create']);
    expect(new Set(told.map((each) => each?.event.metadata.name)).size).toBe(3);
  });

  it('that differ only in their messages become one from the tenth on', () => {
    const correlator = newCorrelator('kubelet');
    const told = Array.from({ length: 12 }, (_, i) => correlate(correlator, occurrence(`try ${i}`), i * 1_000_000));
    expect(told.slice(0, 9).every((each) => each?.verb === 'create')).toBe(true);
    expect(told[9]?.event.message).toBe('(combined from similar events): try 9');
    expect(told.slice(10).map((each) => each?.verb)).toEqual(['patch', 'patch']);
  });

  it('of one source about one object are 25, then one each five minutes', () => {
    const correlator = newCorrelator('kubelet');
    const told = Array.from({ length: 40 }, () => correlate(correlator, occurrence('again'), 0));
    expect(told.filter((each) => each !== undefined)).toHaveLength(25);
    expect(correlate(correlator, occurrence('again'), 299_000_000)).toBeUndefined();
    expect(correlate(correlator, occurrence('again'), 300_000_000)).toBeDefined();
  });
});
