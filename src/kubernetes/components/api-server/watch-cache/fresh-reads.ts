/**
 * Reads of the cache that must not be older than a revision.
 *
 * A consistent read asks etcd for its revision only, and waits until the cache has it (KEP-2340): etcd answers in few bytes
 * what the cache already holds. While reads wait, etcd is asked for the progress of the watch, since its revision may
 * be that of a key that the cache does not follow. When the cache does not get there in time, a consistent read goes to etcd
 * after all; any other is told that its revision is too large.
 *
 * Upstream: apiserver/pkg/storage/cacher/watch_cache.go (waitUntilFreshAndBlock), progress/watch_progress.go.
 */
import type { Context } from '../../../../sim/index.ts';
import type { EtcdProgressRequest } from '../../../protocol/etcd.ts';
import type { FreshRead, Then } from '../continuation.ts';
import type { ApiServerState, WaitingRead } from '../server-state.ts';
import { askEtcd } from '../storage/ask-etcd.ts';
import { REGISTRY } from '../storage/registry-key.ts';

/** Asks how new a consistent read has to be; the answer comes as step `revision`. */
export function askRevision(state: ApiServerState, ctx: Context<Then>, read: FreshRead): void {
  // No object has this key: the answer is its header.
  const question = { op: 'range', key: REGISTRY, countOnly: true } as const;
  askEtcd(state, ctx, question, { step: 'revision', read }, read.call.deadlineUs);
}

/** Whether the cache is fresh enough now. If it is not, the read waits, and comes out of `freshReads` or `lateReads`. */
export function isFreshOrWaits(state: ApiServerState, ctx: Context<Then>, read: FreshRead, revision: number): boolean {
  if (state.cache.ready && state.cache.revision >= revision) return true;
  const untilUs = ctx.monotonic + state.options.watchCache.freshnessTimeoutMs * 1000;
  state.waiting.push({ read, revision, untilUs });
  if (!state.progressing) setProgressTimer(state, ctx);
  return false;
}

/** Takes out the reads for which the cache is fresh enough by now. */
export function freshReads(state: ApiServerState): readonly WaitingRead[] {
  const { cache, waiting } = state;
  if (waiting.length === 0 || !cache.ready) return [];
  const fresh = waiting.filter(({ revision }) => revision <= cache.revision);
  if (fresh.length > 0) state.waiting = waiting.filter(({ revision }) => revision > cache.revision);
  return fresh;
}

/** Takes out the reads that have waited long enough, and asks for progress on behalf of the others. */
export function lateReads(state: ApiServerState, ctx: Context<Then>): readonly WaitingRead[] {
  state.progressing = false;
  const late = state.waiting.filter(({ untilUs }) => untilUs <= ctx.monotonic);
  if (late.length > 0) state.waiting = state.waiting.filter(({ untilUs }) => untilUs > ctx.monotonic);
  if (state.waiting.length === 0) return late;
  const { stream } = state.cache;
  if (stream !== undefined) ctx.streamSend(stream.id, { progressRequest: true } satisfies EtcdProgressRequest);
  setProgressTimer(state, ctx);
  return late;
}

function setProgressTimer(state: ApiServerState, ctx: Context<Then>): void {
  state.progressing = true;
  ctx.setTimer('progress', state.options.watchCache.progressEveryMs, { kind: 'progress' });
}
