/**
 * Damage to the medium beneath the page cache: it is there at once, for reads and after a power loss alike, and no
 * fsync mends it. Both kinds are among the disk faults that Bairavasundaram et al. counted in the field ("An Analysis
 * of Data Corruption in the Storage Stack", FAST '08) and that TigerBeetle's storage simulator is written for.
 */
import type { Chance } from './chance.ts';
import { type FileContent, SECTOR_BYTES } from './file-content.ts';

/**
 * Bit rot: inverts different bits of the files, each bit being equally likely.
 *
 * @returns how many bits were inverted: `bits`, or all there are
 */
export function flipBits(files: readonly FileContent[], bits: number, chance: Chance): number {
  const total = files.reduce((sum, { size }) => sum + size, 0) * 8;
  const flipped = new Set<number>();
  while (flipped.size < Math.min(bits, total)) flipped.add(chance.integer(0, total - 1));
  for (const position of flipped) {
    const [file, offset] = locate(files, Math.floor(position / 8), ({ size }) => size);
    file.flipBit(offset, position % 8);
  }
  return flipped.size;
}

/**
 * A misdirected write: the device puts the bytes down at the beginning of another sector, of this file or of another
 * one, each sector being equally likely. They stop at the end of the file that they hit. Where they belong, the old
 * bytes stay, or zeros if the file grew; its size is as if the write had succeeded. If no other sector is in use, the
 * bytes land in free space and are lost.
 *
 * @param files all files of the disk, `intended` among them
 */
export function misdirectWrite(
  files: readonly FileContent[],
  intended: FileContent,
  offset: number,
  bytes: Uint8Array,
  chance: Chance,
): void {
  if (offset + bytes.length > intended.size) intended.truncate(offset + bytes.length);
  const sectors = ({ size }: FileContent): number => Math.ceil(size / SECTOR_BYTES);
  const total = files.reduce((sum, file) => sum + sectors(file), 0);
  const drawn = chance.integer(0, total - 1);
  for (const candidate of [drawn, (drawn + 1) % total]) {
    const [file, sector] = locate(files, candidate, sectors);
    if (file === intended && sector * SECTOR_BYTES === offset) continue;
    file.overwriteMedium(sector * SECTOR_BYTES, bytes);
    return;
  }
}

/** The file into which a position falls if the files lie one behind another, and the position within it. */
function locate(
  files: readonly FileContent[],
  position: number,
  length: (file: FileContent) => number,
): [file: FileContent, within: number] {
  let within = position;
  for (const file of files) {
    if (within < length(file)) return [file, within];
    within -= length(file);
  }
  throw new Error(`Disk: position ${position} is beyond the last file.`);
}
