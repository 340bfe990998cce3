/** Answers to the kubelet, and ids. */
import type { Context, RequestId } from '../../../sim/index.ts';
import type { CriErrorCode, CriResponse, CriResult } from '../../protocol/cri.ts';

export function succeed(ctx: Context, request: RequestId, result: CriResult): void {
  ctx.reply(request, { ok: true, result } satisfies CriResponse);
}

export function fail(ctx: Context, request: RequestId, code: CriErrorCode, message: string): void {
  ctx.reply(request, { ok: false, code, message } satisfies CriResponse);
}

/** 64 bits in hexadecimal; upstream's ids have 256. */
export function drawId(ctx: Context): string {
  const part = (): string => ctx.random.uint32().toString(16).padStart(8, '0');
  return part() + part();
}
