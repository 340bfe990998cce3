/** What reaches a program from outside, told apart: traffic, commands, signals. */
import type { Message, RequestId } from '../../../sim/index.ts';
import type { ExecRequest, IncomingTraffic, Packet, Signal } from '../../protocol/container.ts';

export type Input =
  | { readonly kind: 'traffic'; readonly request: RequestId; readonly packet: Packet }
  | { readonly kind: 'exec'; readonly request: RequestId; readonly command: readonly string[] }
  | { readonly kind: 'signal'; readonly signal: Signal['signal'] };

/** Undefined for everything else: outcomes of its own, and streams of those who only want to know whether it runs. */
export function inputOf(message: Message): Input | undefined {
  if (message.type === 'request') {
    const body = message.body as Partial<IncomingTraffic & ExecRequest> | null;
    if (body?.incoming !== undefined) return { kind: 'traffic', request: message.id, packet: body.incoming };
    if (Array.isArray(body?.exec)) return { kind: 'exec', request: message.id, command: body.exec };
    return undefined;
  }
  if (message.type !== 'message') return undefined;
  const signal = (message.body as Partial<Signal> | null)?.signal;
  return signal === undefined ? undefined : { kind: 'signal', signal };
}
