/**
 * The set of operations that are linearized so far, as bits, with an exact and short name for the cache (Lowe 2017
 * remembers pairs of such a set and a state).
 *
 * Operations that returned are numbered by their returns. The search linearizes them nearly in that order, so that the
 * set is a long run of ones and a ragged rest: only the rest is part of the name.
 */
export class LinearizedSet {
  readonly #words: Uint32Array;
  /** Words below this one are about operations that returned, those from it on about operations of unknown outcome. */
  readonly #unknownFrom: number;
  readonly #returned: number;

  /** Members are numbered from 0: first the operations that returned, then those of unknown outcome. */
  constructor(returned: number, unknown: number) {
    this.#returned = returned;
    this.#unknownFrom = (returned + 31) >>> 5;
    this.#words = new Uint32Array(this.#unknownFrom + ((unknown + 31) >>> 5));
  }

  has(member: number): boolean {
    const bit = this.#bit(member);
    return (((this.#words[bit >>> 5] as number) >>> (bit & 31)) & 1) === 1;
  }

  /** Adds what is not in it, or removes what is. */
  toggle(member: number): void {
    const bit = this.#bit(member);
    this.#words[bit >>> 5] = (this.#words[bit >>> 5] as number) ^ (1 << (bit & 31));
  }

  /** The first operation from this one on that returned and is not in the set, or the number of those that returned. */
  firstMissing(from: number): number {
    let member = from;
    while (member < this.#returned && this.has(member)) member++;
    return member;
  }

  /** Equal for equal sets only. @param missing the first operation that returned and is not in the set */
  name(missing: number): string {
    const first = missing >>> 5;
    let end = this.#unknownFrom;
    while (end > first && this.#words[end - 1] === 0) end--;
    let name = `${first}+${end - first}:`;
    for (let word = first; word < end; word++) name += this.#characters(word);
    for (let word = this.#unknownFrom; word < this.#words.length; word++) name += this.#characters(word);
    return name;
  }

  #bit(member: number): number {
    return member < this.#returned ? member : this.#unknownFrom * 32 + (member - this.#returned);
  }

  #characters(word: number): string {
    const bits = this.#words[word] as number;
    return String.fromCharCode(bits & 0xffff, bits >>> 16);
  }
}
