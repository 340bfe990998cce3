/**
 * The server: counts pings, each once, however often it is asked.
 *
 * It remembers which pings it has counted (`dedupe`). Without this memory, a ping whose pong was lost is asked again and
 * counted again: retries make delivery at-least-once, and only the server can make of it exactly-once counting.
 *
 * Left out: a disk. A server that crashes forgets what it has counted; quorum-register shows how not to.
 */
import type { Actor } from 'wavetank/sim';
import type { Ping, Pong } from './ping.ts';

export interface ServerArgs {
  /** Whether to remember what was counted. Without it: the planted bug. */
  readonly dedupe: boolean;
}

export interface ServerState {
  count: number;
  readonly seen: Set<number>;
}

export const server: Actor<ServerState, Ping> = {
  start: () => ({ count: 0, seen: new Set() }),

  receive(state, message, ctx) {
    if (message.type !== 'message') return state;
    const { dedupe } = ctx.args as ServerArgs;
    const { id } = message.body;
    if (dedupe && state.seen.has(id)) {
      ctx.note('seen before', { id });
    } else {
      state.seen.add(id);
      state.count++;
      ctx.note('counted', { id });
    }
    ctx.send(message.from, { id } satisfies Pong);
    return state;
  },
};
