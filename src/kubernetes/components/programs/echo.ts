/**
 * An echo server, and so a link of any chain of services: for each request it works a while, calls what it is told to call, all
 * at once, and answers 200 if all of them did.
 *
 * Settings, from the environment or the image: PORT (default: the declared ports, or 8080); WORK_MS, the time for a request;
 * CALLS, targets separated by commas; TIMEOUT_MS of these calls (default 1,000); FAIL_RATE, the share of requests that it
 * answers 500; DRAIN_MS, how long it accepts requests after SIGTERM (default 0).
 *
 * 1. After SIGTERM and DRAIN_MS it refuses new requests, finishes those that it has, and exits with 0.
 * 2. A call that has no answer in time makes the answer a 504, any other failure a 502.
 * 3. `/healthz` answers 200 while it runs, `/ready` 503 from SIGTERM on. Neither is counted, works or calls.
 */
import type { Actor, Context, Message, RequestId } from '../../../sim/index.ts';
import type { ContainerArgs, ExecResult, HttpRequest, HttpResponse, Packet } from '../../protocol/container.ts';
import { call, callOutcome, type Dialer, newConnection, newDialer } from './calls.ts';
import { type EchoSettings, echoSettings } from './echo-settings.ts';
import { inputOf } from './inbox.ts';
import { type ListenThen, listenOn, listenStep } from './listening.ts';

export interface EchoState {
  readonly settings: EchoSettings;
  readonly dialer: Dialer;
  readonly inFlight: Map<number, Exchange>;
  nextExchange: number;
  /** Requests answered, by status. */
  readonly answers: Map<number, number>;
  phase: 'serving' | 'draining' | 'closed';
}

/** A request under way. */
interface Exchange {
  readonly request: RequestId;
  readonly path: string;
  /** One for each of CALLS, in their order; undefined until its outcome has come. */
  readonly results: (string | undefined)[];
  pending: number;
  status: number;
}

export type EchoThen =
  | ListenThen
  | { readonly for: 'work'; readonly exchange: number }
  | { readonly for: 'call'; readonly exchange: number; readonly index: number }
  | { readonly for: 'drained' };

export const echo: Actor<EchoState, unknown, EchoThen> = {
  start(ctx) {
    const { settings, problems } = echoSettings(ctx.args as ContainerArgs);
    if (problems.length > 0) {
      ctx.note('program-failed', { message: problems.join('; ') });
      ctx.exit(1);
    } else listenOn(settings.sockets, ctx);
    return {
      settings,
      dialer: newDialer(ctx),
      inFlight: new Map(),
      nextExchange: 1,
      answers: new Map(),
      phase: 'serving',
    };
  },

  receive(state, message, ctx) {
    const input = inputOf(message);
    if (input !== undefined) {
      switch (input.kind) {
        case 'traffic':
          accept(state, input.request, input.packet, ctx);
          return state;
        case 'exec':
          ctx.reply(input.request, { exitCode: 0, stdout: '' } satisfies ExecResult);
          return state;
        case 'signal':
          if (input.signal !== 'SIGHUP') drain(state, ctx);
          return state;
        default:
          throw new Error(`echo: no such input: ${JSON.stringify(input satisfies never)}`);
      }
    }
    if (message.type === 'request') ctx.refuse(message.id, 'no such request');
    if ((message.type !== 'timer' && message.type !== 'response') || message.then === undefined) return state;
    ownOutcome(state, message.then, message, ctx);
    return state;
  },
};

function ownOutcome(
  state: EchoState,
  then: EchoThen,
  message: Extract<Message, { type: 'timer' | 'response' }>,
  ctx: Context,
): void {
  switch (then.for) {
    case 'listen':
      listenStep(then, message, ctx);
      return;
    case 'work':
      callOthers(state, then.exchange, ctx);
      return;
    case 'call':
      if (message.type === 'response') callReturned(state, then, message, ctx);
      return;
    case 'drained':
      state.phase = 'closed';
      exitOnceIdle(state, ctx);
      return;
    default:
      throw new Error(`echo: no such outcome: ${JSON.stringify(then satisfies never)}`);
  }
}

function accept(state: EchoState, request: RequestId, { payload }: Packet, ctx: Context): void {
  if (state.phase === 'closed') {
    ctx.refuse(request, 'the server is shutting down');
    return;
  }
  const { path = '/' } = (payload ?? {}) as Partial<HttpRequest>;
  if (path === '/healthz' || path === '/ready') {
    const ready = path === '/healthz' || state.phase === 'serving';
    ctx.reply(request, { status: ready ? 200 : 503 } satisfies HttpResponse);
    return;
  }
  const { calls, workMs, failRate } = state.settings;
  const exchange = state.nextExchange++;
  const status = failRate > 0 && ctx.random.chance(failRate) ? 500 : 200;
  const results = calls.map(() => undefined);
  state.inFlight.set(exchange, { request, path, results, pending: calls.length, status });
  if (workMs > 0) ctx.setTimer(`work-${exchange}`, workMs, { for: 'work', exchange });
  else callOthers(state, exchange, ctx);
}

/** Its own work is done. */
function callOthers(state: EchoState, exchange: number, ctx: Context): void {
  const found = state.inFlight.get(exchange);
  if (found === undefined) return;
  const { calls, timeoutMs } = state.settings;
  if (found.status !== 200 || calls.length === 0) {
    respond(state, exchange, found, ctx);
    return;
  }
  calls.forEach((target, index) => {
    const then: EchoThen = { for: 'call', exchange, index };
    call(ctx, ctx.args as ContainerArgs, target, newConnection(state.dialer), { timeoutMs, then });
  });
}

function callReturned(
  state: EchoState,
  { exchange, index }: Extract<EchoThen, { for: 'call' }>,
  message: Extract<Message, { type: 'response' }>,
  ctx: Context,
): void {
  const found = state.inFlight.get(exchange);
  if (found === undefined) return;
  const outcome = callOutcome(message);
  const good = outcome.ok && outcome.status < 400;
  found.results[index] = outcome.ok ? String(outcome.status) : outcome.failure;
  if (!good && found.status !== 504) found.status = !outcome.ok && outcome.failure === 'timeout' ? 504 : 502;
  found.pending--;
  if (found.pending === 0) respond(state, exchange, found, ctx);
}

function respond(state: EchoState, exchange: number, { request, path, results, status }: Exchange, ctx: Context): void {
  const { pod } = ctx.args as ContainerArgs;
  const calls = state.settings.calls.map(({ url }, index) => ({ url, result: results[index] ?? 'not called' }));
  const body = JSON.stringify({ pod: `${pod.namespace}/${pod.name}`, node: ctx.host, path, calls });
  ctx.reply(request, { status, body } satisfies HttpResponse);
  state.inFlight.delete(exchange);
  state.answers.set(status, (state.answers.get(status) ?? 0) + 1);
  if (state.phase === 'closed') exitOnceIdle(state, ctx);
}

function drain(state: EchoState, ctx: Context): void {
  if (state.phase !== 'serving') return;
  const { drainMs } = state.settings;
  state.phase = drainMs > 0 ? 'draining' : 'closed';
  if (drainMs > 0) ctx.setTimer('drained', drainMs, { for: 'drained' });
  else exitOnceIdle(state, ctx);
}

function exitOnceIdle({ inFlight }: EchoState, ctx: Context): void {
  if (inFlight.size === 0) ctx.exit(0);
}
