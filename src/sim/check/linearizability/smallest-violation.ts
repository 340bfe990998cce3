/**
 * The few operations of a history that already break linearizability: what a person looks at first.
 *
 * 1. What comes back is part of the history, operation by operation unchanged, and not linearizable.
 * 2. No single operation can be taken from it under these rules (a local minimum; another, smaller part may exist).
 * 3. Every output in it can still be explained: if some sequence of the history's operations explains it, then some
 *    sequence of those that are left does. Without this rule each stale read would shrink to a read of a value that
 *    nobody wrote: not linearizable, but not what went wrong.
 */

import type { Operation } from './history.ts';
import { checkLinearizability, type LinearizabilityOptions, partitionsOf } from './linearizable.ts';
import type { Model } from './model.ts';
import { searchOrder } from './search.ts';

/** How long to look for the operations that explain one output, before it counts as unexplained. */
const EXPLANATION_STEPS = 2_000;

/**
 * A locally smallest part of the history that is not linearizable, in the history's order; `undefined` if the history is
 * linearizable or the check of it is undecided. `maxSteps` holds for each check that is made on the way.
 *
 * @throws HistoryError as `checkLinearizability`
 */
export function smallestViolation<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
  options: LinearizabilityOptions = {},
): Operation<Input, Output>[] | undefined {
  const violates = (operations: readonly Operation<Input, Output>[]): boolean =>
    checkLinearizability(operations, model, options).verdict === 'not-linearizable';

  const whole = checkLinearizability(history, model, options);
  if (whole.verdict !== 'not-linearizable') return undefined;
  const partition = partitionsOf(history, model).get(whole.partition) ?? [];
  const explanations = new Explanations(partition, model, whole.partition);
  let left = partition;

  /** Takes these out for good if what is left is still a violation, and an explained one. */
  function remove(operations: ReadonlySet<Operation<Input, Output>>): boolean {
    const rest = left.filter((operation) => !operations.has(operation));
    if (!violates(rest) || !explanations.survive(rest)) return false;
    left = rest;
    return true;
  }

  // What was invoked after the blocked operation returned cannot excuse it.
  const deadline = whole.blocked.operation.returnedAt ?? Number.POSITIVE_INFINITY;
  remove(new Set(left.filter((operation) => operation.invokedAt > deadline)));
  let size = left.length >>> 1;
  while (size > 0) {
    let removed = false;
    for (let end = left.length; end > 0; end -= size) {
      removed = remove(new Set(left.slice(Math.max(0, end - size), end))) || removed;
    }
    if (!removed || size > 1) size >>>= 1;
  }
  return left;
}

/** For each output that can be explained at all, operations that explain it. */
class Explanations<State, Input, Output> {
  #explained = new Map<Operation<Input, Output>, ReadonlySet<Operation<Input, Output>>>();
  readonly #model: Model<State, Input, Output>;
  readonly #partition: string;

  constructor(history: readonly Operation<Input, Output>[], model: Model<State, Input, Output>, partition: string) {
    this.#model = model;
    this.#partition = partition;
    for (const operation of history) {
      const explanation = this.#explain(operation, history);
      if (explanation !== undefined) this.#explained.set(operation, explanation);
    }
  }

  /** Whether these operations explain one another's outputs as far as the whole history did; if so, remembers how. */
  survive(rest: readonly Operation<Input, Output>[]): boolean {
    const left = new Set(rest);
    const explained = new Map<Operation<Input, Output>, ReadonlySet<Operation<Input, Output>>>();
    for (const operation of rest) {
      const before = this.#explained.get(operation);
      if (before === undefined) continue;
      const now = [...before].every((other) => left.has(other)) ? before : this.#explain(operation, rest);
      if (now === undefined) return false;
      explained.set(operation, now);
    }
    this.#explained = explained;
    return true;
  }

  /** Whoever else is needed before this output is possible, whatever the times and the other outputs were. */
  #explain(
    operation: Operation<Input, Output>,
    among: readonly Operation<Input, Output>[],
  ): ReadonlySet<Operation<Input, Output>> | undefined {
    const original = new Map<number, Operation<Input, Output>>();
    const timeless = among.map((other): Operation<Input, Output> => {
      original.set(other.id, other);
      const returnedAt = other === operation ? 0 : undefined;
      return { ...other, output: other === operation ? other.output : undefined, invokedAt: 0, returnedAt };
    });
    const result = searchOrder(timeless, this.#model, this.#partition, EXPLANATION_STEPS);
    if (result.verdict !== 'linearizable') return undefined;
    return new Set(result.order.flatMap(({ id }) => original.get(id) ?? []));
  }
}
