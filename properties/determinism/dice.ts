/**
 * Dice: the chance from which random worlds are built, apart from the chance inside them.
 *
 * The same number gives the same throws on every engine: whole numbers and exact arithmetic only (the generator is
 * Mulberry32). A world's own streams would not do, since the world does not exist yet.
 */

export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1);
  }

  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number {
    return min + (this.#next() % (max - min + 1));
  }

  /** A number of milliseconds from `min` to `max` in steps of a microsecond. */
  ms(min: number, max: number): number {
    return this.whole(min * 1000, max * 1000) / 1000;
  }

  /** True in so many of a hundred throws. */
  percent(chance: number): boolean {
    return this.#next() % 100 < chance;
  }

  /** A probability from 0 to 1 in steps of a hundredth. */
  probability(): number {
    return this.whole(0, 100) / 100;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.#next() % items.length] as T;
  }

  /** At least `least` of the items, in their order. */
  some<T>(items: readonly T[], least = 1): T[] {
    const chosen = items.filter(() => this.percent(50));
    return chosen.length >= least ? chosen : items.slice(0, least);
  }

  /** So many of whatever `make` makes. */
  list<T>(min: number, max: number, make: (index: number) => T): T[] {
    return Array.from({ length: this.whole(min, max) }, (_, index) => make(index));
  }

  /** A field in some of the throws, and in the others no field. */
  maybe<T extends object>(chance: number, make: () => T): T | Record<never, never> {
    return this.percent(chance) ? make() : {};
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
