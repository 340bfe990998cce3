/** A tank: what a module exports under the name `tank`, so that the command line can run it. */
import type { Plan } from '../faults/plan.ts';
import type { World } from './world.ts';

/**
 * A world to be run under many seeds and plans.
 *
 * ```ts
 * export const tank: Tank = {
 *   name: 'ping-pong',
 *   about: 'Two processes play ping-pong.',
 *   forMs: 60_000,
 *   world: (seed, plan) => new World({ seed, programs, hosts, checks, ...(plan === undefined ? {} : { plan }) }),
 * };
 * ```
 */
export interface Tank {
  /** In kebab-case. */
  readonly name: string;
  /** One sentence: what happens here. */
  readonly about: string;
  /** How long it runs, in virtual time, unless somebody says otherwise. */
  readonly forMs: number;
  /**
   * A fresh world, which has not run yet: a function of the seed and the plan, since the same two must give the same
   * run. Without a plan the tank has faults of its own, or none.
   */
  world(seed: number | string, plan?: Plan): World;
  /** What came of a run, in a few numbers or words; plain data. Must not change the world. */
  summary?(world: World): Record<string, unknown>;
}
