/** The end of watches: by the client, by the clock, or because the server cannot go on with them. */
import type { Context } from '../../../../sim/index.ts';
import type { Then } from '../continuation.ts';
import { type ApiServerState, collectionOf } from '../server-state.ts';
import type { Watcher } from './watcher.ts';
import { removeWatcher } from './watcher-index.ts';

/** Forgets a watch and its timers; the stream is the caller's. Does nothing if there is none of this number. */
export function forgetWatch(state: ApiServerState, ctx: Context<Then>, stream: number): void {
  const watcher = state.watchers.get(stream);
  if (watcher === undefined) return;
  state.watchers.delete(stream);
  removeWatcher(collectionOf(state, watcher.plural).watchers, watcher.place, stream);
  ctx.cancelTimer(`watch-end/${stream}`);
  ctx.cancelTimer(`watch-bookmark/${stream}`);
}

/** Ends it after what it was sent: the client lists again, or goes on from what it knows. */
export function endWatch(state: ApiServerState, ctx: Context<Then>, { stream }: Watcher): void {
  forgetWatch(state, ctx, stream);
  ctx.closeStream(stream);
}

export function endAllWatches(state: ApiServerState, ctx: Context<Then>): void {
  for (const watcher of [...state.watchers.values()]) endWatch(state, ctx, watcher);
}
