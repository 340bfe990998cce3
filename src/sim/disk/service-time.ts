/**
 * How long a healthy disk takes for an operation: a latency by the kind of operation, and the time that its bytes
 * take.
 *
 * Reads, `list` and `stat` have the latency of a read, `fsync` and `fsyncDirectory` that of an fsync, and all others
 * that of a write. Bytes are charged where they are handed over, with the write or the read; an fsync is not charged
 * for them again.
 */
import type { DiskOperation } from '../kernel/disk-operation.ts';

/** Microseconds, at least 0, for an operation that moves `bytes` bytes. */
export type ServiceTime = (operation: DiskOperation, bytes: number) => number;

/** What is left out costs nothing. */
export interface ServiceTimeModel<Stream> {
  /** Each draws a duration in whole microseconds: a compiled distribution. */
  readonly readUs?: ((chance: Stream) => number) | undefined;
  readonly writeUs?: ((chance: Stream) => number) | undefined;
  readonly fsyncUs?: ((chance: Stream) => number) | undefined;
  /** Above 0. */
  readonly bytesPerSecond?: number | undefined;
}

export function compileServiceTime<Stream>(model: ServiceTimeModel<Stream>, chance: Stream): ServiceTime {
  const { readUs, writeUs, fsyncUs, bytesPerSecond } = model;
  if (bytesPerSecond !== undefined && !(bytesPerSecond > 0)) {
    throw new Error(`Disk: bytesPerSecond is a number above 0, found ${bytesPerSecond}.`);
  }
  const latencyUs = (operation: DiskOperation): number => {
    switch (operation.kind) {
      case 'read':
      case 'list':
      case 'stat':
        return readUs?.(chance) ?? 0;
      case 'fsync':
      case 'fsyncDirectory':
        return fsyncUs?.(chance) ?? 0;
      default:
        return writeUs?.(chance) ?? 0;
    }
  };
  if (bytesPerSecond === undefined) return latencyUs;
  return (operation, bytes) => latencyUs(operation) + Math.ceil((bytes * 1_000_000) / bytesPerSecond);
}
