/** Random worlds, run to their end. */
import { World, type WorldReport, type WorldSpec } from 'wavetank/sim';
import { type RandomWorld, randomWorld } from './random-world.ts';

/** What differs from run to run and must make no difference. */
export type RunSpec = Pick<WorldSpec, 'trace' | 'paranoid'>;

/** How many random worlds the properties of this folder look at. */
export const WORLDS = 1000;

/** The numbers of all worlds. */
export const NUMBERS: readonly number[] = Array.from({ length: WORLDS }, (_, index) => index);

/** A world that has not run yet, and how long it is to run. */
export function build(number: number, options: RunSpec = { trace: { keep: 'none' } }): RandomWorld & { world: World } {
  const random = randomWorld(number, options);
  return { ...random, world: new World(random.spec) };
}

/** Runs a world from wherever it is to its end. */
export async function runToEnd(world: World, untilMs: number): Promise<WorldReport> {
  await world.run({ untilMs });
  return await world.finish();
}

export async function digestOf(number: number, options?: RunSpec): Promise<string> {
  const { world, durationMs } = build(number, options);
  await runToEnd(world, durationMs);
  return world.digest;
}

/** The digests of some worlds, one world after the other. */
export async function digestsOf(numbers: readonly number[], options?: RunSpec): Promise<string[]> {
  const digests: string[] = [];
  for (const number of numbers) digests.push(await digestOf(number, options));
  return digests;
}
