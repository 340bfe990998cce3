/**
 * The latest changes of a collection, in a ring of bounded size: what a watch that begins in the past is told first.
 *
 * 1. All events of the last `historyMs` are kept, `minEvents` at least and `maxEvents` at most: the ring doubles when it is
 *    full and its oldest event is young, and halves when most of it is old.
 * 2. `oldestRevision` says from where on nothing is missing.
 *
 * Upstream: apiserver/pkg/storage/cacher/watch_cache.go (resizeCacheLocked, getAllEventsSinceLocked).
 */
import type { KubernetesObject } from '../../../api/object.ts';
import type { WatchCacheOptions } from '../server-options.ts';

/** One change. Objects are frozen. */
export interface CacheEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly key: string;
  readonly revision: number;
  /** The new state; for `DELETED` the last, as of the revision of the deletion. */
  readonly object: KubernetesObject;
  /** The state before; absent for `ADDED`. */
  readonly previous?: KubernetesObject;
  /** When this server heard of it, on its monotonic clock. */
  readonly atUs: number;
}

export interface EventHistory {
  ring: (CacheEvent | undefined)[];
  /** Events are numbered; `start` is the first that is kept, `end` the next to come. Each stands at its number modulo the size. */
  start: number;
  end: number;
  /** The revision of the state from which the history goes on. */
  listRevision: number;
  /** Whether events since then have been forgotten. */
  forgotten: boolean;
}

export function newHistory(size: number): EventHistory {
  return { ring: emptyRing(size), start: 0, end: 0, listRevision: 0, forgotten: false };
}

/** Begins anew from a whole state. */
export function restartHistory(history: EventHistory, revision: number, size: number): void {
  Object.assign(history, { ...newHistory(size), listRevision: revision });
}

export function addEvent(history: EventHistory, event: CacheEvent, options: WatchCacheOptions): void {
  resize(history, event.atUs, options);
  if (history.end - history.start === history.ring.length) {
    history.start++;
    history.forgotten = true;
  }
  history.ring[history.end % history.ring.length] = event;
  history.end++;
}

/** The revision of the oldest change that a watcher can still be told. */
export function oldestRevision(history: EventHistory): number {
  const { start, forgotten, listRevision } = history;
  return forgotten ? (eventAt(history, start)?.revision ?? listRevision + 1) : listRevision + 1;
}

/** The events after a revision, in their order. Undefined: some of them are forgotten. */
export function eventsSince(history: EventHistory, revision: number): CacheEvent[] | undefined {
  if (revision < oldestRevision(history) - 1) return undefined;
  let low = history.start;
  let high = history.end;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((eventAt(history, middle)?.revision ?? 0) <= revision) low = middle + 1;
    else high = middle;
  }
  const events: CacheEvent[] = [];
  for (let i = low; i < history.end; i++) {
    const event = eventAt(history, i);
    if (event !== undefined) events.push(event);
  }
  return events;
}

function eventAt({ ring, start, end }: EventHistory, number: number): CacheEvent | undefined {
  return number >= start && number < end ? ring[number % ring.length] : undefined;
}

function resize(history: EventHistory, nowUs: number, { minEvents, maxEvents, historyMs }: WatchCacheOptions): void {
  const size = history.ring.length;
  if (history.end - history.start < size) return;
  const isYoung = (event: CacheEvent | undefined): boolean =>
    event !== undefined && nowUs - event.atUs < historyMs * 1000;
  if (isYoung(eventAt(history, history.start)) && size < maxEvents) {
    moveTo(history, Math.min(2 * size, maxEvents));
  } else if (!isYoung(eventAt(history, history.end - Math.floor(size / 4))) && size > minEvents) {
    moveTo(history, Math.max(Math.floor(size / 2), minEvents));
  }
}

function moveTo(history: EventHistory, size: number): void {
  const ring = emptyRing(size);
  const start = Math.max(history.start, history.end - size);
  for (let i = start; i < history.end; i++) ring[i % size] = eventAt(history, i);
  history.forgotten ||= start > history.start;
  history.ring = ring;
  history.start = start;
}

function emptyRing(size: number): (CacheEvent | undefined)[] {
  return Array.from({ length: size }, () => undefined);
}
