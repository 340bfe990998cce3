/**
 * Durations as data: a constant, or a distribution that a person writes in milliseconds and a stream samples in whole
 * microseconds.
 *
 * 1. A sample is a whole number of microseconds from 0 to 10^15 (32 years). It is the nearest one to the
 *    mathematical sample; what lies outside counts as the limit that it passes.
 * 2. A constant draws nothing from the stream; every other sample is exactly one draw.
 * 3. A `maxMs` counts longer samples as `maxMs`. The cap therefore has a probability of its own; the rest of the
 *    distribution stays as it is.
 *
 * Not here: sums and mixtures of distributions, and samples that depend on earlier ones.
 */
import { distributionProblems, LONGEST_MS } from './distribution-problems.ts';
import type { RandomStream } from './random-stream.ts';

/** A duration: milliseconds if it is a plain number, otherwise an object with exactly one of these keys. */
export type Distribution =
  | number
  /** Always this many milliseconds. */
  | { readonly constant: number }
  /** Every whole microsecond from `minMs` to `maxMs`, both included, is equally likely. */
  | { readonly uniform: { readonly minMs: number; readonly maxMs: number } }
  /** Gauss's bell, in which samples below 0 count as 0: the true mean is above `meanMs` if `deviationMs` is large. */
  | { readonly normal: { readonly meanMs: number; readonly deviationMs: number } & Cap }
  /** Half of the samples lie below `medianMs`; `sigma` is the deviation of the sample's natural logarithm. */
  | { readonly lognormal: { readonly medianMs: number; readonly sigma: number } & Cap }
  | { readonly exponential: { readonly meanMs: number } & Cap }
  /** At least `scaleMs`, and above x with probability (scaleMs/x)^shape; up to a shape of 1 the mean is infinite. */
  | { readonly pareto: { readonly scaleMs: number; readonly shape: number } & Cap }
  /** One of the observed durations, each equally likely; their order does not matter. */
  | { readonly empirical: { readonly samplesMs: readonly number[] } }
  /** Straight lines between points (probability, duration), from `at: 0`, the minimum, to `at: 1`, the maximum. */
  | { readonly quantiles: readonly QuantilePoint[] };

/** A share `at` of the samples is at most `valueMs`: `{ at: 0.99, valueMs: 20 }` is the 99th percentile. */
export interface QuantilePoint {
  readonly at: number;
  readonly valueMs: number;
}

interface Cap {
  /** Longer samples count as this. */
  readonly maxMs?: number | undefined;
}

/** Draws one duration in whole microseconds. */
export type DurationSampler = (stream: RandomStream) => number;

/**
 * Prepares a distribution for sampling.
 *
 * @throws Error that lists the problems, if `validateDistribution` finds any
 */
export function compileDistribution(distribution: Distribution): DurationSampler {
  const problems = validateDistribution(distribution, 'distribution');
  if (problems.length > 0) throw new Error(problems.join('\n'));
  if (typeof distribution === 'number') return constant(distribution);
  if ('constant' in distribution) return constant(distribution.constant);
  if ('uniform' in distribution) {
    const min = toMicroseconds(distribution.uniform.minMs, LONGEST_US);
    const count = toMicroseconds(distribution.uniform.maxMs, LONGEST_US) - min + 1;
    return (stream) => min + Math.floor(stream.unit() * count);
  }
  if ('normal' in distribution) {
    const { meanMs, deviationMs, maxMs } = distribution.normal;
    const max = capOf(maxMs);
    return (stream) => toMicroseconds(stream.normal(meanMs, deviationMs), max);
  }
  if ('lognormal' in distribution) {
    const { medianMs, sigma, maxMs } = distribution.lognormal;
    const max = capOf(maxMs);
    return (stream) => toMicroseconds(stream.lognormal(medianMs, sigma), max);
  }
  if ('exponential' in distribution) {
    const { meanMs, maxMs } = distribution.exponential;
    const max = capOf(maxMs);
    return (stream) => toMicroseconds(stream.exponential(meanMs), max);
  }
  if ('pareto' in distribution) {
    const { scaleMs, shape, maxMs } = distribution.pareto;
    const max = capOf(maxMs);
    return (stream) => toMicroseconds(stream.pareto(scaleMs, shape), max);
  }
  if ('empirical' in distribution) {
    const samples = distribution.empirical.samplesMs.map((ms) => toMicroseconds(ms, LONGEST_US));
    samples.sort((a, b) => a - b);
    return (stream) => stream.empirical(samples);
  }
  if ('quantiles' in distribution) return interpolated(distribution.quantiles);
  return distribution satisfies never;
}

/**
 * The problems of a value that should be a distribution; none if it is one.
 *
 * @param path names the value, for example `links.wan.latency`; each problem begins with the path to its own place
 */
export function validateDistribution(value: unknown, path: string): string[] {
  return distributionProblems(value, path);
}

/** One line for a person: `lognormal, median 2 ms, sigma 0.5, at most 100 ms`. */
export function describeDistribution(distribution: Distribution): string {
  if (typeof distribution === 'number') return `constant ${distribution} ms`;
  if ('constant' in distribution) return `constant ${distribution.constant} ms`;
  if ('uniform' in distribution) {
    return `uniform from ${distribution.uniform.minMs} to ${distribution.uniform.maxMs} ms`;
  }
  if ('normal' in distribution) {
    const { meanMs, deviationMs, maxMs } = distribution.normal;
    return `normal, mean ${meanMs} ms, deviation ${deviationMs} ms${describeCap(maxMs)}`;
  }
  if ('lognormal' in distribution) {
    const { medianMs, sigma, maxMs } = distribution.lognormal;
    return `lognormal, median ${medianMs} ms, sigma ${sigma}${describeCap(maxMs)}`;
  }
  if ('exponential' in distribution) {
    return `exponential, mean ${distribution.exponential.meanMs} ms${describeCap(distribution.exponential.maxMs)}`;
  }
  if ('pareto' in distribution) {
    const { scaleMs, shape, maxMs } = distribution.pareto;
    return `Pareto, at least ${scaleMs} ms, shape ${shape}${describeCap(maxMs)}`;
  }
  if ('empirical' in distribution) {
    const samples = distribution.empirical.samplesMs;
    const min = samples.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const max = samples.reduce((a, b) => Math.max(a, b), 0);
    return `one of ${samples.length} observed, from ${min} to ${max} ms`;
  }
  if ('quantiles' in distribution) {
    return `quantiles ${distribution.quantiles.map(({ at, valueMs }) => `${at}: ${valueMs} ms`).join(', ')}`;
  }
  return distribution satisfies never;
}

const LONGEST_US = LONGEST_MS * 1000;

function toMicroseconds(ms: number, maxUs: number): number {
  const us = Math.floor(ms * 1000 + 0.5);
  return Math.min(Math.max(us, 0), maxUs);
}

function capOf(maxMs: number | undefined): number {
  return maxMs === undefined ? LONGEST_US : toMicroseconds(maxMs, LONGEST_US);
}

function describeCap(maxMs: number | undefined): string {
  return maxMs === undefined ? '' : `, at most ${maxMs} ms`;
}

function constant(ms: number): DurationSampler {
  const us = toMicroseconds(ms, LONGEST_US);
  return () => us;
}

function interpolated(points: readonly QuantilePoint[]): DurationSampler {
  const segments = points.slice(1).map((end, i) => {
    const start = points[i] as QuantilePoint;
    return { end: end.at, at: start.at, ms: start.valueMs, slope: (end.valueMs - start.valueMs) / (end.at - start.at) };
  });
  return (stream) => {
    const unit = stream.unit();
    // A table has a handful of points, and the last segment ends at 1, which no draw reaches.
    const segment = segments.find(({ end }) => unit < end);
    if (segment === undefined) throw new Error(`Distribution: the quantiles do not cover ${unit}.`);
    return toMicroseconds(segment.ms + (unit - segment.at) * segment.slope, LONGEST_US);
  };
}
