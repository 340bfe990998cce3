/** Numbers for names: hosts, processes and actors, in the order in which they were first mentioned. 0 is `''`. */
export class Names {
  readonly #numbers = new Map<string, number>([['', 0]]);
  readonly #names: string[] = [''];

  number(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#names.length;
      this.#names.push(name);
      this.#numbers.set(name, number);
    }
    return number;
  }

  /** All names by their number. */
  get all(): readonly string[] {
    return this.#names;
  }

  load(names: readonly string[]): void {
    for (const name of names) this.number(name);
  }
}
