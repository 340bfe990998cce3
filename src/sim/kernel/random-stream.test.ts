import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertPlain } from './plain-data.ts';
import { RandomStream } from './random-stream.ts';

/** What the mean and the deviation of many draws are. */
function moments(draw: () => number, count = 100_000): { mean: number; deviation: number } {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const value = draw();
    sum += value;
    squares += value * value;
  }
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(squares / count - mean * mean) };
}

describe('RandomStream', () => {
  it('draws the same numbers for the same key on every engine', () => {
    const stream = new RandomStream('golden');
    expect([stream.unit(), stream.unit(), stream.uint32(), stream.uint32(), stream.unit()]).toEqual([
      0.32391132686726243, 0.6724474929654686, 1166126067, 1725737337, 0.7182030760822685,
    ]);
  });

  it('draws units in [0, 1) of 53 bits', () => {
    const stream = new RandomStream('units');
    let odd = 0;
    for (let i = 0; i < 10_000; i++) {
      const unit = stream.unit();
      expect(unit >= 0 && unit < 1 && Number.isInteger(unit * 2 ** 53)).toBe(true);
      odd += (unit * 2 ** 53) % 2;
    }
    expect(Math.abs(odd - 5_000)).toBeLessThan(250);
  });

  it('spreads units and words evenly', () => {
    const stream = new RandomStream('even');
    for (const draw of [() => stream.unit(), () => stream.uint32() / 2 ** 32]) {
      const counts = new Array<number>(100).fill(0);
      for (let i = 0; i < 100_000; i++) {
        const cell = Math.floor(draw() * 100);
        counts[cell] = (counts[cell] as number) + 1;
      }
      const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
      expect(chiSquare).toBeLessThan(160); // 99 degrees of freedom: p < 0.0001
    }
  });

  it('gives unrelated first draws to keys that differ in the last character only', () => {
    let close = 0;
    for (let i = 0; i < 1_000; i++) {
      const [a, b, c] = ['1', '2', '3'].map((last) => new RandomStream(`host-${i}-${last}`).unit()) as [
        number,
        number,
        number,
      ];
      const second = a - 2 * b + c;
      if (Math.abs(second - Math.round(second)) < 0.05) close++;
    }
    expect(Math.abs(close - 100)).toBeLessThan(40);
  });

  it.each([
    [0, 9],
    [-3, 3],
    [1, 6],
    [0, 2 ** 31],
    [0, 2 ** 32 - 1],
    [0, 2 ** 32],
    [-(2 ** 52), 2 ** 52 - 1],
    [7, 7],
  ])('draws whole numbers from %d to %d evenly', (min, max) => {
    const stream = new RandomStream('integer');
    const cells = Math.min(max - min + 1, 10);
    const counts = new Array<number>(cells).fill(0);
    for (let i = 0; i < 21_000; i++) {
      const drawn = stream.integer(min, max);
      if (!Number.isInteger(drawn) || drawn < min || drawn > max) throw new Error(`drew ${drawn}`);
      const cell = Math.floor(((drawn - min) / (max - min + 1)) * cells);
      counts[cell] = (counts[cell] as number) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 21_000 / cells)).toBeLessThan(4.5 * Math.sqrt(21_000 / cells));
  });

  it('is unbiased where the range does not divide the word', () => {
    // Taking the remainder of a word without drawing again would give the lower half 2/3 of the draws.
    const stream = new RandomStream('bias');
    const { mean } = moments(() => (stream.integer(0, 3 * 2 ** 30 - 1) < 2 ** 30 ? 1 : 0), 30_000);
    expect(Math.abs(mean - 1 / 3)).toBeLessThan(0.015);
  });

  it('reaches both ends of a small range', () => {
    const stream = new RandomStream('ends');
    expect(new Set(Array.from({ length: 200 }, () => stream.integer(1, 6)))).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  });

  it.each([
    [3, 2],
    [0, Number.NaN],
    [0.5, 2],
    [0, 2 ** 53],
    [-(2 ** 53) + 1, 2 ** 53 - 1],
  ])('refuses whole numbers from %d to %d', (min, max) => {
    expect(() => new RandomStream('x').integer(min, max)).toThrow(`no whole numbers to draw from ${min} to ${max}`);
  });

  it('takes chances in proportion, never at 0, always at 1, one draw each', () => {
    const stream = new RandomStream('chance');
    expect(Math.abs(moments(() => (stream.chance(0.3) ? 1 : 0)).mean - 0.3)).toBeLessThan(0.006);
    for (let i = 0; i < 1_000; i++) expect([stream.chance(0), stream.chance(1)]).toEqual([false, true]);
    const [a, b] = [new RandomStream('same'), new RandomStream('same')];
    a.chance(0);
    b.chance(1);
    expect(a.save()).toEqual(b.save());
    for (const wrong of [-0.1, 1.1, Number.NaN]) expect(() => stream.chance(wrong)).toThrow(`found ${wrong}`);
  });

  it('chooses by weight, and never what weighs nothing', () => {
    const stream = new RandomStream('weights');
    const counts: Record<string, number> = { a: 0, b: 0, c: 0, d: 0 };
    for (let i = 0; i < 40_000; i++) {
      const item = stream.weightedChoice(['a', 'b', 'c', 'd'], [1, 0, 3, 0]);
      counts[item] = (counts[item] as number) + 1;
    }
    expect([counts.b, counts.d]).toEqual([0, 0]);
    expect(Math.abs((counts.a as number) - 10_000)).toBeLessThan(400);
  });

  it.each([
    [[], []],
    [['a'], []],
    [['a'], [0]],
    [['a'], [-1]],
    [['a'], [Number.NaN]],
    [['a'], [Number.POSITIVE_INFINITY]],
  ])('refuses a choice among %j with weights %j', (items, weights) => {
    expect(() => new RandomStream('x').weightedChoice<string>(items, weights)).toThrow(/weight/);
  });

  it('refuses a choice among nothing', () => {
    expect(() => new RandomStream('x').choice([])).toThrow('a choice among no items');
    expect(() => new RandomStream('x').empirical([])).toThrow('without samples');
  });

  it('shuffles into every order equally often, into a new array', () => {
    const stream = new RandomStream('shuffle');
    const counts = new Map<string, number>();
    const items = Object.freeze(['a', 'b', 'c', 'd']);
    for (let i = 0; i < 24_000; i++) {
      const order = stream.shuffle(items).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(stream.shuffle([])).toEqual([]);
  });

  it.each<[string, (stream: RandomStream) => number, number, number]>([
    ['uniform(2, 5)', (s) => s.uniform(2, 5), 3.5, 3 / Math.sqrt(12)],
    ['exponential(4)', (s) => s.exponential(4), 4, 4],
    ['normal(10, 2)', (s) => s.normal(10, 2), 10, 2],
    [
      'lognormal(3, 0.5)',
      (s) => s.lognormal(3, 0.5),
      3 * Math.exp(0.125),
      3 * Math.exp(0.125) * Math.sqrt(Math.expm1(0.25)),
    ],
    ['pareto(2, 5)', (s) => s.pareto(2, 5), 2.5, Math.sqrt(5 / 3) / 2],
    ['empirical([1, 2, 6])', (s) => s.empirical([1, 2, 6]), 3, Math.sqrt(14 / 3)],
  ])('%s has its mean and deviation', (_name, draw, mean, deviation) => {
    const stream = new RandomStream('moments');
    const found = moments(() => draw(stream));
    expect(Math.abs(found.mean - mean)).toBeLessThan((4.5 * deviation) / Math.sqrt(100_000));
    expect(Math.abs(found.deviation / deviation - 1)).toBeLessThan(0.04);
  });

  it('costs one draw per sample and keeps nothing beside the state', () => {
    const draws: ((stream: RandomStream) => unknown)[] = [
      (s) => s.chance(0.5),
      (s) => s.weightedChoice(['a', 'b'], [1, 2]),
      (s) => s.uniform(0, 1),
      (s) => s.exponential(1),
      (s) => s.normal(0, 1),
      (s) => s.lognormal(1, 1),
      (s) => s.pareto(1, 1),
      (s) => s.empirical([1, 2]),
      (s) => s.integer(0, 2 ** 40 - 1),
    ];
    for (const draw of draws) {
      const [sampled, counted] = [new RandomStream('count'), new RandomStream('count')];
      draw(sampled);
      counted.unit();
      expect(sampled.save()).toEqual(counted.save());
    }
  });

  it('stays within its ranges for the smallest and the largest unit', () => {
    const smallest = (): RandomStream => RandomStream.restore({ c: 0, s0: 0, s1: 0, s2: 0 });
    const largest = (): RandomStream =>
      RandomStream.restore({ c: 2 ** 32 - 1, s0: 0, s1: (2 ** 32 - 1016432) / 2 ** 32, s2: 0 });
    expect([smallest().unit(), largest().unit()]).toEqual([0, 1 - 2 ** -53]);
    expect([smallest().normal(0, 1), largest().normal(0, 1)]).toEqual([-8.292361075813595, 8.209536151601386]);
    expect([smallest().exponential(1), largest().exponential(1)]).toEqual([0, 53 * Math.LN2]);
    expect([smallest().pareto(3, 1), largest().pareto(3, 1)]).toEqual([3, 3 * 2 ** 53]);
    expect([smallest().empirical([1, 2]), largest().empirical([1, 2])]).toEqual([1, 2]);
    const weights = [0, 0.1, 0.2, 0];
    expect([smallest(), largest()].map((s) => s.weightedChoice(['a', 'b', 'c', 'd'], weights))).toEqual(['b', 'c']);
    expect([smallest().chance(0), largest().chance(1)]).toEqual([false, true]);
  });

  it('goes on from a saved state with the same draws, and the state is plain data', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(50), (key, before) => {
        const stream = new RandomStream(key);
        for (let i = 0; i < before; i++) stream.unit();
        const state = JSON.parse(JSON.stringify(stream.save())) as ReturnType<RandomStream['save']>;
        assertPlain(state, 'state');
        const restored = RandomStream.restore(state);
        for (let i = 0; i < 20; i++) expect(restored.normal(0, 1)).toBe(stream.normal(0, 1));
        expect(restored.save()).toEqual(stream.save());
      }),
    );
  });

  it('is not changed by saving it', () => {
    const stream = new RandomStream('pure');
    const saved = stream.save();
    expect([stream.drawn, stream.save()]).toEqual([false, saved]);
    expect(stream.unit()).toBe(RandomStream.restore(saved).unit());
  });
});
