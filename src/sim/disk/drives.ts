/**
 * The disks of all hosts, as the kernel's storage: operations go in as effects, and outcomes come back as messages.
 *
 * 1. A disk serves one operation at a time, in the order in which they were submitted.
 * 2. What a process has submitted is carried out also if the process ends before; only its outcome is lost.
 * 3. Power loss drops what has not completed, and what was not synced (disk.ts says what exactly).
 *
 * A disk comes into being when it is first used or struck by a fault.
 */

import type { DiskOperation } from '../kernel/disk-operation.ts';
import { compileDistribution } from '../kernel/distribution.ts';
import { Fifo } from '../kernel/fifo.ts';
import type { Host } from '../kernel/host.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import { type Occurrence, PRIORITY } from '../kernel/occurrence.ts';
import type { Storage } from '../kernel/ports.ts';
import type { ProcessCell } from '../kernel/process.ts';
import { streamKey } from '../kernel/random-streams.ts';
import { Disk, type DiskTicket, type SavedDisk } from './disk.ts';
import { DEFAULT_DISK, DEFAULT_DISK_LATENCY, type DiskSpec } from './disk-spec.ts';
import { compileServiceTime } from './service-time.ts';

/** One disk and what it has been asked for. */
export interface Drive {
  readonly host: Host;
  readonly spec: DiskSpec;
  readonly disk: Disk;
  /** Submitted operations, in order. */
  readonly pending: Fifo<DiskDone>;
  /** When the last of them will be done, in true time. */
  lastDone: number;
}

/** All disks as plain data; what they have been asked for is on the agenda. */
export interface DrivesState {
  readonly specs: readonly (readonly [host: string, specs: readonly DiskSpec[]])[];
  readonly drives: readonly {
    readonly host: string;
    readonly name: string;
    readonly disk: SavedDisk;
    readonly lastDone: number;
  }[];
}

export class Drives implements Storage {
  readonly #kernel: Kernel;
  readonly #specs = new Map<string, readonly DiskSpec[]>();
  /** By `host/disk`; only those in use. */
  readonly drives = new Map<string, Drive>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Says which disks a host has; without a word it has `DEFAULT_DISK`. */
  install(host: string, specs: readonly DiskSpec[]): void {
    this.#specs.set(host, specs);
  }

  /** The names of a host's disks. */
  names(host: string): string[] {
    return (this.#specs.get(host) ?? [DEFAULT_DISK]).map((spec) => spec.name);
  }

  /** A host's disk by name, or its first; undefined if it has none of that name. */
  drive(host: Host, name: string | undefined): Drive | undefined {
    const specs = this.#specs.get(host.name) ?? [DEFAULT_DISK];
    const spec = name === undefined ? specs[0] : specs.find((each) => each.name === name);
    if (spec === undefined) return undefined;
    const key = `${host.name}/${spec.name}`;
    let drive = this.drives.get(key);
    if (drive === undefined) {
      drive = { host, spec, disk: this.#newDisk(host, spec), pending: new Fifo(), lastDone: -1 };
      this.drives.set(key, drive);
    }
    return drive;
  }

  submit(from: ProcessCell, name: string | undefined, operation: DiskOperation, then: unknown): void {
    const kernel = this.#kernel;
    const host = kernel.hosts.get(from.process.host);
    const drive = host === undefined ? undefined : this.drive(host, name);
    if (drive === undefined) {
      const near = nearestName(name ?? '', this.names(from.process.host));
      const message = `Host ${from.process.host} has no disk "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`;
      const result = { ok: false as const, error: 'ENODEV' as const, message };
      const delivery = { type: 'disk' as const, disk: name ?? '', then, result };
      kernel.deliver({ cell: from, message: delivery, cause: kernel.cause, credit: 0 });
      return;
    }
    const { ticket, completesAt } = drive.disk.submit(operation, kernel.now);
    const done = new DiskDone(this, drive, from, operation, then, ticket, kernel.cause);
    // Strictly one after the other, so that a shuffled agenda keeps the order as well.
    drive.lastDone = Math.max(completesAt, drive.lastDone + 1);
    done.slot = kernel.schedule(drive.lastDone, PRIORITY.local, done);
    drive.pending.push(done);
  }

  /** An operation of a drive is done. */
  done(drive: Drive, entry: DiskDone): void {
    if (drive.pending.shift() !== entry) throw new Error('Drives: an operation completed out of order.');
    const kernel = this.#kernel;
    const { cell, operation, then, ticket } = entry;
    kernel.cause = entry.cause;
    const result = drive.disk.complete(ticket, kernel.now);
    const text = `${operation.kind} ${fileOf(operation)}: ${result.ok ? 'ok' : result.error}`;
    if (result.ok && result.kind === 'read') kernel.digest.bytes(result.bytes);
    const disk = drive.spec.name;
    const cause = kernel.emitText('disk', cell.number, kernel.names.number(`${drive.host.name}/${disk}`), text);
    if (!cell.live) return;
    kernel.deliver({ cell, message: { type: 'disk', disk, then, result }, cause, credit: 0 });
  }

  powerLoss(host: Host): void {
    for (const drive of this.drives.values()) {
      if (drive.host !== host) continue;
      for (const entry of drive.pending.drain()) this.#kernel.agenda.cancel(entry.slot);
      drive.disk.powerLoss();
    }
  }

  save(): DrivesState {
    return {
      specs: [...this.#specs],
      drives: [...this.drives.values()].map(({ host, spec, disk, lastDone }) => ({
        host: host.name,
        name: spec.name,
        disk: disk.save(),
        lastDone,
      })),
    };
  }

  /** The hosts must be there already. */
  load(state: DrivesState): void {
    for (const [host, specs] of state.specs) this.install(host, specs);
    for (const saved of state.drives) {
      const host = this.#kernel.hosts.get(saved.host);
      const drive = host === undefined ? undefined : this.drive(host, saved.name);
      if (drive === undefined) throw new Error(`Drives: there is no disk ${saved.host}/${saved.name}.`);
      drive.disk.load(saved.disk);
      drive.lastDone = saved.lastDone;
    }
  }

  #newDisk(host: Host, spec: DiskSpec): Disk {
    const latency = DEFAULT_DISK_LATENCY;
    const chance = this.#kernel.streams.stream(streamKey('disk', host.name, spec.name));
    const serviceTimeUs = compileServiceTime(
      {
        readUs: compileDistribution(spec.readLatency ?? latency.read),
        writeUs: compileDistribution(spec.writeLatency ?? latency.write),
        fsyncUs: compileDistribution(spec.fsyncLatency ?? latency.fsync),
        bytesPerSecond: spec.bytesPerSecond,
      },
      chance,
    );
    const faults = this.#kernel.streams.stream(streamKey('disk-faults', host.name, spec.name));
    return new Disk({ capacityBytes: spec.capacityBytes, serviceTimeUs, chance: faults });
  }
}

function fileOf(operation: DiskOperation): string {
  return 'file' in operation ? operation.file : 'from' in operation ? `${operation.from} → ${operation.to}` : '';
}

export interface DiskDoneState {
  readonly host: string;
  readonly disk: string;
  readonly cell: number;
  readonly operation: DiskOperation;
  readonly then: unknown;
  readonly ticket: DiskTicket;
  readonly cause: number;
}

/** The time at which an operation is done. */
export class DiskDone implements Occurrence {
  readonly type = 'disk-done';
  readonly drives: Drives;
  readonly drive: Drive;
  readonly cell: ProcessCell;
  readonly operation: DiskOperation;
  readonly then: unknown;
  readonly ticket: DiskTicket;
  readonly cause: number;
  slot = -1;

  constructor(
    drives: Drives,
    drive: Drive,
    cell: ProcessCell,
    operation: DiskOperation,
    then: unknown,
    ticket: DiskTicket,
    cause: number,
  ) {
    this.drives = drives;
    this.drive = drive;
    this.cell = cell;
    this.operation = operation;
    this.then = then;
    this.ticket = ticket;
    this.cause = cause;
  }

  occur(): void {
    this.drives.done(this.drive, this);
  }

  save(): DiskDoneState {
    const { drive, cell, operation, then, ticket, cause } = this;
    return { host: drive.host.name, disk: drive.spec.name, cell: cell.id, operation, then, ticket, cause };
  }
}
