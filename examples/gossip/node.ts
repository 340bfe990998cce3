/**
 * A node: publishes messages of its own, hears those of others, and gives each to its application once.
 *
 * The two ways in which messages spread are in rumours.ts and anti-entropy.ts. What the application is given is a note,
 * for the checks to see.
 *
 * Left out: a disk. A node that crashes forgets what it has delivered, and what nobody has heard yet.
 */
import type { Actor, Address, Context } from 'wavetank/sim';
import { compare, planAntiEntropy, sendDigest, supply } from './anti-entropy.ts';
import type { NodeArgs, NodeState } from './node-state.ts';
import type { Gossip, Item } from './protocol.ts';
import { heat, planRumours, tellRumours } from './rumours.ts';

/** A note: a message was given to this node's application. */
export interface Delivered extends Item {
  readonly by: 'publisher' | 'rumour' | 'repair';
}

export const node: Actor<NodeState, Gossip> = {
  start(ctx) {
    const { antiEntropy } = ctx.args as NodeArgs;
    planPublishing(ctx);
    planRumours(ctx);
    if (antiEntropy) planAntiEntropy(ctx);
    return { published: 0, known: new Map(), hot: new Map() };
  },

  receive(state, message, ctx) {
    if (message.type === 'timer') act(state, message.key, ctx);
    if (message.type === 'message') hear(state, message.from, message.body, ctx);
    return state;
  },
};

function act(state: NodeState, timer: string, ctx: Context): void {
  switch (timer) {
    case 'publish':
      publish(state, ctx);
      break;
    case 'rumours':
      tellRumours(state, ctx);
      planRumours(ctx);
      break;
    case 'anti-entropy':
      sendDigest(state, ctx);
      planAntiEntropy(ctx);
      break;
    default:
      throw new Error(`No timer is called "${timer}".`);
  }
}

function hear(state: NodeState, from: Address, gossip: Gossip, ctx: Context): void {
  switch (gossip.type) {
    case 'rumour':
      deliver(state, gossip.item, 'rumour', ctx);
      break;
    case 'digest':
      compare(state, from, gossip.ids, ctx);
      break;
    case 'repair':
      for (const item of gossip.items) deliver(state, item, 'repair', ctx);
      supply(state, from, gossip.wanted, ctx);
      break;
    default:
      gossip satisfies never;
  }
}

function planPublishing(ctx: Context): void {
  ctx.setTimer('publish', ctx.random.integer(100, 1000));
}

function publish(state: NodeState, ctx: Context): void {
  const { messages } = ctx.args as NodeArgs;
  state.published++;
  const item: Item = { id: `${ctx.host}#${state.published}`, text: `word ${state.published} of ${ctx.host}` };
  ctx.note('published', item);
  deliver(state, item, 'publisher', ctx);
  if (state.published < messages) planPublishing(ctx);
}

function deliver(state: NodeState, { id, text }: Item, by: Delivered['by'], ctx: Context): void {
  if (state.known.has(id)) return;
  state.known.set(id, text);
  heat(state, id);
  ctx.note('delivered', { id, text, by } satisfies Delivered);
}
