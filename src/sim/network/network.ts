/**
 * The network of a world: datagrams, connections, requests and streams, as the kernel's transport.
 *
 * Each service states its guarantees in its own file; link.ts and link-rule.ts say what can happen to all of them.
 */
import { type Address, processOf, type RequestId, type StreamId } from '../kernel/address.ts';
import type { Packet } from '../kernel/codec.ts';
import type { OpenStreamEffect, RequestEffect } from '../kernel/effect.ts';
import type { Host } from '../kernel/host.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Transport } from '../kernel/ports.ts';
import type { Process, ProcessCell } from '../kernel/process.ts';
import type { End, Segment } from './connection-end.ts';
import { Connections, type ConnectionUser } from './connections.ts';
import { Datagram, Datagrams } from './datagram.ts';
import { Fabric, type LinkListener, linkKey } from './fabric.ts';
import type { Link } from './link.ts';
import type { Direction, LinkEffect, LinkRule } from './link-rule.ts';
import type { NetworkSpec } from './network-spec.ts';
import { connectionKey, networkOf, ProcessNetwork } from './process-network.ts';
import { Requests } from './requests.ts';
import { Streams } from './streams.ts';

export class Network implements Transport, ConnectionUser, LinkListener<End, Datagram> {
  readonly kernel: Kernel;
  readonly fabric: Fabric<End, Datagram>;
  readonly connections: Connections;
  readonly requests: Requests;
  readonly streams: Streams;
  readonly datagrams: Datagrams;

  constructor(kernel: Kernel, spec: NetworkSpec) {
    this.kernel = kernel;
    this.fabric = new Fabric(kernel, spec, this);
    this.connections = new Connections(kernel, this.fabric, this);
    this.requests = new Requests(kernel, this.connections);
    this.streams = new Streams(kernel, this.connections);
    this.datagrams = new Datagrams(kernel, this.fabric.headerBytes);
  }

  // — Transport —

  send(from: ProcessCell, to: Address, packet: Packet): void {
    const { kernel } = this;
    const number = kernel.names.number(to);
    const cause = kernel.emitBody('send', from.number, number, packet, packet);
    const target = kernel.cells.get(to)?.process.address ?? processOf(to);
    if (target === from.process.address) {
      this.#sendWithin(from, to, packet, cause);
      return;
    }
    const flow = target === undefined ? undefined : this.#flow(networkOf(from.process), target);
    if (flow === undefined) {
      kernel.emitText('drop', from.number, number, 'no such host');
      return;
    }
    this.datagrams.send(new Datagram(this.datagrams, flow, from.address, to, packet, cause));
  }

  request(from: ProcessCell, effect: RequestEffect): void {
    this.requests.request(from, effect);
  }

  reply(from: ProcessCell, request: RequestId, packet: Packet): void {
    this.requests.reply(from, request, packet);
  }

  refuse(from: ProcessCell, request: RequestId, reason: string): void {
    this.requests.refuse(from, request, reason);
  }

  nextStream(process: Process): StreamId {
    return networkOf(process).nextStream++;
  }

  openStream(from: ProcessCell, effect: OpenStreamEffect): void {
    this.streams.open(from, effect);
  }

  streamSend(from: ProcessCell, stream: StreamId, packet: Packet): void {
    this.streams.send(from, stream, packet);
  }

  streamBacklog(process: Process, stream: StreamId): number {
    return this.streams.backlog(process, stream);
  }

  closeStream(from: ProcessCell, stream: StreamId): void {
    this.streams.close(from, stream);
  }

  disconnect(from: ProcessCell, to: Address, channel: string): void {
    const target = processOf(to);
    if (target === undefined) return;
    const end = networkOf(from.process).connections.get(connectionKey(target, channel));
    if (end !== undefined) this.connections.close(end, 'disconnected by its own side');
  }

  credit(process: Process, stream: StreamId): void {
    if (process.status === 'running') this.streams.credit(process, stream);
  }

  processStarted(process: Process): void {
    process.transport = new ProcessNetwork(process);
  }

  processEnded(process: Process, silently: boolean): void {
    const network = networkOf(process);
    this.requests.processEnded(network);
    network.streams.clear();
    for (const end of [...network.ends]) {
      if (silently) this.connections.vanish(end);
      else this.connections.close(end, 'process has ended');
    }
  }

  cellEnded(cell: ProcessCell): void {
    this.requests.cellEnded(cell);
    this.streams.cellEnded(cell);
  }

  hostDown(host: Host): void {
    for (const end of [...this.connections.ends.values()]) {
      if (end.flow.link.from === host && end.status === 'closing') this.connections.vanish(end);
    }
  }

  hostUp(host: Host): void {
    for (const link of this.fabric.links.values()) if (link.to === host) this.linkFreed(link);
  }

  // — What faults do —

  addRule(effect: LinkEffect, directions: readonly Direction[]): LinkRule {
    return this.fabric.addRule(effect, directions);
  }

  removeRule(rule: LinkRule): void {
    this.fabric.removeRule(rule);
  }

  /**
   * Resets every connection between the two sets of hosts at once, on both sides; or makes them half-open: the side in
   * `to` closes, the side in `from` does not know. Connections within one host stay. Returns how many it touched.
   */
  sever(from: ReadonlySet<number>, to: ReadonlySet<number>, how: 'reset' | 'half-open'): number {
    let touched = 0;
    for (const end of [...this.connections.ends.values()]) {
      const { link } = end.flow;
      if (link.from === link.to) continue;
      if (!from.has(link.from.index) || !to.has(link.to.index) || end.status !== 'open') continue;
      const { peer } = end;
      if (peer === undefined || peer.status !== 'open') continue;
      touched++;
      if (how === 'half-open') {
        this.connections.forsake(peer, 'connection reset');
      } else {
        this.connections.break(end, 'connection reset');
        this.connections.break(peer, 'connection reset');
      }
    }
    return touched;
  }

  // — Told by connections and links —

  received(at: End, segment: Segment): void {
    switch (segment.kind) {
      case 'request':
      case 'reply':
      case 'refuse':
        this.requests.received(at, segment);
        return;
      default:
        this.streams.received(at, segment);
    }
  }

  closed(end: End, closing: { established: boolean; detail: string }): void {
    this.requests.closed(end, closing);
    this.streams.closed(end, closing);
  }

  linkCut(link: Link<End, Datagram>): void {
    this.connections.linkCut(link);
    const { held } = link;
    link.held = [];
    this.datagrams.linkCut(held);
  }

  linkFreed(link: Link<End, Datagram>): void {
    for (const end of link.senders) this.connections.retryLater(end);
    // What was sent the other way to nobody is sent again as well, since the answer to it can get through now.
    const back = this.fabric.links.get(linkKey(link.to, link.from));
    for (const end of back?.senders ?? []) if (end.stuck) this.connections.retryLater(end);
    const { held } = link;
    link.held = [];
    for (const datagram of held) this.datagrams.send(datagram);
  }

  /** The flow between two addresses whose hosts exist. */
  flowBetween(from: Address, to: Address) {
    const flow = this.fabric.flow(processOf(from) ?? from, processOf(to) ?? to);
    if (flow === undefined) throw new Error(`Network: there is no way from ${from} to ${to}.`);
    return flow;
  }

  #flow(network: ProcessNetwork, to: Address) {
    let flow = network.flows.get(to);
    if (flow === undefined) {
      flow = this.fabric.flow(network.process.address, to);
      if (flow !== undefined) network.flows.set(to, flow);
    }
    return flow;
  }

  #sendWithin(from: ProcessCell, to: Address, packet: Packet, cause: number): void {
    const { kernel } = this;
    const cell = kernel.cells.get(to);
    if (cell === undefined) {
      kernel.cause = cause;
      kernel.emitText('drop', from.number, kernel.names.number(to), 'no such actor');
      return;
    }
    const body = kernel.codec.decode(packet);
    kernel.deliver({ cell, message: { type: 'message', from: from.address, body }, cause, credit: 0 });
  }
}
