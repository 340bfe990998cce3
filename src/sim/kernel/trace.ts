/**
 * The trace: what happened, when, and because of what.
 *
 * 1. Every event has an id (1, 2, 3 … in the order of the run), a true time, and the id of the event that caused it (0:
 *    the world's beginning, or the outside).
 * 2. The ring holds the last `capacity` events at a bounded cost; a full trace holds them all.
 * 3. What is kept never changes the run or its digest.
 */

/** What an event says happened. The order is part of the digest: append, never insert. */
export const EVENT_KINDS = [
  'send',
  'deliver',
  'drop',
  'timer',
  'disk',
  'start',
  'exit',
  'panic',
  'fault',
  'heal',
  'power',
  'pause',
  'clock',
  'connect',
  'disconnect',
  'note',
  'check',
  'phase',
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/** The number of each kind, as the digest and the ring write it. */
export const KIND: Readonly<Record<EventKind, number>> = Object.freeze(
  Object.fromEntries(EVENT_KINDS.map((kind, number) => [kind, number])) as Record<EventKind, number>,
);

/** One event, as the trace, the checks and the reports see it. */
export interface TraceEvent {
  readonly id: number;
  /** True time in microseconds. */
  readonly time: number;
  /** The id of the event that caused it; 0 for none. */
  readonly cause: number;
  readonly kind: EventKind;
  /** Whom it happened to: an address, a host, or `world`. */
  readonly subject: string;
  /** The other party, or `''`. */
  readonly object: string;
  /** Particulars, as plain data. */
  readonly detail: unknown;
}

/** How much of a trace is kept. */
export type Keep = 'none' | 'ring' | 'full';

export class Trace {
  readonly #keep: Keep;
  readonly #capacity: number;
  #times: Float64Array;
  #causes: Float64Array;
  #kinds: Uint8Array;
  #subjects: Uint32Array;
  #objects: Uint32Array;
  #details: unknown[];
  #first = 1;
  #last = 0;

  /** @param capacity how many events the ring holds: a power of two */
  constructor(keep: Keep, capacity: number) {
    if ((capacity & (capacity - 1)) !== 0) throw new Error(`Trace: capacity ${capacity} is not a power of two.`);
    this.#keep = keep;
    const size = keep === 'none' ? 1 : capacity;
    this.#capacity = size;
    this.#times = new Float64Array(size);
    this.#causes = new Float64Array(size);
    this.#kinds = new Uint8Array(size);
    this.#subjects = new Uint32Array(size);
    this.#objects = new Uint32Array(size);
    this.#details = new Array(size).fill(undefined);
  }

  get keep(): Keep {
    return this.#keep;
  }

  /** The ids of the first and the last event that are kept; last < first if none is. */
  get range(): { first: number; last: number } {
    return { first: this.#first, last: this.#last };
  }

  /** Writes down one event. Names are numbers of the world's name table; `detail` is kept by reference. */
  record(
    id: number,
    time: number,
    cause: number,
    kind: number,
    subject: number,
    object: number,
    detail: unknown,
  ): void {
    if (this.#keep === 'none') {
      this.#first = id + 1;
      this.#last = id;
      return;
    }
    if (this.#keep === 'full' && id - this.#first >= this.#times.length) this.#grow();
    const at = (id - 1) & (this.#times.length - 1);
    this.#times[at] = time;
    this.#causes[at] = cause;
    this.#kinds[at] = kind;
    this.#subjects[at] = subject;
    this.#objects[at] = object;
    this.#details[at] = detail;
    this.#last = id;
    if (this.#keep === 'ring' && id - this.#first >= this.#capacity) this.#first = id - this.#capacity + 1;
  }

  /** After a restore: the next event will be number `id`; what came before is not kept. */
  resume(id: number): void {
    this.#first = id;
    this.#last = id - 1;
  }

  /** One event that is kept, or undefined. */
  at(id: number, names: readonly string[], show: (detail: unknown) => unknown): TraceEvent | undefined {
    if (id < this.#first || id > this.#last) return undefined;
    const at = (id - 1) & (this.#times.length - 1);
    return {
      id,
      time: this.#times[at] as number,
      cause: this.#causes[at] as number,
      kind: EVENT_KINDS[this.#kinds[at] as number] as EventKind,
      subject: names[this.#subjects[at] as number] as string,
      object: names[this.#objects[at] as number] as string,
      detail: show(this.#details[at]),
    };
  }

  #grow(): void {
    const size = this.#times.length * 2;
    const old = this.#times.length;
    const times = new Float64Array(size);
    const causes = new Float64Array(size);
    const kinds = new Uint8Array(size);
    const subjects = new Uint32Array(size);
    const objects = new Uint32Array(size);
    const details = new Array<unknown>(size).fill(undefined);
    for (let id = this.#first; id <= this.#last; id++) {
      const from = (id - 1) & (old - 1);
      const to = (id - 1) & (size - 1);
      times[to] = this.#times[from] as number;
      causes[to] = this.#causes[from] as number;
      kinds[to] = this.#kinds[from] as number;
      subjects[to] = this.#subjects[from] as number;
      objects[to] = this.#objects[from] as number;
      details[to] = this.#details[from];
    }
    this.#times = times;
    this.#causes = causes;
    this.#kinds = kinds;
    this.#subjects = subjects;
    this.#objects = objects;
    this.#details = details;
  }
}
