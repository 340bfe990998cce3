/** Hands what is done to those who wait for it, and goes on with what waits behind it. */
import type { Context } from '../../../sim/index.ts';
import { bootstrapped } from './bootstrap.ts';
import type { Done, Then } from './continuation.ts';
import type { ApiServerState } from './server-state.ts';
import { deletedOne, deleteListed } from './verbs/delete-collection.ts';

export function settle(state: ApiServerState, ctx: Context<Then>, done: readonly Done[]): void {
  // A loop, not a recursion: a collection may be long.
  const rest = [...done];
  for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
    if ('toDelete' in next) {
      rest.push(...deleteListed(state, ctx, next));
      continue;
    }
    const { caller, response } = next;
    if (caller.kind === 'client') ctx.reply(caller.id, response);
    else if (caller.kind === 'collection') rest.push(...deletedOne(state, ctx, caller.id, next));
    else bootstrapped(ctx, next);
  }
}
