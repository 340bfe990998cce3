/** What goes on when etcd has answered: from the step that asked to the function that continues it. */
import type { Context } from '../../../sim/index.ts';
import { PENDING, refused } from './answer.ts';
import { bootstrapCalls } from './bootstrap.ts';
import type { Done, Step, Then } from './continuation.ts';
import { internalError, tooLarge } from './refusal.ts';
import { begin } from './route-request.ts';
import type { ApiServerState, WaitingRead } from './server-state.ts';
import type { EtcdOutcome } from './storage/ask-etcd.ts';
import { compactionClaimed } from './storage/compact.ts';
import { changeRead, changeWritten } from './verbs/change-object.ts';
import { created, namespaceRead } from './verbs/create.ts';
import { getFromCache, gotFromEtcd } from './verbs/get.ts';
import { listFromCache, pageRead, readPage } from './verbs/list.ts';
import { cacheFilled } from './watch-cache/follow-etcd.ts';
import { freshReads, isFreshOrWaits, lateReads } from './watch-cache/fresh-reads.ts';

export function resume(state: ApiServerState, ctx: Context<Then>, step: Step, outcome: EtcdOutcome): readonly Done[] {
  switch (step.step) {
    case 'get':
      return [gotFromEtcd(step.call, outcome)];
    case 'list':
      return [pageRead(step.read, outcome)];
    case 'revision':
      return revisionKnown(state, ctx, step, outcome);
    case 'namespace':
      return namespaceRead(state, ctx, step.call, outcome);
    case 'create':
      return created(state, ctx, step.creation, step.claims, outcome);
    case 'read':
      return changeRead(state, ctx, step.change, outcome);
    case 'write':
      return changeWritten(state, ctx, step, outcome);
    case 'fill-cache':
      if (!cacheFilled(state, ctx, step.generation, outcome)) return PENDING;
      return [...readsNowFresh(state, ctx), ...bootstrap(state, ctx)];
    case 'compact-check':
      compactionClaimed(state, ctx, step.time, outcome);
      return PENDING;
    case 'compact':
      return PENDING;
    default:
      throw new Error(`There is no step '${String((step satisfies never as Step).step)}'.`);
  }
}

/** Makes what every cluster has. */
export function bootstrap(state: ApiServerState, ctx: Context<Then>): readonly Done[] {
  return bootstrapCalls(state, ctx).flatMap((call) => begin(state, ctx, call));
}

/** The reads for which the cache has become fresh enough. */
export function readsNowFresh(state: ApiServerState, ctx: Context<Then>): readonly Done[] {
  return freshReads(state).flatMap((waiting) => readFromCache(state, ctx, waiting));
}

/** The reads that have waited in vain. */
export function readsTooLate(state: ApiServerState, ctx: Context<Then>): readonly Done[] {
  return lateReads(state, ctx).flatMap(({ read, revision }) => {
    const { call, fallback } = read;
    const { request } = call;
    if (!fallback || request.verb === 'get') return [refused(call, tooLarge(revision, state.cache.revision))];
    return readPage(state, ctx, { ...call, request }, { continued: false });
  });
}

function revisionKnown(
  state: ApiServerState,
  ctx: Context<Then>,
  { read }: Extract<Step, { step: 'revision' }>,
  outcome: EtcdOutcome,
): readonly Done[] {
  if (!outcome.ok) return [refused(read.call, internalError(outcome.message))];
  const { revision } = outcome;
  return isFreshOrWaits(state, ctx, read, revision) ? readFromCache(state, ctx, { read }) : PENDING;
}

function readFromCache(state: ApiServerState, _: Context<Then>, { read }: Pick<WaitingRead, 'read'>): readonly Done[] {
  const { call } = read;
  const { request } = call;
  if (request.verb === 'get') return [getFromCache(state, { ...call, request })];
  return [listFromCache(state, { ...call, request })];
}
