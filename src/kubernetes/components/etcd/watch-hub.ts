/**
 * All watches of this member, one for each stream.
 *
 * 1. A watcher is told every change of its range from its first revision on, in order, without gaps and once, all changes of a
 *    revision in one message; or it is canceled.
 * 2. A watcher that does not take its messages gets no further ones until it has taken them (`drained`). It then catches up
 *    from the history, in batches, and holds up nobody; if the history was compacted meanwhile, it is canceled.
 * 3. A `progress` promises that everything up to its revision has been told. If a watcher is behind, it comes once it is not.
 *
 * Upstream: server/storage/mvcc/watchable_store.go (synced and unsynced watchers), server/etcdserver/api/v3rpc/watch.go.
 * Differences: a request for progress while a watcher is behind is dropped there; and 1 ms instead of up to 1 s pass between
 * two batches.
 */
import type { Context, StreamId } from '../../../sim/index.ts';
import type { EtcdWatchMessage, EtcdWatchRequest } from '../../protocol/etcd.ts';
import { isEmptyRange, isInRange, type KeyRange, keyRange } from './key-range.ts';
import { addRange, emptyRangeTable, type RangeTable, rangesWith, removeRange } from './range-table.ts';
import { keysChangedAt, type MvccStore } from './store-state.ts';
import { eventsMessage, messagesOf, type RevisionMessages } from './watch-events.ts';

export interface WatchHub {
  watchers: Map<StreamId, Watcher>;
  /** The watchers of one range, by the range's number in `table`. */
  groups: Map<number, WatchGroup>;
  /** The number of each range that is watched, by its start and end as JSON. */
  numbers: Map<string, number>;
  nextNumber: number;
  table: RangeTable;
  /** The watchers that have to catch up. */
  behind: Set<StreamId>;
  /** Whether the timer for regular progress runs. */
  ticking: boolean;
}

interface WatchGroup {
  range: KeyRange;
  /** Its key in `numbers`. */
  name: string;
  streams: Set<StreamId>;
}

interface Watcher {
  group: number;
  prevKv: boolean;
  progressNotify: boolean;
  /** Everything before has been told, or is of no concern. Kept up to date only while it is behind. */
  nextRevision: number;
  /** Told once it is no longer behind. */
  progressWanted: boolean;
  /** Nothing was told since the last tick. */
  quiet: boolean;
}

/** How many messages may wait for a watcher; upstream's `chanBufLen`. */
const MAX_BACKLOG = 128;
/** How much of the history a watcher is told, and how much of it is looked at for it, in one go. */
const BATCH_MESSAGES = 128;
const BATCH_REVISIONS = 1000;
const BATCH_PAUSE_MS = 1;

export const CATCH_UP_TIMER = 'watch-catch-up';
export const PROGRESS_TIMER = 'watch-progress';

export function emptyHub(): WatchHub {
  return {
    watchers: new Map(),
    groups: new Map(),
    numbers: new Map(),
    nextNumber: 0,
    table: emptyRangeTable(),
    behind: new Set(),
    ticking: false,
  };
}

// — What watchers do —

export function openWatch(
  hub: WatchHub,
  store: MvccStore,
  stream: StreamId,
  { watch }: EtcdWatchRequest,
  progressIntervalMs: number,
  ctx: Context,
): void {
  const { startRevision = 0, prevKv = false, progressNotify = false } = watch;
  // The smallest key stands for the empty one.
  const range = keyRange(watch.key === '' ? '\0' : watch.key, watch.rangeEnd);
  if (isEmptyRange(range)) {
    cancel(store, stream, { reason: 'mvcc: watcher range is empty' }, ctx);
    return;
  }
  tell(stream, { kind: 'created', header: { revision: store.revision } }, ctx);
  const nextRevision = startRevision > 0 ? startRevision : store.revision + 1;
  const group = joinGroup(hub, stream, range);
  const watcher: Watcher = { group, prevKv, progressNotify, nextRevision, progressWanted: progressNotify, quiet: true };
  hub.watchers.set(stream, watcher);
  if (progressNotify && !hub.ticking) {
    hub.ticking = true;
    ctx.setTimer(PROGRESS_TIMER, progressIntervalMs);
  }
  hub.behind.add(stream);
  catchUp(hub, store, stream, watcher, ctx);
}

/** Its stream has ended. */
export function closeWatch(hub: WatchHub, stream: StreamId): void {
  const watcher = hub.watchers.get(stream);
  if (watcher === undefined) return;
  hub.watchers.delete(stream);
  hub.behind.delete(stream);
  leaveGroup(hub, stream, watcher.group);
}

/** It has taken what was waiting for it. */
export function watchDrained(hub: WatchHub, store: MvccStore, stream: StreamId, ctx: Context): void {
  const watcher = hub.watchers.get(stream);
  if (watcher !== undefined && hub.behind.has(stream)) catchUp(hub, store, stream, watcher, ctx);
}

export function progressRequested(hub: WatchHub, store: MvccStore, stream: StreamId, ctx: Context): void {
  const watcher = hub.watchers.get(stream);
  if (watcher === undefined) return;
  if (hub.behind.has(stream)) watcher.progressWanted = true;
  else tell(stream, { kind: 'progress', header: { revision: store.revision } }, ctx);
}

// — What the store does —

/** The store has come to a new revision. */
export function revisionApplied(hub: WatchHub, store: MvccStore, keys: readonly string[], ctx: Context): void {
  const messages = messagesOf(store.revision);
  if (keys.length === 1) {
    for (const number of rangesWith(hub.table, keys[0] as string)) tellGroup(hub, store, number, keys, messages, ctx);
    return;
  }
  const concerned = new Map<number, string[]>();
  for (const key of keys) {
    for (const number of rangesWith(hub.table, key)) {
      const own = concerned.get(number);
      if (own === undefined) concerned.set(number, [key]);
      else own.push(key);
    }
  }
  for (const [number, own] of concerned) tellGroup(hub, store, number, own, messages, ctx);
}

/** Time to go on with those who are behind. */
export function catchUpTime(hub: WatchHub, store: MvccStore, ctx: Context): void {
  for (const stream of [...hub.behind]) {
    const watcher = hub.watchers.get(stream);
    // Whoever has not taken the last batch says so when it has.
    if (watcher !== undefined && ctx.streamBacklog(stream) === 0) catchUp(hub, store, stream, watcher, ctx);
  }
}

/** Time for the regular progress. */
export function progressTime(hub: WatchHub, store: MvccStore, progressIntervalMs: number, ctx: Context): void {
  hub.ticking = false;
  const message = ctx.freeze({ kind: 'progress', header: { revision: store.revision } } satisfies EtcdWatchMessage);
  for (const [stream, watcher] of hub.watchers) {
    if (!watcher.progressNotify) continue;
    hub.ticking = true;
    if (watcher.quiet && !hub.behind.has(stream)) tell(stream, message, ctx);
    watcher.quiet = true;
  }
  if (hub.ticking) ctx.setTimer(PROGRESS_TIMER, progressIntervalMs);
}

// — Inside —

function tellGroup(
  hub: WatchHub,
  store: MvccStore,
  number: number,
  keys: readonly string[],
  messages: RevisionMessages,
  ctx: Context,
): void {
  const { revision } = messages;
  let plain: EtcdWatchMessage | undefined;
  let withPrevious: EtcdWatchMessage | undefined;
  for (const stream of hub.groups.get(number)?.streams ?? []) {
    const watcher = hub.watchers.get(stream);
    if (watcher === undefined || hub.behind.has(stream) || revision < watcher.nextRevision) continue;
    if (ctx.streamBacklog(stream) >= MAX_BACKLOG) {
      hub.behind.add(stream);
      watcher.nextRevision = revision;
      continue;
    }
    watcher.quiet = false;
    if (watcher.prevKv) {
      withPrevious ??= eventsMessage(messages, store, keys, true, ctx);
      ctx.streamSend(stream, withPrevious);
    } else {
      plain ??= eventsMessage(messages, store, keys, false, ctx);
      ctx.streamSend(stream, plain);
    }
  }
}

/** Tells the next batch of the history to a watcher that is behind. */
function catchUp(hub: WatchHub, store: MvccStore, stream: StreamId, watcher: Watcher, ctx: Context): void {
  const range = hub.groups.get(watcher.group)?.range;
  if (range === undefined) throw new Error(`The watcher ${stream} has no range.`);
  if (watcher.nextRevision < store.compactRevision) {
    const { compactRevision } = store;
    const reason = 'etcdserver: mvcc: required revision has been compacted';
    cancel(store, stream, { reason, compactRevision }, ctx);
    closeWatch(hub, stream);
    return;
  }
  const lastRevision = Math.min(store.revision, watcher.nextRevision + BATCH_REVISIONS - 1);
  let room = BATCH_MESSAGES;
  while (watcher.nextRevision <= lastRevision && room > 0) {
    const revision = watcher.nextRevision++;
    const keys = keysChangedAt(store, revision).filter((key) => isInRange(key, range));
    if (keys.length === 0) continue;
    room--;
    watcher.quiet = false;
    ctx.streamSend(stream, eventsMessage(messagesOf(revision), store, keys, watcher.prevKv, ctx));
  }
  if (watcher.nextRevision <= store.revision) {
    ctx.setTimer(CATCH_UP_TIMER, BATCH_PAUSE_MS);
    return;
  }
  hub.behind.delete(stream);
  if (!watcher.progressWanted) return;
  watcher.progressWanted = false;
  tell(stream, { kind: 'progress', header: { revision: store.revision } }, ctx);
}

function tell(stream: StreamId, message: EtcdWatchMessage, ctx: Context): void {
  ctx.streamSend(stream, message);
}

/** Ends a watch from this side. */
function cancel(
  store: MvccStore,
  stream: StreamId,
  why: { readonly reason: string; readonly compactRevision?: number },
  ctx: Context,
): void {
  tell(stream, { kind: 'canceled', header: { revision: store.revision }, ...why }, ctx);
  ctx.closeStream(stream);
}

function joinGroup(hub: WatchHub, stream: StreamId, range: KeyRange): number {
  const name = JSON.stringify([range.start, range.end]);
  const known = hub.numbers.get(name);
  if (known !== undefined) {
    hub.groups.get(known)?.streams.add(stream);
    return known;
  }
  const number = hub.nextNumber++;
  hub.numbers.set(name, number);
  hub.groups.set(number, { range: { ...range }, name, streams: new Set([stream]) });
  addRange(hub.table, number, range);
  return number;
}

function leaveGroup(hub: WatchHub, stream: StreamId, number: number): void {
  const group = hub.groups.get(number);
  group?.streams.delete(stream);
  if (group === undefined || group.streams.size > 0) return;
  hub.groups.delete(number);
  hub.numbers.delete(group.name);
  removeRange(hub.table, number, group.range);
}
