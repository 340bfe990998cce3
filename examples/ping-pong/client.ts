/**
 * The client: asks one ping after another, and asks again until it is answered.
 *
 * Silence does not say whether the ping has arrived: perhaps only the pong was lost. So the next ping and the same ping
 * again are one and the same code: what is asked is always the first ping without an answer.
 *
 * Left out: a disk. A client that crashes begins again with ping 1.
 */
import type { Actor } from 'wavetank/sim';
import type { Ping, Pong } from './ping.ts';

export interface ClientArgs {
  /** The address of the server. */
  readonly server: string;
  /** How many pings to get answered. */
  readonly pings: number;
}

export interface ClientState {
  answered: number;
}

const PAUSE_MS = 100;
const RETRY_AFTER_MS = 300;

export const client: Actor<ClientState, Pong> = {
  start(ctx) {
    ctx.setTimer('ask', PAUSE_MS);
    return { answered: 0 };
  },

  receive(state, message, ctx) {
    const { server, pings } = ctx.args as ClientArgs;
    const next = state.answered + 1;
    if (message.type === 'timer') {
      ctx.send(server, { id: next } satisfies Ping);
      ctx.setTimer('ask', RETRY_AFTER_MS);
    }
    // Pongs may come twice, and late; setting the timer again replaces the retry.
    if (message.type === 'message' && message.body.id === next) {
      state.answered = next;
      if (next < pings) ctx.setTimer('ask', PAUSE_MS);
      else ctx.cancelTimer('ask');
    }
    return state;
  },
};
