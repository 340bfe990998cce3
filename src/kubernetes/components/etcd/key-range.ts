/**
 * Which keys a request means: `[start, end)` in the order of UTF-16 code units.
 *
 * Upstream: `mkGteRange` in server/etcdserver/txn/txn.go, and api/etcdserverpb/rpc.proto (RangeRequest).
 */

/** Keys from `start` on, before `end`; without `end` all of them. */
export interface KeyRange {
  readonly start: string;
  readonly end: string | undefined;
}

/** Of a request: without a `rangeEnd` the one key, with a `rangeEnd` of '\0' all keys from `key` on. */
export function keyRange(key: string, rangeEnd: string | undefined): KeyRange {
  if (rangeEnd === undefined || rangeEnd === '') return { start: key, end: `${key}\0` };
  return { start: key, end: rangeEnd === '\0' ? undefined : rangeEnd };
}

export function isInRange(key: string, { start, end }: KeyRange): boolean {
  return key >= start && (end === undefined || key < end);
}

export function isEmptyRange({ start, end }: KeyRange): boolean {
  return end !== undefined && end <= start;
}
