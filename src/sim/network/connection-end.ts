/**
 * One end of a connection, as the sender's side of one direction, and the segments that it sends. Data only;
 * `connections.ts` moves it.
 */
import type { Address } from '../kernel/address.ts';
import type { Packet } from '../kernel/codec.ts';
import { Fifo } from '../kernel/fifo.ts';
import type { Occurrence } from '../kernel/occurrence.ts';
import type { Process } from '../kernel/process.ts';
import type { Flow } from './fabric.ts';

/**
 * `connecting`: the opener waits for the handshake. `closing`: closed here, but what was sent and a `fin` are on their
 * way. `closed`: gone; whatever still arrives is answered by a reset, unless the end is `silent`.
 */
export type EndStatus = 'connecting' | 'open' | 'closing' | 'closed';

export class End {
  readonly id: number;
  readonly process: Process;
  /** The life of the process to which it belongs. */
  readonly incarnation: number;
  /** The process at the other side. */
  readonly to: Address;
  readonly channel: string;
  readonly opener: boolean;
  readonly flow: Flow<End, unknown>;
  readonly receiver: Receiver;
  /** The other end; undefined until the other side has accepted. */
  peer: End | undefined;
  status: EndStatus;
  /** Forgotten without a word: what arrives here vanishes (half-open). */
  silent = false;
  /** Sent and on their way, in order. */
  readonly inFlight = new Fifo<Segment>();
  /** Sent, but not getting through: they are sent again when something changes. */
  stalled: Segment[] = [];
  /** Not sent before the handshake is over. */
  waiting: Segment[] = [];
  /** Nothing gets through: what is sent is stalled at once. */
  stuck = false;
  lastArrival = 0;
  /** How often in a row the link has lost what was sent. */
  losses = 0;
  /** The handle of the timer that breaks the connection; -1 while something gets through. */
  breakSlot = -1;
  /** The handle of the next attempt to send again, or -1. */
  retrySlot = -1;
  /** Streams by wire key → the stream's number in this end's process. */
  readonly streams = new Map<number, number>();

  constructor(fields: {
    id: number;
    process: Process;
    to: Address;
    channel: string;
    opener: boolean;
    flow: Flow<End, unknown>;
    receiver: Receiver;
  }) {
    this.id = fields.id;
    this.process = fields.process;
    this.incarnation = fields.process.incarnation;
    this.to = fields.to;
    this.channel = fields.channel;
    this.opener = fields.opener;
    this.flow = fields.flow;
    this.receiver = fields.receiver;
    this.status = fields.opener ? 'connecting' : 'open';
  }
}

/**
 * What a segment is. `syn`, `syn-ack`: the handshake. `fin`: the sender has closed. `request`, `reply`, `refuse`: one
 * conversation. `open`, `data`, `credit`, `close`: a stream's.
 */
export type SegmentKind =
  | 'syn'
  | 'syn-ack'
  | 'fin'
  | 'request'
  | 'reply'
  | 'refuse'
  | 'open'
  | 'data'
  | 'credit'
  | 'close';

/** Whoever handles arrivals. */
export interface Receiver {
  arrived(segment: Segment): void;
}

export class Segment implements Occurrence {
  readonly type = 'segment';
  /** The sending end. */
  readonly end: End;
  readonly kind: SegmentKind;
  /** A request's number at the requester, or a stream's wire key. */
  readonly id: number;
  /** A window or a number of credits; for `refuse`, 1 if the request may have happened. */
  readonly count: number;
  readonly from: Address;
  readonly to: Address;
  readonly packet: Packet | undefined;
  /** A reason, for people. */
  readonly text: string;
  readonly cause: number;
  /** Its handle in the agenda while it is in flight. */
  slot = -1;

  constructor(
    end: End,
    kind: SegmentKind,
    id: number,
    count: number,
    from: Address,
    to: Address,
    packet: Packet | undefined,
    text: string,
    cause: number,
  ) {
    this.end = end;
    this.kind = kind;
    this.id = id;
    this.count = count;
    this.from = from;
    this.to = to;
    this.packet = packet;
    this.text = text;
    this.cause = cause;
  }

  occur(): void {
    this.end.receiver.arrived(this);
  }

  save(): unknown {
    const { end, kind, id, count, from, to, packet, text, cause } = this;
    const saved = packet && { bytes: packet.bytes, collections: packet.collections };
    return { end: end.id, kind, id, count, from, to, packet: saved, text, cause };
  }
}
