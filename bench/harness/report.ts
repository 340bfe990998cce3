/**
 * What a run of a benchmark comes to: one result for each case, as data.
 *
 * A ratio is the median of the ratios of measurements that were taken in the same round, not the ratio of the medians: what
 * disturbs a round disturbs both of its measurements.
 */
import type { Benchmark, Case, Target } from './benchmark.ts';
import type { Samples } from './measure.ts';
import { median, type Spread, spread } from './statistics.ts';

/** The shape of a line that `--json` writes. */
export interface Report {
  readonly bench: string;
  /** The version of Node, without a leading v. */
  readonly node: string;
  /** The processor's name and how many cores of it there are. */
  readonly cpu: string;
  /** True if the figures only show that the benchmark works. */
  readonly quick: boolean;
  readonly results: readonly Result[];
}

export interface Result {
  readonly metric: string;
  /** The median. */
  readonly value: number;
  readonly unit: string;
  readonly spread: Spread;
  /** How many measurements the median is of. */
  readonly samples: number;
  readonly reference: string | null;
  /** The figure divided by the reference's; null where there is no reference. */
  readonly ratio: number | null;
  readonly ratioSpread: Spread | null;
  readonly target: Target | null;
  /** Whether the median keeps the target; null where there is none, and in a quick run. */
  readonly met: boolean | null;
}

/** Where a report was made. */
export type Machine = Pick<Report, 'node' | 'cpu'>;

export function report(name: string, bench: Benchmark, samples: Samples, quick: boolean, machine: Machine): Report {
  const results = bench.cases.map((one) => resultOf(one, samples, quick));
  return { bench: name, ...machine, quick, results };
}

/** True unless a target was missed. */
export function targetsMet({ results }: Report): boolean {
  return results.every(({ met }) => met !== false);
}

function resultOf({ metric, unit, reference, target }: Case, samples: Samples, quick: boolean): Result {
  const figures = samplesOf(samples, metric);
  const ratios = reference === undefined ? undefined : ratiosOf(figures, samplesOf(samples, reference));
  const value = median(figures);
  const ratio = ratios === undefined ? null : median(ratios);
  return {
    metric,
    value,
    unit,
    spread: spread(figures),
    samples: figures.length,
    reference: reference ?? null,
    ratio,
    ratioSpread: ratios === undefined ? null : spread(ratios),
    target: target ?? null,
    met: target === undefined || quick ? null : keeps(target, target.on === 'ratio' ? ratio : value),
  };
}

function samplesOf(samples: Samples, metric: string): readonly number[] {
  const figures = samples.get(metric);
  if (figures === undefined) throw new Error(`There are no measurements of "${metric}".`);
  return figures;
}

function ratiosOf(figures: readonly number[], references: readonly number[]): number[] {
  return figures.map((figure, round) => {
    const reference = references[round];
    if (reference === undefined) throw new Error(`Round ${round + 1} did not measure the reference.`);
    return figure / reference;
  });
}

function keeps(
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Target,
  figure: number | null,
): boolean {
  return figure !== null && figure >= min && figure <= max;
}
