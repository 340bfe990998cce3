/**
 * Connections: ordered, never duplicated, never silently lossy.
 *
 * 1. Segments arrive in the order in which they were sent, each at most once. A packet that the link loses only costs
 *    time: it is sent again after `retransmitMs`, doubled for each further loss in a row, up to sixteenfold.
 * 2. A link that is cut or clogged stalls a connection: what is sent, and after a cut what was in flight, waits. When the
 *    link is free again it is sent again, within `retransmitMs`. A sender that gets nothing through for `breakAfterMs`
 *    breaks its end; the other end does not know (it is half-open) until it sends.
 * 3. A process that ends closes its connections behind what it has sent. A host that loses power does not: its peers
 *    stall and break, or are reset when the host is back and hears from them.
 * 4. What arrives for an end that is gone is answered by a reset, unless that end was made silent (half-open).
 *
 * Not modelled: congestion control, and a limit on what is under way other than the streams' windows.
 */
import type { Address } from '../kernel/address.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { PRIORITY } from '../kernel/occurrence.ts';
import type { Process } from '../kernel/process.ts';
import { End, type Receiver, Segment } from './connection-end.ts';
import { BreakDue, ResetDue, Retry } from './connection-occurrence.ts';
import type { Datagram } from './datagram.ts';
import type { Fabric } from './fabric.ts';
import type { Link } from './link.ts';
import { connectionKey, networkOf, type ProcessNetwork } from './process-network.ts';

/** Why an end closes, as its requests and streams report it. */
export interface Closing {
  /** False: nothing that waited on it can have happened (it never opened). */
  readonly established: boolean;
  readonly detail: string;
}

/** What is made of segments and of ends that close. */
export interface ConnectionUser {
  /** A segment other than the handshake's and `fin` has arrived at this end. */
  received(at: End, segment: Segment): void;
  /** The end is gone; requests and streams on it must hear of it. */
  closed(end: End, closing: Closing): void;
}

const SYN_BYTES = 0;
/** The wait for a retransmission doubles so often at most: to 3.2 s if it begins at 200 ms. */
const MOST_DOUBLINGS = 4;

export class Connections implements Receiver {
  /** Every end that has not been forgotten, by id; what arrives refers to them. */
  readonly ends = new Map<number, End>();
  nextEnd = 1;
  readonly #kernel: Kernel;
  readonly #fabric: Fabric<End, Datagram>;
  readonly #user: ConnectionUser;

  constructor(kernel: Kernel, fabric: Fabric<End, Datagram>, user: ConnectionUser) {
    this.#kernel = kernel;
    this.#fabric = fabric;
    this.#user = user;
  }

  /** This process' connection to another, opened if need be; undefined if there is no such host. */
  open(network: ProcessNetwork, to: Address, channel: string): End | undefined {
    const key = connectionKey(to, channel);
    const known = network.connections.get(key);
    if (known !== undefined) return known;
    const end = this.#newEnd(network.process, to, channel, true);
    if (end === undefined) return undefined;
    network.connections.set(key, end);
    this.#kernel.emit('connect', network.process.number, this.#kernel.names.number(to), channel);
    this.#transmit(end, this.#control(end, 'syn'));
    // Until the handshake is over: whoever has accepted may be gone before it has said so.
    this.#armBreak(end);
    return end;
  }

  /** Sends a segment behind all earlier ones. An end that is closed drops it. */
  send(end: End, segment: Segment): void {
    if (end.status === 'open') this.#transmit(end, segment);
    else if (end.status === 'connecting') end.waiting.push(segment);
  }

  /** Closes an end in good order: what was sent arrives, then the other side hears of it. */
  close(end: End, detail: string): void {
    if (end.status === 'closed' || end.status === 'closing') return;
    const { status } = end;
    this.#detach(end, detail, status === 'open');
    if (status === 'open') {
      end.status = 'closing';
      this.#transmit(end, this.#control(end, 'fin'));
    } else {
      this.#abandon(end);
    }
  }

  /** Ends an end at once; the other side is not told. */
  break(end: End, detail: string): void {
    const { status } = end;
    if (status === 'closed') return;
    this.#abandon(end);
    if (status !== 'closing') this.#detach(end, detail, status === 'open');
  }

  /** This end is closed and will answer nothing; the other side does not know. */
  forsake(end: End, detail: string): void {
    end.silent = true;
    this.break(end, detail);
  }

  /** Power has failed: what is in flight arrives, nothing more is sent, and nobody is told. */
  vanish(end: End): void {
    this.#cancelTimers(end);
    end.stalled = [];
    end.waiting = [];
    end.status = 'closed';
    if (end.inFlight.length === 0) this.#forget(end);
  }

  arrived(segment: Segment): void {
    const { end } = segment;
    const kernel = this.#kernel;
    if (end.inFlight.shift() !== segment) throw new Error('Connections: a segment arrived out of order.');
    segment.slot = -1;
    kernel.cause = segment.cause;
    // The sender has lost power since; nobody would send again what does not get through.
    if (end.status === 'closed' && end.inFlight.length === 0) this.#forget(end);
    if (!end.flow.link.to.up) {
      this.#stall(end, segment);
      return;
    }
    if (segment.kind === 'syn') {
      this.#accept(segment);
      return;
    }
    const at = end.peer;
    if (at === undefined || at.status === 'closed') {
      this.#stall(end, segment);
      if (at?.silent !== true) this.#reset(end, 'connection reset');
      return;
    }
    if (end.breakSlot >= 0) this.#relieve(end);
    if (segment.kind === 'fin') {
      this.#abandon(end);
      if (at.status === 'closing') return;
      this.#abandon(at);
      this.#detach(at, 'closed by the other side', true);
      return;
    }
    // Its `fin` is under way, and nobody there listens any more.
    if (at.status === 'closing') return;
    switch (segment.kind) {
      case 'syn-ack':
        this.#established(at);
        return;
      default:
        this.#user.received(at, segment);
    }
  }

  /** A link is cut: what is in flight on it will have to be sent again. */
  linkCut(link: Link<End, Datagram>): void {
    for (const end of link.senders) {
      const lost = end.inFlight.drain();
      for (const segment of lost) {
        this.#kernel.agenda.cancel(segment.slot);
        segment.slot = -1;
        link.touchBlocks();
      }
      if (end.status === 'closed') this.#forget(end);
      else if (lost.length > 0) {
        end.stalled = [...lost, ...end.stalled];
        this.#armBreak(end);
      }
    }
  }

  /** Something may get through again. */
  retryLater(end: End): void {
    if (end.stalled.length === 0) return;
    end.losses = 0;
    this.#retryAt(end, this.#kernel.now + end.flow.chance.integer(0, this.#fabric.retransmitUs));
  }

  retry(end: End): void {
    end.retrySlot = -1;
    if (end.flow.link.blocked) return;
    end.stuck = false;
    const again = end.stalled;
    end.stalled = [];
    for (const segment of again) this.#transmit(end, segment);
  }

  breakDue(end: End): void {
    end.breakSlot = -1;
    this.break(end, 'nothing got through');
  }

  resetDue(end: End, detail: string): void {
    if (end.status === 'closed') return;
    const back = this.#fabric.link(end.flow.link.to, end.flow.link.from);
    if (back.cut) {
      // It was cut while the answer was under way.
      back.touchBlocks();
      this.#armBreak(end);
      return;
    }
    if (end.status === 'connecting') this.#refused(end, detail);
    else this.break(end, detail);
  }

  // — How it is done —

  #newEnd(process: Process, to: Address, channel: string, opener: boolean): End | undefined {
    const flow = this.#fabric.flow(process.address, to);
    if (flow === undefined) return undefined;
    const end = new End({ id: this.nextEnd++, process, to, channel, opener, flow, receiver: this });
    this.adopt(end);
    return end;
  }

  /** Enters an end in the books. */
  adopt(end: End): void {
    this.ends.set(end.id, end);
    networkOf(end.process).ends.add(end);
    end.flow.link.senders.add(end);
  }

  #control(end: End, kind: 'syn' | 'syn-ack' | 'fin'): Segment {
    return new Segment(end, kind, 0, 0, end.process.address, end.to, undefined, '', this.#kernel.cause);
  }

  #transmit(end: End, segment: Segment): void {
    const { link, chance } = end.flow;
    if (end.stuck || end.stalled.length > 0 || link.blocked) {
      link.touchBlocks();
      end.stalled.push(segment);
      this.#armBreak(end);
      return;
    }
    const kernel = this.#kernel;
    const bytes = (segment.packet?.length ?? SYN_BYTES) + this.#fabric.headerBytes;
    if (link.isLost(chance)) {
      this.#lose(end, segment);
      return;
    }
    let arrival = link.arrival(kernel.now, bytes, chance);
    // Strictly later than the one before, so that a shuffled agenda keeps the order as well.
    if (arrival <= end.lastArrival) arrival = end.lastArrival + 1;
    end.lastArrival = arrival;
    end.inFlight.push(segment);
    segment.slot = kernel.schedule(arrival, PRIORITY.arrival, segment);
  }

  /** The link has lost it: it is sent again after a while, and what is sent behind it waits for that. */
  #lose(end: End, segment: Segment): void {
    end.stuck = true;
    end.stalled.push(segment);
    this.#armBreak(end);
    const wait = this.#fabric.retransmitUs * (1 << Math.min(end.losses++, MOST_DOUBLINGS));
    this.#retryAt(end, this.#kernel.now + wait);
  }

  /** It did not get through: it waits, and so does all that was sent after it. */
  #stall(end: End, segment: Segment): void {
    if (end.status === 'closed') return;
    end.stuck = true;
    const behind = end.inFlight.drain();
    for (const other of behind) {
      this.#kernel.agenda.cancel(other.slot);
      other.slot = -1;
    }
    end.stalled = [segment, ...behind, ...end.stalled];
    this.#armBreak(end);
  }

  #retryAt(end: End, time: number): void {
    const { agenda } = this.#kernel;
    if (end.retrySlot >= 0) agenda.cancel(end.retrySlot);
    end.retrySlot = this.#kernel.schedule(time, PRIORITY.arrival, new Retry(this, end));
  }

  #armBreak(end: End): void {
    if (end.breakSlot >= 0) return;
    const time = this.#kernel.now + this.#fabric.breakAfterUs;
    end.breakSlot = this.#kernel.schedule(time, PRIORITY.deadline, new BreakDue(this, end));
  }

  #relieve(end: End): void {
    end.losses = 0;
    this.#kernel.agenda.cancel(end.breakSlot);
    end.breakSlot = -1;
    // Something has got through: what still waits has all the time again.
    if (end.stalled.length > 0) this.#armBreak(end);
  }

  #accept(syn: Segment): void {
    const { end } = syn;
    const process = this.#kernel.processes.get(end.to);
    if (process === undefined || process.status !== 'running') {
      this.#reset(end, process === undefined ? 'no such process' : 'process is not running');
      return;
    }
    const accepted = this.#newEnd(process, end.process.address, end.channel, false);
    if (accepted === undefined) throw new Error(`Connections: ${end.process.address} has no host.`);
    accepted.peer = end;
    end.peer = accepted;
    this.#transmit(accepted, this.#control(accepted, 'syn-ack'));
  }

  #established(end: End): void {
    if (end.status !== 'connecting') return;
    end.status = 'open';
    if (end.breakSlot >= 0) this.#relieve(end);
    const { waiting } = end;
    end.waiting = [];
    for (const segment of waiting) this.#transmit(end, segment);
  }

  /** Answers a segment that nobody wanted; the answer takes the link back. */
  #reset(end: End, detail: string): void {
    if (end.status === 'closed') return;
    const back = this.#fabric.link(end.flow.link.to, end.flow.link.from);
    if (back.blocked) {
      back.touchBlocks();
      this.#armBreak(end);
      return;
    }
    const kernel = this.#kernel;
    const arrival = back.arrival(kernel.now, this.#fabric.headerBytes, end.flow.chance);
    kernel.schedule(arrival, PRIORITY.arrival, new ResetDue(this, end, detail));
  }

  #refused(end: End, detail: string): void {
    this.#abandon(end);
    this.#detach(end, detail, false);
  }

  /** Takes the end out of its process' books and tells its user. */
  #detach(end: End, detail: string, established: boolean): void {
    const network = networkOf(end.process);
    if (!network.ends.delete(end)) return;
    const key = connectionKey(end.to, end.channel);
    if (network.connections.get(key) === end) network.connections.delete(key);
    const kernel = this.#kernel;
    kernel.cause = kernel.emitText('disconnect', end.process.number, kernel.names.number(end.to), detail);
    this.#user.closed(end, { established, detail });
  }

  /** Nothing more is sent by this end; it is forgotten when nothing refers to it. */
  #abandon(end: End): void {
    this.#cancelTimers(end);
    for (const segment of end.inFlight.drain()) this.#kernel.agenda.cancel(segment.slot);
    end.stalled = [];
    end.waiting = [];
    end.status = 'closed';
    this.#forget(end);
  }

  #cancelTimers(end: End): void {
    const { agenda } = this.#kernel;
    if (end.breakSlot >= 0) agenda.cancel(end.breakSlot);
    if (end.retrySlot >= 0) agenda.cancel(end.retrySlot);
    end.breakSlot = -1;
    end.retrySlot = -1;
  }

  /** An end is forgotten once both sides are closed; until then what arrives must find it. */
  #forget(end: End): void {
    end.flow.link.senders.delete(end);
    if (end.peer !== undefined && end.peer.status !== 'closed') return;
    this.ends.delete(end.id);
    // What lost power may still have segments in flight, and is forgotten when the last of them has arrived.
    if (end.peer !== undefined && end.peer.inFlight.length === 0) this.ends.delete(end.peer.id);
  }
}
