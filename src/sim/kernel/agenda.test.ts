import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agenda, type Priority, type Ties } from './agenda.ts';

/** A source of ties that is the same each time. */
function ties(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}

function drain<T>(agenda: Agenda<T>): T[] {
  const all: T[] = [];
  while (agenda.size > 0) all.push(agenda.pop());
  return all;
}

type Step =
  | { readonly do: 'push'; readonly time: number; readonly priority: Priority }
  | { readonly do: 'pop' }
  | { readonly do: 'cancel'; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('push' as const),
      time: fc.nat(20),
      priority: fc.nat(7) as fc.Arbitrary<Priority>,
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'pop' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }) },
);

interface Model {
  readonly time: number;
  readonly priority: number;
  readonly tie: number;
  readonly sequence: number;
}

const inOrder = (a: Model, b: Model): number =>
  a.time - b.time || a.priority - b.priority || a.tie - b.tie || a.sequence - b.sequence;

describe.each<Ties>(['fifo', 'shuffled'])('an agenda, %s', (order) => {
  it('gives out entries as a sorted array by (time, priority, tie, sequence) does, whatever is pushed and cancelled', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.nat(), (steps, seed) => {
        const agenda = new Agenda<number>(order, ties(seed));
        const modelTie = ties(seed);
        const model: (Model & { handle: number })[] = [];
        let sequence = 0;
        for (const each of steps) {
          if (each.do === 'push') {
            const tie = order === 'fifo' ? 0 : modelTie() % 2 ** 18;
            const handle = agenda.push(each.time, each.priority, sequence);
            model.push({ time: each.time, priority: each.priority, tie, sequence, handle });
            model.sort(inOrder);
            sequence++;
          } else if (model.length > 0 && each.do === 'pop') {
            expect(agenda.nextTime).toBe(model[0]?.time);
            expect(agenda.pop()).toBe(model.shift()?.sequence);
          } else if (model.length > 0 && each.do === 'cancel') {
            const [gone] = model.splice(each.which % model.length, 1);
            agenda.cancel(gone?.handle as number);
          }
          expect(agenda.size).toBe(model.length);
        }
        expect(agenda.entries().map(({ payload }) => payload)).toEqual(model.map((each) => each.sequence));
        expect(drain(agenda)).toEqual(model.map((each) => each.sequence));
      }),
      { numRuns: 200 },
    );
  });

  it('restores from its entries, in any order, to one that gives out the same and goes on the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5), fc.nat(7)), { maxLength: 60 }),
        fc.array(fc.tuple(fc.nat(5), fc.nat(7)), { maxLength: 20 }),
        fc.nat(),
        (before, after, seed) => {
          const originalTie = ties(seed);
          const original = new Agenda<number>(order, originalTie);
          before.forEach(([time, priority], i) => {
            original.push(time, priority as Priority, i);
          });
          for (let i = 0; i < before.length / 3; i++) original.pop();
          const entries = original.entries();
          const tie = ties(seed);
          if (order === 'shuffled') for (const _ of before) tie();
          const restored = new Agenda<number>(order, tie);
          for (const entry of [...entries].reverse()) restored.restore(entry);
          restored.resume(original.sequence);
          expect(restored.entries()).toEqual(entries);
          for (const agenda of [original, restored]) {
            after.forEach(([time, priority], i) => {
              agenda.push(time, priority as Priority, 1000 + i);
            });
          }
          expect(drain(restored)).toEqual(drain(original));
        },
      ),
    );
  });

  it('keeps its order through a hundred thousand entries, half of which are cancelled', () => {
    const agenda = new Agenda<number>(order, ties(7));
    const next = ties(3);
    const handles = new Map<number, number>();
    for (let i = 0; i < 100_000; i++) {
      handles.set(i, agenda.push(next() % 1000, ((next() >>> 8) % 8) as Priority, i));
      if (i % 2 === 1) {
        const victim = i - 1 - ((next() >>> 4) % Math.min(i, 50));
        const handle = handles.get(victim);
        if (handle !== undefined) {
          agenda.cancel(handle);
          handles.delete(victim);
        }
      }
    }
    expect(agenda.size).toBe(handles.size);
    let last = -1;
    let count = 0;
    while (agenda.size > 0) {
      expect(agenda.nextTime >= last).toBe(true);
      last = agenda.nextTime;
      expect(handles.delete(agenda.pop())).toBe(true);
      count++;
    }
    expect(handles.size).toBe(0);
    expect(count).toBeGreaterThan(50_000);
  });
});

describe('an agenda', () => {
  it('lets equals leave in the order in which they came under fifo', () => {
    const agenda = new Agenda<number>('fifo');
    for (let i = 0; i < 200; i++) agenda.push(5, 1, i);
    expect(drain(agenda)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it('lets equals leave in another order under shuffled, the same for the same ties', () => {
    const run = (seed: number): number[] => {
      const agenda = new Agenda<number>('shuffled', ties(seed));
      for (let i = 0; i < 200; i++) agenda.push(5, 1, i);
      return drain(agenda);
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect(run(1)).not.toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it('never shuffles over priorities or times', () => {
    const agenda = new Agenda<string>('shuffled', () => 2 ** 32 - 1);
    agenda.push(2, 0, 'later');
    agenda.push(1, 7, 'last');
    agenda.push(1, 6, 'first');
    expect(drain(agenda)).toEqual(['first', 'last', 'later']);
  });

  it('says when its next entry is due: never, if there is none', () => {
    const agenda = new Agenda<string>();
    expect(agenda.nextTime).toBe(Number.POSITIVE_INFINITY);
    agenda.push(3, 0, 'x');
    expect(agenda.nextTime).toBe(3);
  });

  it('refuses to pop from nothing, and to cancel what is not waiting', () => {
    const agenda = new Agenda<string>();
    expect(() => agenda.pop()).toThrow('empty');
    expect(() => agenda.cancel(0)).toThrow('not waiting');
    const handle = agenda.push(1, 0, 'x');
    agenda.cancel(handle);
    expect(() => agenda.cancel(handle)).toThrow('not waiting');
    expect(() => agenda.cancel(-1)).toThrow('not waiting');
    expect(() => agenda.cancel(1000)).toThrow('not waiting');
  });
});
