import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../api/object.ts';
import type { WatchCacheOptions } from '../server-options.ts';
import { addEvent, eventsSince, newHistory, oldestRevision } from './event-history.ts';

const OPTIONS = { minEvents: 4, maxEvents: 32, historyMs: 75_000 } as WatchCacheOptions;

function event(revision: number, atUs: number) {
  const object = { kind: 'Pod' } as KubernetesObject;
  return { type: 'ADDED', key: 'k', revision, object, atUs } as const;
}

describe('the history of a collection', () => {
  it('has every event of the last 75 s up to its size, and knows what it has forgotten', () => {
    const step = fc.record({ gap: fc.integer({ min: 1, max: 3 }), waitMs: fc.constantFrom(0, 100, 10_000, 40_000) });
    const property = fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const history = newHistory(OPTIONS.minEvents);
      history.listRevision = 10;
      const all: number[] = [];
      let young: number[] = [];
      const times = new Map<number, number>();
      let revision = 10;
      let nowUs = 0;
      for (const { gap, waitMs } of steps) {
        revision += gap;
        nowUs += waitMs * 1000;
        addEvent(history, event(revision, nowUs), OPTIONS);
        all.push(revision);
        times.set(revision, nowUs);
        young = all
          .filter((each) => nowUs - (times.get(each) ?? 0) < OPTIONS.historyMs * 1000)
          .slice(-OPTIONS.maxEvents);
        const oldest = oldestRevision(history);
        // The ring keeps what is young when it makes room; what is asked for is whole or refused.
        for (const since of [10, young[0] ?? 10, revision - 1, revision]) {
          const events = eventsSince(history, since)?.map((each) => each.revision);
          if (since < oldest - 1) expect(events).toBeUndefined();
          else expect(events).toEqual(all.filter((each) => each > since));
        }
        expect(eventsSince(history, young[0] ?? revision)).toBeDefined();
        expect(history.ring.length).toBeGreaterThanOrEqual(OPTIONS.minEvents);
        expect(history.ring.length).toBeLessThanOrEqual(OPTIONS.maxEvents);
      }
    });
    fc.assert(property, { seed: 1, numRuns: 60 });
  });

  it('is whole from its list on while nothing was forgotten', () => {
    const history = newHistory(4);
    history.listRevision = 10;
    expect(oldestRevision(history)).toBe(11);
    expect(eventsSince(history, 9)).toBeUndefined();
    expect(eventsSince(history, 10)).toEqual([]);
  });
});
