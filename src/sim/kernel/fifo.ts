/**
 * A first-in-first-out queue whose both ends cost O(1), however long it is.
 *
 * It never shrinks its array by `length`, which would give the memory back only to ask for it again with the next item.
 */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;
  #tail = 0;

  get length(): number {
    return this.#tail - this.#head;
  }

  push(item: T): void {
    this.#items[this.#tail++] = item;
  }

  /** Takes the oldest, or undefined if there is none. */
  shift(): T | undefined {
    if (this.#head === this.#tail) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#tail) {
      this.#head = 0;
      this.#tail = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#tail) {
      this.#items = this.#items.slice(this.#head, this.#tail);
      this.#tail -= this.#head;
      this.#head = 0;
    }
    return item;
  }

  /** The oldest, which stays. */
  peek(): T | undefined {
    return this.#head === this.#tail ? undefined : this.#items[this.#head];
  }

  /** All of it, oldest first. */
  toArray(): T[] {
    // Between head and tail every place is taken.
    return this.#items.slice(this.#head, this.#tail) as T[];
  }

  /** Takes all of it, oldest first. */
  drain(): T[] {
    const all = this.toArray();
    this.clear();
    return all;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
    this.#tail = 0;
  }
}
