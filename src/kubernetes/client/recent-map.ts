/** A Map that keeps the most recently used entries: the first key is the one to go (groupcache/lru, as client-go uses it). */

/** The value of a key, which thereby becomes the most recent. */
export function recall<Value>(map: Map<string, Value>, key: string): Value | undefined {
  const value = map.get(key);
  if (value === undefined) return undefined;
  map.delete(key);
  map.set(key, value);
  return value;
}

/** Keeps a value as the most recent, and drops the oldest if there are more than `limit`. */
export function remember<Value>(map: Map<string, Value>, key: string, value: Value, limit: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= limit) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
