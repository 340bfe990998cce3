/**
 * The CNI plugin: addresses for sandboxes, each held by a file `cni/<address>` as host-local does. The answer comes
 * once the file is written. It is not synced: a crash keeps the page cache, and after a power loss no pod is left.
 */
import type { Context, DiskResult } from '../../../sim/index.ts';
import type { CniRequest, CniResult } from '../../protocol/node-network.ts';
import { addressOf, takeAddress } from './address-pool.ts';
import type { OverlayState, OverlayThen } from './overlay-state.ts';
import { forgetListeners } from './sockets.ts';

export const CNI_PREFIX = 'cni/';

export function answerCni(state: OverlayState, id: number, request: CniRequest, ctx: Context): void {
  const answer = (result: CniResult): void => ctx.reply(id, result);
  const notReady = {
    ok: false,
    error: 'NotReady',
    message: 'cni plugin not initialized: the node has no pod CIDR',
  } as const;
  switch (request.cni) {
    case 'ADD': {
      if (state.pool.cidr === '') {
        answer(notReady);
        return;
      }
      const { sandboxId, pod } = request;
      const ip = takeAddress(state.pool, sandboxId);
      if (ip === undefined) {
        const message = `failed to allocate for range 0: no IP addresses available in range set: ${state.pool.cidr}`;
        answer({ ok: false, error: 'Exhausted', message });
        return;
      }
      // Also for a sandbox that has its address: the file may be on its way only.
      const bytes = new TextEncoder().encode(JSON.stringify({ sandboxId, pod }));
      const then: OverlayThen = { for: 'cni', request: id, ip, sandboxId };
      ctx.disk({ kind: 'write', file: CNI_PREFIX + ip, offset: 0, bytes }, { then });
      return;
    }
    case 'DEL': {
      const ip = addressOf(state.pool, request.sandboxId);
      if (ip !== undefined) {
        state.pool.held.delete(ip);
        forgetListeners(state, ip, ctx);
        const then: OverlayThen = { for: 'record' };
        ctx.disk({ kind: 'remove', file: CNI_PREFIX + ip }, { then });
      }
      answer({ ok: true, ip: '' });
      return;
    }
    case 'STATUS':
      answer(state.pool.cidr === '' ? notReady : { ok: true, ip: '' });
      return;
    default:
      throw new Error(`overlay: no such call of CNI: ${JSON.stringify(request satisfies never)}`);
  }
}

export function cniDiskDone(
  state: OverlayState,
  { request, ip, sandboxId }: Extract<OverlayThen, { for: 'cni' }>,
  result: DiskResult,
  ctx: Context,
): void {
  // Meanwhile it may have been given back, and even to another.
  const isHeld = state.pool.held.get(ip) === sandboxId;
  if (result.ok && isHeld) {
    ctx.reply(request, { ok: true, ip } satisfies CniResult);
    return;
  }
  if (isHeld) state.pool.held.delete(ip);
  const message = result.ok ? `${ip} was given back meanwhile` : result.message;
  ctx.reply(request, { ok: false, error: 'Failed', message } satisfies CniResult);
}
