import { describe, expect, it } from 'vitest';
import type { Operation } from './history.ts';
import { type KeyValueInput, type KeyValueOutput, keyValueModel } from './key-value-model.ts';
import { checkLinearizability } from './linearizable.ts';

type StoreOperation = Operation<KeyValueInput, KeyValueOutput>;

const OPERATIONS = 2_000;
const CLIENTS = 10;

/** Clients that each do one thing after the other on an atomic store, so that about all of them are busy at any time. */
function busyStore(keys: number, unknownIn: number): StoreOperation[] {
  let lcg = 12345;
  const below = (limit: number): number => {
    lcg = (Math.imul(lcg, 1664525) + 1013904223) >>> 0;
    return Math.floor((lcg / 2 ** 32) * limit);
  };
  const freeAt = Array.from({ length: CLIENTS }, () => 0);
  const drafts = Array.from({ length: OPERATIONS }, (_, id) => {
    const client = id % CLIENTS;
    const invokedAt = (freeAt[client] ?? 0) + 1 + below(20);
    const effectAt = invokedAt + below(100);
    const returnedAt = effectAt + below(100);
    freeAt[client] = returnedAt;
    const key = `k${below(keys)}`;
    const input: KeyValueInput = below(2) === 0 ? { type: 'get', key } : { type: 'put', key, value: `v${below(50)}` };
    return { id, client: `c${client}`, input, invokedAt, effectAt, returnedAt, unknown: below(unknownIn) === 0 };
  });
  const store = new Map<string, string>();
  const outputs = new Map<number, KeyValueOutput>();
  for (const { id, input } of drafts.toSorted((a, b) => a.effectAt - b.effectAt)) {
    outputs.set(id, input.type === 'get' ? (store.get(input.key) ?? null) : null);
    if (input.type === 'put') store.set(input.key, input.value);
  }
  return drafts.map(({ id, client, input, invokedAt, returnedAt, unknown }) => ({
    id,
    client,
    input,
    output: unknown ? undefined : outputs.get(id),
    invokedAt,
    returnedAt: unknown ? undefined : returnedAt,
  }));
}

/** The same, but one get near the end sees a value that no put ever wrote. */
function withWrongGet(history: StoreOperation[]): StoreOperation[] {
  const wrong = history.findLastIndex(({ input, output }) => input.type === 'get' && output !== undefined);
  return history.with(wrong, { ...(history[wrong] as StoreOperation), output: 'nobody wrote this' });
}

describe('checkLinearizability on 2,000 operations of 10 busy clients', () => {
  it.each<{ what: string; history: StoreOperation[]; maxSteps: number }>([
    { what: '20 keys', history: busyStore(20, Infinity), maxSteps: 4_000 },
    { what: '20 keys, every 50th outcome unknown', history: busyStore(20, 50), maxSteps: 4_000 },
    { what: '1 key', history: busyStore(1, Infinity), maxSteps: 40_000 },
    { what: '1 key, every 200th outcome unknown', history: busyStore(1, 200), maxSteps: 60_000 },
  ])('finds an order within $maxSteps steps: $what', ({ history, maxSteps }) => {
    expect(checkLinearizability(history, keyValueModel, { maxSteps }).verdict).toBe('linearizable');
  });

  it.each<{ what: string; history: StoreOperation[]; maxSteps: number }>([
    { what: '20 keys', history: busyStore(20, Infinity), maxSteps: 4_000 },
    { what: '20 keys, every 50th outcome unknown', history: busyStore(20, 50), maxSteps: 4_000 },
  ])('refutes a wrong get within $maxSteps steps: $what', ({ history, maxSteps }) => {
    expect(checkLinearizability(withWrongGet(history), keyValueModel, { maxSteps }).verdict).toBe('not-linearizable');
  });
});
