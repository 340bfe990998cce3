/** One stroke of a fault: what those who carry it out are told, and what they answer. */
import type { Hold, Life } from './hold.ts';

export interface Strike {
  /** The fault's number; its stream of chance has it in its key. */
  readonly id: number;
  /** The event that says so, which is the cause of all that follows. */
  readonly cause: number;
  /** Whether its end is known to come: after its time, or with a heal. */
  readonly lasts: boolean;
  /** What other faults hold now, oldest first. */
  readonly others: readonly Hold[];
}

export interface Struck {
  /** What the fault has touched at once; what it touches later, its hold knows. */
  readonly witness: number;
  /** Absent if nothing lasts. */
  readonly hold?: Hold;
  /** Processes that crashed and whose end is not known to come. */
  readonly crashed?: readonly Life[];
}
