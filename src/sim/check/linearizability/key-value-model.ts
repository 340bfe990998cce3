/**
 * A map from keys to strings with get, put, append, delete and compare-and-set, checked key by key. `null` stands for a
 * key that is absent.
 *
 * What is left out: operations on several keys (ranges, transactions). They would not be local to one key.
 */

import type { Model } from './model.ts';

export type KeyValueInput =
  | { readonly type: 'get'; readonly key: string }
  | { readonly type: 'put'; readonly key: string; readonly value: string }
  /** To an absent key, like a put. */
  | { readonly type: 'append'; readonly key: string; readonly value: string }
  | { readonly type: 'delete'; readonly key: string }
  /** `expected: null` creates the key, `value: null` deletes it. */
  | {
      readonly type: 'compare-and-set';
      readonly key: string;
      readonly expected: string | null;
      readonly value: string | null;
    };

/**
 * A get gives the value, or null if the key is absent; delete gives whether the key existed, or null if the store does
 * not say; compare-and-set gives whether it set; what put and append give is not looked at (say null).
 */
export type KeyValueOutput = string | boolean | null;

/** The keys that are present. */
export type KeyValueState = ReadonlyMap<string, string>;

export const keyValueModel: Model<KeyValueState, KeyValueInput, KeyValueOutput> = {
  name: 'key-value store',
  partition: (operation) => operation.input.key,
  init: () => new Map(),
  step,
  key: (state) => JSON.stringify(sorted(state)),
  readsOnly,
  describe,
  describeState,
};

function step(
  state: KeyValueState,
  input: KeyValueInput,
  output: KeyValueOutput | undefined,
): KeyValueState | undefined {
  const value = state.get(input.key) ?? null;
  switch (input.type) {
    case 'get':
      return output === undefined || output === value ? state : undefined;
    case 'put':
      return holding(state, input.key, input.value);
    case 'append':
      return holding(state, input.key, (value ?? '') + input.value);
    case 'delete': {
      const existed = value !== null;
      return output === undefined || output === null || output === existed
        ? holding(state, input.key, null)
        : undefined;
    }
    case 'compare-and-set': {
      const sets = value === input.expected;
      if (output !== undefined && output !== sets) return undefined;
      return sets ? holding(state, input.key, input.value) : state;
    }
    default:
      return input satisfies never;
  }
}

function readsOnly(input: KeyValueInput, output: KeyValueOutput | undefined): boolean {
  return input.type === 'get' || ((input.type === 'delete' || input.type === 'compare-and-set') && output === false);
}

function holding(state: KeyValueState, key: string, value: string | null): KeyValueState {
  const next = new Map(state);
  if (value === null) next.delete(key);
  else next.set(key, value);
  return next;
}

function describe(input: KeyValueInput, output: KeyValueOutput | undefined): string {
  switch (input.type) {
    case 'get':
      return `get ${input.key} → ${show(output)}`;
    case 'put':
      return `put ${input.key} ${show(input.value)}`;
    case 'append':
      return `append ${input.key} ${show(input.value)}`;
    case 'delete':
      return output === null ? `delete ${input.key}` : `delete ${input.key} → ${show(output)}`;
    case 'compare-and-set':
      return `compare-and-set ${input.key} ${show(input.expected)} to ${show(input.value)} → ${show(output)}`;
    default:
      return input satisfies never;
  }
}

function describeState(state: KeyValueState): string {
  if (state.size === 0) return 'nothing is stored';
  return sorted(state)
    .map(([key, value]) => `${key} is ${show(value)}`)
    .join(', ');
}

function sorted(state: KeyValueState): [string, string][] {
  return [...state].sort(([a], [b]) => (a < b ? -1 : 1));
}

function show(value: KeyValueOutput | undefined): string {
  return value === undefined ? '?' : JSON.stringify(value);
}
