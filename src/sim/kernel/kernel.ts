/**
 * The kernel: true time, the agenda, and the one place where an actor steps.
 *
 * 1. One event at a time: the next occurrence of the agenda happens, then every step that it made ready, each followed
 *    by its effects, until none is ready. Then the next occurrence.
 * 2. Every event goes through `emit`: it is numbered, hashed, traced, and shown to whoever observes its kind.
 * 3. A step is guarded (guard.ts) and its effects happen after it, or not at all if it throws.
 *
 * The kernel knows network, disks and supervision by the ports that the world plugs in.
 */

import type { Message } from './actor.ts';
import type { Address } from './address.ts';
import { Agenda, type Priority, type Ties } from './agenda.ts';
import { applyEffect } from './apply-effect.ts';
import { CellContext, type ContextHost } from './cell-context.ts';
import { Codec, type CodecState, type Packet, StateCodec } from './codec.ts';
import { Digest } from './digest.ts';
import type { Effect } from './effect.ts';
import type { Engine } from './engine.ts';
import { Fifo } from './fifo.ts';
import { enterStep, leaveStep } from './guard.ts';
import type { Host } from './host.ts';
import { NactHost } from './nact-host.ts';
import { Names } from './names.ts';
import type { Occurrence } from './occurrence.ts';
import { assertPlain } from './plain-data.ts';
import type { Storage, Supervision, Transport } from './ports.ts';
import type { Delivery, Process, ProcessCell } from './process.ts';
import { accept } from './queueing.ts';
import type { RandomStream } from './random-stream.ts';
import { RandomStreams, streamKey } from './random-streams.ts';
import { type EventKind, type Keep, KIND, Trace, type TraceEvent } from './trace.ts';

export interface KernelOptions {
  readonly seed: string;
  readonly ties: Ties;
  readonly requestTimeoutUs: number;
  readonly keep: Keep;
  readonly ringCapacity: number;
  /** For measurements only: a run without a digest cannot be compared with any other. */
  readonly digest: boolean;
  readonly paranoid: boolean;
  readonly codec?: CodecState;
}

/** How a burst of events ended: no more until the limit; a microtask must pass; or it used up its budget. */
export type BurstEnd = 'idle' | 'drain' | 'budget';

/** Called with each event of the kinds that it observes, once the step that caused it is complete. */
export type Observer = (event: TraceEvent) => void;

export class Kernel implements Engine, ContextHost {
  readonly options: KernelOptions;
  readonly agenda: Agenda<Occurrence>;
  readonly streams: RandomStreams;
  readonly codec: Codec;
  /** For snapshots; a restored kernel has its original's. */
  states = new StateCodec();
  readonly digest = new Digest();
  readonly trace: Trace;
  readonly names = new Names();
  readonly nact = new NactHost();
  /** By name, in the order in which they were added. */
  readonly hosts = new Map<string, Host>();
  readonly processes = new Map<Address, Process>();
  /** Live actors by address. */
  readonly cells = new Map<Address, ProcessCell>();
  readonly requestTimeoutUs: number;
  transport!: Transport; // the world plugs it in before anything runs
  storage!: Storage; // likewise
  supervision!: Supervision; // likewise

  /** True time in whole microseconds. */
  now = 0;
  /** The id of the event that is being handled. */
  cause = 0;
  /** The id of the last event. */
  events = 0;
  /** How many messages actors have received. */
  delivered = 0;
  /** For ids of processes and cells. */
  nextId = 1;

  readonly #ready = new Fifo<Delivery>();
  /** The effects of the step that runs: the first `#effectCount` of the array. */
  #effects: (Effect | undefined)[] = [];
  #effectCount = 0;
  #current: ProcessCell | undefined;
  #panic: { error: unknown } | undefined;
  #lastBody: Packet | undefined;
  readonly #observers: (Observer[] | undefined)[] = [];
  #observed: TraceEvent[] = [];
  readonly #digests: boolean;
  readonly #traces: boolean;

  constructor(options: KernelOptions) {
    this.options = options;
    this.streams = new RandomStreams(options.seed);
    const ties = this.streams.stream('ties');
    this.agenda = new Agenda(options.ties, () => ties.uint32());
    this.codec = new Codec(options.paranoid, options.codec);
    this.trace = new Trace(options.keep, options.ringCapacity);
    this.requestTimeoutUs = options.requestTimeoutUs;
    this.#digests = options.digest;
    this.#traces = options.keep !== 'none';
  }

  // — Events —

  /**
   * Writes down an event and returns its id. Subject and object are numbers of names.
   *
   * @param shown what observers get, if the trace should hold on to less
   */
  emit(kind: EventKind, subject: number, object: number, detail: unknown, shown = detail): number {
    const id = ++this.events;
    const number = KIND[kind];
    if (this.#digests) this.digest.event(number, this.now, subject, object);
    if (this.#traces) this.trace.record(id, this.now, this.cause, number, subject, object, detail);
    if (this.#observers[number] !== undefined) this.#observe(id, kind, subject, object, shown);
    return id;
  }

  /** An event whose particulars are a text that belongs in the digest. */
  emitText(kind: EventKind, subject: number, object: number, text: string): number {
    if (this.#digests) this.digest.text(text);
    return this.emit(kind, subject, object, text);
  }

  /** An event that carries a body. A body that was the last one hashed in this step is not hashed again. */
  emitBody(kind: EventKind, subject: number, object: number, packet: Packet, detail: unknown): number {
    if (this.#digests) {
      // By content, not by identity: after a restore equal bodies may be different objects.
      if (this.#lastBody === undefined || !this.#lastBody.sameBytes(packet)) {
        this.digest.range(packet.buffer, packet.start, packet.end);
        this.#lastBody = packet;
      }
    }
    return this.emit(kind, subject, object, detail);
  }

  observe(kind: EventKind, observer: Observer): void {
    const number = KIND[kind];
    const observers = this.#observers[number] ?? [];
    this.#observers[number] = observers;
    observers.push(observer);
  }

  #observe(id: number, kind: EventKind, subject: number, object: number, detail: unknown): void {
    const names = this.names.all;
    this.#observed.push({
      id,
      time: this.now,
      cause: this.cause,
      kind,
      subject: names[subject] as string,
      object: names[object] as string,
      detail,
    });
  }

  /** Shows what was observed since the last time; the world is between two steps. */
  #show(): void {
    while (this.#observed.length > 0) {
      const events = this.#observed;
      this.#observed = [];
      for (const event of events) {
        this.cause = event.id;
        for (const observer of this.#observers[KIND[event.kind]] ?? []) observer(event);
      }
    }
  }

  // — Time —

  /** Puts an occurrence on the agenda, not before now. */
  schedule(time: number, priority: Priority, occurrence: Occurrence): number {
    return this.agenda.push(Math.max(time, this.now), priority, occurrence);
  }

  /**
   * Handles events whose time is at most `until`, at most `budget` of them. Never blocks and never waits.
   *
   * @returns `drain` if it cannot go on before a microtask has passed: await one, call `nact.drained()`, call again.
   */
  burst(until: number, budget: number): BurstEnd {
    let left = budget;
    for (;;) {
      if (!this.settle()) return 'drain';
      if (left-- <= 0) return 'budget';
      const time = this.agenda.nextTime;
      if (time > until || time === Number.POSITIVE_INFINITY) return 'idle';
      this.now = time;
      this.cause = 0;
      this.#lastBody = undefined;
      this.agenda.pop().occur();
      if (this.#observed.length > 0) this.#show();
    }
  }

  /** Takes the steps that are ready. False if one of them must wait for a microtask. */
  settle(): boolean {
    const ready = this.#ready;
    for (let delivery = ready.peek(); delivery !== undefined; delivery = ready.peek()) {
      const { nact } = delivery.cell;
      if (nact !== undefined && this.nact.isBusy(nact)) return false;
      ready.shift();
      this.#step(delivery);
      if (this.#observed.length > 0) this.#show();
    }
    if (this.#observed.length > 0) this.#show();
    // What somebody outside does next is caused by nothing inside.
    this.cause = 0;
    return true;
  }

  // — Steps —

  /** Hands a message to a process: it is stepped at once, or waits for a server of the process. */
  deliver(delivery: Delivery): void {
    accept(this, delivery);
  }

  /** The process has nothing before this delivery: it steps next. */
  makeReady(delivery: Delivery): void {
    this.#ready.push(delivery);
  }

  /** What will step next, in order; empty unless something happened since the last `settle`. */
  readyDeliveries(): readonly Delivery[] {
    return this.#ready.toArray();
  }

  record(effect: Effect): void {
    this.#effects[this.#effectCount++] = effect;
  }

  recorded(): readonly Effect[] {
    // The first so many are those of this step.
    return this.#effects.slice(0, this.#effectCount) as Effect[];
  }

  stepping(cell: ProcessCell): boolean {
    return this.#current === cell;
  }

  streamOf(cell: ProcessCell): RandomStream {
    return this.streams.stream(streamKey('actor', cell.address));
  }

  /** Gives a new cell its nact actor and its context. */
  hatch(cell: ProcessCell, clock: Host['clock']): void {
    const { family } = cell.process;
    if (family === undefined) throw new Error(`${cell.address}: its process has no family.`);
    cell.context = new CellContext(this, cell, clock);
    cell.nact = this.nact.spawn(family, (message) => this.#run(cell, message as Delivery['message']));
  }

  #step(delivery: Delivery): void {
    const { cell, message } = delivery;
    this.cause = delivery.cause;
    if (!cell.live || cell.nact === undefined) {
      this.emitText('drop', cell.number, 0, 'actor has ended');
      return;
    }
    this.#lastBody = undefined;
    // The body stands with the event that sent it; see `World.event`.
    const detail = 'body' in message ? message.type : message;
    this.cause = this.emit(message.type === 'start' ? 'start' : 'deliver', cell.number, 0, detail, message);
    this.delivered++;
    this.#current = cell;
    enterStep(cell.address);
    this.nact.dispatch(cell.nact, message);
    const violation = leaveStep();
    this.#current = undefined;
    // A violation comes first: what the actor has thrown may only be what it made of it.
    const panic = violation === undefined ? this.#panic : { error: violation };
    if (panic !== undefined) {
      this.#panic = undefined;
      this.#effectCount = 0;
      this.supervision.panic(cell, panic.error);
      return;
    }
    if (this.#effectCount > 0) this.#applyAll(cell);
    if (delivery.credit !== 0) this.transport.credit(cell.process, delivery.credit);
  }

  /** The step itself, inside nact. */
  #run(cell: ProcessCell, message: Delivery['message']): void {
    try {
      const context = cell.context as CellContext;
      const state: unknown =
        message.type === 'start'
          ? cell.program.start(context)
          : cell.program.receive(cell.state, message as Message<unknown, unknown>, context);
      if (state === undefined) throw new Error(`${cell.address} returned no state from ${verb(message)}.`);
      if (state instanceof Promise) throw new Error(`${cell.address} returned a promise from ${verb(message)}.`);
      if (this.options.paranoid) assertPlain(state, `The state of ${cell.address}`, true);
      else if (message.type === 'start') assertPlain(state, `The state of ${cell.address}`);
      cell.state = state;
    } catch (error) {
      this.#panic = { error };
      throw error;
    }
  }

  #applyAll(cell: ProcessCell): void {
    const effects = this.#effects;
    const count = this.#effectCount;
    this.#effectCount = 0;
    for (let i = 0; i < count; i++) {
      const effect = effects[i] as Effect;
      effects[i] = undefined;
      // An actor that has exited does nothing more.
      if (cell.live) applyEffect(this, cell, effect);
    }
  }
}

function verb(message: Delivery['message']): string {
  return message.type === 'start' ? 'start' : `receive (${message.type})`;
}
