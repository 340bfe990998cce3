/**
 * The bytes of one file, twice over: as the page cache has them and as they would be after a power loss.
 *
 * 1. Every change goes to the page cache. `sync` makes durable all that the page cache holds, size included.
 * 2. `revert` brings back the durable bytes and the durable size. It can let some changed sectors survive, as a real
 *    power loss does: first those that have been dirty longest. A sector of 512 bytes survives whole or not at all.
 * 3. What survives of a sector is what the page cache held at the loss, not one of the versions before it: a page
 *    cache keeps one version.
 *
 * Only one copy of the file is kept, and besides it the durable content of the sectors that were changed since the
 * last sync. Appending costs amortised constant time per byte, `sync` costs constant time, `revert` costs what it
 * undoes.
 *
 * The grain is that of FoundationDB's AsyncFileNonDurable, which drops what was not synced by pages of 4,096 and
 * sectors of 512 bytes. Unlike there, no garbage is written to a sector in a power loss; bit rot does that.
 */

/** What a disk writes atomically. ALICE (Pillai et al., OSDI '14) makes the same assumption about a block. */
export const SECTOR_BYTES = 512;

export interface SavedFileContent {
  readonly bytes: Uint8Array;
  readonly durableSize: number;
  readonly durableSectors: readonly (readonly [sector: number, bytes: Uint8Array])[];
  readonly dirtyRuns: readonly (readonly [first: number, end: number])[];
  readonly dirtyEnd: number;
}

export class FileContent {
  /** The page cache; zeros from `#size` on. */
  #buffer = new Uint8Array(0);
  #size = 0;
  #durableSize = 0;
  /** The durable content of each changed sector that begins below the durable size; the last one may be short. */
  #durableSectors = new Map<number, Uint8Array>();
  /** All changed sectors as runs [first, end), in the order in which they became dirty. */
  #dirtyRuns: [number, number][] = [];
  /** The sectors from the durable end up to this one are dirty. */
  #dirtyEnd = 0;

  /** In the page cache. */
  get size(): number {
    return this.#size;
  }

  /** Whether anything was changed since the last sync. */
  get dirty(): boolean {
    return this.#dirtyRuns.length > 0;
  }

  /** A copy; shorter than `length` at the end of the file. */
  read(offset: number, length: number): Uint8Array {
    return this.#buffer.slice(Math.min(offset, this.#size), Math.min(offset + length, this.#size));
  }

  write(offset: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const end = offset + bytes.length;
    this.#touch(Math.min(offset, this.#size), end);
    this.#reserve(end);
    this.#buffer.set(bytes, offset);
    this.#size = Math.max(this.#size, end);
  }

  truncate(size: number): void {
    this.#touch(Math.min(size, this.#size), Math.max(size, this.#size));
    this.#reserve(size);
    if (size < this.#size) this.#buffer.fill(0, size, this.#size);
    this.#size = size;
  }

  sync(): void {
    if (this.#durableSectors.size > 0) this.#durableSectors = new Map();
    if (this.#dirtyRuns.length > 0) this.#dirtyRuns = [];
    this.#durableSize = this.#size;
    this.#dirtyEnd = Math.ceil(this.#size / SECTOR_BYTES);
  }

  /**
   * How many sectors a power loss would have to write for nothing to be lost. Sectors that were cut off do not count.
   */
  get dirtySectors(): number {
    const limit = Math.ceil(this.#size / SECTOR_BYTES);
    let count = 0;
    for (const [first, end] of this.#dirtyRuns) count += Math.max(Math.min(end, limit) - first, 0);
    return count;
  }

  /**
   * Power is lost, and of the dirty sectors the first `surviving` were written in time. They bring the size with them
   * if they lie beyond the durable end; a size that was not synced does not shrink the file.
   */
  revert(surviving: number): void {
    const survivors = this.#survivors(surviving);
    this.#reserve(this.#durableSize);
    for (const [sector, bytes] of this.#durableSectors) this.#buffer.set(bytes, sector * SECTOR_BYTES);
    if (this.#size > this.#durableSize) this.#buffer.fill(0, this.#durableSize, this.#size);
    this.#size = this.#durableSize;
    for (const { offset, bytes } of survivors) {
      this.#buffer.set(bytes, offset);
      this.#size = Math.max(this.#size, offset + bytes.length);
    }
    this.sync();
  }

  /** A copy of what a power loss now would leave. */
  durableBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#durableSize);
    bytes.set(this.#buffer.subarray(0, Math.min(this.#size, this.#durableSize)));
    for (const [sector, durable] of this.#durableSectors) bytes.set(durable, sector * SECTOR_BYTES);
    return bytes;
  }

  /** Damage to the medium: one bit is inverted, in the page cache and in the durable bytes alike. */
  flipBit(offset: number, bit: number): void {
    if (offset >= this.#size) throw new Error(`FileContent: no byte ${offset} in a file of ${this.#size} bytes.`);
    const sector = Math.floor(offset / SECTOR_BYTES);
    const mask = 1 << bit;
    this.#buffer[offset] = (this.#buffer[offset] as number) ^ mask; // below the size, so it is there
    const durable = this.#durableSectors.get(sector);
    const within = offset - sector * SECTOR_BYTES;
    // Below the durable end and in a clean sector the page cache is the only copy.
    if (durable !== undefined && within < durable.length) durable[within] = (durable[within] as number) ^ mask;
  }

  /** Damage to the medium: bytes appear in the page cache and in the durable bytes alike; nothing grows. */
  overwriteMedium(offset: number, bytes: Uint8Array): void {
    const end = Math.min(offset + bytes.length, this.#size);
    if (end <= offset) return;
    this.#buffer.set(bytes.subarray(0, end - offset), offset);
    for (let sector = Math.floor(offset / SECTOR_BYTES); sector * SECTOR_BYTES < end; sector++) {
      const durable = this.#durableSectors.get(sector);
      if (durable === undefined) continue;
      const start = sector * SECTOR_BYTES;
      const from = Math.max(offset, start);
      const to = Math.min(end, start + durable.length);
      if (from < to) durable.set(bytes.subarray(from - offset, to - offset), from - start);
    }
  }

  save(): SavedFileContent {
    return {
      bytes: this.#buffer.slice(0, this.#size),
      durableSize: this.#durableSize,
      durableSectors: Array.from(this.#durableSectors, ([sector, bytes]) => [sector, bytes.slice()] as const),
      dirtyRuns: this.#dirtyRuns.map(([first, end]) => [first, end] as const),
      dirtyEnd: this.#dirtyEnd,
    };
  }

  static restore(saved: SavedFileContent): FileContent {
    const content = new FileContent();
    // Not `slice`: what a codec brings back may be a Buffer, whose slices share its bytes.
    content.#buffer = new Uint8Array(saved.bytes);
    content.#size = saved.bytes.length;
    content.#durableSize = saved.durableSize;
    for (const [sector, bytes] of saved.durableSectors) content.#durableSectors.set(sector, new Uint8Array(bytes));
    content.#dirtyRuns = saved.dirtyRuns.map(([first, end]) => [first, end]);
    content.#dirtyEnd = saved.dirtyEnd;
    return content;
  }

  /**
   * Called before the bytes from `start` to `end` change: keeps their durable content and marks their sectors dirty.
   */
  #touch(start: number, end: number): void {
    if (start >= end) return;
    let sector = Math.floor(start / SECTOR_BYTES);
    const endSector = Math.ceil(end / SECTOR_BYTES);
    for (; sector < endSector && sector * SECTOR_BYTES < this.#durableSize; sector++) {
      if (this.#durableSectors.has(sector)) continue;
      const from = sector * SECTOR_BYTES;
      this.#durableSectors.set(sector, this.#buffer.slice(from, Math.min(from + SECTOR_BYTES, this.#durableSize)));
      this.#markDirty(sector, sector + 1);
    }
    if (endSector > this.#dirtyEnd) {
      // What lies between the durable end and `start` is dirty already, since a write begins at the size or below it.
      this.#markDirty(Math.max(sector, this.#dirtyEnd), endSector);
      this.#dirtyEnd = endSector;
    }
  }

  #markDirty(first: number, end: number): void {
    const last = this.#dirtyRuns.at(-1);
    if (last !== undefined && last[1] === first) last[1] = end;
    else this.#dirtyRuns.push([first, end]);
  }

  #survivors(count: number): { offset: number; bytes: Uint8Array }[] {
    const survivors: { offset: number; bytes: Uint8Array }[] = [];
    for (const [first, end] of this.#dirtyRuns) {
      for (let sector = first; sector < end && survivors.length < count; sector++) {
        const offset = sector * SECTOR_BYTES;
        if (offset >= this.#size) break;
        survivors.push({ offset, bytes: this.#buffer.slice(offset, Math.min(offset + SECTOR_BYTES, this.#size)) });
      }
    }
    return survivors;
  }

  #reserve(capacity: number): void {
    if (capacity <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(capacity, this.#buffer.length * 2, 64));
    grown.set(this.#buffer.subarray(0, this.#size));
    this.#buffer = grown;
  }
}
