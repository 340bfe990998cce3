/**
 * A node's own network: what its kernel, its CNI plugin and its route daemon do on a real one, in one actor.
 *
 * 1. Sandboxes get addresses of the node's pod CIDR and keep them until they are given back; the record is on disk, so
 *    that a crash of this process forgets none (a real kernel has no such crash).
 * 2. Every pod reaches every pod, and every node, under its own address: packets go straight to the node that the routes
 *    name, as in Kubernetes' network model. Routes follow the Node objects that this node has heard of, and may be stale.
 * 3. Connections to a service's address go to one of its endpoints, chosen by this node's rules when they begin
 *    (connection-tracking.ts). Rules live as long as this process does; kube-proxy writes them again.
 * 4. What nobody listens to is refused at once; what has no route is unreachable.
 *
 * Left out: packets (traffic is requests and answers), so TCP's own states, MTU, and masquerading; network policies.
 */
import type { Actor, Address, Context, Message } from '../../../sim/index.ts';
import type { Node } from '../../api/object.ts';
import { NODES } from '../../api/resource.ts';
import { Informers } from '../../client/informers.ts';
import type { RulesWatch } from '../../protocol/node-network.ts';
import { emptyPool } from './address-pool.ts';
import { answerCni, cniDiskDone } from './cni.ts';
import { noConnections } from './connection-tracking.ts';
import { forward, receiveForwarded, trafficAnswered } from './datapath.ts';
import type { OverlayArgs, OverlayRequest, OverlayState, OverlayThen } from './overlay-state.ts';
import { beginRecovery, recoveryStep } from './recovery.ts';
import { changeRoutes, noRoutes, routesDiffer } from './routes.ts';
import { changeRules, noRules } from './rule-table.ts';
import { listen, listenerIsGone, listenerLives } from './sockets.ts';

const INFORMERS = new Informers({ nodes: { resource: NODES } });

export const overlay: Actor<OverlayState, unknown, unknown> = {
  start(ctx) {
    const { api, nodeIp } = ctx.args as OverlayArgs;
    beginRecovery(ctx);
    return {
      nodeIp,
      informers: INFORMERS.start(ctx, api),
      pool: emptyPool(),
      routes: noRoutes(),
      table: noRules(),
      tracking: noConnections(),
      listeners: new Map(),
      waiting: [],
      unread: 0,
    };
  },

  receive(state, message, ctx) {
    const deltas = INFORMERS.receive(state.informers, message, ctx);
    if (deltas !== undefined) {
      for (const { object, previous, type } of deltas) {
        followNode(state, previous as Node | undefined, object as Node, type, ctx);
      }
      return state;
    }
    if (message.type === 'request') {
      if (state.waiting === undefined) answer(state, message.id, message.from, message.body, ctx);
      else state.waiting.push({ id: message.id, from: message.from, body: message.body });
    } else ownOutcome(state, message, ctx);
    return state;
  },
};

function ownOutcome(state: OverlayState, message: Message<unknown, unknown>, ctx: Context): void {
  if (message.type === 'stream' && message.event === 'opened') {
    // Somebody watches the rules (it has nothing to be told), or takes us for a program.
    if ((message.body as Partial<RulesWatch> | null)?.watchRules !== true) ctx.closeStream(message.stream);
    return;
  }
  if (!('then' in message) || message.then === undefined) return;
  const then = message.then as OverlayThen;
  switch (then.for) {
    case 'list':
    case 'read':
      if (message.type === 'disk') recoveryStep(state, then, message.result, ctx);
      if (state.unread === 0) answerWaiting(state, ctx);
      return;
    case 'cni':
      if (message.type === 'disk') cniDiskDone(state, then, message.result, ctx);
      return;
    case 'record':
      return;
    case 'traffic':
    case 'tunnel':
      if (message.type === 'response') trafficAnswered(then, message, ctx);
      return;
    case 'probe':
      if (message.type === 'timer') listenerLives(then, ctx);
      else if (message.type === 'stream' && message.event === 'closed') {
        if (message.reason === 'closed') listenerLives(then, ctx);
        else listenerIsGone(state, then, ctx);
      }
      return;
    default:
      throw new Error(`overlay: an outcome of nothing: ${JSON.stringify(then satisfies never)}`);
  }
}

function answer(state: OverlayState, id: number, from: Address, body: unknown, ctx: Context): void {
  const request = body as OverlayRequest;
  if ('traffic' in request) forward(state, id, request.traffic, ctx);
  else if ('forwarded' in request) receiveForwarded(state, id, request.forwarded, ctx);
  else if ('listen' in request) listen(state, id, from, request.listen, ctx);
  else if ('cni' in request) answerCni(state, id, request, ctx);
  else if ('rules' in request) {
    changeRules(state.table, request.rules);
    ctx.reply(id, { ok: true });
  } else ctx.refuse(id, `overlay: no such request: ${Object.keys(request satisfies never).join(', ')}`);
}

function answerWaiting(state: OverlayState, ctx: Context): void {
  const { waiting } = state;
  if (waiting === undefined) return;
  state.waiting = undefined;
  for (const { id, from, body } of waiting) answer(state, id, from, body, ctx);
}

function followNode(
  state: OverlayState,
  previous: Node | undefined,
  node: Node,
  type: 'added' | 'updated' | 'deleted',
  ctx: Context,
): void {
  if (type === 'updated' && previous !== undefined && !routesDiffer(previous, node)) return;
  if (type === 'deleted') changeRoutes(state.routes, node, undefined);
  else changeRoutes(state.routes, previous, node);
  if (node.metadata.name === ctx.host && type !== 'deleted') state.pool.cidr = node.spec.podCIDR ?? state.pool.cidr;
}
