/**
 * Rumour mongering: what is new is pushed to a few peers at random, round by round, until it is old.
 *
 * It is fast and cheap, and it stops: who was out of reach while a rumour was hot never hears it.
 */
import type { Context } from 'wavetank/sim';
import type { NodeArgs, NodeState } from './node-state.ts';
import type { Gossip } from './protocol.ts';

const ROUNDS = 6;
const FANOUT = 2;
const ROUND_MS = 50;

/** It is news, to be told for some rounds. */
export function heat(state: NodeState, id: string): void {
  state.hot.set(id, ROUNDS);
}

export function planRumours(ctx: Context): void {
  ctx.setTimer('rumours', ROUND_MS);
}

/** One round: each hot message goes to some peers. */
export function tellRumours(state: NodeState, ctx: Context): void {
  const { peers } = ctx.args as NodeArgs;
  for (const [id, rounds] of state.hot) {
    const text = state.known.get(id);
    if (text === undefined) throw new Error(`${id} is hot, but not known.`);
    const listeners = ctx.random.shuffle(peers).slice(0, FANOUT);
    ctx.broadcast(listeners, { type: 'rumour', item: { id, text } } satisfies Gossip);
    if (rounds > 1) state.hot.set(id, rounds - 1);
    else state.hot.delete(id);
  }
}
