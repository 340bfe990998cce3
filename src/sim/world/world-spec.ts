/** What a world is made of, as a user says it: hosts, processes, network, disks, clocks, and how it is to be run. */
import type { Check } from '../check/check.ts';
import type { DiskSpec } from '../disk/disk-spec.ts';
import type { Plan } from '../faults/plan.ts';
import type { Programs } from '../kernel/actor.ts';
import type { Ties } from '../kernel/agenda.ts';
import type { ProcessSpec } from '../kernel/process-spec.ts';
import type { Keep } from '../kernel/trace.ts';
import type { NetworkSpec } from '../network/network-spec.ts';

export interface HostSpec {
  /** Letters, digits and `_ . : @ + = -`. */
  readonly name: string;
  /** Default `zone`. */
  readonly zone?: string;
  /** Default `region`. */
  readonly region?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** What starts when the host has power, in this order. */
  readonly processes?: readonly ProcessSpec[];
  /** Default: one disk named `disk`. */
  readonly disks?: readonly DiskSpec[];
  readonly clock?: {
    /** How far the wall clock is ahead of true time at the beginning; may be negative. Default 0. */
    readonly offsetMs?: number;
    /** By how many parts per million the clock is fast. Default 0. */
    readonly driftPpm?: number;
  };
}

export interface WorldSpec {
  /** Decides everything that chance decides. */
  readonly seed: number | string;
  readonly programs: Programs;
  readonly hosts: readonly HostSpec[];
  readonly network?: NetworkSpec;
  /** Faults with their times. Default: none. */
  readonly plan?: Plan;
  readonly checks?: readonly Check[];
  /** Order of equal times. Default `shuffled`: first-in-first-out hides races. */
  readonly ties?: Ties;
  /** Default 10,000. */
  readonly requestTimeoutMs?: number;
  readonly trace?: {
    /** Default `ring`. */
    readonly keep?: Keep;
    /** How many events the ring holds, a power of two. Default 4,096. */
    readonly capacity?: number;
  };
  /**
   * Checks what is otherwise trusted: that states are plain data without aliases after every step, and that no receiver
   * has changed a shared body. Slow. Default false.
   */
  readonly paranoid?: boolean;
  /** For measuring what the digest costs. Default true. */
  readonly digest?: boolean;
}

export const DEFAULT_ZONE = 'zone';
export const DEFAULT_REGION = 'region';
export const DEFAULT_REQUEST_TIMEOUT_MS = 10_000;
export const DEFAULT_RING_CAPACITY = 4096;
