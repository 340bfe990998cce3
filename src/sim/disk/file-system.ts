/**
 * The files of one disk without time and without faults of their own: names, contents, capacity, and what a power loss
 * leaves of them. The guarantees are stated in disk.ts.
 */
import { type DiskFailure, type DiskOperation, type DiskResult, failure, tooLarge } from '../kernel/disk-operation.ts';
import type { Chance } from './chance.ts';
import { Directory, type SavedDirectory } from './directory.ts';
import { FileContent, type SavedFileContent } from './file-content.ts';
import { flipBits, misdirectWrite } from './medium-damage.ts';

export type WriteOperation = Extract<DiskOperation, { kind: 'write' | 'append' }>;
export type SyncOperation = Extract<DiskOperation, { kind: 'fsync' | 'fsyncDirectory' }>;

export interface SavedFileSystem {
  readonly contents: readonly SavedFileContent[];
  readonly directory: SavedDirectory;
}

export class FileSystem {
  #directory = new Directory();
  readonly #capacityBytes: number;
  /** The sizes of all files in the page cache. */
  #usedBytes = 0;

  constructor(capacityBytes: number) {
    this.#capacityBytes = capacityBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Why the operation cannot be applied; undefined if `apply` would succeed. It must be valid (`invalidOperation`). */
  refusal(operation: DiskOperation): DiskFailure | undefined {
    switch (operation.kind) {
      case 'write':
      case 'append':
        return this.#refuseGrowth(operation);
      case 'truncate':
        return this.#refuseMissing(operation.kind, operation.file) ?? this.#refuseGrowth(operation);
      case 'read':
      case 'fsync':
      case 'remove':
      case 'stat':
        return this.#refuseMissing(operation.kind, operation.file);
      case 'rename':
        return this.#refuseMissing(operation.kind, operation.from);
      case 'fsyncDirectory':
      case 'list':
        return undefined;
      default:
        return operation satisfies never;
    }
  }

  apply(operation: DiskOperation): DiskResult {
    const refusal = this.refusal(operation);
    if (refusal !== undefined) return refusal;
    switch (operation.kind) {
      case 'write':
        this.#write(operation.file, operation.offset, operation.bytes);
        return { ok: true, kind: 'write' };
      case 'append': {
        const offset = this.#sizeOf(operation.file);
        this.#write(operation.file, offset, operation.bytes);
        return { ok: true, kind: 'append', offset };
      }
      case 'read': {
        const content = this.#existing(operation.file);
        return { ok: true, kind: 'read', bytes: content.read(operation.offset, operation.length ?? content.size) };
      }
      case 'truncate':
        this.#usedBytes += operation.size - this.#sizeOf(operation.file);
        this.#existing(operation.file).truncate(operation.size);
        return { ok: true, kind: 'truncate' };
      case 'fsync':
        this.#existing(operation.file).sync();
        this.#directory.sync(operation.file);
        return { ok: true, kind: 'fsync' };
      case 'fsyncDirectory':
        this.#directory.syncAll();
        return { ok: true, kind: 'fsyncDirectory' };
      case 'rename':
        if (operation.from !== operation.to) this.#usedBytes -= this.#sizeOf(operation.to);
        this.#directory.rename(operation.from, operation.to);
        return { ok: true, kind: 'rename' };
      case 'remove':
        this.#usedBytes -= this.#sizeOf(operation.file);
        this.#directory.remove(operation.file);
        return { ok: true, kind: 'remove' };
      case 'list':
        return { ok: true, kind: 'list', files: this.list(operation.prefix ?? '') };
      case 'stat':
        return { ok: true, kind: 'stat', size: this.#sizeOf(operation.file) };
      default:
        return operation satisfies never;
    }
  }

  /** By how many bytes the operation would grow its file. */
  growth(operation: DiskOperation): number {
    switch (operation.kind) {
      case 'write': {
        // A write of nothing does not grow a file, wherever it is.
        if (operation.bytes.length === 0) return 0;
        return Math.max(operation.offset + operation.bytes.length - this.#sizeOf(operation.file), 0);
      }
      case 'append':
        return operation.bytes.length;
      case 'truncate':
        return Math.max(operation.size - this.#sizeOf(operation.file), 0);
      default:
        return 0;
    }
  }

  /** How many bytes a read of the file would give, were it made now. */
  readable(file: string, offset: number, length: number | undefined): number {
    const left = Math.max(this.#sizeOf(file) - offset, 0);
    return length === undefined ? left : Math.min(length, left);
  }

  /** Whether the sync would make anything durable that is not. */
  wouldSync(operation: SyncOperation): boolean {
    if (operation.kind === 'fsyncDirectory') return !this.#directory.allDurable;
    return this.#existing(operation.file).dirty || !this.#directory.isDurable(operation.file);
  }

  /** Applies a write that `refusal` does not refuse, but lets the bytes go astray. */
  misdirect(operation: WriteOperation, chance: Chance): DiskResult {
    const { kind, file, bytes } = operation;
    const growth = this.growth(operation);
    const content = this.#ensure(file);
    const offset = kind === 'append' ? content.size : operation.offset;
    misdirectWrite([...this.#directory.files().values()], content, offset, bytes, chance);
    this.#usedBytes += growth;
    return kind === 'append' ? { ok: true, kind, offset } : { ok: true, kind };
  }

  /** @returns how many bits were inverted in the file, or in any of the files if none is named */
  rot(file: string | undefined, bits: number, chance: Chance): number {
    const files = this.#directory.files();
    const content = file === undefined ? undefined : files.get(file);
    if (file !== undefined) return content === undefined ? 0 : flipBits([content], bits, chance);
    return flipBits([...files.values()], bits, chance);
  }

  /**
   * Power is lost.
   *
   * @param tear draws how many of the `dirty` sectors of a file survive; without it, none does
   */
  revert(tear: (dirty: number) => number = () => 0): void {
    this.#usedBytes = 0;
    for (const content of this.#directory.revert()) {
      const dirty = content.dirtySectors;
      content.revert(dirty === 0 ? 0 : tear(dirty));
      this.#usedBytes += content.size;
    }
  }

  list(prefix: string): string[] {
    return [...this.#directory.files().keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  /** A copy of what the page cache holds, or of what a power loss now would leave. */
  peek(file: string, layer: 'cached' | 'durable'): Uint8Array | undefined {
    if (layer === 'durable') return this.#directory.lookupDurable(file)?.durableBytes();
    const content = this.#directory.lookup(file);
    return content?.read(0, content.size);
  }

  save(): SavedFileSystem {
    const contents = [...this.#directory.contents()];
    const numbers = new Map(contents.map((content, number) => [content, number]));
    return { contents: contents.map((content) => content.save()), directory: this.#directory.save(numbers) };
  }

  load(saved: SavedFileSystem): void {
    this.#directory = Directory.restore(
      saved.directory,
      saved.contents.map((content) => FileContent.restore(content)),
    );
    this.#usedBytes = 0;
    for (const { size } of this.#directory.files().values()) this.#usedBytes += size;
  }

  #write(file: string, offset: number, bytes: Uint8Array): void {
    const content = this.#ensure(file);
    this.#usedBytes -= content.size;
    content.write(offset, bytes);
    this.#usedBytes += content.size;
  }

  #ensure(file: string): FileContent {
    const existing = this.#directory.lookup(file);
    if (existing !== undefined) return existing;
    const created = new FileContent();
    this.#directory.create(file, created);
    return created;
  }

  #existing(file: string): FileContent {
    const content = this.#directory.lookup(file);
    if (content === undefined) throw new Error(`FileSystem: ${file} was not checked for.`);
    return content;
  }

  #sizeOf(file: string): number {
    return this.#directory.lookup(file)?.size ?? 0;
  }

  #refuseMissing(kind: string, file: string): DiskFailure | undefined {
    return this.#directory.lookup(file) === undefined
      ? failure('ENOENT', `${kind}: there is no file ${JSON.stringify(file)}.`)
      : undefined;
  }

  #refuseGrowth(operation: Extract<DiskOperation, { kind: 'write' | 'append' | 'truncate' }>): DiskFailure | undefined {
    const growth = this.growth(operation);
    if (growth === 0) return undefined;
    const large = tooLarge(operation, this.#sizeOf(operation.file) + growth);
    if (large !== undefined) return large;
    if (this.#usedBytes + growth <= this.#capacityBytes) return undefined;
    const free = Math.max(this.#capacityBytes - this.#usedBytes, 0);
    return failure(
      'ENOSPC',
      `${operation.kind}: ${JSON.stringify(operation.file)} would grow by ${growth} bytes, and ${free} are free.`,
    );
  }
}
