/**
 * The codec of one simulation: what crosses between processes is bytes, and comes out as frozen plain data.
 *
 * 1. A body is encoded once, when it is sent, into a `Packet`; everybody who gets the packet shares its bytes.
 * 2. A packet is decoded once, when it is first delivered, into a deeply frozen value that all receivers share.
 * 3. A body that `freeze` has returned may be sent any number of times: it is the same packet each time.
 * 4. Record structures are learnt from what is sent and belong to the simulation: `save` and the constructor carry them
 *    across a snapshot, and never from one run to another, or digests would differ.
 *
 * msgpackr's native accelerator only decodes strings; bytes are the same with and without it (tested).
 */
import { Packr } from 'msgpackr';
import { assertPlain, deepFreeze } from './plain-data.ts';

/** msgpackr's upper bound; beyond it a structure is written out in each message. */
const MAX_STRUCTURES = 8160;

/**
 * One encoded body: a range of a buffer that packets share, since a view of its own costs more than the encoding of a
 * small message. A packet with many receivers is `shared`: it keeps its value from the first delivery on. Others do not, so
 * that a trace which holds packets holds bytes, and not trees of objects for the garbage collector to walk.
 */
export class Packet {
  readonly buffer: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Holds a Map or a Set, which needs freezing of its own. */
  readonly collections: boolean;
  /** Set before the first delivery by whoever sends it to many. */
  shared = false;
  value: unknown;
  decoded = false;

  constructor(buffer: Uint8Array, start: number, end: number, collections: boolean) {
    this.buffer = buffer;
    this.start = start;
    this.end = end;
    this.collections = collections;
  }

  get length(): number {
    return this.end - this.start;
  }

  /** A view of its bytes. */
  get bytes(): Uint8Array {
    return this.buffer.subarray(this.start, this.end);
  }

  /** Whether another packet has the same bytes. */
  sameBytes(other: Packet): boolean {
    if (other === this) return true;
    return other.length === this.length && Buffer.compare(this.bytes, other.bytes) === 0;
  }
}

/** msgpackr's option that returns the buffer and the range in it, without a view; see its README, "useBuffer". */
const REUSE_BUFFER_MODE = 512;
const CHUNK_BYTES = 65_536;
const RANGE = { start: 0, end: 0 };

/** Everything that a codec has learnt, as plain data. */
export type CodecState = readonly (readonly string[] | null)[];

export class Codec {
  readonly #packr: Packr;
  readonly #structures: (string[] | null)[];
  readonly #paranoid: boolean;
  /** What `freeze` has returned → its packet. Not for every body: the garbage collector pays dearly for each entry. */
  readonly #origins = new WeakMap<object, Packet>();

  /** @param paranoid decode for each receiver, and compare with what the others share */
  constructor(paranoid = false, state: CodecState = []) {
    this.#paranoid = paranoid;
    this.#structures = recalled(state);
    this.#packr = new Packr({
      structures: this.#structures as object[],
      maxSharedStructures: MAX_STRUCTURES,
      useRecords: true,
      moreTypes: true,
      freezeData: true,
    } as ConstructorParameters<typeof Packr>[0]);
    useChunk(this.#packr);
  }

  /**
   * Encodes a body.
   *
   * @param what names the body if it is not plain data
   * @throws NotPlainDataError
   */
  encode(body: unknown, what: string): Packet {
    if (typeof body === 'object' && body !== null) {
      const origin = this.#origins.get(body);
      if (origin !== undefined) return origin;
    }
    const { collections } = assertPlain(body, what);
    // msgpackr marks the range on the buffer itself, which its types do not say.
    const range = this.#packr.pack(body, REUSE_BUFFER_MODE) as unknown as Uint8Array & { start: number; end: number };
    return new Packet(range, range.start, range.end, collections);
  }

  /** Encodes a body once for many sends, and returns it as its receivers will see it. */
  freeze(body: unknown, what: string): unknown {
    if (typeof body !== 'object' || body === null) return body;
    const packet = this.encode(body, what);
    packet.shared = true;
    const value = this.decode(packet) as object;
    if (!(value instanceof Uint8Array)) this.#origins.set(value, packet);
    return value;
  }

  /** The packet's value, deeply frozen. */
  decode(packet: Packet): unknown {
    if (packet.decoded) {
      if (this.#paranoid) this.#compare(packet);
      return packet.value;
    }
    RANGE.start = packet.start;
    RANGE.end = packet.end;
    let value: unknown = this.#packr.unpack(packet.buffer, RANGE);
    if (packet.collections) value = deepFreeze(value);
    if (packet.shared) {
      packet.value = value;
      packet.decoded = true;
    }
    return value;
  }

  save(): CodecState {
    // Beyond the bound, msgpackr notes what it has decoded last, which is of no use to later messages.
    return Array.from(this.#structures.slice(0, MAX_STRUCTURES), (keys) => (keys ? [...keys] : null));
  }

  /** Paranoia: what the receivers share must still be what was sent, in every byte. */
  #compare(packet: Packet): void {
    const again = this.#packr.pack(packet.value);
    if (Buffer.compare(again, packet.bytes) !== 0) {
      throw new Error('Codec: a shared message body was changed after its delivery, although it is frozen.');
    }
  }
}

/**
 * Encodes the states of a simulation's actors for its snapshots, with record structures that all of them share. What was
 * encoded once can be decoded ever after, since structures are only added.
 */
export class StateCodec {
  readonly #packr: Packr;
  readonly #structures: (string[] | null)[];

  constructor(state: CodecState = []) {
    this.#structures = recalled(state);
    this.#packr = snapshotPackr(this.#structures as object[]);
  }

  encode(value: unknown): Uint8Array {
    return this.#packr.pack(value);
  }

  /** The value is fresh and mutable. */
  decode(bytes: Uint8Array): unknown {
    return this.#packr.unpack(bytes);
  }

  save(): CodecState {
    return keysOf(this.#structures);
  }
}

function keysOf(structures: readonly (readonly string[] | null | undefined)[]): (string[] | null)[] {
  return Array.from(structures, (keys) => (keys ? [...keys] : null));
}

/** All encoders of a process write into one chunk after another; a snapshot leaves a huge one behind. */
function useChunk(packr: Packr): void {
  (packr as { useBuffer(buffer: Uint8Array): void }).useBuffer(Buffer.allocUnsafeSlow(CHUNK_BYTES));
}

function snapshotPackr(structures: object[]): Packr {
  return new Packr({
    structures,
    maxSharedStructures: MAX_STRUCTURES,
    useRecords: true,
    moreTypes: true,
  } as ConstructorParameters<typeof Packr>[0]);
}

/** Encodes plain data for a snapshot, with structures of its own inside the bytes. */
export function encodePlain(value: unknown): Uint8Array {
  const structures: object[] = [];
  const packr = snapshotPackr(structures);
  const body = packr.pack(value);
  const head = plain.pack(keysOf(structures as string[][]));
  const bytes = new Uint8Array(4 + head.length + body.length);
  new DataView(bytes.buffer).setUint32(0, head.length);
  bytes.set(head, 4);
  bytes.set(body, 4 + head.length);
  useChunk(packr);
  return bytes;
}

/** Decodes what `encodePlain` made; the value is fresh and mutable. */
export function decodePlain(bytes: Uint8Array): unknown {
  const head = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const structures = recalled(plain.unpack(bytes.subarray(4, 4 + head)) as CodecState);
  return snapshotPackr(structures as object[]).unpack(bytes.subarray(4 + head));
}

/**
 * Structures that were saved, as msgpackr keeps those that it has learnt itself: from the 33rd on an id has two bytes, and
 * its reader looks at the mark that its writer (`newRecord` in its pack.js) leaves on the structure.
 */
function recalled(state: CodecState): (string[] | null)[] {
  return state.map((keys, index) => {
    if (keys === null) return null;
    const marks = index < ONE_BYTE_IDS ? { isShared: true } : { isShared: true, highByte: (index - ONE_BYTE_IDS) >> 5 };
    return Object.assign([...keys], marks);
  });
}

const ONE_BYTE_IDS = 32;

/** Writes nothing but arrays and strings, so that it learns nothing. */
const plain = new Packr({ useRecords: false });
