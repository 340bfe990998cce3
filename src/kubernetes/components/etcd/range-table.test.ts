import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInRange, keyRange } from './key-range.ts';
import { addRange, emptyRangeTable, rangesWith, removeRange } from './range-table.ts';
import { insertKey, removeKey, type SortedKeys, visitKeys } from './sorted-keys.ts';

const key = fc.string({ unit: fc.constantFrom('a', 'b', '\0'), maxLength: 3 });
const range = fc.record({ key, end: fc.option(fc.constantFrom('\0', 'a', 'b', 'bb', 'c'), { nil: undefined }) });

describe('a range table', () => {
  it('finds the ranges that contain a key, whatever was added and removed', () => {
    const steps = fc.array(fc.oneof(range, fc.nat(10)), { maxLength: 30 });
    const property = fc.property(steps, fc.array(key), (all, keys) => {
      const table = emptyRangeTable();
      const there = new Map<number, ReturnType<typeof keyRange>>();
      all.forEach((step, id) => {
        if (typeof step === 'number') {
          const [victim] = [...there].slice(step);
          if (victim === undefined) return;
          removeRange(table, ...victim);
          there.delete(victim[0]);
        } else {
          const added = keyRange(step.key, step.end);
          if (added.end !== undefined && added.end <= added.start) return;
          addRange(table, id, added);
          there.set(id, added);
        }
      });
      for (const each of keys) {
        const expected = [...there].filter(([, at]) => isInRange(each, at)).map(([id]) => id);
        expect([...rangesWith(table, each)].sort((a, b) => a - b)).toEqual(expected);
      }
      for (const victim of there) removeRange(table, ...victim);
      expect(table).toEqual(emptyRangeTable());
    });
    fc.assert(property, { seed: 1, numRuns: 500 });
  });
});

describe('sorted keys', () => {
  it('are a sorted set, also when there are many', () => {
    const piece = fc.record({ at: fc.nat(5000), to: fc.nat(5000) });
    const step = fc.record({ insert: fc.boolean(), at: fc.nat(3000), count: fc.nat(700) });
    const property = fc.property(fc.array(step, { maxLength: 8 }), piece, (steps, { at, to }) => {
      const keys: SortedKeys = [];
      const there = new Set<string>();
      for (const { insert, at: from, count } of steps) {
        for (let i = 0; i < count; i++) {
          const each = String((from + i * 7) % 5000);
          if (insert) insertKey(keys, each);
          else removeKey(keys, each);
          if (insert) there.add(each);
          else there.delete(each);
        }
      }
      const found: string[] = [];
      const some = { start: String(at), end: to === 0 ? undefined : String(to) };
      visitKeys(keys, some, (each) => found.push(each));
      expect(found).toEqual([...there].filter((each) => isInRange(each, some)).sort());
      expect(keys.every((chunk) => chunk.length > 0 && chunk.length <= 512)).toBe(true);
    });
    fc.assert(property, { seed: 1, numRuns: 100 });
  });
});
