/**
 * Snapshots: the whole store as of one entry of the log, in a file of its own, so that the log before it can be thrown away.
 *
 * Upstream: server/etcdserver/api/snap, whose raft snapshots point into the database file. Here the file holds the store.
 */
import type { KeyValue } from '../../protocol/etcd.ts';
import { decodeRecords, encodeRecords } from './record.ts';
import { sortedKeysFrom, visitKeys } from './sorted-keys.ts';
import { type MvccStore, sizeOf } from './store-state.ts';

/** A store as JSON; keys are in order. */
export interface StoreImage {
  readonly revision: number;
  readonly compactRevision: number;
  readonly historyStart: number;
  readonly history: readonly (string | readonly string[])[];
  readonly records: readonly (readonly [key: string, versions: readonly VersionImage[]])[];
}

type VersionImage = readonly [value: string, createRevision: number, modRevision: number, version: number];

/** A view of the store, to be encoded at once: it shares what the store may change. */
export function imageOf(store: MvccStore): StoreImage {
  const records: [string, VersionImage[]][] = [];
  visitKeys(store.keys, { start: '', end: undefined }, (key) => {
    const versions = store.records.get(key) ?? [];
    records.push([key, versions.map((each) => [each.value, each.createRevision, each.modRevision, each.version])]);
  });
  const { revision, compactRevision, historyStart, history } = store;
  return { revision, compactRevision, historyStart, history, records };
}

export function storeFrom(image: StoreImage): MvccStore {
  const { revision, compactRevision, historyStart } = image;
  const records = new Map<string, KeyValue[]>();
  let size = 0;
  for (const [key, versions] of image.records) {
    const restored = versions.map(([value, createRevision, modRevision, version]): KeyValue => {
      return { key, value, createRevision, modRevision, version };
    });
    for (const version of restored) size += sizeOf(version);
    records.set(key, restored);
  }
  const history = image.history.map((changed) => (typeof changed === 'string' ? changed : [...changed]));
  return { revision, compactRevision, historyStart, history, records, keys: sortedKeysFrom([...records.keys()]), size };
}

export function encodeSnapshot(index: number, image: StoreImage): Uint8Array {
  return encodeRecords([[index, image]]);
}

/** Undefined if the file is damaged. */
export function decodeSnapshot(bytes: Uint8Array): { index: number; image: StoreImage } | undefined {
  const { values, end } = decodeRecords(bytes);
  if (end !== 'whole' || values.length !== 1) return undefined;
  const [index, image] = values[0] as [number, StoreImage];
  return { index, image };
}
