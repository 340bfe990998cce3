/**
 * The shim: the process that starts a node's containers and hears of their ends, so that the runtime may crash and be
 * restarted while they run. Its one client is the runtime, over one stream.
 *
 * 1. An end that the runtime has not acknowledged is told again to whoever attaches next.
 * 2. What the shim has forgotten by a crash of its own, it does not claim to know: the runtime looks for itself. Ends while the
 *    shim is down are lost; ends of what an earlier shim started are told all the same.
 *
 * Upstream has a shim for each pod (containerd/cmd/containerd-shim-runc-v2); one for each node is what one pays for here.
 */
import type { Actor, Context, Exit, StreamId } from '../../../sim/index.ts';
import type { ContainerArgs } from '../../protocol/container.ts';
import { type ExitReport, exitReport } from './exit-report.ts';
import { tryStartProcess } from './start-process.ts';

export const SHIM = 'containerd-shim';
/** Its name in the world's programs. */
export const SHIM_PROGRAM = 'containerShim';
/** Where the world has the programs that belong to it; what a user adds stands under its bare name. */
const PROGRAM_FOLDER = 'program/';

/** What the runtime says. The body with which it opens the stream is ignored. */
export type ShimCommand =
  | { readonly start: string; readonly program: string; readonly args: ContainerArgs }
  /** An end has been recorded. */
  | { readonly recorded: string };

/** What the shim says; processes are known by their names. */
export type ShimReport =
  | { readonly attached: true; readonly running: readonly Running[]; readonly exited: readonly ExitReport[] }
  | { readonly started: Running }
  | { readonly notStarted: string; readonly message: string }
  | { readonly exited: ExitReport };

export interface Running {
  readonly process: string;
  /** Microseconds on the node's clock. */
  readonly startedAt: number;
}

export interface ShimState {
  readonly running: Map<string, number>;
  readonly exited: Map<string, ExitReport>;
  client: StreamId | undefined;
}

export const containerShim: Actor<ShimState, unknown> = {
  start: () => ({ running: new Map(), exited: new Map(), client: undefined }),

  receive(state, message, ctx) {
    if (message.type === 'exit') processEnded(state, message, ctx);
    if (message.type !== 'stream') return state;
    if (message.event === 'opened') attach(state, message.stream, ctx);
    if (message.event === 'message' && message.stream === state.client) obey(state, message.body as ShimCommand, ctx);
    if (message.event === 'closed' && message.stream === state.client) state.client = undefined;
    return state;
  },
};

function attach(state: ShimState, stream: StreamId, ctx: Context): void {
  state.client = stream;
  const running = [...state.running].map(([process, startedAt]) => ({ process, startedAt }));
  report(state, { attached: true, running, exited: [...state.exited.values()] }, ctx);
}

function obey(state: ShimState, command: ShimCommand, ctx: Context): void {
  if ('recorded' in command) {
    state.exited.delete(command.recorded);
    return;
  }
  const { start: process, program, args } = command;
  const own = tryStartProcess(ctx, { name: process, program: PROGRAM_FOLDER + program, args });
  const problem = own === undefined ? undefined : tryStartProcess(ctx, { name: process, program, args });
  if (problem !== undefined) {
    report(state, { notStarted: process, message: problem }, ctx);
    return;
  }
  state.running.set(process, ctx.now);
  report(state, { started: { process, startedAt: ctx.now } }, ctx);
}

function processEnded(state: ShimState, exit: Exit, ctx: Context): void {
  const process = exit.of.slice(ctx.host.length + 1);
  const exited = exitReport(process, exit, ctx.now);
  state.running.delete(process);
  state.exited.set(process, exited);
  report(state, { exited }, ctx);
}

function report(state: ShimState, what: ShimReport, ctx: Context): void {
  if (state.client !== undefined) ctx.streamSend(state.client, what);
}
