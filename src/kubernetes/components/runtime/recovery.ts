/**
 * How a runtime that starts finds out what it has: its record says what there was, the shim what became of it.
 *
 * 1. After a crash of the runtime alone, everything is as it was: containers run on, and ends that it missed have their
 *    true codes.
 * 2. After a power failure there is no shim and no process: all that ran has exited with 255 (`Unknown`), and no sandbox
 *    is ready.
 * 3. After a crash of the runtime and the shim, containers that run are found, and the sandboxes of others count as dead.
 * 4. Nobody is answered before.
 */
import type { Context, DiskResult, RequestId } from '../../../sim/index.ts';
import type { CriRequest } from '../../protocol/cri.ts';
import { META_FILE, rewrite } from './meta-log.ts';
import { readMetadata } from './meta-records.ts';
import { enterContainer, type RuntimeState } from './runtime-state.ts';
import type { RuntimeThen } from './runtime-then.ts';
import { notReady } from './sandbox-teardown.ts';
import { noteStarted } from './sandboxes.ts';
import { attachShim } from './shim-stream.ts';

export function beginRecovery(ctx: Context): void {
  ctx.disk({ kind: 'read', file: META_FILE, offset: 0 }, { then: { for: 'recover' } satisfies RuntimeThen });
}

/** The record is read. A disk that cannot be read is no reason to forget everything: the process ends, and tries again. */
export function recordRead(state: RuntimeState, result: DiskResult, ctx: Context): void {
  if (!result.ok && result.error !== 'ENOENT') {
    ctx.note('metadata-unreadable', { message: result.message });
    ctx.exit(1);
    return;
  }
  const bytes = result.ok && result.kind === 'read' ? result.bytes : new Uint8Array();
  const { sandboxes, containers, images } = readMetadata(new TextDecoder().decode(bytes));
  for (const sandbox of sandboxes.values()) state.sandboxes.set(sandbox.id, { ...sandbox, containers: [] });
  for (const container of containers.values()) enterContainer(state, container);
  // Frozen: containers will share what their image tells its program.
  for (const image of images.values()) state.images.set(image.name, ctx.freeze(image));
  // What a power loss has torn stands at the end of the file, where the next line would be glued to it.
  if (bytes.length > 0) rewrite(state, ctx);
  attachShim(state, ctx);
}

/** Called after each step: the runtime is ready once all is found out. Returns the calls that have waited for it. */
export function concludeRecovery(
  state: RuntimeState,
  ctx: Context,
): readonly { readonly id: RequestId; readonly body: CriRequest }[] {
  const { waiting, shim } = state;
  if (waiting === undefined || !shim.attached || state.unresolved.size > 0) return [];
  for (const sandbox of state.sandboxes.values()) {
    if (sandbox.state !== 'READY') continue;
    const lives = sandbox.containers.some((id) => state.containers.get(id)?.state === 'RUNNING');
    if (shim.startedHere && !lives) notReady(state, sandbox, ctx);
    else noteStarted(sandbox, ctx);
  }
  state.waiting = undefined;
  return waiting;
}
