/** Links, rules, connections, requests and streams as plain data and back. Part of a world's snapshot. */
import { Packet } from '../kernel/codec.ts';
import type { Found } from '../kernel/kernel-state.ts';
import { deepFreeze } from '../kernel/plain-data.ts';
import type { Process, ProcessCell } from '../kernel/process.ts';
import { End, type EndStatus, Segment, type SegmentKind } from './connection-end.ts';
import { Datagram } from './datagram.ts';
import { type Direction, type LinkEffect, LinkRule } from './link-rule.ts';
import type { Network } from './network.ts';
import { connectionKey, type InboundRequest, networkOf, type StreamSide } from './process-network.ts';

export interface PacketState {
  readonly bytes: Uint8Array;
  readonly collections: boolean;
}

export interface DatagramState {
  readonly from: string;
  readonly to: string;
  readonly packet: PacketState;
  readonly cause: number;
  readonly cuts: number;
}

export interface SegmentState {
  readonly end: number;
  readonly kind: SegmentKind;
  readonly id: number;
  readonly count: number;
  readonly from: string;
  readonly to: string;
  readonly packet: PacketState | undefined;
  readonly text: string;
  readonly cause: number;
}

interface EndState {
  readonly id: number;
  readonly process: number;
  readonly incarnation: number;
  readonly to: string;
  readonly channel: string;
  readonly opener: boolean;
  readonly peer: number;
  readonly status: EndStatus;
  readonly silent: boolean;
  readonly stalled: readonly SegmentState[];
  readonly waiting: readonly SegmentState[];
  readonly stuck: boolean;
  readonly lastArrival: number;
  readonly losses: number;
  readonly streams: readonly (readonly [number, number])[];
  /** Whether the process still counts it among its connections, and the link among its senders. */
  readonly attached: boolean;
  readonly sends: boolean;
}

type Saved<T extends { end: unknown; cell: unknown }> = Omit<T, 'end' | 'cell'> & { end: number; cell: number };

interface ProcessNetworkState {
  readonly process: number;
  readonly nextRequest: number;
  readonly nextInbound: number;
  readonly nextStream: number;
  readonly inbound: readonly (readonly [number, Saved<InboundRequest>])[];
  readonly streams: readonly (Saved<Omit<StreamSide, 'backlog'>> & { backlog: readonly PacketState[] })[];
}

interface RuleState {
  readonly id: number;
  readonly effect: LinkEffect;
  readonly directions: readonly Direction[];
  readonly touched: number;
}

export interface NetworkState {
  readonly nextEnd: number;
  readonly nextRule: number;
  readonly rules: readonly RuleState[];
  /** Those that hold no longer but may have losses to count. */
  readonly retired: readonly RuleState[];
  readonly links: readonly {
    from: string;
    to: string;
    freeAt: number;
    cuts: number;
    lastCutBy: number;
    held: readonly DatagramState[];
  }[];
  readonly ends: readonly EndState[];
  readonly processes: readonly ProcessNetworkState[];
}

export function savePacket({ bytes, collections }: Packet): PacketState {
  return { bytes, collections };
}

export function loadPacket({ bytes, collections }: PacketState): Packet {
  return new Packet(bytes, 0, bytes.length, collections);
}

export function loadDatagram(network: Network, state: DatagramState): Datagram {
  const { from, to, packet, cause, cuts } = state;
  const flow = network.flowBetween(from, to);
  const datagram = new Datagram(network.datagrams, flow, from, to, loadPacket(packet), cause);
  datagram.cuts = cuts;
  return datagram;
}

export function loadSegment(network: Network, state: SegmentState): Segment {
  const { kind, id, count, from, to, packet, text, cause } = state;
  return new Segment(endOf(network, state.end), kind, id, count, from, to, packet && loadPacket(packet), text, cause);
}

export function endOf(network: Network, id: number): End {
  const end = network.connections.ends.get(id);
  if (end === undefined) throw new Error(`Snapshot: there is no connection's end number ${id}.`);
  return end;
}

/** Actors that have ended but are referred to by what the network still knows. */
export function referredCells(network: Network): ProcessCell[] {
  const cells: ProcessCell[] = [];
  for (const process of network.kernel.processes.values()) {
    if (process.status !== 'running') continue;
    const { inbound, streams, pending } = networkOf(process);
    for (const each of [...inbound.values(), ...streams.values(), ...pending.values()]) cells.push(each.cell);
  }
  return cells;
}

export function saveNetwork(network: Network): NetworkState {
  const { connections, fabric, kernel } = network;
  return {
    nextEnd: connections.nextEnd,
    nextRule: fabric.nextRule,
    rules: fabric.rules.map(saveRule),
    retired: fabric.retired().map(saveRule),
    links: [...fabric.links.values()].map(({ from, to, freeAt, cuts, lastCutBy, held }) => ({
      from: from.name,
      to: to.name,
      freeAt,
      cuts,
      lastCutBy: lastCutBy?.id ?? 0,
      held: held.map((datagram) => datagram.save() as DatagramState),
    })),
    ends: [...connections.ends.values()].map(saveEnd),
    processes: [...kernel.processes.values()].filter(({ status }) => status === 'running').map(saveProcess),
  };
}

function saveEnd(end: End): EndState {
  const { id, to, channel, opener, status, silent, stuck, lastArrival, losses, incarnation } = end;
  return {
    ...{ id, to, channel, opener, status, silent, stuck, lastArrival, losses, incarnation },
    process: end.process.id,
    peer: end.peer?.id ?? 0,
    stalled: end.stalled.map((segment) => segment.save() as SegmentState),
    waiting: end.waiting.map((segment) => segment.save() as SegmentState),
    streams: [...end.streams],
    // What lost power is in the books of a life that is over, which nobody will open again.
    attached: end.process.status === 'running' && networkOf(end.process).ends.has(end),
    sends: end.flow.link.senders.has(end),
  };
}

function saveProcess(process: Process): ProcessNetworkState {
  const { nextRequest, nextInbound, nextStream, inbound, streams } = networkOf(process);
  return {
    process: process.id,
    nextRequest,
    nextInbound,
    nextStream,
    inbound: [...inbound].map(([id, { end, remote, cell, from }]) => [
      id,
      { end: end?.id ?? 0, remote, cell: cell.id, from },
    ]),
    streams: [...streams.values()].map((side) => ({
      ...side,
      end: side.end.id,
      cell: side.cell.id,
      backlog: side.backlog.toArray().map(savePacket),
    })),
  };
}

function saveRule({ id, effect, directions, touched }: LinkRule): RuleState {
  return { id, effect, directions, touched };
}

function loadRule({ id, effect, directions, touched }: RuleState): LinkRule {
  const rule = new LinkRule(id, effect, directions);
  rule.touched = touched;
  return rule;
}

/** Fills the network of a restored kernel; what is in flight comes later, with the agenda. */
export function loadNetwork(network: Network, state: NetworkState, found: Found): void {
  const { connections, fabric, kernel } = network;
  connections.nextEnd = state.nextEnd;
  fabric.nextRule = state.nextRule;
  fabric.rules = state.rules.map(loadRule);
  const retired = state.retired.map(loadRule);
  for (const saved of state.links) {
    const from = kernel.hosts.get(saved.from);
    const to = kernel.hosts.get(saved.to);
    if (from === undefined || to === undefined) throw new Error(`Snapshot: no link ${saved.from} → ${saved.to}.`);
    const link = fabric.link(from, to);
    link.freeAt = saved.freeAt;
    link.cuts = saved.cuts;
    link.lastCutBy = [...fabric.rules, ...retired].find(({ id }) => id === saved.lastCutBy);
    link.held = saved.held.map((datagram) => loadDatagram(network, datagram));
  }
  for (const saved of state.ends) loadEnd(network, saved, found);
  for (const saved of state.ends) {
    const end = endOf(network, saved.id);
    if (saved.peer !== 0) end.peer = connections.ends.get(saved.peer);
    end.stalled = saved.stalled.map((segment) => loadSegment(network, segment));
    end.waiting = saved.waiting.map((segment) => loadSegment(network, segment));
  }
  for (const saved of state.processes) loadProcess(network, saved, found);
}

function loadEnd(network: Network, saved: EndState, found: Found): void {
  const process = found.process(saved.process);
  const flow = network.flowBetween(process.address, saved.to);
  const { id, to, channel, opener } = saved;
  const end = new End({ id, process, to, channel, opener, flow, receiver: network.connections });
  Object.assign(end, {
    incarnation: saved.incarnation,
    status: saved.status,
    silent: saved.silent,
    stuck: saved.stuck,
    lastArrival: saved.lastArrival,
    losses: saved.losses,
  });
  for (const [wire, stream] of saved.streams) end.streams.set(wire, stream);
  network.connections.ends.set(id, end);
  if (saved.sends) flow.link.senders.add(end);
  if (!saved.attached) return;
  const record = networkOf(process);
  record.ends.add(end);
  if (opener) record.connections.set(connectionKey(to, channel), end);
}

function loadProcess(network: Network, saved: ProcessNetworkState, found: Found): void {
  const record = networkOf(found.process(saved.process));
  record.nextRequest = saved.nextRequest;
  record.nextInbound = saved.nextInbound;
  record.nextStream = saved.nextStream;
  for (const [id, { end, remote, cell, from }] of saved.inbound) {
    const over = end === 0 ? undefined : endOf(network, end);
    record.inbound.set(id, { end: over, remote, cell: found.cell(cell), from });
  }
  for (const side of saved.streams) {
    const backlog = record.newBacklog();
    for (const packet of side.backlog) backlog.push(loadPacket(packet));
    const { end, cell } = side;
    const then = deepFreeze(side.then);
    record.streams.set(side.id, { ...side, then, end: endOf(network, end), cell: found.cell(cell), backlog });
  }
}
