/**
 * The agenda: everything that is going to happen, in the order in which it will.
 *
 * 1. Entries leave by (time, priority, tie, sequence). The tie is 0 under `fifo`, so that equals leave in the order
 *    in which they came; under `shuffled` it is drawn from the seed, because first-in-first-out hides races.
 * 2. `cancel` takes an entry out at once: a time-out that never fires costs nothing later.
 * 3. `entries` lists what is left in the order in which it would leave, and `restore` of that list leaves in the same
 *    order, whatever the heap looked like.
 *
 * A 4-ary heap whose keys lie in flat arrays beside it; a handle is the number of a slot and is free for reuse once
 * its entry has left, so whoever holds one forgets it then.
 */

/** How entries of equal time and priority are ordered. */
export type Ties = 'fifo' | 'shuffled';

/** Lower leaves first among equal times. */
export type Priority = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** One waiting entry as `entries` lists it. `order` is opaque and only says how equal times are resolved. */
export interface AgendaEntry<Payload> {
  readonly time: number;
  readonly order: number;
  readonly payload: Payload;
}

const SEQUENCE_RANGE = 2 ** 32;
const TIE_RANGE = 2 ** 18;
const PRIORITY_UNIT = SEQUENCE_RANGE * TIE_RANGE;

export class Agenda<Payload> {
  #size = 0;
  #sequence = 0;
  #times = new Float64Array(64);
  #orders = new Float64Array(64);
  /** Heap position → slot. */
  #slots = new Int32Array(64);
  /** Slot → heap position. */
  #positions = new Int32Array(64);
  #payloads: (Payload | undefined)[] = [];
  #free: number[] = [];
  readonly #tie: () => number;
  readonly #fifo: boolean;

  /**
   * @param ties how equals leave
   * @param tie draws a whole number in [0, 2^32) for each entry; only called under `shuffled`
   */
  constructor(ties: Ties = 'fifo', tie: () => number = () => 0) {
    this.#fifo = ties === 'fifo';
    this.#tie = tie;
  }

  get size(): number {
    return this.#size;
  }

  /** The number that the next entry gets; saved with snapshots. */
  get sequence(): number {
    return this.#sequence;
  }

  /** The time of the next entry, or Infinity if there is none. */
  get nextTime(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] as number);
  }

  /** Adds an entry and returns its handle. `time` is whole microseconds of true time. */
  push(time: number, priority: Priority, payload: Payload): number {
    const sequence = this.#sequence++;
    const tie = this.#fifo ? 0 : this.#tie() % TIE_RANGE;
    // Under fifo the tie's digits belong to the sequence, which therefore never wraps; shuffled wraps at 2^32 pushes,
    // where only entries that also drew the same tie could swap.
    const order = this.#fifo
      ? priority * PRIORITY_UNIT + sequence
      : priority * PRIORITY_UNIT + tie * SEQUENCE_RANGE + (sequence % SEQUENCE_RANGE);
    return this.#insert(time, order, payload);
  }

  /** Takes out the next entry; the agenda must not be empty. */
  pop(): Payload {
    if (this.#size === 0) throw new Error('Agenda: pop from an empty agenda.');
    const slot = this.#slots[0] as number;
    const payload = this.#payloads[slot] as Payload;
    this.#remove(0, slot);
    return payload;
  }

  /** Takes out the entry with this handle, which must still be waiting. */
  cancel(handle: number): void {
    const position = this.#positions[handle];
    if (position === undefined || position < 0 || position >= this.#size || this.#slots[position] !== handle) {
      throw new Error(`Agenda: handle ${handle} is not waiting.`);
    }
    this.#remove(position, handle);
  }

  /** What waits, in the order in which it would leave. */
  entries(): AgendaEntry<Payload>[] {
    const all: AgendaEntry<Payload>[] = [];
    for (let i = 0; i < this.#size; i++) {
      all.push({
        time: this.#times[i] as number,
        order: this.#orders[i] as number,
        payload: this.#payloads[this.#slots[i] as number] as Payload,
      });
    }
    return all.sort((a, b) => a.time - b.time || a.order - b.order);
  }

  /** Puts back one entry of `entries`, and returns its handle. */
  restore(entry: AgendaEntry<Payload>): number {
    return this.#insert(entry.time, entry.order, entry.payload);
  }

  /** Continues counting where a saved agenda stood. */
  resume(sequence: number): void {
    this.#sequence = sequence;
  }

  #insert(time: number, order: number, payload: Payload): number {
    const slot = this.#free.pop() ?? this.#payloads.length;
    if (this.#size === this.#times.length || slot >= this.#positions.length) this.#grow();
    this.#payloads[slot] = payload;
    this.#siftUp(this.#size++, time, order, slot);
    return slot;
  }

  #remove(position: number, slot: number): void {
    this.#payloads[slot] = undefined;
    this.#positions[slot] = -1;
    this.#free.push(slot);
    const last = --this.#size;
    if (position === last) return;
    const time = this.#times[last] as number;
    const order = this.#orders[last] as number;
    const moved = this.#slots[last] as number;
    const parent = (position - 1) >> 2;
    if (position > 0 && this.#before(time, order, parent)) this.#siftUp(position, time, order, moved);
    else this.#siftDown(position, time, order, moved);
  }

  #before(time: number, order: number, position: number): boolean {
    const other = this.#times[position] as number;
    return time < other || (time === other && order < (this.#orders[position] as number));
  }

  #siftUp(from: number, time: number, order: number, slot: number): void {
    let position = from;
    while (position > 0) {
      const parent = (position - 1) >> 2;
      if (!this.#before(time, order, parent)) break;
      this.#move(parent, position);
      position = parent;
    }
    this.#place(position, time, order, slot);
  }

  #siftDown(from: number, time: number, order: number, slot: number): void {
    const times = this.#times;
    const orders = this.#orders;
    const size = this.#size;
    let position = from;
    for (;;) {
      const first = position * 4 + 1;
      if (first >= size) break;
      let best = first;
      let bestTime = times[first] as number;
      let bestOrder = orders[first] as number;
      const end = Math.min(first + 4, size);
      for (let child = first + 1; child < end; child++) {
        const childTime = times[child] as number;
        if (childTime < bestTime || (childTime === bestTime && (orders[child] as number) < bestOrder)) {
          best = child;
          bestTime = childTime;
          bestOrder = orders[child] as number;
        }
      }
      if (time < bestTime || (time === bestTime && order < bestOrder)) break;
      this.#move(best, position);
      position = best;
    }
    this.#place(position, time, order, slot);
  }

  #move(from: number, to: number): void {
    const slot = this.#slots[from] as number;
    this.#times[to] = this.#times[from] as number;
    this.#orders[to] = this.#orders[from] as number;
    this.#slots[to] = slot;
    this.#positions[slot] = to;
  }

  #place(position: number, time: number, order: number, slot: number): void {
    this.#times[position] = time;
    this.#orders[position] = order;
    this.#slots[position] = slot;
    this.#positions[slot] = position;
  }

  #grow(): void {
    const capacity = this.#times.length * 2;
    const times = new Float64Array(capacity);
    times.set(this.#times);
    this.#times = times;
    const orders = new Float64Array(capacity);
    orders.set(this.#orders);
    this.#orders = orders;
    const slots = new Int32Array(capacity);
    slots.set(this.#slots);
    this.#slots = slots;
    const positions = new Int32Array(capacity);
    positions.set(this.#positions);
    this.#positions = positions;
  }
}
