/**
 * The invocations that are not yet linearized, in the order of their times: a doubly linked list over small numbers, in
 * which taking one out and putting it back cost the same few writes (Wing & Gong 1993 call it lift and unlift).
 *
 * What is put back must be what was taken out last, as a depth-first search does by itself.
 */
export class CallList {
  /** What stands behind the last one. */
  readonly end: number;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;

  /**
   * @param order the numbers that the list holds, first to last
   * @param capacity every number is below it
   */
  constructor(order: readonly number[], capacity: number) {
    this.end = capacity;
    this.#next = new Int32Array(capacity + 1);
    this.#previous = new Int32Array(capacity + 1);
    let last = this.end;
    for (const call of order) {
      this.#link(last, call);
      last = call;
    }
    this.#link(last, this.end);
  }

  /** The first one, or `end`. */
  get first(): number {
    return this.#next[this.end] as number;
  }

  /** The one behind this one, which must be in the list, or `end`. */
  after(call: number): number {
    return this.#next[call] as number;
  }

  /** Takes one out. */
  lift(call: number): void {
    this.#link(this.#previous[call] as number, this.#next[call] as number);
  }

  /** Puts back the one that was taken out last. */
  unlift(call: number): void {
    this.#next[this.#previous[call] as number] = call;
    this.#previous[this.#next[call] as number] = call;
  }

  #link(left: number, right: number): void {
    this.#next[left] = right;
    this.#previous[right] = left;
  }
}
