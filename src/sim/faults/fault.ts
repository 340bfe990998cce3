/**
 * What can go wrong, as data: one union over everything that a plan can do to the network, the processes, the clocks and
 * the disks.
 *
 * 1. A fault is plain data that a file can hold; it says *what*, and the plan says when and for how long.
 * 2. Durations are milliseconds, and a field that is a duration says so in its name, or is a `Distribution`.
 * 3. How each kind ends is said in `FAULT_CATALOGUE` (fault-kinds.ts): some have no duration at all.
 *
 * Not here: applying a fault to a world, and choosing faults at random.
 */
import type { Distribution } from '../kernel/distribution.ts';
import type { HostSelector, ProcessSelector } from './selector.ts';

export type Fault = NetworkFault | ProcessFault | ClockFault | DiskFault;

export type FaultKind = Fault['kind'];

/** The fault of one kind: `FaultOf<'lose'>`. */
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { readonly kind: Kind }>;

export type NetworkFault =
  /** Nothing passes between the two sides, either way. Within a side, and to third hosts, all is well. */
  | { readonly kind: 'partition'; readonly sides: readonly [HostSelector, HostSelector] }
  /** Nothing passes from `from` to `to`; the other way all is well. */
  | { readonly kind: 'partition-one-way'; readonly from: HostSelector; readonly to: HostSelector }
  /** Each of the hosts is alone: cut from every other host, those of the list included. */
  | { readonly kind: 'isolate'; readonly hosts: HostSelector }
  /** Each of the zones is cut from all hosts outside it; within a zone all is well. */
  | { readonly kind: 'partition-zones'; readonly zones: readonly string[] }
  /** A partition into two halves that are drawn from the seed; of an odd number one half has one host more. */
  | { readonly kind: 'random-halves' }
  /** Latency from `from` to `to` is multiplied by `factor` (default 1), then `extra` is added (default 0). */
  | {
      readonly kind: 'slow-link';
      readonly from: HostSelector;
      readonly to: HostSelector;
      readonly factor?: number;
      readonly extra?: Distribution;
    }
  /** A packet is lost with this probability. */
  | { readonly kind: 'lose'; readonly from: HostSelector; readonly to: HostSelector; readonly probability: number }
  /** A datagram arrives twice with this probability. */
  | { readonly kind: 'duplicate'; readonly from: HostSelector; readonly to: HostSelector; readonly probability: number }
  /** A datagram is held back with this probability, by up to `windowMs`, so that later ones overtake it. */
  | {
      readonly kind: 'reorder';
      readonly from: HostSelector;
      readonly to: HostSelector;
      readonly probability: number;
      readonly windowMs: number;
    }
  /** What is sent is held and arrives when the fault ends. */
  | { readonly kind: 'clog'; readonly from: HostSelector; readonly to: HostSelector }
  /** All connections between the two break at once, and both ends know. */
  | { readonly kind: 'reset'; readonly from: HostSelector; readonly to: HostSelector }
  /** Connections between the two become half-open: the side `to` forgets them, the side `from` does not know. */
  | { readonly kind: 'half-open'; readonly from: HostSelector; readonly to: HostSelector };

export type ProcessFault =
  /**
   * The processes end without a word; what they wrote is still in the page cache. For the time that the fault lasts, or
   * until the plan's heal, they stay down, and then they start whatever their restart policy is. Without either, the
   * fault is over at once: each process' restart policy decides, and a heal by hand starts those that have not come back.
   */
  | { readonly kind: 'crash'; readonly processes: ProcessSelector }
  /** The hosts lose power and with it what is not synced. They start again when the fault ends. */
  | { readonly kind: 'power-off'; readonly hosts: HostSelector }
  /** The processes stand still (a long garbage collection, SIGSTOP) and go on when the fault ends. */
  | { readonly kind: 'pause'; readonly processes: ProcessSelector }
  /**
   * Starts what is down and restarts what is up, at least one of the two: processes, or hosts with all their processes.
   * A host's restart is a power cycle and loses what is not synced. What another fault keeps down stays down.
   */
  | { readonly kind: 'restart'; readonly processes?: ProcessSelector; readonly hosts?: HostSelector };

export type ClockFault =
  /** The wall clocks jump by this much, which may be negative; when the fault ends, they jump back by as much. */
  | { readonly kind: 'clock-step'; readonly hosts: HostSelector; readonly byMs: number }
  /** The clocks run fast (or slow, if negative) by this much; the end of the fault stops the drift and keeps the error. */
  | { readonly kind: 'clock-drift'; readonly hosts: HostSelector; readonly partsPerMillion: number };

/** Where a disk fault strikes: the disks of this name, or pattern of names, of these hosts; by default all their disks. */
interface Disks {
  readonly hosts: HostSelector;
  readonly disk?: string;
}

export type DiskFault =
  /** Each operation takes `factor` (default 1) times as long, and `extraMs` (default 0) more. */
  | ({ readonly kind: 'disk-slow'; readonly factor?: number; readonly extraMs?: number } & Disks)
  /** What needs space fails. */
  | ({ readonly kind: 'disk-full' } & Disks)
  /** These operations fail with this probability. */
  | ({
      readonly kind: 'disk-error';
      readonly operations: readonly DiskOperation[];
      readonly probability: number;
    } & Disks)
  /** While it lasts, a power loss leaves of an unfinished write only a part. */
  | ({ readonly kind: 'disk-torn-write' } & Disks)
  /** So many bits flip in what is stored, in the files of this name, or pattern of names; by default in any file. */
  | ({ readonly kind: 'disk-bit-rot'; readonly file?: string; readonly bits: number } & Disks)
  /** A write goes to the wrong place with this probability. */
  | ({ readonly kind: 'disk-misdirected-write'; readonly probability: number } & Disks)
  /** An fsync says that it is done and has done nothing, with this probability (default 1). */
  | ({ readonly kind: 'disk-lying-fsync'; readonly probability?: number } & Disks);

/** The operations of a disk that can fail. */
export const DISK_OPERATIONS = ['read', 'write', 'append', 'fsync', 'rename'] as const;

export type DiskOperation = (typeof DISK_OPERATIONS)[number];
