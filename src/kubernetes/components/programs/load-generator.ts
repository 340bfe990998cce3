/**
 * A load generator: what a service's users see, in numbers.
 *
 * Settings, from the environment or the image: TARGET, `http://address:port/path`; RATE, requests per second at even distances
 * (default 1), or CONCURRENCY, so many users who each ask again when they have been answered; TIMEOUT_MS (default
 * 1,000); DURATION (default: for ever); KEEP_ALIVE, one connection for each user instead of a new one for each request.
 *
 * 1. A note `load` tells of all so far, and of what is new (`recent`), each 10 s and at the end; the state has all numbers at
 *    any time (`counts`).
 * 2. After DURATION, or SIGTERM, it sends no more, waits for what is under way, and exits with 0.
 * 3. An answer counts as failed from status 400 on.
 */
import type { Actor, Context, Message } from '../../../sim/index.ts';
import type { ContainerArgs, ExecResult } from '../../protocol/container.ts';
import { call, callOutcome, type Dialer, newConnection, newDialer } from './calls.ts';
import { inputOf } from './inbox.ts';
import { count, type LoadCounts, loadNote, noLoad } from './load-counts.ts';
import { type LoadSettings, loadSettings } from './load-settings.ts';

export interface LoadGeneratorState {
  /** Undefined if they are wrong: it exits. */
  readonly settings: LoadSettings | undefined;
  readonly dialer: Dialer;
  /** The source ports of connections that are kept, by user. */
  readonly connections: number[];
  /** When the next request is due, by the monotonic clock in microseconds; for RATE. */
  nextAt: number;
  inFlight: number;
  stopping: boolean;
  /** Since the last note. */
  recent: LoadCounts;
  /** Of all so far. */
  readonly counts: LoadCounts;
}

export type LoadThen =
  /** `sentAt`: by the monotonic clock, in microseconds. */
  | { readonly for: 'answer'; readonly user: number; readonly sentAt: number }
  | { readonly for: 'send' | 'note' | 'end' }
  | { readonly for: 'again'; readonly user: number };

const NOTE_EVERY_MS = 10_000;
/** A user who is refused at once does not ask again at once. */
const AFTER_FAILURE_MS = 100;

export const loadGenerator: Actor<LoadGeneratorState, unknown, LoadThen> = {
  start(ctx) {
    const settings = loadSettings(ctx.args as ContainerArgs);
    const dialer = newDialer(ctx);
    if (typeof settings === 'string') {
      ctx.note('program-failed', { message: settings });
      ctx.exit(1);
    } else begin(settings, ctx);
    return {
      settings: typeof settings === 'string' ? undefined : settings,
      dialer,
      connections: [],
      nextAt: ctx.monotonic,
      inFlight: 0,
      stopping: false,
      recent: noLoad(),
      counts: noLoad(),
    };
  },

  receive(state, message, ctx) {
    const input = inputOf(message);
    if (input !== undefined) {
      switch (input.kind) {
        case 'traffic':
          ctx.refuse(input.request, 'a load generator is no server');
          return state;
        case 'exec':
          ctx.reply(input.request, { exitCode: 0, stdout: '' } satisfies ExecResult);
          return state;
        case 'signal':
          if (input.signal !== 'SIGHUP') stop(state, ctx);
          return state;
        default:
          throw new Error(`load-generator: no such input: ${JSON.stringify(input satisfies never)}`);
      }
    }
    if (message.type === 'request') ctx.refuse(message.id, 'no such request');
    const { settings } = state;
    if (settings === undefined) return state;
    if (message.type === 'timer') timeIsUp(state, settings, message.then, ctx);
    if (message.type === 'response' && message.then.for === 'answer') answered(state, message, message.then, ctx);
    return state;
  },
};

function begin({ rate, concurrency, durationMs }: LoadSettings, ctx: Context): void {
  ctx.setTimer('note', NOTE_EVERY_MS, { for: 'note' });
  if (durationMs !== undefined) ctx.setTimer('end', durationMs, { for: 'end' });
  // Many generators that start at one instant shall not ask at one instant.
  if (concurrency === 0) ctx.setTimer('send', ctx.random.unit() * (1000 / rate), { for: 'send' });
  for (let user = 0; user < concurrency; user++)
    ctx.setTimer(`user-${user}`, ctx.random.unit(), { for: 'again', user });
}

function timeIsUp(state: LoadGeneratorState, settings: LoadSettings, then: LoadThen, ctx: Context): void {
  switch (then.for) {
    case 'send':
      if (state.stopping) return;
      send(state, settings, 0, ctx);
      scheduleNext(state, settings, ctx);
      return;
    case 'again':
      if (!state.stopping) send(state, settings, then.user, ctx);
      return;
    case 'note':
      note(state, ctx);
      ctx.setTimer('note', NOTE_EVERY_MS, { for: 'note' });
      return;
    case 'end':
      stop(state, ctx);
      return;
    case 'answer':
      return;
    default:
      throw new Error(`load-generator: no such timer: ${JSON.stringify(then satisfies never)}`);
  }
}

/** By the clock, not from now on: a generator that was paused catches up only with one request. */
function scheduleNext(state: LoadGeneratorState, { rate }: LoadSettings, ctx: Context): void {
  const periodUs = 1_000_000 / rate;
  state.nextAt = Math.max(state.nextAt + periodUs, ctx.monotonic);
  ctx.setTimer('send', (state.nextAt - ctx.monotonic) / 1000, { for: 'send' });
}

function send(
  state: LoadGeneratorState,
  { target, timeoutMs, keepAlive }: LoadSettings,
  user: number,
  ctx: Context,
): void {
  let port = keepAlive ? state.connections[user] : undefined;
  if (port === undefined) {
    port = newConnection(state.dialer);
    if (keepAlive) state.connections[user] = port;
  }
  state.inFlight++;
  state.recent.sent++;
  state.counts.sent++;
  const then: LoadThen = { for: 'answer', user, sentAt: ctx.monotonic };
  call(ctx, ctx.args as ContainerArgs, target, port, { timeoutMs, then });
}

function answered(
  state: LoadGeneratorState,
  message: Extract<Message, { type: 'response' }>,
  { user, sentAt }: Extract<LoadThen, { for: 'answer' }>,
  ctx: Context,
): void {
  const outcome = callOutcome(message);
  state.inFlight--;
  count(state.recent, outcome, ctx.monotonic - sentAt);
  count(state.counts, outcome, ctx.monotonic - sentAt);
  if (!outcome.ok && state.settings?.keepAlive === true) {
    // A connection that has failed is not used again.
    state.connections[user] = newConnection(state.dialer);
  }
  if (state.stopping) {
    exitOnceIdle(state, ctx);
    return;
  }
  const { concurrency = 0 } = state.settings ?? {};
  if (concurrency > 0) ctx.setTimer(`user-${user}`, outcome.ok ? 0 : AFTER_FAILURE_MS, { for: 'again', user });
}

function stop(state: LoadGeneratorState, ctx: Context): void {
  if (state.stopping) return;
  state.stopping = true;
  ctx.cancelTimer('send');
  exitOnceIdle(state, ctx);
}

function exitOnceIdle(state: LoadGeneratorState, ctx: Context): void {
  if (state.inFlight > 0) return;
  note(state, ctx);
  ctx.exit(0);
}

function note(state: LoadGeneratorState, ctx: Context): void {
  const { pod } = ctx.args as ContainerArgs;
  ctx.note('load', {
    pod: `${pod.namespace}/${pod.name}`,
    target: state.settings?.target.url ?? '',
    ...loadNote(state.counts),
    recent: loadNote(state.recent),
  });
  state.recent = noLoad();
}
