/**
 * The program of every image that has no other: listens on the ports that its container declares and answers everything, or
 * does whatever its configuration or its command line says about time and exit codes.
 */
import { type Actor, type Context, compileDistribution, type Distribution } from '../../../sim/index.ts';
import type { ContainerArgs, ExecResult, HttpResponse } from '../../protocol/container.ts';
import { commandPlan } from './command-plan.ts';
import { inputOf } from './inbox.ts';
import { declaredSockets, type ListenThen, listenOn, listenStep } from './listening.ts';

/** What an image may say; plain data. */
export interface GenericConfig {
  /** How long after its start it begins to listen. Default: at once. */
  readonly startMs?: Distribution;
  /** How long it answers 503, and 1 to commands, after its start. Default 0. */
  readonly notReadyMs?: number;
  /** Ends by itself after so long. */
  readonly exitAfterMs?: number;
  /** With this code. Default 0. */
  readonly exitCode?: number;
  /** Ends after `exitAfterMs` (default 1 s) with `exitCode` (default 1). */
  readonly crashLoop?: boolean;
  /** Goes on after SIGTERM, until it is killed. */
  readonly ignoreSigterm?: boolean;
  /** How long it takes to end after SIGTERM. Default 0. */
  readonly shutdownMs?: number;
}

export interface GenericState {
  ready: boolean;
  listening: number;
  answered: number;
}

export type GenericThen =
  | ListenThen
  | { readonly for: 'begin' | 'ready' }
  | { readonly for: 'exit'; readonly code: number };

const CRASH_AFTER_MS = 1000;

export const generic: Actor<GenericState, unknown, GenericThen> = {
  start(ctx) {
    const args = ctx.args as ContainerArgs;
    const { startMs = 0, notReadyMs = 0 } = configOf(ctx);
    const delayUs = compileDistribution(startMs)(ctx.random);
    if (delayUs > 0) ctx.setTimer('begin', delayUs / 1000, { for: 'begin' });
    else listenOn(declaredSockets(args), ctx);
    if (notReadyMs > 0) ctx.setTimer('ready', notReadyMs, { for: 'ready' });
    planExit(args, ctx);
    return { ready: notReadyMs <= 0, listening: 0, answered: 0 };
  },

  receive(state, message, ctx) {
    const input = inputOf(message);
    if (input !== undefined) {
      switch (input.kind) {
        case 'traffic':
          state.answered++;
          ctx.reply(input.request, responseOf(state));
          return state;
        case 'exec':
          ctx.reply(input.request, { exitCode: state.ready ? 0 : 1, stdout: '' } satisfies ExecResult);
          return state;
        case 'signal':
          if (input.signal !== 'SIGHUP') shutDown(ctx);
          return state;
        default:
          throw new Error(`generic: no such input: ${JSON.stringify(input satisfies never)}`);
      }
    }
    if (message.type === 'request') ctx.refuse(message.id, 'no such request');
    if ((message.type !== 'timer' && message.type !== 'response') || message.then === undefined) return state;
    ownOutcome(state, message.then, message, ctx);
    return state;
  },
};

function ownOutcome(
  state: GenericState,
  then: GenericThen,
  message: Parameters<typeof listenStep>[1],
  ctx: Context,
): void {
  switch (then.for) {
    case 'listen':
      if (listenStep(then, message, ctx)) state.listening++;
      return;
    case 'begin':
      listenOn(declaredSockets(ctx.args as ContainerArgs), ctx);
      return;
    case 'ready':
      state.ready = true;
      return;
    case 'exit':
      ctx.exit(then.code);
      return;
    default:
      throw new Error(`generic: no such outcome: ${JSON.stringify(then satisfies never)}`);
  }
}

function planExit(args: ContainerArgs, ctx: Context): void {
  const { exitAfterMs, exitCode, crashLoop = false } = configOf(ctx);
  const plan = commandPlan([...args.command, ...args.args]);
  const afterMs = exitAfterMs ?? (crashLoop ? CRASH_AFTER_MS : plan?.afterMs);
  if (afterMs === undefined) return;
  const code = exitCode ?? (crashLoop ? 1 : (plan?.exitCode ?? 0));
  ctx.setTimer('exit', afterMs, { for: 'exit', code });
}

function shutDown(ctx: Context): void {
  const { ignoreSigterm = false, shutdownMs = 0 } = configOf(ctx);
  if (ignoreSigterm) return;
  if (shutdownMs <= 0) ctx.exit(0);
  else ctx.setTimer('exit', shutdownMs, { for: 'exit', code: 0 });
}

function responseOf({ ready }: GenericState): HttpResponse {
  return ready ? { status: 200, body: 'ok' } : { status: 503, body: 'not ready' };
}

function configOf(ctx: Context): GenericConfig {
  return ((ctx.args as ContainerArgs).config ?? {}) as GenericConfig;
}
