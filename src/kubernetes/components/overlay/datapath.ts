/** The way of a packet: rules, routes, sockets. */
import type { Context, Message } from '../../../sim/index.ts';
import type { IncomingTraffic, Packet, TrafficResult } from '../../protocol/container.ts';
import type { ForwardedTraffic } from '../../protocol/node-network.ts';
import { overlayOf } from '../../protocol/places.ts';
import { backendFor } from './connection-tracking.ts';
import type { OverlayState, OverlayThen } from './overlay-state.ts';
import { hostFor } from './routes.ts';
import { type Origin, ruleFor } from './rule-table.ts';
import { socketKey } from './sockets.ts';

/** Longer than any sender waits: a connection has no time-out of its own but that of its break. */
const NEVER_MS = 600_000;

/** A packet from a process of this node, or one that has come to this node's own address. */
export function forward(state: OverlayState, id: number, packet: Packet, ctx: Context, origin: Origin = 'here'): void {
  const rule = ruleFor(state.table, packet, state.nodeIp, origin);
  if (rule === 'refused') {
    refuse(id, 'ECONNREFUSED', `no service has port ${packet.destination.port}`, ctx);
    return;
  }
  if (rule === undefined) {
    route(state, id, packet, ctx);
    return;
  }
  const backend = backendFor(state.tracking, packet, rule, ctx.monotonic, ctx.random);
  if (backend === undefined) {
    // What is dropped has no answer: its sender's own time-out ends the wait.
    if (rule.dropsWithoutEndpoints === true) return;
    refuse(id, 'ECONNREFUSED', `service ${rule.name} has no endpoints`, ctx);
    return;
  }
  route(state, id, { ...packet, destination: { ...backend } }, ctx);
}

/** A packet from another node: to a pod or to this node's own address, whose node ports are served too. */
export function receiveForwarded(state: OverlayState, id: number, packet: Packet, ctx: Context): void {
  if (packet.destination.ip === state.nodeIp) forward(state, id, packet, ctx, 'elsewhere');
  else deliver(state, id, packet, ctx);
}

function route(state: OverlayState, id: number, packet: Packet, ctx: Context): void {
  const { ip } = packet.destination;
  const host = ip === state.nodeIp || state.pool.held.has(ip) ? ctx.host : hostFor(state.routes, ip);
  if (host === ctx.host) {
    deliver(state, id, packet, ctx);
    return;
  }
  if (host === undefined) {
    refuse(id, 'EHOSTUNREACH', `no route to ${ip}`, ctx);
    return;
  }
  const then: OverlayThen = { for: 'tunnel', request: id };
  ctx.request(overlayOf(host), { forwarded: packet } satisfies ForwardedTraffic, { timeoutMs: NEVER_MS, then });
}

function deliver(state: OverlayState, id: number, packet: Packet, ctx: Context): void {
  const { protocol, destination } = packet;
  if (destination.ip !== state.nodeIp && !state.pool.held.has(destination.ip)) {
    refuse(id, 'EHOSTUNREACH', `${ctx.host} has no pod with address ${destination.ip}`, ctx);
    return;
  }
  const listener = state.listeners.get(socketKey({ protocol, ip: destination.ip, port: destination.port }));
  if (listener === undefined) {
    refuse(id, 'ECONNREFUSED', `nobody listens on port ${destination.port}`, ctx);
    return;
  }
  const then: OverlayThen = { for: 'traffic', request: id };
  ctx.request(listener, { incoming: packet } satisfies IncomingTraffic, { timeoutMs: NEVER_MS, then });
}

/** An answer comes back: from a listener of this node (its bare payload), or from another node (a result). */
export function trafficAnswered(
  then: Extract<OverlayThen, { for: 'traffic' | 'tunnel' }>,
  message: Extract<Message, { type: 'response' }>,
  ctx: Context,
): void {
  if (message.ok) {
    const result = then.for === 'tunnel' ? message.body : ({ ok: true, payload: message.body } satisfies TrafficResult);
    ctx.reply(then.request, result);
    return;
  }
  switch (message.failure) {
    case 'refused':
      // No listener refuses on behalf of a node: its network is away.
      refuse(then.request, then.for === 'tunnel' ? 'EHOSTUNREACH' : 'ECONNREFUSED', message.reason, ctx);
      return;
    case 'disconnected':
      refuse(then.request, 'ECONNRESET', message.reason, ctx);
      return;
    case 'timeout':
      refuse(then.request, 'ETIMEDOUT', message.reason, ctx);
      return;
    default:
      throw new Error(`overlay: no such failure: ${JSON.stringify(message.failure satisfies never)}`);
  }
}

function refuse(id: number, error: Extract<TrafficResult, { ok: false }>['error'], reason: string, ctx: Context): void {
  ctx.reply(id, { ok: false, error, reason } satisfies TrafficResult);
}
