/**
 * What a disk can be asked to do, and what it answers. Operations and results are plain data, and a failure is a
 * result, never an exception.
 *
 * A file is a flat name: a slash in it is a character like any other, and there is nothing to make before
 * `wal/0001.log` can be written. Names are compared by their UTF-16 code units.
 *
 * Left out: file descriptors (an operation names its file afresh each time), hard links, permissions, time stamps and
 * short writes (a write is applied whole or refused).
 */

export type DiskOperation =
  /**
   * Overwrites from `offset` on, and grows the file if it must. Makes the file if there is none; a gap reads as zeros.
   */
  | { readonly kind: 'write'; readonly file: string; readonly offset: number; readonly bytes: Uint8Array }
  /** Writes at the end. Makes the file if there is none, also with no bytes. */
  | { readonly kind: 'append'; readonly file: string; readonly bytes: Uint8Array }
  /** Reads up to `length` bytes, without it all to the end; at the end of the file the answer is shorter, or empty. */
  | { readonly kind: 'read'; readonly file: string; readonly offset: number; readonly length?: number | undefined }
  /** Cuts the file to `size` bytes, or grows it with zeros. */
  | { readonly kind: 'truncate'; readonly file: string; readonly size: number }
  /** Makes the file's content and its name durable. */
  | { readonly kind: 'fsync'; readonly file: string }
  /** Makes all names durable: creations, renames and removals; not a byte of content. */
  | { readonly kind: 'fsyncDirectory' }
  /** Gives the file a new name and replaces what had it, at one instant. A rename to the same name does nothing. */
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly file: string }
  /** The names that begin with `prefix`, in code-unit order. */
  | { readonly kind: 'list'; readonly prefix?: string | undefined }
  | { readonly kind: 'stat'; readonly file: string };

export type DiskOperationKind = DiskOperation['kind'];

export const DISK_OPERATION_KINDS: readonly DiskOperationKind[] = [
  'write',
  'append',
  'read',
  'truncate',
  'fsync',
  'fsyncDirectory',
  'rename',
  'remove',
  'list',
  'stat',
];

export type DiskResult = DiskSuccess | DiskFailure;

/** A success names the kind of operation, so that what comes with it is known from the result alone. */
export type DiskSuccess =
  | { readonly ok: true; readonly kind: 'write' | 'truncate' | 'fsync' | 'fsyncDirectory' | 'rename' | 'remove' }
  /** `offset` is where the appended bytes begin. */
  | { readonly ok: true; readonly kind: 'append'; readonly offset: number }
  /** The bytes are a copy, which the receiver may change. */
  | { readonly ok: true; readonly kind: 'read'; readonly bytes: Uint8Array }
  | { readonly ok: true; readonly kind: 'list'; readonly files: string[] }
  | { readonly ok: true; readonly kind: 'stat'; readonly size: number };

/** A failed operation had no effect whatever. */
export interface DiskFailure {
  readonly ok: false;
  readonly error: DiskErrorCode;
  /** One sentence for a person, with the file and the numbers. */
  readonly message: string;
}

/** Spelled and meant as in errno(3). */
export type DiskErrorCode =
  /** There is no file of this name. */
  | 'ENOENT'
  /** The host has no disk of this name. */
  | 'ENODEV'
  /** No room is left on the disk. */
  | 'ENOSPC'
  /** The device failed. */
  | 'EIO'
  /** The operation makes no sense: an empty name, a negative offset. */
  | 'EINVAL'
  /** A file would exceed `MAX_FILE_BYTES`. */
  | 'EFBIG'
  /** A name is longer than `MAX_NAME_LENGTH`. */
  | 'ENAMETOOLONG';

/** One gigabyte: content is kept in memory. */
export const MAX_FILE_BYTES = 2 ** 30;

/** In UTF-16 code units. Linux allows 4,095 bytes for a whole path. */
export const MAX_NAME_LENGTH = 1024;

export function failure(error: DiskErrorCode, message: string): DiskFailure {
  return { ok: false, error, message };
}

/** What is wrong with an operation whatever the disk holds. Such an operation never reaches the device. */
export function invalidOperation(operation: DiskOperation): DiskFailure | undefined {
  switch (operation.kind) {
    case 'write':
      return (
        invalidName(operation, 'file', operation.file) ??
        invalidCount(operation, 'offset', operation.offset) ??
        invalidBytes(operation, operation.bytes) ??
        tooLarge(operation, operation.offset + operation.bytes.length)
      );
    case 'append':
      return invalidName(operation, 'file', operation.file) ?? invalidBytes(operation, operation.bytes);
    case 'read':
      return (
        invalidName(operation, 'file', operation.file) ??
        invalidCount(operation, 'offset', operation.offset) ??
        (operation.length === undefined ? undefined : invalidCount(operation, 'length', operation.length))
      );
    case 'truncate':
      return (
        invalidName(operation, 'file', operation.file) ??
        invalidCount(operation, 'size', operation.size) ??
        tooLarge(operation, operation.size)
      );
    case 'fsync':
    case 'remove':
    case 'stat':
      return invalidName(operation, 'file', operation.file);
    case 'rename':
      return invalidName(operation, 'from', operation.from) ?? invalidName(operation, 'to', operation.to);
    case 'fsyncDirectory':
      return undefined;
    case 'list':
      return operation.prefix === undefined || typeof operation.prefix === 'string'
        ? undefined
        : failure('EINVAL', `list: prefix is a string, found ${typeof operation.prefix}.`);
    default:
      return failure(
        'EINVAL',
        `There is no disk operation '${String((operation satisfies never as DiskOperation).kind)}'.`,
      );
  }
}

/** Refuses a file of `size` bytes if that is too large. */
export function tooLarge(operation: DiskOperation, size: number): DiskFailure | undefined {
  return size <= MAX_FILE_BYTES
    ? undefined
    : failure('EFBIG', `${operation.kind}: a file holds at most ${MAX_FILE_BYTES} bytes, this one would have ${size}.`);
}

function invalidName({ kind }: DiskOperation, field: string, name: unknown): DiskFailure | undefined {
  if (typeof name !== 'string' || name === '' || name.includes('\0')) {
    const found = typeof name === 'string' ? JSON.stringify(name) : typeof name;
    return failure('EINVAL', `${kind}: ${field} is a string, not empty and without NUL, found ${found}.`);
  }
  return name.length <= MAX_NAME_LENGTH
    ? undefined
    : failure('ENAMETOOLONG', `${kind}: ${field} has at most ${MAX_NAME_LENGTH} characters, found ${name.length}.`);
}

function invalidCount({ kind }: DiskOperation, field: string, count: unknown): DiskFailure | undefined {
  return Number.isSafeInteger(count) && (count as number) >= 0
    ? undefined
    : failure('EINVAL', `${kind}: ${field} is a whole number of bytes, at least 0, found ${String(count)}.`);
}

function invalidBytes({ kind }: DiskOperation, bytes: unknown): DiskFailure | undefined {
  return bytes instanceof Uint8Array
    ? undefined
    : failure('EINVAL', `${kind}: bytes is a Uint8Array, found ${typeof bytes}.`);
}
