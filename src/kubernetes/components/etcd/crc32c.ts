/**
 * CRC-32C (Castagnoli), the checksum of etcd's write-ahead log (server/storage/wal/wal.go, `crcTable`), four bytes at a time
 * ("slicing", Kounavis and Berry, 2005).
 */

/** The checksum of `bytes` after what `seed` is the checksum of; unsigned. */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed;
  const end = bytes.length;
  let at = 0;
  // Every index below is in bounds, which the casts say.
  for (; at + 4 <= end; at += 4) {
    crc ^= (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
    crc ^= (bytes[at + 3] as number) << 24;
    crc =
      (TABLES[768 + (crc & 0xff)] as number) ^
      (TABLES[512 + ((crc >>> 8) & 0xff)] as number) ^
      (TABLES[256 + ((crc >>> 16) & 0xff)] as number) ^
      (TABLES[crc >>> 24] as number);
  }
  for (; at < end; at++) crc = (TABLES[(crc ^ (bytes[at] as number)) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** The reversed polynomial. */
const CASTAGNOLI = 0x82f63b78;

/** Four tables of 256: the n-th is for a byte that n further bytes follow. */
const TABLES = tables();

function tables(): Int32Array {
  const all = new Int32Array(1024);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ CASTAGNOLI : crc >>> 1;
    all[byte] = crc;
  }
  for (let at = 256; at < 1024; at++) {
    const before = all[at - 256] as number; // at - 256 >= 0
    all[at] = (all[before & 0xff] as number) ^ (before >>> 8);
  }
  return all;
}
