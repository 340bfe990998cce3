/**
 * The checker against what is true by construction or by brute force, on random histories.
 *
 * Histories come from a simulated atomic object: each operation takes effect at a random instant between its invocation
 * and its return, some never return, some of these never take effect. Changing outputs afterwards gives histories of
 * which nobody knows whether they are linearizable, and brute force says.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Operation } from './history.ts';
import { type KeyValueInput, type KeyValueOutput, type KeyValueState, keyValueModel } from './key-value-model.ts';
import { checkLinearizability } from './linearizable.ts';
import type { Model } from './model.ts';
import { type RegisterInput, type RegisterOutput, registerModel } from './register-model.ts';
import { smallestViolation } from './smallest-violation.ts';

interface Draft<Input> {
  input: Input;
  invokedAt: number;
  /** From the invocation to the effect, and from the effect to the return. */
  untilEffect: number;
  untilReturn: number;
  fate: 'returns' | 'unknown' | 'unknown and without effect';
}

function draft<Input>(input: fc.Arbitrary<Input>, until: number): fc.Arbitrary<Draft<Input>> {
  return fc.record({
    input,
    invokedAt: fc.nat(until),
    untilEffect: fc.nat(6),
    untilReturn: fc.nat(6),
    fate: fc.constantFrom('returns', 'returns', 'returns', 'returns', 'unknown', 'unknown and without effect'),
  });
}

/** What each draft gives on an object that is atomic by construction. */
function simulated<State, Input, Output>(
  drafts: readonly Draft<Input>[],
  model: Model<State, Input, Output>,
  answer: (state: State, input: Input) => Output,
): Operation<Input, Output>[] {
  let state = model.init('');
  const outputs = new Map<Draft<Input>, Output>();
  const effectAt = ({ invokedAt, untilEffect }: Draft<Input>): number => invokedAt + untilEffect;
  for (const each of drafts.toSorted((a, b) => effectAt(a) - effectAt(b))) {
    if (each.fate === 'unknown and without effect') continue;
    outputs.set(each, answer(state, each.input));
    state = model.step(state, each.input, undefined) ?? state;
  }
  return drafts.map((each, id) => ({
    id,
    client: `c${id}`,
    input: each.input,
    output: each.fate === 'returns' ? outputs.get(each) : undefined,
    invokedAt: each.invokedAt,
    returnedAt: each.fate === 'returns' ? effectAt(each) + each.untilReturn : undefined,
  }));
}

/** The definition, word for word: some subset of the unknown operations, some permutation, real time, the model. */
function bruteForce<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
): boolean {
  const returned = history.filter(({ returnedAt }) => returnedAt !== undefined);
  const unknown = history.filter(({ returnedAt }) => returnedAt === undefined);
  for (let subset = 0; subset < 1 << unknown.length; subset++) {
    const taken = unknown.filter((_, index) => ((subset >>> index) & 1) === 1);
    for (const order of permutations([...returned, ...taken])) {
      if (respectsTime(order) && fits(order, model)) return true;
    }
  }
  return false;
}

/** All orders of the items; what is yielded is one array that changes. */
function* permutations<T>(items: T[], from = 0): Generator<T[]> {
  if (from >= items.length - 1) yield items;
  for (let i = from; from < items.length - 1 && i < items.length; i++) {
    swap(items, from, i);
    yield* permutations(items, from + 1);
    swap(items, from, i);
  }
}

function swap<T>(items: T[], a: number, b: number): void {
  [items[a], items[b]] = [items[b] as T, items[a] as T];
}

function respectsTime<Input, Output>(order: readonly Operation<Input, Output>[]): boolean {
  return order.every((later, index) =>
    order.slice(0, index).every((earlier) => later.returnedAt === undefined || later.returnedAt >= earlier.invokedAt),
  );
}

function fits<State, Input, Output>(
  order: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
): boolean {
  let state: State | undefined = model.init('');
  for (const { input, output } of order) {
    state = model.step(state, input, output);
    if (state === undefined) return false;
  }
  return true;
}

/** How many returned operations the longest prefix of any linearization holds, by trying everything. */
function mostPlaced<State, Input, Output>(
  missing: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
  state = model.init(''),
): number {
  let most = 0;
  for (const operation of missing) {
    const others = missing.filter((other) => other !== operation);
    if (!others.every((other) => respectsTime([operation, other]))) continue;
    const next = model.step(state, operation.input, operation.output);
    if (next === undefined) continue;
    most = Math.max(most, (operation.returnedAt === undefined ? 0 : 1) + mostPlaced(others, model, next));
  }
  return most;
}

const register = registerModel(0);
const { readsOnly: __, ...registerWithoutHint } = register;
const smallValue = fc.nat(2);
const registerInput: fc.Arbitrary<RegisterInput> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ type: 'read' as const }) },
  { weight: 2, arbitrary: smallValue.map((value) => ({ type: 'write' as const, value })) },
  {
    weight: 1,
    arbitrary: fc.tuple(smallValue, smallValue).map(([expected, value]) => ({
      type: 'compare-and-set' as const,
      expected,
      value,
    })),
  },
);

function registerAnswer(state: RegisterOutput, input: RegisterInput): RegisterOutput {
  if (input.type === 'read') return state;
  return input.type === 'write' ? null : state === input.expected;
}

const key = fc.constantFrom('x', 'y', 'z');
const letter = fc.constantFrom('a', 'b');
const keyValueInput: fc.Arbitrary<KeyValueInput> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('get' as const), key }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('put' as const), key, value: letter }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('append' as const), key, value: letter }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('delete' as const), key }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('compare-and-set' as const),
      key,
      expected: fc.option(letter),
      value: fc.option(letter),
    }),
  },
);

function keyValueAnswer(state: KeyValueState, input: KeyValueInput): KeyValueOutput {
  const value = state.get(input.key) ?? null;
  if (input.type === 'get') return value;
  if (input.type === 'delete') return value !== null;
  return input.type === 'compare-and-set' ? value === input.expected : null;
}

/** Other outputs for some of the operations that returned. */
function mutated<Input, Output>(
  history: readonly Operation<Input, Output>[],
  mutations: readonly { at: number; output: (input: Input) => Output }[],
): Operation<Input, Output>[] {
  return history.map((operation, index) => {
    const mutation = mutations.find(({ at }) => at === index);
    if (mutation === undefined || operation.returnedAt === undefined) return operation;
    return { ...operation, output: mutation.output(operation.input) };
  });
}

const registerMutation = fc.record({
  at: fc.nat(6),
  output: fc.tuple(smallValue, fc.boolean()).map(
    ([value, sets]) =>
      (input: RegisterInput): RegisterOutput =>
        input.type === 'read' ? value : input.type === 'write' ? null : sets,
  ),
});

const keyValueMutation = fc.record({
  at: fc.nat(14),
  output: fc.tuple(fc.option(letter), fc.boolean()).map(
    ([value, holds]) =>
      (input: KeyValueInput): KeyValueOutput =>
        input.type === 'get' ? value : keyValueAnswer(new Map(), input) === null ? null : holds,
  ),
});

const { partition: _, ...wholeKeyValueModel } = keyValueModel;

describe('checkLinearizability', () => {
  it('accepts every history of an atomic register, with an order that fits', () => {
    fc.assert(
      fc.property(fc.array(draft(registerInput, 40), { maxLength: 40 }), (drafts) => {
        const history = simulated(drafts, register, registerAnswer);
        const result = checkLinearizability(history, register);
        if (result.verdict !== 'linearizable') throw new Error(`The verdict is ${result.verdict}.`);
        expect(respectsTime(result.order) && fits(result.order, register)).toBe(true);
        const missing = history.filter((operation) => !result.order.includes(operation));
        expect(missing.every(({ returnedAt }) => returnedAt === undefined)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('accepts every history of an atomic store, with an order of all keys that fits', () => {
    fc.assert(
      fc.property(fc.array(draft(keyValueInput, 60), { maxLength: 60 }), (drafts) => {
        const history = simulated(drafts, keyValueModel, keyValueAnswer);
        const result = checkLinearizability(history, keyValueModel);
        if (result.verdict !== 'linearizable') throw new Error(`The verdict is ${result.verdict}.`);
        expect(respectsTime(result.order) && fits(result.order, keyValueModel)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with brute force on small histories, and blocks on something that no order can hold', () => {
    const verdicts = { linearizable: 0, 'not-linearizable': 0 };
    fc.assert(
      fc.property(
        fc.array(draft(registerInput, 12), { maxLength: 7, size: 'max' }),
        fc.array(registerMutation, { maxLength: 2, size: 'max' }),
        (drafts, mutations) => {
          const history = mutated(simulated(drafts, register, registerAnswer), mutations);
          const result = checkLinearizability(history, register);
          expect(result.verdict).toBe(bruteForce(history, register) ? 'linearizable' : 'not-linearizable');
          expect(checkLinearizability(history, registerWithoutHint).verdict).toBe(result.verdict);
          if (result.verdict === 'undecided') return;
          verdicts[result.verdict]++;
          if (result.verdict === 'linearizable') return;
          const { longestPrefix, blocked } = result;
          expect(respectsTime(longestPrefix) && fits(longestPrefix, register)).toBe(true);
          expect(longestPrefix.filter(({ returnedAt }) => returnedAt !== undefined)).toHaveLength(
            mostPlaced(history, register),
          );
          expect(longestPrefix).not.toContain(blocked.operation);
          expect(blocked.candidates[0]?.operation).toBe(blocked.operation);
          for (const { operation, next } of blocked.candidates) {
            if (operation.returnedAt !== undefined) expect(next).toBeUndefined();
          }
          const smallest = smallestViolation(history, register) ?? [];
          expect(bruteForce(smallest, register)).toBe(false);
          expect(smallest).toEqual(history.filter((operation) => smallest.includes(operation)));
        },
      ),
      { numRuns: 4_000 },
    );
    expect(Math.min(verdicts.linearizable, verdicts['not-linearizable'])).toBeGreaterThan(100);
  });

  it('says the same of a store key by key and as a whole', () => {
    const verdicts = { linearizable: 0, 'not-linearizable': 0, undecided: 0 };
    fc.assert(
      fc.property(
        fc.array(draft(keyValueInput, 30), { maxLength: 15, size: 'max' }),
        fc.array(keyValueMutation, { maxLength: 3, size: 'max' }),
        (drafts, mutations) => {
          const history = mutated(simulated(drafts, keyValueModel, keyValueAnswer), mutations);
          const { verdict } = checkLinearizability(history, keyValueModel);
          expect(checkLinearizability(history, wholeKeyValueModel).verdict).toBe(verdict);
          verdicts[verdict]++;
        },
      ),
      { numRuns: 500 },
    );
    expect(verdicts.undecided).toBe(0);
    expect(Math.min(verdicts.linearizable, verdicts['not-linearizable'])).toBeGreaterThan(20);
  });
});
