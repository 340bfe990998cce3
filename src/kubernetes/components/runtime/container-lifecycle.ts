/** What happens to a container once it is made: its start, its end, and whoever waits for either. */
import type { Context } from '../../../sim/index.ts';
import { fail, succeed } from './answers.ts';
import { dropContainer, killContainer } from './container-ends.ts';
import { publish } from './container-events.ts';
import type { ExitReport } from './exit-report.ts';
import { record } from './meta-log.ts';
import { progressOf } from './meta-records.ts';
import type { ContainerRecord } from './records.ts';
import type { RuntimeState } from './runtime-state.ts';
import { continueTeardown } from './sandbox-teardown.ts';
import type { Running } from './shim.ts';
import { tellShim } from './shim-stream.ts';

/** `docker run` and containerd report a process that could not be started by this code. */
const START_ERROR = 128;

/** Its process runs: just started, or found to run. */
export function containerStarted(state: RuntimeState, { process, startedAt }: Running, ctx: Context): void {
  const container = containerOf(state, process);
  if (container === undefined) return;
  state.unresolved.delete(container.id);
  if (container.state !== 'CREATED') return;
  Object.assign(container, { state: 'RUNNING', startedAt });
  record(state, { containerState: container.id, progress: progressOf(container) });
  ctx.note('container-started', noteOf(state, container, ctx.host));
  publish(state, 'CONTAINER_STARTED', container.id, container.sandboxId, ctx);
  const operation = state.operations.get(container.id);
  if (operation?.start !== undefined) {
    succeed(ctx, operation.start.request, { call: 'StartContainer' });
    delete operation.start;
  }
  const unwanted = state.teardowns.has(container.sandboxId) || (operation?.stoppers.length ?? 0) > 0;
  if (unwanted || (operation?.removers.length ?? 0) > 0) killContainer(container, ctx);
}

/** There is no process. Such a container has ended without having run. */
export function startFailed(state: RuntimeState, process: string, message: string, ctx: Context): void {
  const container = containerOf(state, process);
  if (container === undefined || container.state !== 'CREATED') return;
  const start = state.operations.get(container.id)?.start;
  const reason = 'ContainerCannotRun';
  finish(state, container, { process, exitCode: START_ERROR, reason, message, finishedAt: ctx.now }, ctx);
  if (start !== undefined) {
    fail(ctx, start.request, 'Unknown', `failed to start containerd task "${container.id}": ${message}`);
  }
}

/** Its process has ended. */
export function containerEnded(state: RuntimeState, report: ExitReport, ctx: Context): void {
  const container = containerOf(state, report.process);
  if (container === undefined || container.state === 'EXITED') {
    tellShim(state, { recorded: report.process }, ctx);
    return;
  }
  if (container.state === 'CREATED') {
    // It started and ended before anybody could say that it started.
    containerStarted(state, { process: report.process, startedAt: report.finishedAt }, ctx);
  }
  ctx.note('container-exited', { ...noteOf(state, container, ctx.host), exitCode: report.exitCode });
  finish(state, container, report, ctx);
}

function finish(state: RuntimeState, container: ContainerRecord, report: ExitReport, ctx: Context): void {
  const { process, exitCode, reason, message, finishedAt } = report;
  Object.assign(container, { state: 'EXITED', exitCode, reason, message, finishedAt });
  state.unresolved.delete(container.id);
  record(state, { containerState: container.id, progress: progressOf(container) }, { after: 'exit-recorded', process });
  publish(state, 'CONTAINER_STOPPED', container.id, container.sandboxId, ctx);
  ctx.cancelTimer(`grace-${container.id}`);
  const operation = state.operations.get(container.id);
  state.operations.delete(container.id);
  for (const request of operation?.stoppers ?? []) succeed(ctx, request, { call: 'StopContainer' });
  if (operation !== undefined && operation.removers.length > 0) {
    dropContainer(state, container, ctx);
    for (const request of operation.removers) succeed(ctx, request, { call: 'RemoveContainer' });
  }
  continueTeardown(state, container.sandboxId, ctx);
}

function containerOf(state: RuntimeState, process: string): ContainerRecord | undefined {
  const id = state.processes.get(process);
  return id === undefined ? undefined : state.containers.get(id);
}

function noteOf(state: RuntimeState, container: ContainerRecord, host: string): Record<string, unknown> {
  const pod = state.sandboxes.get(container.sandboxId)?.config.metadata;
  return {
    container: container.id,
    name: container.config.metadata.name,
    podUid: pod?.uid ?? '',
    pod: `${pod?.namespace}/${pod?.name}`,
    process: `${host}/${container.process}`,
  };
}
