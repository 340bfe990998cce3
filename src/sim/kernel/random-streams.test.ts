import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertPlain } from './plain-data.ts';
import { RandomStreams, streamKey } from './random-streams.ts';

/** Parts that are likely to collide if they are joined carelessly. */
const part = fc.oneof(fc.constantFrom('', '/', '~', '~1', '~0', 'a', 'a/b', 'b'), fc.string());
const parts = fc
  .tuple(part)
  .chain(([first]) => fc.array(part, { maxLength: 3 }).map((rest) => [first, ...rest] as const));

const draws = (streams: RandomStreams, key: string, count: number): number[] =>
  Array.from({ length: count }, () => streams.stream(key).unit());

describe('streamKey', () => {
  it('gives different keys to different parts', () => {
    fc.assert(
      fc.property(
        parts,
        parts,
        (a, b) => (streamKey(...a) === streamKey(...b)) === (JSON.stringify(a) === JSON.stringify(b)),
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    [['node-1', 'kubelet', 'probe'], 'node-1/kubelet/probe'],
    [['a/b', 'c'], 'a~1b/c'],
    [['a~1b', 'c'], 'a~01b/c'],
    [['a', ''], 'a/'],
  ] as const)('of %j is %s', ([first, ...others], key) => {
    expect(streamKey(first, ...others)).toBe(key);
  });
});

describe('RandomStreams', () => {
  it('draws the same from a stream whatever other streams exist and draw', () => {
    const action = fc.tuple(fc.constantFrom('a', 'b', 'c', 'watched'), fc.nat(3));
    fc.assert(
      fc.property(fc.string(), fc.array(action, { maxLength: 30 }), (seed, actions) => {
        const alone = new RandomStreams(seed);
        const crowded = new RandomStreams(seed);
        for (const [key, count] of actions) {
          const drawn = draws(crowded, key, count);
          if (key === 'watched') expect(drawn).toEqual(draws(alone, key, count));
        }
        expect(crowded.stream('watched').unit()).toBe(alone.stream('watched').unit());
      }),
    );
  });

  it('draws differently for another seed or another key', () => {
    const first = new Set<number>();
    for (const seed of ['1', '2', '1/a', '']) {
      for (const key of ['a', 'b', 'a/b', '', 'a/a']) first.add(new RandomStreams(seed).stream(key).unit());
    }
    expect(first.size).toBe(20);
  });

  it('has one stream for a key', () => {
    const streams = new RandomStreams('seed');
    expect(streams.stream('a')).toBe(streams.stream('a'));
  });

  it('draws these numbers for this seed and key on every engine', () => {
    expect(draws(new RandomStreams('golden'), streamKey('node-1', 'kubelet'), 3)).toEqual([
      0.07411225230275265, 0.9491889428061185, 0.7877868345499806,
    ]);
  });

  it('goes on from a saved state in another collection and in the same one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 }),
        fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 12 }),
        (before, after) => {
          const streams = new RandomStreams('seed');
          const held = streams.stream('a');
          for (const key of before) streams.stream(key).unit();
          const state = streams.save();
          assertPlain(state, 'state');
          const drawn = after.map((key) => streams.stream(key).unit());
          const end = streams.save();

          const other = new RandomStreams('another seed');
          other.stream('e').unit();
          other.load(state);
          streams.load(state);
          for (const restored of [other, streams]) {
            expect(restored.save()).toEqual(state);
            expect(after.map((key) => restored.stream(key).unit())).toEqual(drawn);
            expect(restored.save()).toEqual(end);
          }
          expect(streams.stream('a')).toBe(held);
        },
      ),
    );
  });

  it('saves only streams that were drawn from', () => {
    const streams = new RandomStreams('seed');
    for (const key of ['b', 'a', 'c']) streams.stream(key);
    streams.stream('c').unit();
    streams.stream('b').unit();
    expect(streams.save().streams.map(({ key }) => key)).toEqual(['b', 'c']);
  });

  it('draws after a reseed as if it had been made with that seed', () => {
    const streams = new RandomStreams('first');
    const held = streams.stream('a');
    draws(streams, 'a', 3);
    streams.reseed('second');
    const fresh = new RandomStreams('second');
    expect(streams.seed).toBe('second');
    expect(streams.save()).toEqual(fresh.save());
    for (const key of ['b', 'a']) expect(draws(streams, key, 3)).toEqual(draws(fresh, key, 3));
    expect(streams.stream('a')).toBe(held);
  });
});
