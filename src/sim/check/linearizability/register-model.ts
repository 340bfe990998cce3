/** A single register with read, write and compare-and-set: the model of most of the literature. */

import type { Model } from './model.ts';

export type RegisterValue = string | number | boolean | null;

export type RegisterInput =
  | { readonly type: 'read' }
  | { readonly type: 'write'; readonly value: RegisterValue }
  | { readonly type: 'compare-and-set'; readonly expected: RegisterValue; readonly value: RegisterValue };

/** A read gives the value; compare-and-set gives whether it set; what a write gives is not looked at (say null). */
export type RegisterOutput = RegisterValue;

/** @param initial what the register holds before the first write */
export function registerModel(initial: RegisterValue = null): Model<RegisterValue, RegisterInput, RegisterOutput> {
  return { name: 'register', init: () => initial, step, key: show, readsOnly, describe, describeState };
}

function step(
  state: RegisterValue,
  input: RegisterInput,
  output: RegisterOutput | undefined,
): RegisterValue | undefined {
  switch (input.type) {
    case 'read':
      return output === undefined || output === state ? state : undefined;
    case 'write':
      return input.value;
    case 'compare-and-set': {
      const sets = state === input.expected;
      if (output !== undefined && output !== sets) return undefined;
      return sets ? input.value : state;
    }
    default:
      return input satisfies never;
  }
}

function readsOnly(input: RegisterInput, output: RegisterOutput | undefined): boolean {
  return input.type === 'read' || (input.type === 'compare-and-set' && output === false);
}

function describe(input: RegisterInput, output: RegisterOutput | undefined): string {
  switch (input.type) {
    case 'read':
      return `read → ${show(output)}`;
    case 'write':
      return `write ${show(input.value)}`;
    case 'compare-and-set':
      return `compare-and-set ${show(input.expected)} to ${show(input.value)} → ${show(output)}`;
    default:
      return input satisfies never;
  }
}

function describeState(state: RegisterValue): string {
  return `register is ${show(state)}`;
}

/** JSON keeps "1" and 1 apart. */
function show(value: RegisterValue | undefined): string {
  return value === undefined ? '?' : JSON.stringify(value);
}
