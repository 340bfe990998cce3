import { describe, expect, it } from 'vitest';
import type { Benchmark } from './benchmark.ts';
import { measure } from './measure.ts';

/** A benchmark whose cases write down when they run, and return 1, 2, 3 … */
function recording(options: Partial<Benchmark> = {}): { bench: Benchmark; log: string[] } {
  const log: string[] = [];
  let count = 0;
  const run = (name: string) => (quick: boolean) => {
    log.push(quick ? `${name} quick` : name);
    count += 1;
    return count;
  };
  const cases = ['a', 'b'].map((metric) => ({ metric, unit: 's', run: run(metric) }));
  return { bench: { about: 'A test.', cases, ...options }, log };
}

describe('measure', () => {
  it('measures the cases in turns, after warm-ups that do not count', async () => {
    const { bench, log } = recording({ repetitions: 3, warmUps: 1 });
    expect(await measure(bench, false)).toEqual(
      new Map([
        ['a', [3, 5, 7]],
        ['b', [4, 6, 8]],
      ]),
    );
    expect(log).toEqual(['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b']);
  });

  it('measures each case once if it is quick, whatever the benchmark asks for', async () => {
    const { bench, log } = recording({ repetitions: 3, warmUps: 2 });
    expect(await measure(bench, true)).toEqual(
      new Map([
        ['a', [1]],
        ['b', [2]],
      ]),
    );
    expect(log).toEqual(['a quick', 'b quick']);
  });

  it('waits for a case that takes its time', async () => {
    const cases = [{ metric: 'a', unit: 's', run: async () => Promise.resolve(5) }];
    expect(await measure({ about: 'A test.', cases, repetitions: 2 }, false)).toEqual(new Map([['a', [5, 5]]]));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -1])('refuses the figure %d', async (figure) => {
    const cases = [{ metric: 'a', unit: 's', run: () => figure }];
    await expect(measure({ about: 'A test.', cases }, true)).rejects.toThrow('"a" measured');
  });
});
