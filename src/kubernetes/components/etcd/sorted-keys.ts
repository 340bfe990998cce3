/**
 * A sorted set of keys as plain data: chunks of sorted strings, in order.
 *
 * 1. Finding costs two binary searches; inserting and removing move at most one chunk.
 * 2. Visiting a range touches only what is in it.
 * 3. No chunk is empty.
 *
 * Upstream keeps its index in a B-tree (server/storage/mvcc/index.go); two levels are enough for some hundred thousand keys.
 */
import type { KeyRange } from './key-range.ts';

export type SortedKeys = string[][];

const MAX_CHUNK_KEYS = 512;

/** @param sorted ascending, without duplicates */
export function sortedKeysFrom(sorted: readonly string[]): SortedKeys {
  const keys: SortedKeys = [];
  const half = MAX_CHUNK_KEYS / 2;
  for (let at = 0; at < sorted.length; at += half) keys.push(sorted.slice(at, at + half));
  return keys;
}

/** Does nothing if the key is there. */
export function insertKey(keys: SortedKeys, key: string): void {
  const at = chunkOf(keys, key);
  const chunk = keys[at];
  if (chunk === undefined) {
    keys.push([key]);
    return;
  }
  const position = lowerBound(chunk, key);
  if (chunk[position] === key) return;
  chunk.splice(position, 0, key);
  if (chunk.length <= MAX_CHUNK_KEYS) return;
  keys.splice(at + 1, 0, chunk.splice(chunk.length >> 1));
}

/** Does nothing if the key is not there. */
export function removeKey(keys: SortedKeys, key: string): void {
  const at = chunkOf(keys, key);
  const chunk = keys[at];
  if (chunk === undefined) return;
  const position = lowerBound(chunk, key);
  if (chunk[position] !== key) return;
  chunk.splice(position, 1);
  if (chunk.length === 0) keys.splice(at, 1);
}

/** Calls back with each key of the range, ascending. The set must not change meanwhile. */
export function visitKeys(keys: SortedKeys, { start, end }: KeyRange, visit: (key: string) => void): void {
  let at = chunkOf(keys, start);
  let position = lowerBound(keys[at] ?? [], start);
  for (; at < keys.length; at++, position = 0) {
    const chunk = keys[at] as string[]; // at < length
    for (; position < chunk.length; position++) {
      const key = chunk[position] as string; // position < length
      if (end !== undefined && key >= end) return;
      visit(key);
    }
  }
}

/** The chunk in which the key is or would be: the last one that does not begin after it. */
function chunkOf(keys: SortedKeys, key: string): number {
  let low = 0;
  let high = keys.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((keys[middle]?.[0] as string) <= key) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The position of the first key that is not before `key`. */
function lowerBound(chunk: readonly string[], key: string): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((chunk[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
