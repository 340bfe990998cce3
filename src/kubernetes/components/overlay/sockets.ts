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
  const probe = (): ProbeThen => ({ for: 'probe', request: id, from, owner, listen: { ...wanted } });
  const stream = ctx.openStream(owner, null, { then: probe(), channel: `probe-${id}` });
  ctx.setTimer(`probe-${id}`, PROBE_MS, { ...probe(), stream });
}

/** The owner has ended: the socket is free, unless somebody else was faster, or the address is gone. */
export function listenerIsGone(state: OverlayState, then: ProbeThen, ctx: Context): void {
  const { request, from, owner, listen: wanted } = then;
  ctx.cancelTimer(`probe-${request}`);
  if (state.listeners.get(socketKey(wanted)) === owner) state.listeners.delete(socketKey(wanted));
  listen(state, request, from, wanted, ctx);
}

/** The owner has not proved dead within the time, or has hung up itself. */
export function listenerLives({ request, owner, stream }: ProbeThen, ctx: Context): void {
  ctx.cancelTimer(`probe-${request}`);
  // Closed first: the end of its connection must not look like the end of its owner.
  if (stream !== undefined) ctx.closeStream(stream);
  ctx.disconnect(owner, `probe-${request}`);
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
