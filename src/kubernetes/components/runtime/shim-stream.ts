/** The runtime's stream to the shim: opening it, and speaking on it. */
import type { Context } from '../../../sim/index.ts';
import type { RuntimeState } from './runtime-state.ts';
import type { RuntimeThen } from './runtime-then.ts';
import { SHIM, type ShimCommand } from './shim.ts';

export function attachShim(state: RuntimeState, ctx: Context): void {
  const then: RuntimeThen = { for: 'shim' };
  state.shim.attached = false;
  state.shim.stream = ctx.openStream(`${ctx.host}/${SHIM}`, null, { then });
}

export function tellShim(state: RuntimeState, command: ShimCommand, ctx: Context): void {
  if (state.shim.stream !== undefined) ctx.streamSend(state.shim.stream, command);
}
