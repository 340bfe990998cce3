/** What the command line asks to be run, whatever the seed. */
import type { Plan, Tank } from '../sim/index.ts';

export interface Assignment {
  readonly module: string;
  readonly tank: Tank;
  readonly plan: Plan | undefined;
  readonly forMs: number;
  /** The command that repeats a run. */
  replay(seed: number | string): string;
}
