/**
 * A plan: which faults happen when. Together with a seed it decides a run.
 *
 * In memory times are milliseconds with up to three decimals, so whole microseconds, and a fault is a `Fault`. In a file
 * times are durations (`10s`) and a fault is a key of its entry; plan-file.ts has both directions.
 */
import type { Fault } from './fault.ts';

export interface Plan {
  readonly name?: string;
  /** For people; may have several lines. */
  readonly notes?: string;
  /** Without one, whoever runs the plan chooses. */
  readonly seed?: string | number;
  /** In any order; the order decides only among faults of one time. */
  readonly faults: readonly PlannedFault[];
  /** When everything is mended and restarted, and promises of recovery begin to count. */
  readonly healAtMs?: number;
  /** When the run ends. */
  readonly durationMs?: number;
}

export interface PlannedFault {
  readonly atMs: number;
  /** How long it lasts; without it until the heal, or else until the run ends. */
  readonly forMs?: number;
  /** What timelines and shrunk plans call it. */
  readonly name?: string;
  readonly fault: Fault;
}
