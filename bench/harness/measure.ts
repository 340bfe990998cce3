/**
 * Measures the cases of a benchmark in turns: A, B, C, A, B, C …
 *
 * A machine that gets slower while a benchmark runs (heat, neighbours) then slows all cases alike, and the n-th measurement
 * of a case and the n-th of its reference lie as close together in time as they can.
 */
import type { Benchmark } from './benchmark.ts';

/** The measurements of each case, by its metric, in the order in which they were taken. */
export type Samples = ReadonlyMap<string, readonly number[]>;

const REPETITIONS = 7;
const WARM_UPS = 1;

/** `progress` is told of each round before it begins. A quick run measures each case once, cold. */
export async function measure(
  bench: Benchmark,
  quick: boolean,
  progress: (round: string) => void = () => {},
): Promise<Samples> {
  const samples = new Map<string, number[]>(bench.cases.map(({ metric }) => [metric, []]));
  const warmUps = quick ? 0 : (bench.warmUps ?? WARM_UPS);
  const rounds = quick ? 1 : (bench.repetitions ?? REPETITIONS);
  for (let round = 1; round <= warmUps + rounds; round += 1) {
    progress(round <= warmUps ? `warm-up ${round} of ${warmUps}` : `round ${round - warmUps} of ${rounds}`);
    for (const { metric, run } of bench.cases) {
      // Or a case would pay for the garbage of the one before it. Only there with --expose-gc.
      (globalThis as { gc?: () => void }).gc?.();
      const figure = await run(quick);
      if (!Number.isFinite(figure) || figure <= 0)
        throw new Error(`"${metric}" measured ${figure}, which is no figure.`);
      if (round > warmUps) samples.get(metric)?.push(figure);
    }
  }
  return samples;
}
