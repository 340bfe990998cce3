/**
 * Streams: many messages in order, in both directions, with flow control.
 *
 * 1. Messages of a stream arrive in the order in which they were sent, each exactly once, until it is closed; a stream
 *    that ends otherwise than by the actor's own hand says so, once (`closed`), and nothing follows.
 * 2. At most `window` messages are under way or unprocessed in each direction; what is sent beyond that waits at the
 *    sender (`streamBacklog`), who hears when all of it has gone (`drained`). A slow reader thus slows its writer, and
 *    nobody else.
 * 3. A reader's step frees a place once it is done; places are told to the writer by half windows.
 */
import type { StreamEnd, StreamMessage } from '../kernel/actor.ts';
import { type Address, hostOf, processOf, type StreamId } from '../kernel/address.ts';
import type { Packet } from '../kernel/codec.ts';
import type { OpenStreamEffect } from '../kernel/effect.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Process, ProcessCell } from '../kernel/process.ts';
import type { End } from './connection-end.ts';
import { Segment, type SegmentKind } from './connection-end.ts';
import type { Closing, Connections } from './connections.ts';
import { networkOf, type ProcessNetwork, type StreamSide } from './process-network.ts';

export class Streams {
  readonly #kernel: Kernel;
  readonly #connections: Connections;

  constructor(kernel: Kernel, connections: Connections) {
    this.#kernel = kernel;
    this.#connections = connections;
  }

  open(from: ProcessCell, effect: OpenStreamEffect): void {
    const kernel = this.#kernel;
    const { to, packet, stream: id, window } = effect;
    kernel.cause = kernel.emitBody('send', from.number, kernel.names.number(to), packet, effect);
    const network = networkOf(from.process);
    const target = processOf(to);
    const end = target === undefined ? undefined : this.#connections.open(network, target, effect.channel);
    if (end === undefined) {
      const detail = target === undefined ? `"${to}" is not host/process` : `no such host: ${hostOf(to)}`;
      this.#deliver(from, {
        type: 'stream',
        event: 'closed',
        stream: id,
        from: to,
        then: effect.then,
        reason: 'refused',
        detail,
      });
      return;
    }
    const wire = id * 2 + (end.opener ? 0 : 1);
    const side = this.#newSide(network, id, wire, end, from, to, effect.then, window);
    this.#connections.send(end, this.#segment(side, 'open', window, packet));
  }

  send(from: ProcessCell, id: StreamId, packet: Packet): void {
    const kernel = this.#kernel;
    const side = networkOf(from.process).streams.get(id);
    if (side === undefined || side.closing) {
      kernel.emitText('drop', from.number, 0, 'stream is closed');
      return;
    }
    kernel.cause = kernel.emitBody('send', from.number, kernel.names.number(side.to), packet, packet);
    if (side.credit > 0 && side.backlog.length === 0) this.#sendData(side, packet);
    else side.backlog.push(packet);
  }

  backlog(process: Process, id: StreamId): number {
    return networkOf(process).streams.get(id)?.backlog.length ?? 0;
  }

  close(from: ProcessCell, id: StreamId): void {
    const network = networkOf(from.process);
    const side = network.streams.get(id);
    if (side === undefined || side.closing) return;
    side.closing = true;
    if (side.backlog.length === 0) this.#finish(network, side);
  }

  /** The actor has processed one message. */
  credit(process: Process, id: StreamId): void {
    const side = networkOf(process).streams.get(id);
    if (side === undefined) return;
    side.processed++;
    if (side.processed * 2 < side.window) return;
    this.#connections.send(side.end, this.#segment(side, 'credit', side.processed, undefined));
    side.processed = 0;
  }

  received(at: End, segment: Segment): void {
    const network = networkOf(at.process);
    if (segment.kind === 'open') {
      this.#accept(network, at, segment);
      return;
    }
    const side = network.streams.get(at.streams.get(segment.id) ?? -1);
    if (side === undefined) return;
    switch (segment.kind) {
      case 'data': {
        if (segment.packet === undefined) throw new Error('Streams: data without a body.');
        const body = this.#kernel.codec.decode(segment.packet);
        const message = {
          type: 'stream' as const,
          event: 'message' as const,
          stream: side.id,
          from: side.to,
          then: side.then,
          body,
        };
        this.#kernel.deliver({ cell: side.cell, message, cause: segment.cause, credit: side.id });
        return;
      }
      case 'credit':
        this.#refill(network, side, segment.count);
        return;
      case 'close':
        this.#end(network, side, segment.text === '' ? 'closed' : 'refused', segment.text);
        return;
      default:
        throw new Error(`Streams: not a stream's segment: ${segment.kind}.`);
    }
  }

  /** A connection is gone, and its streams with it. */
  closed(end: End, closing: Closing): void {
    const network = networkOf(end.process);
    const refused = !closing.established && closing.detail !== 'nothing got through';
    for (const id of [...end.streams.values()]) {
      const side = network.streams.get(id);
      if (side !== undefined) this.#end(network, side, refused ? 'refused' : 'disconnected', closing.detail);
    }
  }

  /** An actor has ended: its streams are closed. */
  cellEnded(cell: ProcessCell): void {
    const network = networkOf(cell.process);
    for (const side of [...network.streams.values()]) if (side.cell === cell) this.#finish(network, side);
  }

  #accept(network: ProcessNetwork, at: End, segment: Segment): void {
    const cell = this.#kernel.cells.get(segment.to);
    if (cell === undefined || cell.process !== network.process || segment.packet === undefined) {
      const { cause } = this.#kernel;
      const text = `no such actor: ${segment.to}`;
      const { to, from, id } = segment;
      this.#connections.send(at, new Segment(at, 'close', id, 0, to, from, undefined, text, cause));
      return;
    }
    const { from, id: wire, count: window } = segment;
    const side = this.#newSide(network, network.nextStream++, wire, at, cell, from, undefined, window);
    const body = this.#kernel.codec.decode(segment.packet);
    this.#deliver(cell, { type: 'stream', event: 'opened', stream: side.id, from, body });
  }

  #newSide(
    network: ProcessNetwork,
    id: StreamId,
    wire: number,
    end: End,
    cell: ProcessCell,
    to: Address,
    then: unknown,
    window: number,
  ): StreamSide {
    const backlog = network.newBacklog();
    const side: StreamSide = {
      id,
      wire,
      end,
      cell,
      to,
      then,
      window,
      credit: window,
      backlog,
      processed: 0,
      closing: false,
    };
    network.streams.set(id, side);
    end.streams.set(wire, id);
    return side;
  }

  #segment(side: StreamSide, kind: SegmentKind, count: number, packet: Packet | undefined): Segment {
    const { end, wire, cell, to } = side;
    return new Segment(end, kind, wire, count, cell.address, to, packet, '', this.#kernel.cause);
  }

  #sendData(side: StreamSide, packet: Packet): void {
    side.credit--;
    this.#connections.send(side.end, this.#segment(side, 'data', 0, packet));
  }

  #refill(network: ProcessNetwork, side: StreamSide, count: number): void {
    side.credit += count;
    if (side.backlog.length === 0) return;
    while (side.credit > 0 && side.backlog.length > 0) this.#sendData(side, side.backlog.shift() as Packet);
    if (side.backlog.length > 0) return;
    if (side.closing) this.#finish(network, side);
    else {
      const { id: stream, to: from, then } = side;
      this.#deliver(side.cell, { type: 'stream', event: 'drained', stream, from, then });
    }
  }

  /** Ends a stream from this side. */
  #finish(network: ProcessNetwork, side: StreamSide): void {
    this.#connections.send(side.end, this.#segment(side, 'close', 0, undefined));
    this.#forget(network, side);
  }

  /** A stream has ended from outside: its actor hears of it. */
  #end(network: ProcessNetwork, side: StreamSide, reason: StreamEnd, detail: string): void {
    this.#forget(network, side);
    if (side.closing) return;
    const { id: stream, to: from, then } = side;
    this.#deliver(side.cell, { type: 'stream', event: 'closed', stream, from, then, reason, detail });
  }

  #forget(network: ProcessNetwork, side: StreamSide): void {
    network.streams.delete(side.id);
    side.end.streams.delete(side.wire);
  }

  #deliver(cell: ProcessCell, message: StreamMessage<unknown, unknown>): void {
    this.#kernel.deliver({ cell, message, cause: this.#kernel.cause, credit: 0 });
  }
}
