/**
 * How the cache lives: it reads the whole registry once, and follows it by one watch from there on.
 *
 * 1. A watch that breaks is opened again where it ended, at the next member: nothing is lost, watchers notice nothing.
 * 2. When what it needs has been compacted meanwhile, all is read again, and the watchers are ended: they cannot be told
 *    what happened in between (upstream: Cacher.startCaching and its terminateAllWatchers).
 *
 * Upstream has one such watch for each resource; one for all gives them the same revision, and costs one stream.
 */
import type { Address, Context, StreamMessage } from '../../../../sim/index.ts';
import type { EtcdProgressRequest, EtcdWatchMessage, EtcdWatchRequest } from '../../../protocol/etcd.ts';
import type { Then } from '../continuation.ts';
import type { ApiServerState } from '../server-state.ts';
import { askEtcd, type EtcdOutcome, rangeOf } from '../storage/ask-etcd.ts';
import { REGISTRY, REGISTRY_END } from '../storage/registry-key.ts';
import { endAllWatches } from '../watching/end-watch.ts';
import { applyEvents, replaceAll } from './apply-events.ts';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5000;
/** How long the watch may be silent, and how long an answer may take then. */
const PING_AFTER_MS = 30_000;
const PING_TIMEOUT_MS = 10_000;
/** How long reading the whole registry may take. */
const FILL_TIMEOUT_US = 60_000_000;

/** Reads everything. Until it is there, reads of the cache are refused. */
export function fillCache(state: ApiServerState, ctx: Context<Then>): void {
  const { cache } = state;
  cache.ready = false;
  cache.generation++;
  closeStream(state, ctx);
  const step = { step: 'fill-cache', generation: cache.generation } as const;
  askEtcd(state, ctx, { op: 'range', key: REGISTRY, rangeEnd: REGISTRY_END }, step, ctx.monotonic + FILL_TIMEOUT_US);
}

/** Takes what was read. True: the cache is ready now. */
export function cacheFilled(
  state: ApiServerState,
  ctx: Context<Then>,
  generation: number,
  outcome: EtcdOutcome,
): boolean {
  const { cache } = state;
  if (generation !== cache.generation) return false;
  if (!outcome.ok) {
    ctx.setTimer('fill-cache', backOff(cache.failures++), { kind: 'fill-cache' });
    return false;
  }
  endAllWatches(state, ctx);
  replaceAll(state, rangeOf(outcome.response).kvs, outcome.revision);
  cache.failures = 0;
  cache.ready = true;
  openStream(state, ctx);
  return true;
}

/** Takes a message of the watch. */
export function cacheStreamMessage(
  state: ApiServerState,
  ctx: Context<Then>,
  message: StreamMessage<unknown, Then>,
  generation: number,
): void {
  const { cache } = state;
  if (generation !== cache.generation || message.stream !== cache.stream?.id) return;
  cache.heardUs = ctx.monotonic;
  if (message.event === 'closed') {
    cache.stream = undefined;
    leaveMember(state, message.from);
    ctx.setTimer('follow', backOff(cache.failures++), { kind: 'follow' });
  } else if (message.event === 'message') {
    cacheWatchMessage(state, ctx, message.body as EtcdWatchMessage);
  }
}

/** Goes on where the last watch ended. */
export function openStream(state: ApiServerState, ctx: Context<Then>): void {
  const { cache, options } = state;
  if (cache.stream !== undefined || !cache.ready) return;
  const to = options.etcd[state.member % options.etcd.length];
  if (to === undefined) throw new Error('The API server knows no member of etcd.');
  const watch = { key: REGISTRY, rangeEnd: REGISTRY_END, startRevision: cache.revision + 1, progressNotify: true };
  const then: Then = { kind: 'cache-watch', generation: cache.generation };
  const id = ctx.openStream(to, { watch } satisfies EtcdWatchRequest, { then, window: 1024 });
  cache.stream = { id, to };
  cache.heardUs = ctx.monotonic;
  setKeepAliveTimer(ctx, id, PING_AFTER_MS);
}

/**
 * Finds out that the way to etcd is gone when nothing is said any more: a watch that only listens never would. After 30 s of
 * silence etcd is asked for an answer, and without one in 10 s the connection is given up
 * (apiserver/pkg/storage/storagebackend/factory/etcd3.go, keepaliveTime and keepaliveTimeout).
 */
export function keepAlive(state: ApiServerState, ctx: Context<Then>, id: number, asked: boolean): void {
  const { cache } = state;
  const { stream } = cache;
  if (stream?.id !== id) return;
  const silentMs = Math.floor((ctx.monotonic - cache.heardUs) / 1000);
  if (silentMs < PING_AFTER_MS) {
    setKeepAliveTimer(ctx, id, PING_AFTER_MS - silentMs);
  } else if (!asked) {
    ctx.streamSend(id, { progressRequest: true } satisfies EtcdProgressRequest);
    ctx.setTimer('keep-alive', PING_TIMEOUT_MS, { kind: 'keep-alive', stream: id, asked: true });
  } else {
    ctx.disconnect(stream.to);
    closeStream(state, ctx);
    leaveMember(state, stream.to);
    openStream(state, ctx);
  }
}

function setKeepAliveTimer(ctx: Context<Then>, stream: number, afterMs: number): void {
  ctx.setTimer('keep-alive', afterMs, { kind: 'keep-alive', stream, asked: false });
}

/** Goes to the next member, unless that has happened already. */
function leaveMember(state: ApiServerState, member: Address): void {
  const { etcd } = state.options;
  if (etcd[state.member % etcd.length] === member) state.member++;
}

function cacheWatchMessage(state: ApiServerState, ctx: Context<Then>, message: EtcdWatchMessage): void {
  const { cache } = state;
  switch (message.kind) {
    case 'created':
      cache.failures = 0;
      return;
    case 'events':
      applyEvents(state, ctx, message.events);
      return;
    case 'progress':
      cache.revision = Math.max(cache.revision, message.header.revision);
      return;
    case 'canceled':
      if (message.compactRevision !== undefined) {
        fillCache(state, ctx);
      } else {
        closeStream(state, ctx);
        state.member++;
        ctx.setTimer('follow', backOff(cache.failures++), { kind: 'follow' });
      }
      return;
    default:
      throw new Error(
        `There is no message '${String((message satisfies never as EtcdWatchMessage).kind)}' of a watch.`,
      );
  }
}

function closeStream({ cache }: ApiServerState, ctx: Context<Then>): void {
  if (cache.stream !== undefined) ctx.closeStream(cache.stream.id);
  cache.stream = undefined;
}

function backOff(failures: number): number {
  let ms = FIRST_RETRY_MS;
  for (let i = 0; i < failures && ms < LAST_RETRY_MS; i++) ms *= 2;
  return Math.min(ms, LAST_RETRY_MS);
}
