/**
 * What the state machine remembers: all keys with their versions, and which keys each revision changed.
 *
 * 1. What was at a revision can be read until a compaction beyond it: `revision >= compactRevision` is readable.
 * 2. A revision changes a key at most once.
 *
 * Upstream: server/storage/mvcc (kvstore.go, key_index.go). There a key has generations, each from a creation to a tombstone;
 * here a key has one list of versions in which tombstones stand between the generations, and each version carries its
 * creation. Left out: leases, and sub-revisions (guarantee 2).
 */
import type { EtcdErrorCode, KeyValue } from '../../protocol/etcd.ts';
import { insertKey, type SortedKeys } from './sorted-keys.ts';

export interface MvccStore {
  /** Of the last change; 1 is that of an empty store. */
  revision: number;
  /** 0 if nothing was compacted. */
  compactRevision: number;
  /** Every key of which a version is kept → its versions, oldest first, at least one. */
  records: Map<string, KeyValue[]>;
  /** The keys of `records` in order. */
  keys: SortedKeys;
  /** The changed keys of each revision from `historyStart` on, in the order of their changes; one key stands for itself. */
  history: (string | string[])[];
  historyStart: number;
  /** The lengths of all kept keys and values, in UTF-16 code units. */
  size: number;
}

export function emptyStore(): MvccStore {
  return { revision: 1, compactRevision: 0, records: new Map(), keys: [], history: [], historyStart: 2, size: 0 };
}

/** Why a revision cannot be read now; absent and 0 mean the latest, which always can. */
export function unreadable(store: MvccStore, revision: number | undefined): EtcdErrorCode | undefined {
  if (revision === undefined || revision <= 0) return undefined;
  if (revision > store.revision) return 'FutureRevision';
  return revision < store.compactRevision ? 'Compacted' : undefined;
}

/** Whether this version says that the key was deleted. */
export function isTombstone(version: KeyValue): boolean {
  return version.version === 0;
}

/** A key at a revision, which must be readable; absent: the latest. Undefined if it did not exist. */
export function getKey(store: MvccStore, key: string, revision?: number): KeyValue | undefined {
  const versions = store.records.get(key);
  if (versions === undefined) return undefined;
  const version = revision === undefined ? versions.at(-1) : versions[lastVersionAt(versions, revision)];
  return version === undefined || isTombstone(version) ? undefined : version;
}

/** The position of the newest version that is not newer than the revision, or -1. The newest of all is found at once. */
export function lastVersionAt(versions: readonly KeyValue[], revision: number): number {
  let low = -1;
  let high = versions.length - 1;
  if (high >= 0 && (versions[high] as KeyValue).modRevision <= revision) return high;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((versions[middle] as KeyValue).modRevision <= revision) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Adds a version, or a tombstone, that is newer than all of its key. */
export function addVersion(store: MvccStore, version: KeyValue): void {
  const versions = store.records.get(version.key);
  if (versions === undefined) {
    store.records.set(version.key, [version]);
    insertKey(store.keys, version.key);
  } else versions.push(version);
  store.size += sizeOf(version);
}

export function sizeOf({ key, value }: KeyValue): number {
  return key.length + value.length;
}

const NOTHING: readonly string[] = [];

/** The keys that a revision changed, in order; none for a revision that is compacted or to come. */
export function keysChangedAt(store: MvccStore, revision: number): readonly string[] {
  const changed = store.history[revision - store.historyStart];
  if (changed === undefined) return NOTHING;
  return typeof changed === 'string' ? [changed] : changed;
}

/** One change of one key: the version or tombstone that it made, and what was there before, if that can still be read. */
export interface Change {
  readonly version: KeyValue;
  readonly previous: KeyValue | undefined;
}

/** What a revision made of a key that it changed. */
export function changeOf(store: MvccStore, key: string, revision: number): Change {
  const versions = store.records.get(key) ?? [];
  const position = lastVersionAt(versions, revision);
  const version = versions[position];
  if (version?.modRevision !== revision) throw new Error(`Revision ${revision} did not change ${JSON.stringify(key)}.`);
  const before = versions[position - 1];
  return { version, previous: before === undefined || isTombstone(before) ? undefined : before };
}
