/**
 * The API server: what clients ask for (protocol/api.ts), from and into etcd (protocol/etcd.ts), with a cache that follows the
 * whole registry and serves reads and watches.
 *
 * 1. An answer to a write means that etcd has committed it; an answer that says so may not (`Timeout`, `InternalError` of a
 *    request that timed out) leaves it open, as upstream's does.
 * 2. A read without a resource version is as new as etcd was when it was asked.
 * 3. A watch tells every change in its selection once, in the order of resource versions, or ends.
 * 4. The server keeps nothing that it cannot read again: a crash loses only what was under way.
 *
 * Follow a request: route-request.ts, a file of verbs/, the question in storage/ask-etcd.ts, resume.ts, settle.ts. Follow an event:
 * watch-cache/follow-etcd.ts, apply-events.ts, watching/dispatch.ts.
 *
 * Left out: authentication and authorization, admission webhooks, priority and fairness, server-side apply and managed fields,
 * custom resources, create on update, and lists that stream.
 */
import type { Actor, Context, Message } from '../../../sim/index.ts';
import type { ApiRequest } from '../../protocol/api.ts';
import type { Then } from './continuation.ts';
import { SERVED_KINDS } from './known-kinds.ts';
import { bootstrap, readsNowFresh, readsTooLate, resume } from './resume.ts';
import { routeRequest } from './route-request.ts';
import { type ApiServerArgs, completeOptions } from './server-options.ts';
import { type ApiServerState, newState } from './server-state.ts';
import { settle } from './settle.ts';
import { ask, etcdOutcome } from './storage/ask-etcd.ts';
import { claimCompaction, setCompactionTimer } from './storage/compact.ts';
import { cacheStreamMessage, fillCache, keepAlive, openStream } from './watch-cache/follow-etcd.ts';
import { forgetWatch } from './watching/end-watch.ts';
import { openWatch, sendBookmark, sendBookmarks, watchTimeIsUp } from './watching/open-watch.ts';

export type { ApiServerArgs } from './server-options.ts';

export const apiServer: Actor<ApiServerState, unknown, Then> = {
  start(ctx) {
    const state = newState(completeOptions(ctx.args as ApiServerArgs), SERVED_KINDS);
    fillCache(state, ctx);
    setCompactionTimer(state, ctx);
    return state;
  },

  receive(state, message, ctx) {
    switch (message.type) {
      case 'request':
        settle(state, ctx, routeRequest(state, ctx, message.id, message.body as ApiRequest));
        return state;
      case 'response':
        response(state, ctx, message);
        return state;
      case 'stream':
        stream(state, ctx, message);
        return state;
      case 'timer':
        timer(state, ctx, message.then);
        return state;
      case 'message':
      case 'disk':
      case 'exit':
        // It has no children and no disk, and expects no datagrams.
        return state;
      default:
        throw new Error(`There is no message '${String((message satisfies never as Message).type)}'.`);
    }
  },
};

type Of<Type extends Message['type']> = Extract<Message<unknown, Then>, { type: Type }>;

function response(state: ApiServerState, ctx: Context<Then>, message: Of<'response'>): void {
  const { then } = message;
  if (then.kind !== 'etcd') throw new Error(`Nothing was asked on behalf of '${then.kind}'.`);
  const outcome = etcdOutcome(state, ctx, message, then.question);
  if (outcome !== undefined) settle(state, ctx, resume(state, ctx, then.question.step, outcome));
}

function stream(state: ApiServerState, ctx: Context<Then>, message: Of<'stream'>): void {
  if (message.event === 'opened') {
    openWatch(state, ctx, message);
  } else if (message.then?.kind === 'cache-watch') {
    cacheStreamMessage(state, ctx, message, message.then.generation);
    if (state.waiting.length > 0) settle(state, ctx, readsNowFresh(state, ctx));
  } else if (message.event === 'closed') {
    forgetWatch(state, ctx, message.stream);
  }
}

function timer(state: ApiServerState, ctx: Context<Then>, then: Then): void {
  switch (then.kind) {
    case 'ask-again':
      ask(state, ctx, then.question);
      return;
    case 'fill-cache':
      fillCache(state, ctx);
      return;
    case 'follow':
      openStream(state, ctx);
      return;
    case 'progress':
      settle(state, ctx, readsTooLate(state, ctx));
      return;
    case 'keep-alive':
      keepAlive(state, ctx, then.stream, then.asked);
      return;
    case 'bookmarks':
      sendBookmarks(state, ctx);
      return;
    case 'watch-bookmark':
      sendBookmark(state, ctx, then.stream);
      return;
    case 'watch-end':
      watchTimeIsUp(state, ctx, then.stream);
      return;
    case 'bootstrap':
      settle(state, ctx, bootstrap(state, ctx));
      return;
    case 'compact':
      claimCompaction(state, ctx);
      return;
    case 'etcd':
    case 'cache-watch':
      throw new Error(`No timer is set for '${then.kind}'.`);
    default:
      throw new Error(`There is no timer '${String((then satisfies never as Then).kind)}'.`);
  }
}
