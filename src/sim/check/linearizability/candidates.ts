/**
 * Which operation may take effect next, and in which order the search tries them.
 *
 * Operations are numbered: first those that returned, by their returns, then those of unknown outcome. What is *due* is
 * the first that returned and is not yet linearized. Whatever was invoked after what is due returned must wait for it;
 * everything else may be next:
 *
 * 1. Operations that only read come first, since they settle a choice for good (see `search.ts`).
 * 2. Then what is due, then the others that returned, by their invocations (Lowe 2017: just in time).
 * 3. Operations of unknown outcome come last; those that only read are never worth a try.
 */

import { CallList } from './call-list.ts';
import type { Operation } from './history.ts';
import { LinearizedSet } from './linearized-set.ts';
import type { Model } from './model.ts';

export class Candidates<Input, Output> {
  /** How many operations returned; from this number on outcomes are unknown. */
  readonly returned: number;
  readonly linearized: LinearizedSet;
  /** How many of those that returned are linearized. */
  placed = 0;
  /** The first that returned and is not linearized; `returned` if there is none. */
  due = 0;
  readonly #operations: readonly Operation<Input, Output>[];
  readonly #readsOnly: readonly boolean[];
  /** What must be linearized before this number beyond what the times say. */
  readonly #predecessors: readonly (number | undefined)[];
  readonly #readers: CallList;
  readonly #writers: CallList;
  readonly #unknown: CallList;

  /** @param predecessors operations that must wait for another one beyond what their times say */
  constructor(
    history: readonly Operation<Input, Output>[],
    model: Pick<Model<never, Input, Output>, 'readsOnly'>,
    predecessors: ReadonlyMap<Operation<Input, Output>, Operation<Input, Output>>,
  ) {
    // Equal returns keep the history's order, so that what is due never waits for a predecessor.
    const operations = history.toSorted((a, b) => {
      const [left, right] = [returnsAt(a), returnsAt(b)];
      return left === right ? 0 : left - right;
    });
    this.#operations = operations;
    this.returned = operations.filter((operation) => operation.returnedAt !== undefined).length;
    this.linearized = new LinearizedSet(this.returned, operations.length - this.returned);
    this.#readsOnly = operations.map(({ input, output }) => model.readsOnly?.(input, output) ?? false);

    const numbers = new Map(operations.map((operation, number) => [operation, number]));
    this.#predecessors = operations.map((operation) => {
      const predecessor = predecessors.get(operation);
      return predecessor === undefined ? undefined : numbers.get(predecessor);
    });

    const byInvocation = operations
      .map(({ invokedAt }, number) => ({ invokedAt, number }))
      .sort((a, b) => a.invokedAt - b.invokedAt || a.number - b.number)
      .map(({ number }) => number);
    const listOf = (wanted: (number: number) => boolean): CallList =>
      new CallList(byInvocation.filter(wanted), operations.length);
    this.#readers = listOf((number) => number < this.returned && this.readsOnly(number));
    this.#writers = listOf((number) => number < this.returned && !this.readsOnly(number));
    this.#unknown = listOf((number) => number >= this.returned && !this.readsOnly(number));
  }

  operation(number: number): Operation<Input, Output> {
    const operation = this.#operations[number];
    if (operation === undefined) throw new Error(`Candidates: there is no operation ${number}.`);
    return operation;
  }

  readsOnly(number: number): boolean {
    return this.#readsOnly[number] === true;
  }

  /** The first to try. Something must be due. */
  first(): number {
    return this.#eligible(this.#readers, this.#readers.first) ?? this.due;
  }

  /** The one to try after this one, if there is another. */
  after(number: number): number | undefined {
    const list = this.#listOf(number);
    if (list === this.#unknown) return this.#eligible(list, list.after(number));
    if (list === this.#readers) {
      const reader = this.#eligible(list, list.after(number));
      if (reader !== undefined) return reader;
      if (!this.readsOnly(this.due)) return this.due;
    }
    const writer = list === this.#readers || number === this.due ? this.#writers.first : list.after(number);
    return this.#eligible(this.#writers, writer) ?? this.#eligible(this.#unknown, this.#unknown.first);
  }

  /** Linearizes a candidate. */
  lift(number: number): void {
    this.linearized.toggle(number);
    this.#listOf(number).lift(number);
    if (number < this.returned) this.placed++;
    if (number === this.due) this.due = this.linearized.firstMissing(number);
  }

  /** Takes back the last `lift`. */
  unlift(number: number): void {
    this.linearized.toggle(number);
    this.#listOf(number).unlift(number);
    if (number < this.returned) this.placed--;
    if (number < this.due) this.due = number;
  }

  /** The first from this one on that may be next. What is due among the writers is tried on its own. */
  #eligible(list: CallList, from: number): number | undefined {
    const deadline = returnsAt(this.operation(this.due));
    for (let number = from; number !== list.end; number = list.after(number)) {
      if (this.operation(number).invokedAt > deadline) return undefined;
      if (number === this.due && list === this.#writers) continue;
      const predecessor = this.#predecessors[number];
      if (predecessor === undefined || this.linearized.has(predecessor)) return number;
    }
    return undefined;
  }

  #listOf(number: number): CallList {
    if (number >= this.returned) return this.#unknown;
    return this.readsOnly(number) ? this.#readers : this.#writers;
  }
}

function returnsAt<Input, Output>(operation: Operation<Input, Output>): number {
  return operation.returnedAt ?? Number.POSITIVE_INFINITY;
}
