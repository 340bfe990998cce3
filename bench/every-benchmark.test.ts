/** The benchmarks themselves are not run with the tests, but each has to work when someone asks for it. */
import { describe, expect, it } from 'vitest';
import { benchmarkNames, loadBenchmark } from './harness/catalogue.ts';
import { measure } from './harness/measure.ts';
import { report } from './harness/report.ts';

const names = benchmarkNames(import.meta.dirname);

describe('every benchmark', () => {
  it('is found by its file', () => {
    expect(names).not.toContain('run');
    expect(names).not.toContain('every-benchmark');
  });

  it.each(names)('%s works in its quick form', async (name) => {
    const bench = await loadBenchmark(import.meta.dirname, name);
    const samples = await measure(bench, true);
    const { results } = report(name, bench, samples, true, { node: process.versions.node, cpu: 'any' });
    expect(results.map(({ metric }) => metric)).toEqual(bench.cases.map(({ metric }) => metric));
  });
});
