/**
 * Is a history linearizable: can every operation be given one instant between its invocation and its return, so that
 * in the order of these instants the sequential model gives the same outputs (Herlihy & Wing 1990)?
 *
 * 1. `linearizable` and `not-linearizable` are exact, and each comes with its evidence: an order, or the longest prefix
 *    and what blocks it. A search that runs out of steps says `undecided`.
 * 2. Each partition of the model is checked by itself (Horn & Kroening 2015: P-compositionality).
 * 3. An operation that returns at t and another that is invoked at t are concurrent; `oneAtATime` makes an exception for
 *    operations of one client.
 * 4. An operation of unknown outcome may take effect at any time after its invocation, or never.
 *
 * What is left out: operations that touch several partitions, and weaker conditions (sequential consistency, causal).
 *
 * A. Horn, D. Kroening, Faster linearizability checking via P-compositionality, FORTE 2015.
 * M. Herlihy, J. M. Wing, Linearizability: a correctness condition for concurrent objects, TOPLAS 12(3), 1990.
 */

import { assertHistory, HistoryError, type Operation } from './history.ts';
import type { Model } from './model.ts';
import { type Blocked, type SearchResult, searchOrder } from './search.ts';

export interface LinearizabilityOptions {
  /** How many questions the model may be asked, over all partitions. Default: no limit. */
  readonly maxSteps?: number;
  /**
   * Says that each client invokes an operation only after the outcome of its last one. Then two of its operations of
   * which one returns at the very instant at which the other is invoked happened in the order in which the history
   * lists them (within one partition). Default: false, they are concurrent.
   */
  readonly oneAtATime?: boolean;
}

export type PartitionResult<State, Input, Output> = SearchResult<State, Input, Output> & {
  /** What the model's `partition` said, or '' without it. */
  readonly partition: string;
};

export type LinearizabilityResult<State, Input, Output> = {
  readonly model: Model<State, Input, Output>;
  /** How many questions the model was asked. */
  readonly steps: number;
  /** In the order of their first operations. */
  readonly partitions: readonly PartitionResult<State, Input, Output>[];
} & (
  | {
      readonly verdict: 'linearizable';
      /** One linearization of the whole history, without the operations of unknown outcome that it does not need. */
      readonly order: readonly Operation<Input, Output>[];
    }
  | {
      readonly verdict: 'not-linearizable';
      /** The first partition that is not linearizable, and its evidence. */
      readonly partition: string;
      readonly longestPrefix: readonly Operation<Input, Output>[];
      readonly blocked: Blocked<State, Input, Output>;
    }
  | { readonly verdict: 'undecided' }
);

/**
 * Checks a history against a sequential model.
 *
 * @throws HistoryError if the history contradicts itself, or contradicts `oneAtATime`
 */
export function checkLinearizability<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
  options: LinearizabilityOptions = {},
): LinearizabilityResult<State, Input, Output> {
  assertHistory(history);
  if (options.oneAtATime === true) touching(history);
  const maxSteps = options.maxSteps ?? Number.POSITIVE_INFINITY;
  let steps = 0;
  const partitions: PartitionResult<State, Input, Output>[] = [];
  for (const [partition, operations] of partitionsOf(history, model)) {
    const predecessors = options.oneAtATime === true ? touching(operations) : undefined;
    const result = searchOrder(operations, model, partition, maxSteps - steps, predecessors);
    steps += result.steps;
    partitions.push({ partition, ...result });
  }

  for (const result of partitions) {
    if (result.verdict !== 'not-linearizable') continue;
    const { verdict, partition, longestPrefix, blocked } = result;
    return { verdict, model, steps, partitions, partition, longestPrefix, blocked };
  }
  const orders = partitions.flatMap((result) => (result.verdict === 'linearizable' ? [result.order] : []));
  if (orders.length < partitions.length) return { verdict: 'undecided', model, steps, partitions };
  return { verdict: 'linearizable', model, steps, partitions, order: interleaved(orders) };
}

/** The history, split as the model says. */
export function partitionsOf<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
): Map<string, Operation<Input, Output>[]> {
  const partitions = new Map<string, Operation<Input, Output>[]>();
  for (const operation of history) {
    const partition = model.partition?.(operation) ?? '';
    const operations = partitions.get(partition);
    if (operations === undefined) partitions.set(partition, [operation]);
    else operations.push(operation);
  }
  return partitions;
}

/** Each operation that is invoked at the very instant at which its client's last one returned, and that last one. */
function touching<Input, Output>(
  history: readonly Operation<Input, Output>[],
): Map<Operation<Input, Output>, Operation<Input, Output>> {
  const predecessors = new Map<Operation<Input, Output>, Operation<Input, Output>>();
  const lastOf = new Map<string, Operation<Input, Output>>();
  for (const operation of history) {
    const last = lastOf.get(operation.client);
    const lastReturnedAt = last?.returnedAt;
    if (last !== undefined && lastReturnedAt !== undefined) {
      if (operation.invokedAt < lastReturnedAt) {
        throw new HistoryError(
          `Operation ${operation.id} of ${operation.client}: it is invoked at ${operation.invokedAt}, before operation ` +
            `${last.id} returns at ${lastReturnedAt}, although clients do one thing at a time.`,
        );
      }
      if (operation.invokedAt === lastReturnedAt) predecessors.set(operation, last);
    }
    // A client that gave up on an operation goes on, and its next operation is concurrent with that one for ever.
    if (operation.returnedAt !== undefined) lastOf.set(operation.client, operation);
  }
  return predecessors;
}

/**
 * One order out of one order for each partition. Each operation takes effect as early as its partition's order lets
 * it: at the latest invocation so far. That is never after its own return, and so orders as real time does.
 */
function interleaved<Input, Output>(
  orders: readonly (readonly Operation<Input, Output>[])[],
): Operation<Input, Output>[] {
  const placed = orders.flatMap((order) => {
    let effectAt = Number.NEGATIVE_INFINITY;
    return order.map((operation) => {
      effectAt = Math.max(effectAt, operation.invokedAt);
      return { operation, effectAt };
    });
  });
  return placed.sort((a, b) => a.effectAt - b.effectAt).map(({ operation }) => operation);
}
