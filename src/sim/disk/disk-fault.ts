/**
 * What can be wrong with a disk, as data. A fault holds from the moment when it is injected until it is healed; bit rot
 * acts once, when it is injected, and healing does not bring the bits back.
 */
import { DISK_OPERATION_KINDS, type DiskOperationKind } from '../kernel/disk-operation.ts';

export type DiskFault =
  /**
   * Operations that are submitted take `factor` times as long (default 1), and `extraMs` milliseconds more (default
   * 0).
   */
  | { readonly kind: 'slow'; readonly factor?: number | undefined; readonly extraMs?: number | undefined }
  /** Whatever would grow a file fails with ENOSPC, also where there is room. */
  | { readonly kind: 'full' }
  /**
   * Operations of these kinds fail with EIO and have no effect. A failed fsync leaves what it should have synced
   * unsynced.
   */
  | { readonly kind: 'error'; readonly operations: readonly DiskOperationKind[]; readonly probability: number }
  /**
   * A power loss finds the disk writing. Of each file, the sectors that are not durable were being written in the order
   * in which they became dirty, and a random number of them was finished; the write in flight counts as the last of the
   * changes. A file whose name is not durable is lost all the same.
   */
  | { readonly kind: 'torn-write' }
  /** So many random bits of a file, or of all files together, are inverted at once. */
  | { readonly kind: 'bit-rot'; readonly file?: string | undefined; readonly bits: number }
  /** A write or an append succeeds, but its bytes land elsewhere: see `misdirectWrite`. */
  | { readonly kind: 'misdirected-write'; readonly probability: number }
  /**
   * An fsync or fsyncDirectory succeeds but makes nothing durable (default: each). What it left out, a later honest
   * one catches up on.
   */
  | { readonly kind: 'lying-fsync'; readonly probability?: number | undefined };

export type DiskFaultKind = DiskFault['kind'];

/** What is wrong with the fields of a fault, one sentence each. */
export function diskFaultProblems(fault: DiskFault): string[] {
  switch (fault.kind) {
    case 'slow':
      return [
        ...unless(
          fault.factor === undefined || (fault.factor > 0 && fault.factor <= 1e6),
          'factor',
          'a number above 0, up to 1000000',
          fault.factor,
        ),
        ...unless(
          fault.extraMs === undefined || (fault.extraMs >= 0 && fault.extraMs <= 1e9),
          'extraMs',
          'a number of milliseconds from 0 to 1000000000',
          fault.extraMs,
        ),
      ];
    case 'error': {
      const unknown = fault.operations.filter((kind) => !DISK_OPERATION_KINDS.includes(kind));
      return [
        ...unless(fault.operations.length > 0, 'operations', 'at least one kind of operation', 'none'),
        ...unless(
          unknown.length === 0,
          'operations',
          `kinds among ${DISK_OPERATION_KINDS.join(', ')}`,
          unknown.join(', '),
        ),
        ...probabilityProblems(fault.probability),
      ];
    }
    case 'bit-rot':
      return unless(Number.isSafeInteger(fault.bits) && fault.bits > 0, 'bits', 'a whole number above 0', fault.bits);
    case 'misdirected-write':
      return probabilityProblems(fault.probability);
    case 'lying-fsync':
      return fault.probability === undefined ? [] : probabilityProblems(fault.probability);
    case 'full':
    case 'torn-write':
      return [];
    default:
      return [`There is no disk fault '${String((fault satisfies never as DiskFault).kind)}'.`];
  }
}

function probabilityProblems(found: number): string[] {
  return unless(found >= 0 && found <= 1, 'probability', 'a number from 0 to 1', found);
}

function unless(holds: boolean, field: string, expected: string, found: unknown): string[] {
  return holds ? [] : [`${field}: expected ${expected}, found ${String(found)}.`];
}
