/**
 * A sequential model: what an object does when operations come one at a time. The checker asks whether a concurrent
 * history can be put in an order in which the model gives the same outputs.
 *
 * A model must be pure, and keep these promises, on which the checker's shortcuts rest:
 *
 * 1. `step` returns a new state and leaves the old one as it was.
 * 2. An unknown output constrains nothing and changes nothing else: if `step(state, input, output)` is a state, then
 *    `step(state, input, undefined)` is the same one.
 * 3. Two states have equal keys only if no sequence of operations can tell them apart.
 * 4. What `readsOnly` names leaves every state in which it is possible as it is.
 * 5. Operations of different partitions do not influence one another.
 */

import type { Operation } from './history.ts';

export interface Model<State, Input, Output> {
  readonly name: string;
  /**
   * The part of the object that this operation touches. Each part is checked by itself: linearizability is local
   * (Herlihy & Wing 1990), and Horn & Kroening 2015 call it P-compositionality. Without it there is one part.
   */
  readonly partition?: (operation: Operation<Input, Output>) => string;
  /** The state before any operation. @param partition what `partition` said, or '' without it */
  init(partition: string): State;
  /** The state after the operation, or `undefined` if it cannot give this output here. An `undefined` output is unknown. */
  step(state: State, input: Input, output: Output | undefined): State | undefined;
  /** A canonical form, under which the checker remembers where it has been. */
  key(state: State): string;
  /** Whether an operation with this output changes nothing. Only a hint, but one that spares the checker most of its work. */
  readonly readsOnly?: (input: Input, output: Output | undefined) => boolean;
  /** An operation for people, like `read → 1`, or `read → ?` if the output is unknown. */
  describe(input: Input, output: Output | undefined): string;
  /** A state for people, like `register is 1`. Without it the key is shown. */
  readonly describeState?: (state: State) => string;
}

/** A state for people: a clause with subject and verb. */
export function describeState<State, Input, Output>(model: Model<State, Input, Output>, state: State): string {
  return model.describeState?.(state) ?? `${model.name} is ${model.key(state)}`;
}
