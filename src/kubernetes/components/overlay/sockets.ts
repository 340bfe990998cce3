/**
 * Who listens where. A real kernel closes the sockets of a process that ends; here nobody is told, so that a socket's
 * owner is asked when another wants its port: a stream to a process that has ended closes at once.
 */
import type { Address, Context } from '../../../sim/index.ts';
import type { ListenRequest, ListenResult } from '../../protocol/container.ts';
import type { OverlayState, OverlayThen } from './overlay-state.ts';

/** The file that remembers sockets through a crash of this process: a line of JSON each, `null` for a closed one. */
export const SOCKETS_FILE = 'overlay/sockets';

/** How long the owner of a socket has to prove dead. Its stream is refused within microseconds, if it is. */
const PROBE_MS = 10;

type Listen = ListenRequest['listen'];
type ProbeThen = Extract<OverlayThen, { for: 'probe' }>;

export const socketKey = ({ protocol, ip, port }: Listen): string => `${protocol} ${ip}:${port}`;

export function listen(state: OverlayState, id: number, from: Address, wanted: Listen, ctx: Context): void {
  const answer = (result: ListenResult): void => ctx.reply(id, result);
  if (wanted.ip !== state.nodeIp && !state.pool.held.has(wanted.ip)) {
    answer({ ok: false, error: 'EADDRNOTAVAIL' });
    return;
  }
  const owner = state.listeners.get(socketKey(wanted));
  if (owner === undefined || owner === from) {
    take(state, wanted, from, ctx);
    answer({ ok: true });
    return;
  }
  const then: ProbeThen = { for: 'probe', request: id, from, listen: { ...wanted } };
  ctx.openStream(owner, null, { then, channel: `probe-${id}` });
  ctx.setTimer(`probe-${id}`, PROBE_MS, { ...then, listen: { ...wanted } } satisfies ProbeThen);
}

/** The owner has ended: the socket is free. */
export function listenerIsGone(state: OverlayState, { request, from, listen: wanted }: ProbeThen, ctx: Context): void {
  ctx.cancelTimer(`probe-${request}`);
  take(state, wanted, from, ctx);
  ctx.reply(request, { ok: true } satisfies ListenResult);
}

export function listenerLives(state: OverlayState, { request, listen: wanted }: ProbeThen, ctx: Context): void {
  const owner = state.listeners.get(socketKey(wanted));
  if (owner !== undefined) ctx.disconnect(owner, `probe-${request}`);
  ctx.reply(request, { ok: false, error: 'EADDRINUSE' } satisfies ListenResult);
}

/** The address goes: so do its sockets. */
export function forgetListeners(state: OverlayState, ip: string, ctx: Context): void {
  for (const key of state.listeners.keys()) {
    if (!key.includes(` ${ip}:`)) continue;
    state.listeners.delete(key);
    record(key, null, ctx);
  }
}

function take(state: OverlayState, wanted: Listen, by: Address, ctx: Context): void {
  state.listeners.set(socketKey(wanted), by);
  record(socketKey(wanted), by, ctx);
}

function record(key: string, owner: Address | null, ctx: Context): void {
  const bytes = new TextEncoder().encode(`${JSON.stringify([key, owner])}\n`);
  const then: OverlayThen = { for: 'record' };
  ctx.disk({ kind: 'append', file: SOCKETS_FILE, bytes }, { then });
}
