/** What the network knows of one life of a process: its connections, requests and streams. */
import type { Address } from '../kernel/address.ts';
import type { Packet } from '../kernel/codec.ts';
import { Fifo } from '../kernel/fifo.ts';
import type { Process, ProcessCell } from '../kernel/process.ts';
import type { End } from './connection-end.ts';
import type { Datagram } from './datagram.ts';
import type { Flow } from './fabric.ts';
import type { PendingRequest } from './pending-request.ts';

/** A request that this process has received and not answered. */
export interface InboundRequest {
  /** The connection over which the answer goes; undefined for a request from within the process. */
  readonly end: End | undefined;
  /** The request's number at its requester. */
  readonly remote: number;
  readonly cell: ProcessCell;
  readonly from: Address;
}

/** One side of a stream. */
export interface StreamSide {
  readonly id: number;
  readonly wire: number;
  readonly end: End;
  readonly cell: ProcessCell;
  readonly to: Address;
  readonly then: unknown;
  readonly window: number;
  /** How many messages may be sent before the other side has taken some. */
  credit: number;
  /** Messages that wait for credit. */
  readonly backlog: Fifo<Packet>;
  /** Processed here and not yet told to the other side. */
  processed: number;
  /** Closed here, but its backlog is not sent yet. */
  closing: boolean;
}

export class ProcessNetwork {
  readonly process: Process;
  /** Connections that this process opened, by `connectionKey`. */
  readonly connections = new Map<string, End>();
  /** All its ends that are not closed. */
  readonly ends = new Set<End>();
  readonly flows = new Map<Address, Flow<End, Datagram>>();
  readonly pending = new Map<number, PendingRequest>();
  readonly inbound = new Map<number, InboundRequest>();
  readonly streams = new Map<number, StreamSide>();
  nextRequest = 1;
  nextInbound = 1;
  nextStream = 1;

  constructor(process: Process) {
    this.process = process;
  }

  newBacklog(): Fifo<Packet> {
    return new Fifo();
  }
}

/** Under which a process keeps a connection that it opened. */
export function connectionKey(to: Address, channel: string): string {
  return channel === '' ? to : `${to}#${channel}`;
}

/** The record of a process that runs. */
export function networkOf(process: Process): ProcessNetwork {
  // Only the network writes this field, when the process starts.
  return process.transport as ProcessNetwork;
}
