import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Benchmark, checkBenchmark } from './benchmark.ts';
import { benchmarkNames, chooseBenchmarks, loadBenchmark } from './catalogue.ts';

describe('the catalogue', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wavetank-bench-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('lists the files of a folder that are benchmarks', () => {
    for (const file of ['run.ts', 'b.ts', 'a.ts', 'a.test.ts', 'README.md', 'tsconfig.json']) {
      writeFileSync(join(folder, file), '');
    }
    mkdirSync(join(folder, 'harness'));
    expect(benchmarkNames(folder)).toEqual(['a', 'b']);
  });

  it('takes those that are named, or all', () => {
    expect(chooseBenchmarks(['a', 'b'], [])).toEqual(['a', 'b']);
    expect(chooseBenchmarks(['a', 'b'], ['b', 'b'])).toEqual(['b']);
  });

  it('answers an unknown name with the nearest and with all', () => {
    expect(() => chooseBenchmarks(['actors', 'network'], ['actor'])).toThrow(
      'There is no benchmark "actor". Did you mean "actors"? There are: actors, network.',
    );
  });

  it('loads what a file exports as bench, and nothing else', async () => {
    writeFileSync(
      join(folder, 'good.ts'),
      `export const bench = { about: 'x', cases: [{ metric: 'm', unit: 's', run: () => 1 }] };`,
    );
    writeFileSync(join(folder, 'bad.ts'), 'export const benchmark = 1;');
    expect((await loadBenchmark(folder, 'good')).about).toBe('x');
    await expect(loadBenchmark(folder, 'bad')).rejects.toThrow('bench/bad.ts does not export "bench"');
  });
});

describe('a benchmark that makes no sense', () => {
  const run = (): number => 1;
  const one = { metric: 'a', unit: 's', run };

  it.each<[string, Benchmark['cases']]>([
    ['has no cases', []],
    ['has two cases called "a"', [one, one]],
    ['"a" is its own reference', [{ ...one, reference: 'a' }]],
    ['"a" refers to "b", which is no case', [{ ...one, reference: 'b' }]],
    ['"a" has a target on a ratio but no reference', [{ ...one, target: { on: 'ratio', min: 1 } }]],
    ['"a" has a target without bounds', [{ ...one, target: { on: 'value' } }]],
  ])('is refused: %s', (problem, cases) => {
    expect(() => checkBenchmark('cost', { about: 'A test.', cases })).toThrow(`bench/cost.ts: ${problem}`);
  });
});
