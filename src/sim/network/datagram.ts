/**
 * Datagrams: each takes its own way.
 *
 * 1. A datagram may be lost (by the link's loss, or because the link is cut when it is sent or while it is in flight),
 *    duplicated, reordered and delayed. It is never changed.
 * 2. A clogged link holds datagrams and lets them go in order when it is free; a cut loses them.
 * 3. It is dropped where nobody is: no host, no power, no process, no actor, or no room in the process' queue.
 */
import type { Address } from '../kernel/address.ts';
import type { Packet } from '../kernel/codec.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type Occurrence, PRIORITY } from '../kernel/occurrence.ts';
import { isFull } from '../kernel/queueing.ts';
import type { End } from './connection-end.ts';
import type { Flow } from './fabric.ts';

export class Datagram implements Occurrence {
  readonly type = 'datagram';
  readonly datagrams: Datagrams;
  readonly flow: Flow<End, Datagram>;
  readonly from: Address;
  readonly to: Address;
  readonly packet: Packet;
  readonly cause: number;
  /** The link's count of cuts when it was sent. */
  cuts = 0;

  constructor(
    datagrams: Datagrams,
    flow: Flow<End, Datagram>,
    from: Address,
    to: Address,
    packet: Packet,
    cause: number,
  ) {
    this.datagrams = datagrams;
    this.flow = flow;
    this.from = from;
    this.to = to;
    this.packet = packet;
    this.cause = cause;
  }

  occur(): void {
    this.datagrams.arrive(this);
  }

  save(): unknown {
    const { from, to, packet, cause, cuts } = this;
    return { from, to, packet: { bytes: packet.bytes, collections: packet.collections }, cause, cuts };
  }
}

export class Datagrams {
  readonly #kernel: Kernel;
  readonly #headerBytes: number;

  constructor(kernel: Kernel, headerBytes: number) {
    this.#kernel = kernel;
    this.#headerBytes = headerBytes;
  }

  send(datagram: Datagram): void {
    const { link, chance } = datagram.flow;
    if (link.blocked) {
      link.touchBlocks();
      if (link.cut) this.#drop(datagram, 'link is cut');
      else link.held.push(datagram);
      return;
    }
    if (link.isLost(chance)) {
      this.#drop(datagram, 'lost');
      return;
    }
    this.#launch(datagram);
    if (link.isDuplicated(chance)) this.#launch(this.#copy(datagram));
  }

  arrive(datagram: Datagram): void {
    const kernel = this.#kernel;
    const { link } = datagram.flow;
    kernel.cause = datagram.cause;
    if (link.cuts !== datagram.cuts) {
      if (link.lastCutBy !== undefined) link.lastCutBy.touched++;
      this.#drop(datagram, 'lost in flight: link was cut');
      return;
    }
    if (!link.to.up) {
      this.#drop(datagram, 'host has no power');
      return;
    }
    const cell = kernel.cells.get(datagram.to);
    if (cell === undefined) {
      this.#drop(datagram, 'no such actor');
      return;
    }
    if (isFull(cell.process)) {
      this.#drop(datagram, 'queue full');
      return;
    }
    const body = kernel.codec.decode(datagram.packet);
    kernel.deliver({ cell, message: { type: 'message', from: datagram.from, body }, cause: datagram.cause, credit: 0 });
  }

  /** The link is cut: what it held is lost. */
  linkCut(held: readonly Datagram[]): void {
    for (const datagram of held) this.#drop(datagram, 'link is cut');
  }

  #launch(datagram: Datagram): void {
    const kernel = this.#kernel;
    const { link, chance } = datagram.flow;
    datagram.cuts = link.cuts;
    const arrival = link.arrival(kernel.now, datagram.packet.length + this.#headerBytes, chance);
    kernel.schedule(arrival + link.heldBack(chance), PRIORITY.arrival, datagram);
  }

  #copy(original: Datagram): Datagram {
    const { flow, from, to, packet, cause } = original;
    return new Datagram(this, flow, from, to, packet, cause);
  }

  #drop(datagram: Datagram, reason: string): void {
    const kernel = this.#kernel;
    kernel.cause = datagram.cause;
    kernel.emitText('drop', kernel.names.number(datagram.from), kernel.names.number(datagram.to), reason);
  }
}
