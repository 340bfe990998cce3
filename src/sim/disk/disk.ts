/**
 * A simulated disk: a flat directory of files behind a page cache, a serial device that takes time, and faults.
 *
 * Durability:
 *
 * 1. An operation takes effect at the instant at which it completes, all of it, and operations complete in the order
 *    in which they were submitted. Every read sees all that completed before it: the page cache.
 * 2. The crash of a process changes nothing: the page cache stays, and what was submitted still completes.
 * 3. A power loss leaves, of each file whose name is durable, exactly the content and the size of its last `fsync`; a
 *    file that never had one is empty. What was submitted and had not completed is lost.
 * 4. A name becomes durable by an `fsync` of the file that has it, with the creation or the rename that gave it, or by
 *    `fsyncDirectory`, which covers all names. Nothing else makes a removal durable, save guarantee 5.
 * 5. A change of names that becomes durable takes with it the earlier changes on which it depends, those that share a
 *    name with it: a durable name never rests on a change that a power loss undoes.
 * 6. A rename that is not durable is undone as a whole: the file has its old name again, and what it replaced is back.
 *    No power loss leaves a file with two names, or with none of the two.
 * 7. `fsyncDirectory` makes no content durable. A file that was written, renamed and made durable only by its name is
 *    empty after a power loss, the bug of many a program that replaces a file.
 *
 * The device:
 *
 * 8. It serves one operation at a time, in the order of submission: each begins when the one before it is done.
 * 9. A run is a function of the operations, their times and the stream of chance. The healthy disk draws nothing.
 * 10. `save` is plain data that shares no byte with the disk, and a disk that loads it goes on exactly as this one
 *     would, given a stream of chance in the same state: the streams are the caller's to save.
 * 11. A fault does what disk-fault.ts says and is counted where it really touched an operation.
 *
 * Sources. FoundationDB's simulator wraps each file so that what was not synced is dropped or torn by sectors when a
 * machine is killed, and gives a new file its name only with the first sync (AsyncFileNonDurable.actor.h).
 * TigerBeetle's simulated storage (src/testing/storage.zig) has service times, and faults whose place is drawn; a
 * crash there damages the sectors that pending writes aim at. ALICE (Pillai et al., "All File Systems Are Not Created
 * Equal", OSDI '14) splits what file systems promise into atomicity and ordering of single operations; guarantees 3 to
 * 7 say where this disk stands: nothing survives by luck, names and contents are independent, and names that do not
 * meet are unordered.
 *
 * Left out: write-back in the background (what is not synced is lost however old it is, except by a torn write), pages
 * dropped by a failed fsync (Rebello et al., ATC '20), room taken by removed files that are not durably gone or by
 * names, caching that makes a second read faster, and reordering inside the device.
 */
import { type DiskOperation, type DiskResult, failure, invalidOperation } from '../kernel/disk-operation.ts';
import { ActiveFaults, type FaultHandle, type SavedFault } from './active-faults.ts';
import type { Chance } from './chance.ts';
import type { DiskFault } from './disk-fault.ts';
import { FileSystem, type SavedFileSystem } from './file-system.ts';
import type { ServiceTime } from './service-time.ts';

export interface DiskOptions {
  /** The sum of the sizes of all files that may be reached by writing; without it there is no limit. */
  readonly capacityBytes?: number | undefined;
  /** Asked once for each operation, when it is submitted: whole microseconds, at least 0. */
  readonly serviceTimeUs: ServiceTime;
  /** Where the faults draw from. */
  readonly chance: Chance;
}

/** Names a submitted operation of one disk; tickets count up from 0. */
export type DiskTicket = number;

interface Submitted {
  readonly ticket: DiskTicket;
  readonly operation: DiskOperation;
  readonly completesAt: number;
}

/** Plain data. */
export interface SavedDisk {
  readonly files: SavedFileSystem;
  readonly queue: readonly Submitted[];
  readonly nextTicket: DiskTicket;
  readonly busyUntil: number;
  readonly faults: readonly SavedFault[];
}

export class Disk {
  readonly #files: FileSystem;
  readonly #faults = new ActiveFaults();
  readonly #serviceTimeUs: ServiceTime;
  readonly #chance: Chance;
  /** What was submitted and has not completed, in that order; the first one is being served. */
  #queue: Submitted[] = [];
  #nextTicket: DiskTicket = 0;
  #busyUntil = 0;

  constructor(options: DiskOptions) {
    const { capacityBytes = Number.POSITIVE_INFINITY } = options;
    if (!(capacityBytes >= 0))
      throw new Error(`Disk: capacityBytes is a number of at least 0, found ${capacityBytes}.`);
    this.#files = new FileSystem(capacityBytes);
    this.#serviceTimeUs = options.serviceTimeUs;
    this.#chance = options.chance;
  }

  /**
   * Queues an operation. Its bytes are copied: the caller may change them afterwards.
   *
   * The caller must call `complete` with the ticket at `completesAt`, unless the power is lost before.
   */
  submit(operation: DiskOperation, nowUs: number): { ticket: DiskTicket; completesAt: number } {
    const valid = invalidOperation(operation) === undefined;
    const healthyUs = this.#serviceTimeUs(operation, valid ? this.#bytesMoved(operation) : 0);
    if (!Number.isSafeInteger(healthyUs) || healthyUs < 0) {
      throw new Error(`Disk: a service time is a whole number of microseconds, at least 0, found ${healthyUs}.`);
    }
    this.#busyUntil = Math.max(this.#busyUntil, nowUs) + this.#faults.slowed(healthyUs);
    const ticket = this.#nextTicket++;
    this.#queue.push({ ticket, operation: copyOf(operation), completesAt: this.#busyUntil });
    return { ticket, completesAt: this.#busyUntil };
  }

  /**
   * Applies the operation that has been waiting longest, and tells its outcome.
   *
   * @throws Error if that is another one than the caller's, or if it is not yet time
   */
  complete(ticket: DiskTicket, nowUs: number): DiskResult {
    const next = this.#queue[0];
    if (next?.ticket !== ticket) {
      throw new Error(
        `Disk: operation ${ticket} cannot complete now; next is ${next === undefined ? 'none' : next.ticket}.`,
      );
    }
    if (nowUs < next.completesAt) {
      throw new Error(`Disk: operation ${ticket} completes at ${next.completesAt} µs, and it is only ${nowUs} µs.`);
    }
    this.#queue.shift();
    return this.#perform(next.operation);
  }

  /** How many operations were submitted and have not completed. */
  get queueLength(): number {
    return this.#queue.length;
  }

  /** When the last of the submitted operations completes, if the power stays. In the past if there is none. */
  get busyUntil(): number {
    return this.#busyUntil;
  }

  /** The sizes of all files, as the page cache has them. After a power loss it may exceed the capacity. */
  get usedBytes(): number {
    return this.#files.usedBytes;
  }

  /**
   * Power is lost: see guarantees 3 to 7. Faults stay.
   *
   * @returns the tickets of the operations that were lost with it; they must not be completed
   */
  powerLoss(chance: Chance = this.#chance): { lost: DiskTicket[] } {
    const lost = this.#queue.map(({ ticket }) => ticket);
    const tearing = this.#faults.tears();
    if (tearing === undefined) {
      this.#files.revert();
    } else {
      // A sector that the write in flight has reached counts like one that the page cache was writing back.
      const inFlight = this.#queue[0]?.operation;
      const writes = inFlight?.kind === 'write' || inFlight?.kind === 'append';
      if (writes && invalidOperation(inFlight) === undefined) this.#files.apply(inFlight);
      this.#files.revert((dirty) => {
        const surviving = chance.integer(0, dirty);
        if (surviving > 0) this.#faults.touched(tearing, 1);
        return surviving;
      });
    }
    this.#queue = [];
    this.#busyUntil = 0;
    return { lost };
  }

  /** @throws Error if a field of the fault is out of range */
  inject(fault: DiskFault): FaultHandle {
    const handle = this.#faults.inject(fault);
    if (fault.kind === 'bit-rot') this.#faults.touched(handle, this.#files.rot(fault.file, fault.bits, this.#chance));
    return handle;
  }

  heal(handle: FaultHandle): void {
    this.#faults.heal(handle);
  }

  /**
   * How many operations the fault really touched: that took longer, failed, went astray or were lied about (where
   * there was something to sync). Bit rot counts bits, and torn writes count files of which something survived that
   * was not synced.
   */
  witness(handle: FaultHandle): number {
    return this.#faults.witness(handle);
  }

  /**
   * For checks, which see everything: a copy of a file as the page cache has it, or as a power loss now would leave it.
   * Takes no time and is touched by no fault.
   */
  peek(file: string, layer: 'cached' | 'durable' = 'cached'): Uint8Array | undefined {
    return this.#files.peek(file, layer);
  }

  /** The names of all files in the page cache, in code-unit order. */
  names(): string[] {
    return this.#files.list('');
  }

  save(): SavedDisk {
    return {
      files: this.#files.save(),
      queue: this.#queue.map((submitted) => ({ ...submitted, operation: copyOf(submitted.operation) })),
      nextTicket: this.#nextTicket,
      busyUntil: this.#busyUntil,
      faults: this.#faults.save(),
    };
  }

  /** Takes over a saved disk of the same options, whatever was here before. */
  load(saved: SavedDisk): void {
    this.#files.load(saved.files);
    this.#queue = saved.queue.map((submitted) => ({ ...submitted, operation: copyOf(submitted.operation) }));
    this.#nextTicket = saved.nextTicket;
    this.#busyUntil = saved.busyUntil;
    this.#faults.load(saved.faults);
  }

  #perform(operation: DiskOperation): DiskResult {
    const invalid = invalidOperation(operation);
    if (invalid !== undefined) return invalid;
    if (this.#faults.fails(operation.kind, this.#chance))
      return failure('EIO', `${operation.kind}: the device failed.`);
    const refusal = this.#files.refusal(operation);
    if (refusal !== undefined) return refusal;
    if (this.#files.growth(operation) > 0 && this.#faults.fills()) {
      return failure('ENOSPC', `${operation.kind}: the disk is full.`);
    }
    switch (operation.kind) {
      case 'write':
      case 'append':
        return operation.bytes.length > 0 && this.#faults.misdirects(this.#chance)
          ? this.#files.misdirect(operation, this.#chance)
          : this.#files.apply(operation);
      case 'fsync':
      case 'fsyncDirectory':
        return this.#files.wouldSync(operation) && this.#faults.lies(this.#chance)
          ? { ok: true, kind: operation.kind }
          : this.#files.apply(operation);
      default:
        return this.#files.apply(operation);
    }
  }

  /** A read is charged for what it would give now, although earlier operations may still change that. */
  #bytesMoved(operation: DiskOperation): number {
    switch (operation.kind) {
      case 'write':
      case 'append':
        return operation.bytes.length;
      case 'read':
        return this.#files.readable(operation.file, operation.offset, operation.length);
      default:
        return 0;
    }
  }
}

function copyOf(operation: DiskOperation): DiskOperation {
  if ((operation.kind !== 'write' && operation.kind !== 'append') || !(operation.bytes instanceof Uint8Array)) {
    return { ...operation };
  }
  // Not `bytes.slice()`: a Buffer's slices share its bytes.
  return { ...operation, bytes: new Uint8Array(operation.bytes) };
}
