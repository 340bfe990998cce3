/**
 * A reflector: lists a collection, watches it from there, and goes on whatever happens to the server or the network
 * (client-go/tools/cache/reflector.go, ListAndWatch).
 *
 * 1. The first list takes what the server has cached (resource version '0'); later ones ask for nothing older than what was
 *    seen. A server that cannot serve this (Expired, Gone, too large a version) is asked again at once without a version,
 *    which means the newest.
 * 2. What was seen never becomes older: a list that is older than asked for is refused. Only a list without a version may
 *    go back, for then the store itself has (a restored backup).
 * 3. A watch that ends, for its time is up or its connection broke, is resumed from the last resource version; nothing is
 *    missed or seen twice. One that is refused or told to slow down is tried again after a back-off, and one that ends with
 *    any other error, or at once without an event, is followed by a list after a back-off.
 * 4. There is one outstanding thing at any time: a list, a watch, or a wait. What belongs to an earlier one is dropped.
 * 5. The next of the API servers is taken when one cannot be reached or is not ready.
 *
 * 6. A watch on which nothing comes any more, not even the bookmark of each minute, is given up and resumed: its connection
 *    must be half-open. That is what HTTP/2 health pings find out (after 30 s and 15 s, golang.org/x/net/http2).
 *
 * Left out: lists in pages and streaming lists (WatchList), and the pings themselves.
 */
import type { Context, Message } from '../../sim/index.ts';
import type { KubernetesObject } from '../api/object.ts';
import type { Resource } from '../api/resource.ts';
import type { Status } from '../api/status.ts';
import type { ObjectList, WatchEvent, WatchRequest } from '../protocol/api.ts';
import { type ApiAccess, apiOutcome, apiRequest } from './api-client.ts';
import { type BackOff, newBackOff, nextWaitMs, REFLECTOR_BACK_OFF } from './back-off.ts';
import { isOlder } from './compare-resource-versions.ts';

/** Plain data. */
export interface ReflectorState {
  readonly name: string;
  readonly resource: Resource;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  phase: Phase;
  /** Counts lists, watches and waits, so that messages of an earlier one can be told apart. */
  attempt: number;
  /** Which of the API servers it talks to, counted on and on. */
  server: number;
  /** '' before the first list. */
  lastResourceVersion: string;
  /** Whether the next list goes without a version, because that of the last could not be served. */
  versionUnavailable: boolean;
  /** Whether there was a first list. */
  synced: boolean;
  readonly backOff: BackOff;
}

type Phase =
  /** The resource version that was asked for. */
  | { readonly is: 'listing'; readonly version: string }
  | {
      readonly is: 'watching';
      readonly stream: number;
      /** On the monotonic clock, microseconds. */
      readonly sinceUs: number;
      /** When something came last; at first, when it began. */
      heardUs: number;
      events: number;
    }
  | { readonly is: 'waiting'; readonly then: 'list' | 'watch' };

/** The continuation of all that reflectors ask. */
export interface ReflectorThen {
  readonly informers: string;
  readonly attempt: number;
}

/** What a reflector has learnt: the whole collection, or one change. */
export type News =
  | { readonly all: readonly KubernetesObject[] }
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubernetesObject };

export type ReflectorMessage = Extract<Message, { then: unknown }>;

/** The server ends a watch after between one and two times this (client-go's defaultMinWatchTimeout). */
const MIN_WATCH_SECONDS = 300;
/** How long a silent watch is believed in: a server sends a bookmark each minute. */
const SILENT_MS = 75_000;
/** A watch that ended sooner than this without an event did not work. */
const VERY_SHORT_WATCH_US = 1_000_000;

export function startReflector(
  ctx: Context,
  access: ApiAccess,
  what: Pick<ReflectorState, 'name' | 'resource' | 'namespace' | 'labelSelector' | 'fieldSelector'>,
): ReflectorState {
  const reflector: ReflectorState = {
    ...what,
    resource: { ...what.resource },
    phase: { is: 'waiting', then: 'list' },
    attempt: 0,
    server: 0,
    lastResourceVersion: '',
    versionUnavailable: false,
    synced: false,
    backOff: newBackOff(REFLECTOR_BACK_OFF),
  };
  list(reflector, access, ctx);
  return reflector;
}

/** Takes a message that bears a `ReflectorThen` of this reflector. */
export function receiveReflected(
  reflector: ReflectorState,
  access: ApiAccess,
  message: ReflectorMessage,
  ctx: Context,
): News | undefined {
  if ((message.then as ReflectorThen).attempt !== reflector.attempt) return undefined;
  const { phase } = reflector;
  if (phase.is === 'listing' && message.type === 'response') return listed(reflector, access, phase, message, ctx);
  if (phase.is === 'watching' && message.type === 'stream') {
    if (message.event === 'message') return watched(reflector, phase, message.body as WatchEvent, ctx);
    if (message.event === 'closed') watchEnded(reflector, access, phase, message.reason, ctx);
  } else if (message.type === 'timer') timeIsUp(reflector, access, ctx);
  return undefined;
}

function list(reflector: ReflectorState, access: ApiAccess, ctx: Context): void {
  const { lastResourceVersion, versionUnavailable, server } = reflector;
  const version = versionUnavailable ? '' : lastResourceVersion === '' ? '0' : lastResourceVersion;
  reflector.phase = { is: 'listing', version };
  const request = { ...selection(reflector), ...(version === '' ? {} : { resourceVersion: version }) };
  apiRequest(ctx, access, { verb: 'list', ...request }, { then: nextThen(reflector), server });
}

function listed(
  reflector: ReflectorState,
  access: ApiAccess,
  { version }: Extract<Phase, { is: 'listing' }>,
  message: Extract<Message, { type: 'response' }>,
  ctx: Context,
): News | undefined {
  const outcome = apiOutcome(message);
  if (!outcome.ok) {
    const { reason, retryAfterSeconds } = outcome;
    if (reason === 'Expired' || reason === 'Gone' || isTooLarge(message)) {
      reflector.versionUnavailable = true;
      if (version !== '') {
        list(reflector, access, ctx);
        return undefined;
      }
    }
    if (reason === 'Unreachable' || reason === 'ServiceUnavailable') reflector.server++;
    wait(reflector, 'list', ctx, retryAfterSeconds);
    // There is nothing of a resource that the server does not know; who waits for a first copy need not wait longer.
    if (reason !== 'NotFound') return undefined;
    reflector.synced = true;
    return { all: [] };
  }
  const { metadata, items } = outcome.object as ObjectList;
  if (version !== '' && isOlder(metadata.resourceVersion, version)) {
    reflector.server++;
    wait(reflector, 'list', ctx);
    return undefined;
  }
  reflector.versionUnavailable = false;
  reflector.lastResourceVersion = metadata.resourceVersion;
  reflector.synced = true;
  watch(reflector, access, ctx);
  return { all: items };
}

/** Whether the server has not seen the version yet; older servers say so in the message alone (isTooLargeResourceVersionError). */
function isTooLarge(message: Extract<Message, { type: 'response' }>): boolean {
  if (!message.ok) return false;
  const { reason, message: text, details } = (message.body as { readonly object: Status }).object;
  if (details?.causes?.some((cause) => cause.reason === 'ResourceVersionTooLarge') === true) return true;
  return reason === 'Timeout' && text.includes('Too large resource version');
}

function watch(reflector: ReflectorState, access: ApiAccess, ctx: Context): void {
  const { servers, user } = access;
  const timeoutSeconds = Math.floor(MIN_WATCH_SECONDS * (1 + ctx.random.unit()));
  const request: WatchRequest = {
    verb: 'watch',
    ...selection(reflector),
    user,
    resourceVersion: reflector.lastResourceVersion,
    allowWatchBookmarks: true,
    timeoutSeconds,
  };
  const server = servers[reflector.server % servers.length];
  if (server === undefined) throw new Error('A reflector needs one API server at least.');
  const stream = ctx.openStream(server, request, { then: nextThen(reflector) });
  reflector.phase = { is: 'watching', stream, sinceUs: ctx.monotonic, heardUs: ctx.monotonic, events: 0 };
  setTimer(reflector, SILENT_MS, ctx);
}

function watched(
  reflector: ReflectorState,
  phase: Extract<Phase, { is: 'watching' }>,
  event: WatchEvent,
  ctx: Context,
): News | undefined {
  phase.events++;
  phase.heardUs = ctx.monotonic;
  if (event.type === 'ERROR') {
    ctx.closeStream(phase.stream);
    watchFailed(reflector, event.object, ctx);
    return undefined;
  }
  reflector.lastResourceVersion = event.object.metadata.resourceVersion;
  return event.type === 'BOOKMARK' ? undefined : event;
}

function watchFailed(reflector: ReflectorState, { reason, details }: Status, ctx: Context): void {
  if (reason === 'ServiceUnavailable') reflector.server++;
  wait(reflector, reason === 'TooManyRequests' ? 'watch' : 'list', ctx, details?.retryAfterSeconds);
}

function watchEnded(
  reflector: ReflectorState,
  access: ApiAccess,
  { sinceUs, events }: Extract<Phase, { is: 'watching' }>,
  reason: 'closed' | 'refused' | 'disconnected',
  ctx: Context,
): void {
  if (reason !== 'closed') reflector.server++;
  if (reason === 'refused') wait(reflector, 'watch', ctx);
  else if (events === 0 && ctx.monotonic - sinceUs < VERY_SHORT_WATCH_US) wait(reflector, 'list', ctx);
  else watch(reflector, access, ctx);
}

function timeIsUp(reflector: ReflectorState, access: ApiAccess, ctx: Context): void {
  const { phase } = reflector;
  if (phase.is === 'watching') {
    const silentMs = (ctx.monotonic - phase.heardUs) / 1000;
    if (silentMs < SILENT_MS) {
      setTimer(reflector, SILENT_MS - silentMs, ctx);
      return;
    }
    ctx.closeStream(phase.stream);
    watch(reflector, access, ctx);
  } else if (phase.is === 'waiting') {
    if (phase.then === 'list') list(reflector, access, ctx);
    else watch(reflector, access, ctx);
  }
}

function wait(reflector: ReflectorState, then: 'list' | 'watch', ctx: Context, atLeastSeconds = 0): void {
  const waitMs = nextWaitMs(reflector.backOff, REFLECTOR_BACK_OFF, ctx.monotonic, ctx.random);
  reflector.phase = { is: 'waiting', then };
  nextThen(reflector);
  setTimer(reflector, Math.max(waitMs, atLeastSeconds * 1000), ctx);
}

/** The one timer of a reflector: the end of a wait, or the next look at whether a watch is silent. */
function setTimer({ name, attempt }: ReflectorState, afterMs: number, ctx: Context): void {
  ctx.setTimer(`informers/${name}`, afterMs, { informers: name, attempt } satisfies ReflectorThen);
}

function nextThen(reflector: ReflectorState): ReflectorThen {
  return { informers: reflector.name, attempt: ++reflector.attempt };
}

function selection({ resource, namespace, labelSelector, fieldSelector }: ReflectorState) {
  const { group, version, plural } = resource;
  return {
    resource: { group, version, plural },
    ...(namespace === undefined ? {} : { namespace }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
}
