/**
 * A watch begins: with the present state, with what happened since a revision, or with an error as its only event.
 *
 * A revision that this server has not seen yet is no error: as upstream, the watch says nothing until later changes
 * come (apiserver/pkg/storage/cacher/cacher.go, Watch).
 */
import type { Context, StreamMessage } from '../../../../sim/index.ts';
import { kindOfResource } from '../../../api/kinds/registry.ts';
import { apiVersionOf } from '../../../api/resource.ts';
import { parseResourceVersion } from '../../../api/resource-version.ts';
import type { Status } from '../../../api/status.ts';
import type { WatchEvent, WatchRequest } from '../../../protocol/api.ts';
import type { Then } from '../continuation.ts';
import { servedKind } from '../known-kinds.ts';
import { badRequest, notReady, tooOld, unknownResource } from '../refusal.ts';
import { parseSelection, scopeOf, selects } from '../selection.ts';
import { type ApiServerState, collectionOf } from '../server-state.ts';
import { scopePrefix } from '../storage/registry-key.ts';
import { keysUnder } from '../watch-cache/collection.ts';
import { eventsSince, oldestRevision } from '../watch-cache/event-history.ts';
import { deliver, eventFor } from './dispatch.ts';
import { endWatch } from './end-watch.ts';
import type { Watcher } from './watcher.ts';
import { addWatcher, placeOf } from './watcher-index.ts';

/** How long a watch lasts when its client does not say: between these (apiserver/pkg/endpoints/handlers/get.go). */
const MIN_WATCH_SECONDS = 1800;
const MAX_WATCH_SECONDS = 3600;
/** A last bookmark comes this long before the end. */
const BOOKMARK_BEFORE_END_MS = 2000;

export function openWatch(
  state: ApiServerState,
  ctx: Context<Then>,
  { stream, body }: Extract<StreamMessage<unknown, Then>, { event: 'opened' }>,
): void {
  const request = body as WatchRequest;
  const refused = tryToOpen(state, ctx, stream, request);
  if (refused === undefined) return;
  ctx.streamSend(stream, { type: 'ERROR', object: refused } satisfies WatchEvent);
  ctx.closeStream(stream);
}

function tryToOpen(
  state: ApiServerState,
  ctx: Context<Then>,
  stream: number,
  request: WatchRequest,
): Status | undefined {
  if (request?.verb !== 'watch') return badRequest('a stream is opened by a watch');
  const kind = kindOfResource(request.resource);
  if (kind === undefined) return unknownResource();
  const selection = parseSelection(kind, request);
  if (typeof selection === 'string') return badRequest(selection);
  const revision = parseResourceVersion(request.resourceVersion ?? '');
  if (revision === undefined) return badRequest(`Invalid value: "${request.resourceVersion}": a resource version`);
  if (!state.cache.ready) return notReady();

  const { plural } = kind.resource;
  const collection = collectionOf(state, plural);
  const since = revision === 0 ? [] : eventsSince(collection.history, revision);
  if (since === undefined) return tooOld(revision, oldestRevision(collection.history) - 1);

  const place = placeOf(scopeOf(kind, selection));
  const events = revision === 0 ? presentState(state, plural, selection) : [];
  for (const past of since) {
    const event = eventFor(selection, past);
    if (event !== undefined) events.push(event);
  }
  const watcher: Watcher = {
    stream,
    plural,
    selection,
    place,
    bookmarks: request.allowWatchBookmarks === true,
    sentRevision: Math.max(revision, state.cache.revision),
    maxBacklog: state.options.watchCache.maxBacklog + events.length,
  };
  state.watchers.set(stream, watcher);
  addWatcher(collection.watchers, place, stream);
  for (const event of events) ctx.streamSend(stream, event);
  setTimers(state, ctx, watcher, request.timeoutSeconds);
  return undefined;
}

/** The objects that are there, in the order of their keys. */
function presentState(state: ApiServerState, plural: string, selection: Watcher['selection']): WatchEvent[] {
  const collection = collectionOf(state, plural);
  const events: WatchEvent[] = [];
  for (const key of keysUnder(collection, scopePrefix({ plural }, selection.namespace))) {
    const object = collection.objects.get(key);
    if (object !== undefined && selects(selection, object)) events.push({ type: 'ADDED', object });
  }
  return events;
}

function setTimers(
  state: ApiServerState,
  ctx: Context<Then>,
  watcher: Watcher,
  timeoutSeconds: number | undefined,
): void {
  const { stream, bookmarks } = watcher;
  const seconds =
    timeoutSeconds !== undefined && timeoutSeconds > 0
      ? timeoutSeconds
      : ctx.random.integer(MIN_WATCH_SECONDS, MAX_WATCH_SECONDS);
  ctx.setTimer(`watch-end/${stream}`, seconds * 1000, { kind: 'watch-end', stream });
  if (!bookmarks) return;
  const lastBookmarkMs = seconds * 1000 - BOOKMARK_BEFORE_END_MS;
  if (lastBookmarkMs > 0) ctx.setTimer(`watch-bookmark/${stream}`, lastBookmarkMs, { kind: 'watch-bookmark', stream });
  if (!state.bookmarking) setBookmarkTimer(state, ctx);
}

/** The time of a watch is up. */
export function watchTimeIsUp(state: ApiServerState, ctx: Context<Then>, stream: number): void {
  const watcher = state.watchers.get(stream);
  if (watcher !== undefined) endWatch(state, ctx, watcher);
}

/** Tells one watcher how far it is. */
export function sendBookmark(state: ApiServerState, ctx: Context<Then>, stream: number): void {
  const watcher = state.watchers.get(stream);
  if (watcher === undefined || state.cache.revision < watcher.sentRevision) return;
  deliver(state, ctx, watcher, bookmarkFor(watcher.plural, state.cache.revision));
}

/** Tells all that asked for it how far they are, each minute while there are any; encoded once for each resource. */
export function sendBookmarks(state: ApiServerState, ctx: Context<Then>): void {
  state.bookmarking = false;
  const bodies = new Map<string, WatchEvent>();
  let any = false;
  for (const watcher of [...state.watchers.values()]) {
    if (!watcher.bookmarks) continue;
    any = true;
    if (state.cache.revision < watcher.sentRevision) continue;
    const body = bodies.get(watcher.plural) ?? ctx.freeze(bookmarkFor(watcher.plural, state.cache.revision));
    bodies.set(watcher.plural, body);
    deliver(state, ctx, watcher, body);
  }
  if (any) setBookmarkTimer(state, ctx);
}

function setBookmarkTimer(state: ApiServerState, ctx: Context<Then>): void {
  state.bookmarking = true;
  ctx.setTimer('bookmarks', state.options.watchCache.bookmarkEveryMs, { kind: 'bookmarks' });
}

function bookmarkFor(plural: string, revision: number): WatchEvent {
  const { resource } = servedKind(plural);
  const metadata = { resourceVersion: String(revision) };
  return { type: 'BOOKMARK', object: { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata } };
}
