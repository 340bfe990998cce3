/** Ways to end a container: its process, a start that has not reached a process, and its record. */
import type { Context } from '../../../sim/index.ts';
import { fail, succeed } from './answers.ts';
import { publish } from './container-events.ts';
import { record } from './meta-log.ts';
import type { ContainerRecord } from './records.ts';
import { forgetContainer, type RuntimeState } from './runtime-state.ts';

const SIGKILL = 137;

/** SIGKILL; the shim will tell of the end. */
export function killContainer({ process }: ContainerRecord, ctx: Context): void {
  ctx.killProcess(process, SIGKILL);
}

/** Takes a container that does not run out of the world. */
export function dropContainer(state: RuntimeState, container: ContainerRecord, ctx: Context): void {
  ctx.cancelTimer(`start-${container.id}`);
  publish(state, 'CONTAINER_DELETED', container.id, container.sandboxId, ctx);
  forgetContainer(state, container);
  record(state, { gone: container.id });
}

/** Ends a start whose process has not been asked for. True if there was one. */
export function abandonStart(state: RuntimeState, container: ContainerRecord, ctx: Context): boolean {
  const operation = state.operations.get(container.id);
  if (operation?.start?.phase !== 'delay') return false;
  ctx.cancelTimer(`start-${container.id}`);
  state.operations.delete(container.id);
  fail(ctx, operation.start.request, 'FailedPrecondition', `container "${container.id}" is being stopped`);
  for (const stopper of operation.stoppers) succeed(ctx, stopper, { call: 'StopContainer' });
  return true;
}
