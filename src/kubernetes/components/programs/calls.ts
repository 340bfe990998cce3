/** Calls of a program to others, over its node's network. */
import type { Context, Message } from '../../../sim/index.ts';
import type {
  ContainerArgs,
  HttpRequest,
  HttpResponse,
  TrafficRequest,
  TrafficResult,
} from '../../protocol/container.ts';
import type { Target } from './target.ts';

/** The next source port of each new connection; Linux takes them from 32768 to 60999. */
export interface Dialer {
  nextPort: number;
}

const FIRST_PORT = 32_768;
const LAST_PORT = 60_999;

/** Begins anywhere, for containers of one pod share their address. */
export function newDialer(ctx: Context): Dialer {
  return { nextPort: ctx.random.integer(FIRST_PORT, LAST_PORT) };
}

/** The source port of a connection that has not been before (not for a long time, that is). */
export function newConnection(dialer: Dialer): number {
  const port = dialer.nextPort;
  dialer.nextPort = port === LAST_PORT ? FIRST_PORT : port + 1;
  return port;
}

/** Asks a target; the outcome comes as a `response` with `then`. */
export function call(
  ctx: Context,
  { pod, network }: ContainerArgs,
  target: Target,
  sourcePort: number,
  options: { readonly timeoutMs: number; readonly then: unknown },
): void {
  const payload: HttpRequest = { method: 'GET', path: target.path };
  const traffic = {
    protocol: 'TCP',
    source: { ip: pod.ip, port: sourcePort },
    destination: { ip: target.ip, port: target.port },
    payload,
  } as const;
  ctx.request(network, { traffic } satisfies TrafficRequest, options);
}

/** `status` is 200 where the answer has none. */
export type CallOutcome =
  | { readonly ok: true; readonly status: number }
  | { readonly ok: false; readonly failure: CallFailure };

/** `network`: the node's own network does not work. */
export type CallFailure = 'timeout' | 'refused' | 'unreachable' | 'reset' | 'network';

export function callOutcome(message: Extract<Message, { type: 'response' }>): CallOutcome {
  if (!message.ok) return { ok: false, failure: message.failure === 'timeout' ? 'timeout' : 'network' };
  const result = message.body as TrafficResult;
  if (result.ok) return { ok: true, status: (result.payload as Partial<HttpResponse> | null)?.status ?? 200 };
  switch (result.error) {
    case 'ECONNREFUSED':
      return { ok: false, failure: 'refused' };
    case 'EHOSTUNREACH':
      return { ok: false, failure: 'unreachable' };
    case 'ECONNRESET':
      return { ok: false, failure: 'reset' };
    case 'ETIMEDOUT':
      return { ok: false, failure: 'timeout' };
    default:
      throw new Error(`program: no such error: ${JSON.stringify(result.error satisfies never)}`);
  }
}
