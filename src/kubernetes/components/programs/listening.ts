/**
 * Listening on ports: asked of the node's network until it is granted.
 *
 * 1. A network that does not answer, or does not know the pod's address (yet), is asked again each second.
 * 2. A port that another process holds is asked for a few times more (the other may be on its way out); then the program ends
 *    with code 1, as servers do.
 */
import type { Context, Message } from '../../../sim/index.ts';
import type { ContainerArgs, ListenRequest, ListenResult } from '../../protocol/container.ts';

export interface Socket {
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

/** What the request and its timer carry. */
export interface ListenThen {
  readonly for: 'listen';
  readonly socket: Socket;
  /** How often another process was found to hold the port. */
  readonly refusals: number;
}

const ANSWER_MS = 5000;
const AGAIN_MS = 1000;
const MOST_REFUSALS = 5;

/** The ports that the container declares. */
export function declaredSockets({ ports }: ContainerArgs): Socket[] {
  return ports.flatMap(({ containerPort: port, protocol }) =>
    protocol === 'TCP' || protocol === 'UDP' ? [{ port, protocol }] : [],
  );
}

export function listenOn(sockets: readonly Socket[], ctx: Context): void {
  for (const socket of sockets) ask({ for: 'listen', socket, refusals: 0 }, ctx);
}

/** Takes an outcome or a timer of its own. True once the socket is there. */
export function listenStep(then: ListenThen, message: Message, ctx: Context): boolean {
  if (message.type === 'timer') {
    ask(then, ctx);
    return false;
  }
  if (message.type !== 'response') return false;
  const result = message.ok ? (message.body as ListenResult) : undefined;
  if (result?.ok === true) return true;
  const { protocol, port } = then.socket;
  const inUse = result?.error === 'EADDRINUSE';
  const refusals = then.refusals + (inUse ? 1 : 0);
  if (refusals > MOST_REFUSALS) {
    ctx.note('program-failed', { message: `listen ${protocol} :${port}: address already in use` });
    ctx.exit(1);
    return false;
  }
  ctx.setTimer(`listen-${protocol}-${port}`, AGAIN_MS, { for: 'listen', socket: { port, protocol }, refusals });
  return false;
}

function ask({ socket, refusals }: ListenThen, ctx: Context): void {
  const { pod, network } = ctx.args as ContainerArgs;
  const { port, protocol } = socket;
  const then: ListenThen = { for: 'listen', socket: { port, protocol }, refusals };
  const listen: ListenRequest = { listen: { ip: pod.ip, port, protocol } };
  ctx.request(network, listen, { timeoutMs: ANSWER_MS, then });
}
