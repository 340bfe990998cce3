import { describe, expect, it } from 'vitest';
import { Names } from './names.ts';
import { EVENT_KINDS, type Keep, KIND, Trace } from './trace.ts';

function filled(keep: Keep, events: number, capacity = 8): Trace {
  const trace = new Trace(keep, capacity);
  for (let id = 1; id <= events; id++) trace.record(id, id * 10, id - 1, KIND.send, 1, 2, { id });
  return trace;
}

const NAMES = ['', 'a/main', 'b/main'];
const idsOf = (trace: Trace): number[] => {
  const ids: number[] = [];
  for (let { first, last } = trace.range; first <= last; first++) {
    const event = trace.at(first, NAMES, (detail) => detail);
    expect(event).toEqual({
      id: first,
      time: first * 10,
      cause: first - 1,
      kind: 'send',
      subject: 'a/main',
      object: 'b/main',
      detail: { id: first },
    });
    ids.push(first);
  }
  return ids;
};
const upTo = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('a trace', () => {
  it.each<[Keep, number, number[]]>([
    ['none', 20, []],
    ['ring', 0, []],
    ['ring', 7, upTo(1, 7)],
    ['ring', 8, upTo(1, 8)],
    ['ring', 9, upTo(2, 9)],
    ['ring', 100, upTo(93, 100)],
    ['full', 0, []],
    ['full', 8, upTo(1, 8)],
    ['full', 9, upTo(1, 9)],
    ['full', 1000, upTo(1, 1000)],
  ])('of kind "%s" after %i events keeps exactly those that it promises', (keep, events, kept) => {
    const trace = filled(keep, events);
    expect(idsOf(trace)).toEqual(kept);
    expect(trace.at(events + 1, NAMES, String)).toBeUndefined();
    expect(trace.at((kept[0] ?? events + 1) - 1, NAMES, String)).toBeUndefined();
  });

  it.each<Keep>(['ring', 'full'])('of kind "%s" goes on with the numbers of a restored run', (keep) => {
    const trace = new Trace(keep, 8);
    trace.resume(1001);
    expect(trace.range.last).toBeLessThan(trace.range.first);
    for (let id = 1001; id <= 1020; id++) trace.record(id, id * 10, id - 1, KIND.send, 1, 2, { id });
    expect(idsOf(trace)).toEqual(keep === 'full' ? upTo(1001, 1020) : upTo(1013, 1020));
  });

  it('refuses a ring whose size is not a power of two', () => {
    expect(() => new Trace('ring', 100)).toThrow(/power of two/);
  });

  it('numbers each kind of event by its place, since the digest holds the number', () => {
    expect(EVENT_KINDS.map((kind) => KIND[kind])).toEqual(EVENT_KINDS.map((_, i) => i));
  });
});

describe('names', () => {
  it('get numbers in the order in which they are first mentioned, and keep them', () => {
    const names = new Names();
    expect(['', 'a', 'b', 'a', 'c'].map((name) => names.number(name))).toEqual([0, 1, 2, 1, 3]);
    const restored = new Names();
    restored.load(names.all);
    expect(restored.all).toEqual(names.all);
    expect(restored.number('b')).toBe(2);
    expect(restored.number('d')).toBe(4);
  });
});
