/**
 * The runtime's end of its stream to the shim, and what it finds out by it.
 *
 * 1. The stream is opened again whenever it ends; a shim that does not run is started.
 * 2. After each attachment every container of which the shim knows nothing, though its process may run, is looked for
 *    (process-search.ts).
 */
import type { Context, Message } from '../../../sim/index.ts';
import { containerEnded, containerStarted, startFailed } from './container-lifecycle.ts';
import { lookFor } from './process-search.ts';
import type { ContainerRecord } from './records.ts';
import type { RuntimeState } from './runtime-state.ts';
import type { RuntimeThen } from './runtime-then.ts';
import { type Running, SHIM, SHIM_PROGRAM, type ShimReport } from './shim.ts';
import { attachShim } from './shim-stream.ts';
import { tryStartProcess } from './start-process.ts';

const REATTACH_MS = 100;

/** The stream has ended. */
export function shimLost(
  state: RuntimeState,
  message: Extract<Message, { type: 'stream'; event: 'closed' }>,
  ctx: Context,
): void {
  if (message.stream !== state.shim.stream) return;
  state.shim.stream = undefined;
  state.shim.attached = false;
  if (message.reason !== 'refused') {
    attachShim(state, ctx);
    return;
  }
  const problem = tryStartProcess(ctx, { name: SHIM, program: SHIM_PROGRAM, args: null });
  if (problem === undefined) {
    state.shim.startedHere = true;
    attachShim(state, ctx);
    return;
  }
  // It runs after all: the refusal was its connection's. Anything else is a mistake of who made the world.
  if (!problem.includes('already')) throw new Error(`runtime: the shim cannot be started: ${problem}`);
  ctx.setTimer('reattach', REATTACH_MS, { for: 'reattach' } satisfies RuntimeThen);
}

export function shimReports(state: RuntimeState, report: ShimReport, ctx: Context): void {
  if ('attached' in report) attached(state, report, ctx);
  else if ('started' in report) containerStarted(state, report.started, ctx);
  else if ('notStarted' in report) startFailed(state, report.notStarted, report.message, ctx);
  else if ('exited' in report) containerEnded(state, report.exited, ctx);
  else throw new Error(`runtime: no such report: ${JSON.stringify(report satisfies never)}`);
}

function attached(state: RuntimeState, report: Extract<ShimReport, { attached: true }>, ctx: Context): void {
  state.shim.attached = true;
  for (const exited of report.exited) containerEnded(state, exited, ctx);
  const running = new Set<string>();
  for (const each of report.running) {
    running.add(each.process);
    adopt(state, each, ctx);
  }
  for (const container of state.containers.values()) {
    if (running.has(container.process) || !mayRun(state, container)) continue;
    state.unresolved.add(container.id);
    lookFor(container, ctx);
  }
}

function adopt(state: RuntimeState, running: Running, ctx: Context): void {
  if (state.processes.has(running.process)) {
    containerStarted(state, running, ctx);
    return;
  }
  // The record of this container is lost: nobody will ever ask for it.
  ctx.killProcess(running.process, 137);
}

/** Whether a container may have a process of which a shim that was asked just now knows nothing. */
function mayRun(state: RuntimeState, container: ContainerRecord): boolean {
  if (container.state === 'RUNNING') return true;
  if (container.state !== 'CREATED') return false;
  return state.waiting !== undefined || state.operations.get(container.id)?.start?.phase === 'asked';
}
