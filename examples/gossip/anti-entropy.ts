/**
 * Anti-entropy: from time to time a node compares all that it has with one peer at random, and both get what they lack.
 *
 * It is slow and costs even if there is nothing to do, but it never stops: whatever was missed is made up for, once
 * the two can talk. Push and pull take three datagrams: digest, repair, repair. A lost one costs only another round.
 *
 * Left out: digests that are smaller than the list of all messages (checksums, recent lists, Merkle trees).
 */
import type { Address, Context } from 'wavetank/sim';
import type { NodeArgs, NodeState } from './node-state.ts';
import type { Gossip, Item } from './protocol.ts';

const EVERY_MS = 200;

export function planAntiEntropy(ctx: Context): void {
  // Nodes that were started together should not all speak at once.
  ctx.setTimer('anti-entropy', ctx.random.integer(EVERY_MS / 2, (EVERY_MS * 3) / 2));
}

/** First step. */
export function sendDigest(state: NodeState, ctx: Context): void {
  const { peers } = ctx.args as NodeArgs;
  ctx.send(ctx.random.choice(peers), { type: 'digest', ids: [...state.known.keys()] } satisfies Gossip);
}

/** Second step: a peer has said what it has. */
export function compare(state: NodeState, peer: Address, ids: readonly string[], ctx: Context): void {
  const theirs = new Set(ids);
  const items = itemsOf(
    state,
    [...state.known.keys()].filter((id) => !theirs.has(id)),
  );
  const wanted = ids.filter((id) => !state.known.has(id));
  if (items.length + wanted.length > 0) ctx.send(peer, { type: 'repair', items, wanted } satisfies Gossip);
}

/** Third step: a peer has said what it lacks. */
export function supply(state: NodeState, peer: Address, wanted: readonly string[], ctx: Context): void {
  const items = itemsOf(state, wanted);
  if (items.length > 0) ctx.send(peer, { type: 'repair', items, wanted: [] } satisfies Gossip);
}

function itemsOf(state: NodeState, ids: readonly string[]): Item[] {
  return ids.flatMap((id) => {
    const text = state.known.get(id);
    return text === undefined ? [] : [{ id, text }];
  });
}
