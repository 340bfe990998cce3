/**
 * A local copy of a collection: objects by key, in the order of their keys, and under the values of indexes. Plain data;
 * client-go's thread-safe store (client-go/tools/cache/thread_safe_store.go).
 *
 * 1. Indexes and the order are kept up with each change; nothing is sorted or scanned when it is read.
 * 2. Objects are kept as they came, frozen and shared, never copied.
 */
import { type KubernetesObject, objectKey } from '../api/object.ts';

/** By the name of an index: the values under which an object is to be found. It is code, and must be a pure function. */
// biome-ignore lint/suspicious/noExplicitAny: indexes of different kinds stand in one table
export type IndexFunctions = Readonly<Record<string, (object: any) => readonly string[]>>;

export interface ObjectStore {
  readonly objects: Map<string, KubernetesObject>;
  /** The keys of all objects, sorted by code unit. */
  readonly keys: string[];
  /** Index, value, sorted keys. A value without objects is not there. */
  readonly indexes: Map<string, Map<string, string[]>>;
}

export function emptyStore(): ObjectStore {
  return { objects: new Map(), keys: [], indexes: new Map() };
}

/** Adds an object or replaces the one of its key, which is returned. */
export function putObject(
  store: ObjectStore,
  functions: IndexFunctions,
  object: KubernetesObject,
): KubernetesObject | undefined {
  const key = objectKey(object);
  const previous = store.objects.get(key);
  if (previous === undefined) insertSorted(store.keys, key);
  store.objects.set(key, object);
  reindex(store, functions, key, previous, object);
  return previous;
}

/** Takes an object out and returns it. */
export function removeObject(store: ObjectStore, functions: IndexFunctions, key: string): KubernetesObject | undefined {
  const previous = store.objects.get(key);
  if (previous === undefined) return undefined;
  store.objects.delete(key);
  removeSorted(store.keys, key);
  reindex(store, functions, key, previous, undefined);
  return previous;
}

/** All objects, or those of a namespace, in the order of their keys. */
export function listObjects({ objects, keys }: ObjectStore, namespace?: string): KubernetesObject[] {
  const prefix = namespace === undefined ? '' : `${namespace}/`;
  const listed: KubernetesObject[] = [];
  for (let i = prefix === '' ? 0 : lowerBound(keys, prefix); i < keys.length; i++) {
    const key = keys[i] as string;
    if (!key.startsWith(prefix)) break;
    listed.push(objects.get(key) as KubernetesObject);
  }
  return listed;
}

/** The objects under a value of an index, in the order of their keys. */
export function indexedObjects({ objects, indexes }: ObjectStore, index: string, value: string): KubernetesObject[] {
  const keys = indexes.get(index)?.get(value) ?? [];
  return keys.map((key) => objects.get(key) as KubernetesObject);
}

function reindex(
  store: ObjectStore,
  functions: IndexFunctions,
  key: string,
  previous: KubernetesObject | undefined,
  next: KubernetesObject | undefined,
): void {
  for (const [name, valuesOf] of Object.entries(functions)) {
    const before = previous === undefined ? [] : valuesOf(previous);
    const after = next === undefined ? [] : valuesOf(next);
    if (before.length === after.length && before.every((value, i) => value === after[i])) continue;
    let index = store.indexes.get(name);
    if (index === undefined) {
      index = new Map();
      store.indexes.set(name, index);
    }
    for (const value of before) {
      const keys = index.get(value);
      if (keys === undefined || after.includes(value)) continue;
      removeSorted(keys, key);
      if (keys.length === 0) index.delete(value);
    }
    for (const value of after) {
      const keys = index.get(value);
      if (keys === undefined) index.set(value, [key]);
      else insertSorted(keys, key);
    }
  }
}

/** Does nothing if it is there. */
function insertSorted(keys: string[], key: string): void {
  const at = lowerBound(keys, key);
  if (keys[at] !== key) keys.splice(at, 0, key);
}

/** Does nothing if it is not there. */
function removeSorted(keys: string[], key: string): void {
  const at = lowerBound(keys, key);
  if (keys[at] === key) keys.splice(at, 1);
}

/** Where the first key stands that is not below `key`. Appending in order costs one comparison. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  if (high > 0 && (keys[high - 1] as string) < key) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
