/** A message from outside the world, as a test or a person sends it: on the agenda, so that a snapshot holds it. */
import type { Packet } from '../kernel/codec.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Occurrence } from '../kernel/occurrence.ts';

/** The address from which messages of the outside seem to come. */
export const OUTSIDE = 'outside';

export class Post implements Occurrence {
  readonly type = 'post';
  readonly kernel: Kernel;
  readonly to: string;
  readonly packet: Packet;

  constructor(kernel: Kernel, to: string, packet: Packet) {
    this.kernel = kernel;
    this.to = to;
    this.packet = packet;
  }

  occur(): void {
    const { kernel, to, packet } = this;
    const from = kernel.names.number(OUTSIDE);
    const cause = kernel.emitBody('send', from, kernel.names.number(to), packet, packet);
    const cell = kernel.cells.get(to);
    if (cell === undefined) {
      kernel.cause = cause;
      kernel.emitText('drop', from, kernel.names.number(to), 'no such actor');
      return;
    }
    const body = kernel.codec.decode(packet);
    kernel.deliver({ cell, message: { type: 'message', from: OUTSIDE, body }, cause, credit: 0 });
  }

  save(): unknown {
    return { to: this.to, bytes: this.packet.bytes, collections: this.packet.collections };
  }
}
