/** What has become of one fault. */
import type { Fault } from './fault.ts';

/** Names a fault of one world, planned or injected; numbers count up from 1. */
export type FaultId = number;

/** `dropped`: a heal, or `end`, came before its time. What happens and is over is `ended` at once. */
export type FaultStatus = 'planned' | 'active' | 'ended' | 'dropped';

export interface FaultReport {
  readonly id: FaultId;
  readonly name?: string;
  readonly fault: Fault;
  readonly status: FaultStatus;
  /** True time in microseconds; absent before. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  /**
   * How much it has really touched so far: messages or connections (network), processes (crash, restart), hosts (power,
   * clocks), late deliveries (pause), operations (disk). 0 means that it was no test.
   */
  readonly witness: number;
}
