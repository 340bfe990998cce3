/**
 * Compaction: forgets every version that was replaced before a revision, and every key that was deleted before it.
 *
 * The tombstones of the compact revision itself stay until the next compaction, so that a watch may begin there. Only keys
 * that changed since the last compaction are looked at.
 *
 * Upstream: server/storage/mvcc/{kvstore_compaction,key_index}.go.
 */
import type { EtcdErrorCode, KeyValue } from '../../protocol/etcd.ts';
import { removeKey } from './sorted-keys.ts';
import { isTombstone, keysChangedAt, lastVersionAt, type MvccStore, sizeOf } from './store-state.ts';

/** Afterwards `revision` is the oldest that can be read. */
export function compact(store: MvccStore, revision: number): EtcdErrorCode | undefined {
  if (revision <= store.compactRevision) return 'Compacted';
  if (revision > store.revision) return 'FutureRevision';
  for (let each = store.historyStart; each <= revision; each++) {
    for (const key of keysChangedAt(store, each)) trim(store, key, revision);
  }
  if (revision > store.historyStart) {
    store.history = store.history.slice(revision - store.historyStart);
    store.historyStart = revision;
  }
  store.compactRevision = revision;
  return undefined;
}

function trim(store: MvccStore, key: string, revision: number): void {
  const versions = store.records.get(key);
  if (versions === undefined) return;
  let kept = lastVersionAt(versions, revision);
  const version = versions[kept];
  if (version === undefined) return;
  if (isTombstone(version) && version.modRevision < revision) kept++;
  if (kept === 0) return;
  for (let i = 0; i < kept; i++) store.size -= sizeOf(versions[i] as KeyValue); // i < kept <= length
  versions.splice(0, kept);
  if (versions.length > 0) return;
  store.records.delete(key);
  removeKey(store.keys, key);
}
