/**
 * Whether a process runs of which nobody knows: a stream to a process that has ended is refused at once. What has ended so
 * has exit code 255, unless the shim tells more within a moment.
 */
import type { Context, Message } from '../../../sim/index.ts';
import { containerEnded, containerStarted, startFailed } from './container-lifecycle.ts';
import { unknownExit } from './exit-report.ts';
import type { ContainerRecord } from './records.ts';
import type { RuntimeState } from './runtime-state.ts';
import type { RuntimeThen } from './runtime-then.ts';

/** How long a process has to prove that it is gone: its refusal takes microseconds. */
const PROBE_MS = 50;
/** How long an end may be on its way from the shim after its process was found gone. */
const LATE_REPORT_MS = 50;

/** Of streams that look for a process, so that ending one touches nothing else. */
const PROBE_CHANNEL = 'probe';

/** Whether it runs is said later, by one of the functions below. */
export function lookFor({ id, process }: ContainerRecord, ctx: Context): void {
  const then: RuntimeThen = { for: 'probe', container: id };
  ctx.openStream(`${ctx.host}/${process}`, null, { then, channel: PROBE_CHANNEL });
  ctx.setTimer(`probe-${id}`, PROBE_MS, { for: 'found', container: id } satisfies RuntimeThen);
}

/** It has not refused: it runs. */
export function processFound(state: RuntimeState, id: string, ctx: Context): void {
  const container = state.containers.get(id);
  if (container === undefined || !state.unresolved.has(id)) return;
  ctx.disconnect(`${ctx.host}/${container.process}`, PROBE_CHANNEL);
  containerStarted(state, { process: container.process, startedAt: container.startedAt || ctx.now }, ctx);
}

/** The stream of the search has ended. */
export function searchEnded(
  state: RuntimeState,
  id: string,
  message: Extract<Message, { type: 'stream'; event: 'closed' }>,
  ctx: Context,
): void {
  if (message.reason !== 'refused' || !state.unresolved.has(id)) return;
  ctx.setTimer(`probe-${id}`, LATE_REPORT_MS, { for: 'missing', container: id } satisfies RuntimeThen);
}

/** Neither the process nor a report of its end has turned up. */
export function processMissing(state: RuntimeState, id: string, ctx: Context): void {
  const container = state.containers.get(id);
  if (container === undefined || !state.unresolved.has(id)) return;
  if (container.state === 'RUNNING') containerEnded(state, unknownExit(container.process, ctx.now), ctx);
  else if (state.operations.get(id)?.start !== undefined) {
    startFailed(state, container.process, 'the shim was lost while it started the container', ctx);
  }
  // Otherwise it was created and never started, and still may be.
  state.unresolved.delete(id);
}
