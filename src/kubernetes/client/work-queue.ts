/**
 * A controller's work queue, as plain data: keys that wait for a worker, now, later, or after a failure.
 *
 * 1. A key waits at most once, however often it is added.
 * 2. A key is worked on by one worker at a time. One that is added meanwhile waits until that worker is done.
 * 3. Keys are given out in the order in which they were added.
 * 4. A key that is added for later keeps the earlier of its times.
 * 5. After a failure a key waits 5 ms, twice as long after each further one up to 1,000 s, and in any case as long as a
 *    bucket of 10 per second with a burst of 100, which all keys share, makes it wait.
 *
 * The owner keeps one timer, for `nextDueUs`. Times are on the monotonic clock, in microseconds.
 * Upstream: client-go/util/workqueue/{queue,delaying_queue,default_rate_limiters}.go.
 */
import { type BucketLimits, fullBucket, reserveToken, type TokenBucket } from './token-bucket.ts';

export interface WorkQueue {
  /** What waits, oldest first. */
  readonly queue: Set<string>;
  /** What has to be worked on: all that waits, and what was added while it is worked on. */
  readonly dirty: Set<string>;
  readonly processing: Set<string>;
  /** What is added later: sorted by time, each key once. */
  readonly later: { readonly key: string; readonly atUs: number }[];
  readonly laterAt: Map<string, number>;
  /** How often a key has failed in a row. */
  readonly failures: Map<string, number>;
  readonly bucket: TokenBucket;
}

export interface RateLimits {
  readonly baseMs: number;
  readonly maxMs: number;
  readonly bucket: BucketLimits;
}

/** DefaultTypedControllerRateLimiter. */
export const DEFAULT_RATE_LIMITS: RateLimits = { baseMs: 5, maxMs: 1_000_000, bucket: { perSecond: 10, burst: 100 } };

export function newWorkQueue(nowUs: number, limits: RateLimits = DEFAULT_RATE_LIMITS): WorkQueue {
  return {
    queue: new Set(),
    dirty: new Set(),
    processing: new Set(),
    later: [],
    laterAt: new Map(),
    failures: new Map(),
    bucket: fullBucket(limits.bucket, nowUs),
  };
}

export function addKey({ queue, dirty, processing }: WorkQueue, key: string): void {
  if (dirty.has(key)) return;
  dirty.add(key);
  if (!processing.has(key)) queue.add(key);
}

/** The next key to work on; whoever takes it calls `doneWith`. */
export function takeKey({ queue, dirty, processing }: WorkQueue): string | undefined {
  for (const key of queue) {
    queue.delete(key);
    dirty.delete(key);
    processing.add(key);
    return key;
  }
  return undefined;
}

export function doneWith({ queue, dirty, processing }: WorkQueue, key: string): void {
  processing.delete(key);
  if (dirty.has(key)) queue.add(key);
}

/** Adds a key after a time; at once if it is not positive. */
export function addAfter(work: WorkQueue, key: string, delayMs: number, nowUs: number): void {
  if (delayMs <= 0) {
    addKey(work, key);
    return;
  }
  const atUs = nowUs + Math.ceil(delayMs * 1000);
  const before = work.laterAt.get(key);
  if (before !== undefined && before <= atUs) return;
  if (before !== undefined) work.later.splice(placeOf(work, key, before), 1);
  work.laterAt.set(key, atUs);
  work.later.splice(endOf(work, atUs), 0, { key, atUs });
}

/** When `addDue` has something to do next; undefined: nothing waits for its time. */
export function nextDueUs({ later }: WorkQueue): number | undefined {
  return later[0]?.atUs;
}

/** Adds the keys whose time has come. */
export function addDue(work: WorkQueue, nowUs: number): void {
  let due = 0;
  for (const { key, atUs } of work.later) {
    if (atUs > nowUs) break;
    due++;
    work.laterAt.delete(key);
    addKey(work, key);
  }
  work.later.splice(0, due);
}

/** Adds a key that has failed, after as long as the rate limits say. */
export function addRateLimited(work: WorkQueue, key: string, nowUs: number, limits = DEFAULT_RATE_LIMITS): void {
  const ownMs = failureDelayMs(work, key, limits);
  const sharedMs = reserveToken(work.bucket, limits.bucket, nowUs) / 1000;
  addAfter(work, key, Math.max(ownMs, sharedMs), nowUs);
}

/** Counts a failure, and says how long its key waits. */
export function failureDelayMs({ failures }: Pick<WorkQueue, 'failures'>, key: string, limits: RateLimits): number {
  const before = failures.get(key) ?? 0;
  failures.set(key, before + 1);
  let delayMs = limits.baseMs;
  for (let i = 0; i < before && delayMs < limits.maxMs; i++) delayMs *= 2;
  return Math.min(delayMs, limits.maxMs);
}

/** The key has succeeded. */
export function forgetFailures({ failures }: WorkQueue, key: string): void {
  failures.delete(key);
}

export function failuresOf({ failures }: WorkQueue, key: string): number {
  return failures.get(key) ?? 0;
}

function placeOf({ later }: WorkQueue, key: string, atUs: number): number {
  let at = firstAt(later, atUs);
  while (later[at]?.key !== key) {
    if (at >= later.length) throw new Error(`A work queue has lost "${key}".`);
    at++;
  }
  return at;
}

/** After all that is due at this time or before. */
function endOf({ later }: WorkQueue, atUs: number): number {
  return firstAt(later, atUs + 1);
}

function firstAt(later: WorkQueue['later'], atUs: number): number {
  let low = 0;
  let high = later.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((later[middle]?.atUs ?? 0) < atUs) low = middle + 1;
    else high = middle;
  }
  return low;
}
