/** Reading the record after a restart of the process: addresses that sandboxes hold, and sockets. */
import type { Address, Context, DiskResult } from '../../../sim/index.ts';
import { CNI_PREFIX } from './cni.ts';
import type { OverlayState, OverlayThen } from './overlay-state.ts';
import { SOCKETS_FILE } from './sockets.ts';

type Step = Extract<OverlayThen, { for: 'list' | 'read' }>;

export function beginRecovery(ctx: Context): void {
  ctx.disk({ kind: 'list' }, { then: { for: 'list' } satisfies Step });
}

/** Takes one outcome. `state.unread` is 0 when all of the record is read; what cannot be read counts as lost. */
export function recoveryStep(state: OverlayState, then: Step, result: DiskResult, ctx: Context): void {
  if (then.for === 'list') {
    const files = result.ok && result.kind === 'list' ? result.files : [];
    for (const file of files) {
      if (!file.startsWith(CNI_PREFIX) && file !== SOCKETS_FILE) continue;
      state.unread++;
      ctx.disk({ kind: 'read', file, offset: 0 }, { then: { for: 'read', file } satisfies Step });
    }
    return;
  }
  state.unread--;
  if (!result.ok || result.kind !== 'read') return;
  const lines = new TextDecoder().decode(result.bytes).split('\n');
  if (then.file !== SOCKETS_FILE) {
    const holder = parse(lines[0] ?? '') as { sandboxId?: string } | undefined;
    if (typeof holder?.sandboxId === 'string')
      state.pool.held.set(then.file.slice(CNI_PREFIX.length), holder.sandboxId);
    return;
  }
  for (const line of lines) {
    const entry = parse(line) as [string, Address | null] | undefined;
    if (!Array.isArray(entry)) continue;
    const [key, owner] = entry;
    if (owner === null) state.listeners.delete(key);
    else state.listeners.set(key, owner);
  }
}

/** A line that power loss has torn is no line. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
