/**
 * A change on its way to those who watch.
 *
 * 1. A watcher is told of a change if its selection holds before or after it: an object that enters the selection is ADDED,
 *    one that leaves it DELETED, with the state that it had (apiserver/pkg/storage/cacher/cache_watcher.go, convertToWatchEvent).
 * 2. Each form of an event is encoded once, whoever gets it.
 * 3. A watcher that does not keep up is ended, and nobody waits for it.
 */
import type { Context } from '../../../../sim/index.ts';
import type { WatchEvent } from '../../../protocol/api.ts';
import type { Then } from '../continuation.ts';
import { type Selection, selects } from '../selection.ts';
import type { ApiServerState } from '../server-state.ts';
import { atRevision } from '../storage/stored-object.ts';
import type { Collection } from '../watch-cache/collection.ts';
import type { CacheEvent } from '../watch-cache/event-history.ts';
import { endWatch } from './end-watch.ts';
import type { Watcher } from './watcher.ts';
import { concernedBy } from './watcher-index.ts';

export function dispatch(state: ApiServerState, ctx: Context<Then>, { watchers }: Collection, event: CacheEvent): void {
  const added: Watcher[] = [];
  const modified: Watcher[] = [];
  const deleted: Watcher[] = [];
  for (const stream of concernedBy(watchers, event)) {
    const watcher = state.watchers.get(stream);
    if (watcher === undefined || event.revision <= watcher.sentRevision) continue;
    const type = typeFor(watcher.selection, event);
    if (type === 'ADDED') added.push(watcher);
    else if (type === 'MODIFIED') modified.push(watcher);
    else if (type === 'DELETED') deleted.push(watcher);
  }
  sendToAll(state, ctx, added, 'ADDED', event);
  sendToAll(state, ctx, modified, 'MODIFIED', event);
  sendToAll(state, ctx, deleted, 'DELETED', event);
}

/** The event as a watcher with this selection sees it; undefined: it does not. */
export function eventFor(selection: Selection, event: CacheEvent): WatchEvent | undefined {
  const type = typeFor(selection, event);
  return type === undefined ? undefined : formOf(type, event);
}

/** Sends to one watcher, unless it is too slow. */
export function deliver(state: ApiServerState, ctx: Context<Then>, watcher: Watcher, event: WatchEvent): void {
  if (ctx.streamBacklog(watcher.stream) > watcher.maxBacklog) endWatch(state, ctx, watcher);
  else ctx.streamSend(watcher.stream, event);
}

type EventType = CacheEvent['type'];

function typeFor(selection: Selection, { type, object, previous }: CacheEvent): EventType | undefined {
  const now = type !== 'DELETED' && selects(selection, object);
  const before = previous !== undefined && selects(selection, previous);
  if (now) return before ? 'MODIFIED' : 'ADDED';
  return before ? 'DELETED' : undefined;
}

function formOf(type: EventType, { object, previous, revision, type: change }: CacheEvent): WatchEvent {
  const leaves = type === 'DELETED' && change !== 'DELETED' && previous !== undefined;
  return { type, object: leaves ? atRevision(previous, revision) : object };
}

function sendToAll(
  state: ApiServerState,
  ctx: Context<Then>,
  watchers: readonly Watcher[],
  type: EventType,
  event: CacheEvent,
): void {
  if (watchers.length === 0) return;
  const form = formOf(type, event);
  const body = watchers.length === 1 ? form : ctx.freeze(form);
  for (const watcher of watchers) {
    watcher.sentRevision = event.revision;
    deliver(state, ctx, watcher, body);
  }
}
