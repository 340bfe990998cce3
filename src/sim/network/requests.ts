/**
 * Requests: a question, and exactly one outcome.
 *
 * 1. The outcome arrives exactly once, as a `response` to the actor that asked: the reply, a refusal, a time-out, or the
 *    loss of the connection; never after the actor has ended. What comes later is dropped.
 * 2. `mayHaveHappened` is false only if the other side's actor has certainly not received the request.
 * 3. A time-out counts on the requester's own clock, and takes nothing back.
 */
import type { Response } from '../kernel/actor.ts';
import { type Address, hostOf, processOf, type RequestId } from '../kernel/address.ts';
import type { Packet } from '../kernel/codec.ts';
import type { RequestEffect } from '../kernel/effect.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { PRIORITY } from '../kernel/occurrence.ts';
import type { ProcessCell } from '../kernel/process.ts';
import { isFull } from '../kernel/queueing.ts';
import type { End } from './connection-end.ts';
import { Segment } from './connection-end.ts';
import type { Closing, Connections } from './connections.ts';
import { PendingRequest } from './pending-request.ts';
import { networkOf, type ProcessNetwork } from './process-network.ts';

type Failure = Omit<Extract<Response<unknown, unknown>, { ok: false }>, 'type' | 'from' | 'then' | 'ok'>;

export class Requests {
  readonly #kernel: Kernel;
  readonly #connections: Connections;

  constructor(kernel: Kernel, connections: Connections) {
    this.#kernel = kernel;
    this.#connections = connections;
  }

  request(from: ProcessCell, effect: RequestEffect): void {
    const kernel = this.#kernel;
    const { to, packet } = effect;
    const cause = kernel.emitBody('send', from.number, kernel.names.number(to), packet, effect);
    const network = networkOf(from.process);
    const target = kernel.cells.get(to)?.process.address ?? processOf(to);
    if (target === from.process.address) {
      const pending = this.#newPending(network, from, effect, undefined, cause);
      this.#receive(network, undefined, pending.id, from.address, to, packet, cause);
      return;
    }
    const end = target === undefined ? undefined : this.#connections.open(network, target, effect.channel);
    const pending = this.#newPending(network, from, effect, end, cause);
    if (end === undefined) {
      const reason = target === undefined ? `"${to}" is not host/process` : `no such host: ${hostOf(to)}`;
      this.#fail(network, pending, { failure: 'refused', reason, mayHaveHappened: false });
      return;
    }
    this.#connections.send(end, new Segment(end, 'request', pending.id, 0, from.address, to, packet, '', cause));
  }

  reply(from: ProcessCell, id: RequestId, packet: Packet): void {
    const kernel = this.#kernel;
    const network = networkOf(from.process);
    const inbound = network.inbound.get(id);
    if (inbound === undefined) {
      kernel.emitText('drop', from.number, 0, 'reply to nobody');
      return;
    }
    network.inbound.delete(id);
    const cause = kernel.emitBody('send', from.number, kernel.names.number(inbound.from), packet, packet);
    const { end, remote } = inbound;
    if (end === undefined) this.#complete(network, remote, packet, cause);
    else {
      this.#connections.send(end, new Segment(end, 'reply', remote, 0, from.address, inbound.from, packet, '', cause));
    }
  }

  refuse(from: ProcessCell, id: RequestId, reason: string): void {
    const network = networkOf(from.process);
    const inbound = network.inbound.get(id);
    if (inbound === undefined) return;
    network.inbound.delete(id);
    const kernel = this.#kernel;
    kernel.cause = kernel.emitText('send', from.number, kernel.names.number(inbound.from), `refuse: ${reason}`);
    this.#refuse(network, inbound.end, inbound.remote, inbound.from, from.address, reason, true);
  }

  /** A request, reply or refusal has arrived at this end. */
  received(at: End, segment: Segment): void {
    const network = networkOf(at.process);
    const { id, packet, cause } = segment;
    switch (segment.kind) {
      case 'request':
        if (packet === undefined) throw new Error('Requests: a request without a body.');
        this.#receive(network, at, id, segment.from, segment.to, packet, cause);
        return;
      case 'reply':
        if (packet === undefined) throw new Error('Requests: a reply without a body.');
        this.#complete(network, id, packet, cause);
        return;
      case 'refuse': {
        const pending = network.pending.get(id);
        if (pending === undefined) return;
        const mayHaveHappened = segment.count === 1;
        this.#fail(network, pending, { failure: 'refused', reason: segment.text, mayHaveHappened });
        return;
      }
      default:
        throw new Error(`Requests: not a request's segment: ${segment.kind}.`);
    }
  }

  timedOut(pending: PendingRequest): void {
    this.#kernel.cause = pending.cause;
    const network = networkOf(pending.cell.process);
    this.#fail(network, pending, { failure: 'timeout', reason: 'no reply in time', mayHaveHappened: true });
  }

  /** A connection is gone: what waited on it fails, and what came over it needs no answer. */
  closed(end: End, closing: Closing): void {
    const network = networkOf(end.process);
    for (const pending of [...network.pending.values()]) {
      if (pending.end !== end) continue;
      const { established, detail: reason } = closing;
      const failure = established || reason === 'nothing got through' ? 'disconnected' : 'refused';
      this.#fail(network, pending, { failure, reason, mayHaveHappened: established });
    }
    for (const [id, inbound] of network.inbound) if (inbound.end === end) network.inbound.delete(id);
  }

  /** An actor has ended: it hears no outcomes, and whom it owes an answer is told. */
  cellEnded(cell: ProcessCell): void {
    const network = networkOf(cell.process);
    for (const pending of [...network.pending.values()]) {
      if (pending.cell !== cell) continue;
      network.pending.delete(pending.id);
      this.#kernel.agenda.cancel(pending.slot);
    }
    for (const [id, inbound] of [...network.inbound]) {
      if (inbound.cell !== cell) continue;
      network.inbound.delete(id);
      this.#refuse(network, inbound.end, inbound.remote, inbound.from, cell.address, 'actor has ended', true);
    }
  }

  /** A process has ended: nothing of its own is left. */
  processEnded(network: ProcessNetwork): void {
    for (const pending of network.pending.values()) this.#kernel.agenda.cancel(pending.slot);
    network.pending.clear();
    network.inbound.clear();
  }

  /** Puts a saved request back. */
  restorePending(network: ProcessNetwork, pending: PendingRequest): void {
    network.pending.set(pending.id, pending);
  }

  #newPending(
    network: ProcessNetwork,
    cell: ProcessCell,
    effect: RequestEffect,
    end: End | undefined,
    cause: number,
  ): PendingRequest {
    const kernel = this.#kernel;
    const pending = new PendingRequest(this, network.nextRequest++, cell, effect.to, effect.then, end, cause);
    const host = kernel.hosts.get(cell.process.host);
    if (host === undefined) throw new Error(`${cell.address}: there is no such host.`);
    const due = kernel.now + host.clock.trueDelay(kernel.now, effect.timeoutUs);
    pending.slot = kernel.schedule(due, PRIORITY.deadline, pending);
    network.pending.set(pending.id, pending);
    return pending;
  }

  #receive(
    network: ProcessNetwork,
    end: End | undefined,
    remote: number,
    from: Address,
    to: Address,
    packet: Packet,
    cause: number,
  ): void {
    const kernel = this.#kernel;
    const cell = kernel.cells.get(to);
    if (cell === undefined || cell.process !== network.process) {
      this.#refuse(network, end, remote, from, to, `no such actor: ${to}`, false);
      return;
    }
    if (isFull(cell.process)) {
      kernel.emitText('drop', kernel.names.number(from), cell.number, 'queue full');
      this.#refuse(network, end, remote, from, to, 'queue full', false);
      return;
    }
    const id = network.nextInbound++;
    network.inbound.set(id, { end, remote, cell, from });
    const body = kernel.codec.decode(packet);
    kernel.deliver({ cell, message: { type: 'request', from, id, body }, cause, credit: 0 });
  }

  #refuse(
    network: ProcessNetwork,
    end: End | undefined,
    remote: number,
    requester: Address,
    from: Address,
    reason: string,
    mayHaveHappened: boolean,
  ): void {
    if (end === undefined) {
      const pending = network.pending.get(remote);
      if (pending !== undefined) this.#fail(network, pending, { failure: 'refused', reason, mayHaveHappened });
      return;
    }
    const count = mayHaveHappened ? 1 : 0;
    const { cause } = this.#kernel;
    this.#connections.send(end, new Segment(end, 'refuse', remote, count, from, requester, undefined, reason, cause));
  }

  #complete(network: ProcessNetwork, id: number, packet: Packet, cause: number): void {
    const kernel = this.#kernel;
    const pending = network.pending.get(id);
    if (pending === undefined) {
      kernel.emitText('drop', network.process.number, 0, 'reply came too late');
      return;
    }
    network.pending.delete(id);
    kernel.agenda.cancel(pending.slot);
    const body = kernel.codec.decode(packet);
    const { cell, to, then } = pending;
    kernel.deliver({ cell, message: { type: 'response', from: to, then, ok: true, body }, cause, credit: 0 });
  }

  #fail(network: ProcessNetwork, pending: PendingRequest, failure: Failure): void {
    const kernel = this.#kernel;
    network.pending.delete(pending.id);
    if (pending.slot >= 0) kernel.agenda.cancel(pending.slot);
    const { cell, to, then } = pending;
    const message = { type: 'response' as const, from: to, then, ok: false as const, ...failure };
    kernel.deliver({ cell, message, cause: kernel.cause, credit: 0 });
  }
}
