/**
 * Which of many ranges contain a key: the line of all keys, cut wherever a range begins or ends, with the ranges that cover
 * each piece. Finding costs one binary search, whatever the number of ranges; adding and removing costs the pieces covered.
 *
 * Upstream has an interval tree for this (pkg/adt/interval_tree.go, used by server/storage/mvcc/watcher_group.go).
 */
import type { KeyRange } from './key-range.ts';

export interface RangeTable {
  /** Where pieces begin, ascending. What is before the first is covered by nothing. */
  boundaries: string[];
  /** The ranges that cover the piece of the same position, in the order in which they were added. */
  covers: number[][];
}

const NOTHING: readonly number[] = [];

export function emptyRangeTable(): RangeTable {
  return { boundaries: [], covers: [] };
}

/** The ranges that contain the key. */
export function rangesWith(table: RangeTable, key: string): readonly number[] {
  return table.covers[pieceOf(table, key)] ?? NOTHING;
}

/** @param id a number of the caller's that is not in the table */
export function addRange(table: RangeTable, id: number, { start, end }: KeyRange): void {
  const from = cutAt(table, start);
  const to = end === undefined ? table.boundaries.length : cutAt(table, end);
  for (let piece = from; piece < to; piece++) table.covers[piece]?.push(id);
}

/** The same range as when it was added. */
export function removeRange(table: RangeTable, id: number, { start, end }: KeyRange): void {
  const from = pieceOf(table, start);
  const to = end === undefined ? table.boundaries.length : pieceOf(table, end);
  for (let piece = from; piece < to; piece++) {
    const cover = table.covers[piece] ?? [];
    cover.splice(cover.indexOf(id), 1);
  }
  for (let piece = Math.min(to, table.boundaries.length - 1); piece >= from; piece--) joinWithPrevious(table, piece);
}

/** The piece that contains the key; -1 before the first. */
function pieceOf({ boundaries }: RangeTable, key: string): number {
  let low = -1;
  let high = boundaries.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((boundaries[middle] as string) <= key) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Makes a piece begin here, if none does, and returns it. */
function cutAt(table: RangeTable, key: string): number {
  const piece = pieceOf(table, key);
  if (table.boundaries[piece] === key) return piece;
  table.boundaries.splice(piece + 1, 0, key);
  table.covers.splice(piece + 1, 0, [...(table.covers[piece] ?? NOTHING)]);
  return piece + 1;
}

/** Takes a boundary away that no longer divides anything. */
function joinWithPrevious({ boundaries, covers }: RangeTable, piece: number): void {
  const cover = covers[piece] ?? NOTHING;
  const previous = covers[piece - 1] ?? NOTHING;
  if (cover.length !== previous.length || cover.some((id, at) => id !== previous[at])) return;
  boundaries.splice(piece, 1);
  covers.splice(piece, 1);
}
