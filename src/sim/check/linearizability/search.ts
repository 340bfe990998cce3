/**
 * The search for a linearization of one partition.
 *
 * 1. Depth-first over "which operation takes effect next", as Wing & Gong 1993: an operation may be next if none that
 *    is still missing returned before it was invoked.
 * 2. Just in time, as Lowe 2017: of what changes the state, the operation that must return first is tried first, the
 *    others only as far as it needs them; those of unknown outcome come last, and may be left out for good.
 * 3. No pair of (linearized set, state) is entered twice, as Lowe 2017.
 * 4. An operation of unknown outcome that would leave the state as it is, is left out: leaving it out is never worse.
 * 5. An operation that returned, only reads and fits here takes effect here, and nothing else is tried instead: whatever
 *    order would have it later, can have it now. The longest prefix stays the longest for the same reason.
 * 6. Whoever has no steps left says `undecided`; the other two verdicts are exact.
 *
 * Its own stack, no recursion: a history may have many thousand operations. The worst case stays exponential, as it must
 * (Gibbons & Korach 1997: the problem is NP-complete).
 *
 * G. Lowe, Testing for linearizability, Concurrency and Computation: Practice and Experience 29(4), 2017.
 * J. M. Wing, C. Gong, Testing and verifying concurrent objects, J. Parallel and Distributed Computing 17, 1993.
 */

import { Candidates } from './candidates.ts';
import type { Operation } from './history.ts';
import type { Model } from './model.ts';

/** How the search of one partition ended; a step is one question to the model. */
export type SearchResult<State, Input, Output> =
  | { readonly verdict: 'linearizable'; readonly steps: number; readonly order: readonly Operation<Input, Output>[] }
  | {
      readonly verdict: 'not-linearizable';
      readonly steps: number;
      readonly longestPrefix: readonly Operation<Input, Output>[];
      readonly blocked: Blocked<State, Input, Output>;
    }
  | {
      readonly verdict: 'undecided';
      readonly steps: number;
      readonly longestPrefix: readonly Operation<Input, Output>[];
    };

/** Why the longest prefix is the longest. */
export interface Blocked<State, Input, Output> {
  /** Of the operations that returned and are missing from the prefix, the one that returned first. */
  readonly operation: Operation<Input, Output>;
  /** The state after the prefix. */
  readonly state: State;
  /** Everything that might take effect next, the blocked operation first. */
  readonly candidates: readonly Candidate<State, Input, Output>[];
}

/** One operation that might take effect next, and what the model says to it. */
export interface Candidate<State, Input, Output> {
  readonly operation: Operation<Input, Output>;
  /**
   * The state that would follow, or `undefined` if the model rules the output out. Only operations of unknown outcome
   * have one: nothing that returned fits after them either.
   */
  readonly next: State | undefined;
}

/** @param predecessors operations that must wait for another one beyond what their times say */
export function searchOrder<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
  partition: string,
  maxSteps: number,
  predecessors: ReadonlyMap<Operation<Input, Output>, Operation<Input, Output>> = new Map(),
): SearchResult<State, Input, Output> {
  const candidates = new Candidates(history, model, predecessors);
  const visited = new Set<string>();
  const stack: { number: number; state: State; stateKey: string }[] = [];
  let steps = 0;
  let state = model.init(partition);
  let stateKey = model.key(state);
  let mostPlaced = -1;
  let longest: number[] = [];

  /** Lets a candidate take effect; false if that leads nowhere new. */
  function advance(number: number, next: State): boolean {
    const nextKey = model.key(next);
    if (number >= candidates.returned && nextKey === stateKey) return false;
    candidates.lift(number);
    const configuration = candidates.linearized.name(candidates.due) + nextKey;
    if (visited.has(configuration)) {
      candidates.unlift(number);
      return false;
    }
    visited.add(configuration);
    stack.push({ number, state, stateKey });
    state = next;
    stateKey = nextKey;
    return true;
  }

  /** Goes back to the last choice that has another candidate, and gives that one. */
  function backtrack(): number | undefined {
    for (;;) {
      recordLongest();
      const frame = stack.pop();
      if (frame === undefined) return undefined;
      candidates.unlift(frame.number);
      ({ state, stateKey } = frame);
      const other = alternative(frame.number);
      if (other !== undefined) return other;
    }
  }

  /** What to try instead of a candidate that fitted but led nowhere. */
  function alternative(number: number): number | undefined {
    const settles = number < candidates.returned && candidates.readsOnly(number);
    return settles ? undefined : candidates.after(number);
  }

  function recordLongest(): void {
    const { placed } = candidates;
    if (placed < mostPlaced || (placed === mostPlaced && stack.length >= longest.length)) return;
    mostPlaced = placed;
    longest = stack.map(({ number }) => number);
  }

  const operationsOf = (numbers: readonly number[]): Operation<Input, Output>[] =>
    numbers.map((number) => candidates.operation(number));

  let candidate: number | undefined;
  while (candidates.placed < candidates.returned) {
    if (steps === maxSteps) {
      recordLongest();
      return { verdict: 'undecided', steps, longestPrefix: operationsOf(longest) };
    }
    candidate ??= candidates.first();
    steps++;
    const { input, output } = candidates.operation(candidate);
    const next = model.step(state, input, output);
    if (next !== undefined && advance(candidate, next)) {
      candidate = undefined;
      continue;
    }
    candidate = (next === undefined ? candidates.after(candidate) : alternative(candidate)) ?? backtrack();
    if (candidate === undefined) {
      const blocked = blockedAfter(longest, candidates, model, partition);
      return { verdict: 'not-linearizable', steps, longestPrefix: operationsOf(longest), blocked };
    }
  }
  return { verdict: 'linearizable', steps, order: operationsOf(stack.map(({ number }) => number)) };
}

/** What the model says at the end of this prefix. Nothing is linearized yet. */
function blockedAfter<State, Input, Output>(
  prefix: readonly number[],
  candidates: Candidates<Input, Output>,
  model: Model<State, Input, Output>,
  partition: string,
): Blocked<State, Input, Output> {
  let state = model.init(partition);
  for (const number of prefix) {
    const { id, input, output } = candidates.operation(number);
    const next = model.step(state, input, output);
    if (next === undefined) throw new Error(`The model ${model.name} is not pure: operation ${id} fitted before.`);
    state = next;
    candidates.lift(number);
  }
  const numbers = [candidates.due];
  for (let number: number | undefined = candidates.first(); number !== undefined; number = candidates.after(number)) {
    if (number !== candidates.due) numbers.push(number);
  }
  return {
    operation: candidates.operation(candidates.due),
    state,
    candidates: numbers.map((number) => {
      const operation = candidates.operation(number);
      return { operation, next: model.step(state, operation.input, operation.output) };
    }),
  };
}
