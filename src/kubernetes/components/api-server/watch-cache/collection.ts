/** All objects of one resource as this server knows them, with the latest changes and an index of who watches. */
import { byCodeUnits } from '../../../api/json-value.ts';
import type { KubernetesObject } from '../../../api/object.ts';
import type { WatcherIndex } from '../watching/watcher-index.ts';
import { type EventHistory, newHistory } from './event-history.ts';

export interface Collection {
  /** By their keys in the store; frozen. */
  readonly objects: Map<string, KubernetesObject>;
  /** The keys in order; undefined after one has come or gone. */
  sortedKeys: readonly string[] | undefined;
  readonly history: EventHistory;
  readonly watchers: WatcherIndex;
}

export function newCollection(historySize: number): Collection {
  return { objects: new Map(), sortedKeys: undefined, history: newHistory(historySize), watchers: new Map() };
}

export function setObject(collection: Collection, key: string, object: KubernetesObject): void {
  if (!collection.objects.has(key)) collection.sortedKeys = undefined;
  collection.objects.set(key, object);
}

export function removeObject(collection: Collection, key: string): void {
  if (collection.objects.delete(key)) collection.sortedKeys = undefined;
}

/** The keys that begin with `prefix`, in order; with `startKey`, those from it on. */
export function keysUnder(collection: Collection, prefix: string, startKey = prefix): readonly string[] {
  collection.sortedKeys ??= Object.freeze([...collection.objects.keys()].sort(byCodeUnits));
  const keys = collection.sortedKeys;
  const from = firstFrom(keys, startKey);
  const to = firstFrom(keys, `${prefix}\uffff`);
  return from === 0 && to === keys.length ? keys : keys.slice(from, to);
}

function firstFrom(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = keys[middle];
    if (at !== undefined && at < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
