/** GetContainerEvents: everybody who has opened a stream hears what happens to containers and sandboxes from then on. */
import type { Context, StreamId } from '../../../sim/index.ts';
import type { ContainerEvent } from '../../protocol/cri.ts';
import type { RuntimeState } from './runtime-state.ts';

/** A reader that falls so far behind loses its stream, and lists again. */
const LONGEST_BACKLOG = 1000;

/** `containerId` may be a sandbox's own id. */
export function publish(
  state: RuntimeState,
  type: ContainerEvent['type'],
  containerId: string,
  sandboxId: string,
  ctx: Context,
): void {
  if (state.watchers.size === 0) return;
  const podUid = state.sandboxes.get(sandboxId)?.config.metadata.uid ?? '';
  const event: ContainerEvent = ctx.freeze({ containerId, type, createdAt: ctx.now, podSandboxId: sandboxId, podUid });
  for (const stream of state.watchers) {
    if (ctx.streamBacklog(stream) > LONGEST_BACKLOG) {
      ctx.closeStream(stream);
      state.watchers.delete(stream);
    } else ctx.streamSend(stream, event);
  }
}

export function watch(state: RuntimeState, stream: StreamId, body: unknown, ctx: Context): void {
  const call = (body as { call?: unknown } | null)?.call;
  if (call === 'GetContainerEvents') state.watchers.add(stream);
  else ctx.closeStream(stream);
}
