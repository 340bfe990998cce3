/**
 * The digest of a run: a hash over every event, always on.
 *
 * 1. Two runs that differ in any event, in its order, time or bytes have different digests (SHA-256).
 * 2. Its state is data: a chain `state = SHA-256(state ‖ block)` over blocks of 64 KiB, so that a snapshot holds 32
 *    bytes and the unfinished block, and hashing costs one call per block and not one per event.
 *
 * Words are written in the machine's byte order; every platform that Node.js runs on is little-endian or untested.
 */
import { createHash } from 'node:crypto';

const BLOCK_BYTES = 65_536;
const BLOCK_WORDS = BLOCK_BYTES / 4;
const SHORT_BYTES = 128;

/** A digest's state as plain data. */
export interface DigestState {
  readonly chain: Uint8Array;
  readonly pending: Uint8Array;
  readonly blocks: number;
}

export class Digest {
  readonly #bytes = new Uint8Array(BLOCK_BYTES);
  readonly #words = new Uint32Array(this.#bytes.buffer);
  /** How many words of the block are written. */
  #used = 0;
  #chain: Uint8Array = new Uint8Array(32);
  #blocks = 0;

  /** Hashes one event; each argument is a whole number, of which the low 32 bits count. */
  event(kind: number, time: number, subject: number, object: number): void {
    if (this.#used + 4 > BLOCK_WORDS) this.#flush();
    const at = this.#used;
    this.#words[at] = (kind << 24) | ((time / 4_294_967_296) & 0xff_ffff);
    this.#words[at + 1] = time;
    this.#words[at + 2] = subject;
    this.#words[at + 3] = object;
    this.#used = at + 4;
  }

  /** Hashes bytes and their length. */
  bytes(bytes: Uint8Array): void {
    const length = bytes.length;
    const words = 1 + ((length + 3) >> 2);
    if (words > BLOCK_WORDS - this.#used) {
      if (words > BLOCK_WORDS) {
        this.#large(bytes);
        return;
      }
      this.#flush();
    }
    this.#words[this.#used] = length;
    if (length > 0) {
      // The last word's unused bytes may hold an earlier block's.
      this.#words[this.#used + words - 1] = 0;
      this.#bytes.set(bytes, (this.#used + 1) * 4);
    }
    this.#used += words;
  }

  /** Hashes a range of a buffer and its length. */
  range(buffer: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const words = 1 + ((length + 3) >> 2);
    if (words > BLOCK_WORDS - this.#used) {
      this.bytes(buffer.subarray(start, end));
      return;
    }
    const at = this.#used;
    this.#words[at + words - 1] = 0;
    this.#words[at] = length;
    if (length > SHORT_BYTES) {
      this.#bytes.set(buffer.subarray(start, end), (at + 1) * 4);
    } else {
      // A view costs more than copying a few bytes one by one.
      const bytes = this.#bytes;
      for (let from = start, to = (at + 1) * 4; from < end; from++, to++) bytes[to] = buffer[from] as number;
    }
    this.#used = at + words;
  }

  /** Hashes a text. Slower than `bytes`: for rare events. */
  text(text: string): void {
    this.bytes(Buffer.from(text, 'utf8'));
  }

  /** The digest so far, as 32 hexadecimal digits. Reading it does not change it. */
  hex(): string {
    const hash = createHash('sha256');
    hash.update(this.#chain);
    hash.update(this.#bytes.subarray(0, this.#used * 4));
    return hash.digest('hex').slice(0, 32);
  }

  save(): DigestState {
    return { chain: this.#chain.slice(), pending: this.#bytes.slice(0, this.#used * 4), blocks: this.#blocks };
  }

  load(state: DigestState): void {
    this.#chain = Uint8Array.from(state.chain);
    this.#bytes.set(state.pending);
    this.#used = state.pending.length / 4;
    this.#blocks = state.blocks;
  }

  #large(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += BLOCK_BYTES / 2) {
      this.bytes(bytes.subarray(from, from + BLOCK_BYTES / 2));
    }
    this.bytes(Uint8Array.of(bytes.length & 0xff));
  }

  #flush(): void {
    const hash = createHash('sha256');
    hash.update(this.#chain);
    hash.update(this.#bytes.subarray(0, this.#used * 4));
    this.#chain = hash.digest();
    this.#used = 0;
    this.#blocks++;
  }
}
