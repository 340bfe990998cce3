/**
 * Records: how plain data lies in a file. A record is
 *
 *     length of the payload (4 bytes) | CRC-32C of these 4 bytes | CRC-32C of the payload | payload (JSON)
 *
 * with all numbers big-endian.
 *
 * 1. A record that the end of the file cuts off is told from one that is damaged: `torn` and `corrupt`. A torn write only
 *    ever shortens a file, so that a length which fails its own checksum, or a payload which does, is damage.
 *
 * Upstream: server/storage/wal/{encoder,decoder}.go, where the length has no checksum of its own, and a damaged one reads as a
 * torn record that is then cut off with all that follows it.
 */
import { crc32c } from './crc32c.ts';

const HEADER_BYTES = 12;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The records of some values, one behind another. */
export function encodeRecords(values: readonly unknown[]): Uint8Array {
  const texts = values.map((value) => JSON.stringify(value));
  return encodeAscii(texts) ?? encodeTexts(texts.map((text) => encoder.encode(text)));
}

/** Straight into place, which needs one byte for each character; undefined if a text has others. Snapshots are large. */
function encodeAscii(texts: readonly string[]): Uint8Array | undefined {
  let size = 0;
  for (const text of texts) size += HEADER_BYTES + text.length;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const text of texts) {
    const end = at + HEADER_BYTES + text.length;
    const payload = bytes.subarray(at + HEADER_BYTES, end);
    if (encoder.encodeInto(text, payload).read !== text.length) return undefined;
    writeHeader(bytes, at, payload);
    at = end;
  }
  return bytes;
}

function encodeTexts(payloads: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const payload of payloads) size += HEADER_BYTES + payload.length;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const payload of payloads) {
    bytes.set(payload, at + HEADER_BYTES);
    writeHeader(bytes, at, payload);
    at += HEADER_BYTES + payload.length;
  }
  return bytes;
}

function writeHeader(bytes: Uint8Array, at: number, payload: Uint8Array): void {
  const header = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER_BYTES);
  header.setUint32(0, payload.length);
  header.setUint32(4, crc32c(bytes.subarray(at, at + 4)));
  header.setUint32(8, crc32c(payload));
}

export interface DecodedRecords {
  readonly values: readonly unknown[];
  /** How many bytes the values take: where a torn or corrupt record begins. */
  readonly goodBytes: number;
  /** How the file ends: with a whole record, with one that is cut off, or with one that is damaged. */
  readonly end: 'whole' | 'torn' | 'corrupt';
}

export function decodeRecords(bytes: Uint8Array): DecodedRecords {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values: unknown[] = [];
  let at = 0;
  const ended = (end: DecodedRecords['end']): DecodedRecords => ({ values, goodBytes: at, end });
  while (at < bytes.length) {
    if (at + HEADER_BYTES > bytes.length) return ended('torn');
    if (view.getUint32(at + 4) !== crc32c(bytes.subarray(at, at + 4))) return ended('corrupt');
    const end = at + HEADER_BYTES + view.getUint32(at);
    if (end > bytes.length) return ended('torn');
    const payload = bytes.subarray(at + HEADER_BYTES, end);
    if (view.getUint32(at + 8) !== crc32c(payload)) return ended('corrupt');
    values.push(JSON.parse(decoder.decode(payload)));
    at = end;
  }
  return ended('whole');
}
