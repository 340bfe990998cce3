/**
 * Faults of disks, injected into each disk that they mean; disks that nobody has used yet come into being by it.
 *
 * Faults that overlap add up, as disk/active-faults.ts says. The witness is the sum over the disks of what disk.ts counts.
 */

import type { Disk } from '../disk/disk.ts';
import type { DiskFault as OneDiskFault } from '../disk/disk-fault.ts';
import type { Drives } from '../disk/drives.ts';
import type { DiskOperationKind } from '../kernel/disk-operation.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { RandomStream } from '../kernel/random-stream.ts';
import { streamKey } from '../kernel/random-streams.ts';
import type { DiskFault, DiskOperation, FaultOf } from './fault.ts';
import { isGlob, matchesGlob } from './glob.ts';
import type { DisksHold } from './hold.ts';
import { selectHosts } from './selector.ts';
import type { Strike, Struck } from './strike.ts';

export class DiskFaults {
  readonly #kernel: Kernel;
  readonly #drives: Drives;

  constructor(kernel: Kernel, drives: Drives) {
    this.#kernel = kernel;
    this.#drives = drives;
  }

  /** What is stored has rotted for good, so `disk-bit-rot` holds nothing. */
  strike(fault: DiskFault, { id }: Strike): Struck {
    if (fault.kind === 'disk-bit-rot') return { witness: this.#rot(fault, id) };
    const effect = effectOf(fault);
    const disks = this.#select(fault).map(({ host, name, disk }) => ({
      host,
      disk: name,
      handle: disk.inject(effect),
    }));
    return { witness: 0, hold: { type: 'disks', disks } };
  }

  end(hold: DisksHold): void {
    for (const { host, disk, handle } of hold.disks) this.#find(host, disk).heal(handle);
  }

  witness(hold: DisksHold): number {
    let sum = 0;
    for (const { host, disk, handle } of hold.disks) sum += this.#find(host, disk).witness(handle);
    return sum;
  }

  #rot(fault: FaultOf<'disk-bit-rot'>, id: number): number {
    const chance = this.#kernel.streams.stream(streamKey('fault', String(id)));
    let flipped = 0;
    for (const { disk } of this.#select(fault)) {
      for (const { file, bits } of shares(fault, disk, chance)) {
        flipped += disk.witness(disk.inject({ kind: 'bit-rot', file, bits }));
      }
    }
    return flipped;
  }

  #select({ hosts, disk: pattern = '*' }: DiskFault): { host: string; name: string; disk: Disk }[] {
    return selectHosts(hosts, [...this.#kernel.hosts.values()]).flatMap((host) =>
      this.#drives
        .names(host.name)
        .filter((name) => matchesGlob(pattern, name))
        .map((name) => ({ host: host.name, name, disk: this.#find(host.name, name) })),
    );
  }

  #find(hostName: string, name: string): Disk {
    const host = this.#kernel.hosts.get(hostName);
    const drive = host === undefined ? undefined : this.#drives.drive(host, name);
    if (drive === undefined) throw new Error(`DiskFaults: there is no disk "${name}" of host "${hostName}".`);
    return drive.disk;
  }
}

function effectOf(fault: Exclude<DiskFault, { kind: 'disk-bit-rot' }>): OneDiskFault {
  switch (fault.kind) {
    case 'disk-slow':
      return { kind: 'slow', factor: fault.factor, extraMs: fault.extraMs };
    case 'disk-full':
      return { kind: 'full' };
    case 'disk-error':
      return { kind: 'error', operations: fault.operations.flatMap(kindsOf), probability: fault.probability };
    case 'disk-torn-write':
      return { kind: 'torn-write' };
    case 'disk-misdirected-write':
      return { kind: 'misdirected-write', probability: fault.probability };
    case 'disk-lying-fsync':
      return { kind: 'lying-fsync', probability: fault.probability };
    default:
      return fault satisfies never;
  }
}

/** A directory is synced by the same call as a file. */
function kindsOf(operation: DiskOperation): readonly DiskOperationKind[] {
  return operation === 'fsync' ? ['fsync', 'fsyncDirectory'] : [operation];
}

/** How many bits rot in which files: a pattern of names spreads them over its files by their sizes. */
function shares(
  { file, bits }: FaultOf<'disk-bit-rot'>,
  disk: Disk,
  chance: RandomStream,
): { file: string | undefined; bits: number }[] {
  if (file === undefined || !isGlob(file)) return [{ file, bits }];
  const files = disk
    .names()
    .filter((name) => matchesGlob(file, name))
    .map((name) => ({ file: name, size: (disk.peek(name)?.length ?? 0) * 8, bits: 0 }));
  let left = files.reduce((sum, { size }) => sum + size, 0);
  // Each bit is one of those that are left, so that no file is given more than it has.
  for (let drawn = 0; drawn < bits && left > 0; drawn++, left--) {
    let position = chance.integer(0, left - 1);
    for (const each of files) {
      position -= each.size - each.bits;
      if (position >= 0) continue;
      each.bits++;
      break;
    }
  }
  return files.filter((each) => each.bits > 0);
}
