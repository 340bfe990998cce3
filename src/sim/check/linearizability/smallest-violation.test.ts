import { describe, expect, it } from 'vitest';
import type { Operation } from './history.ts';
import { type KeyValueInput, type KeyValueOutput, keyValueModel } from './key-value-model.ts';
import { checkLinearizability } from './linearizable.ts';
import { smallestViolation } from './smallest-violation.ts';

type StoreOperation = Operation<KeyValueInput, KeyValueOutput>;
type Call = Pick<StoreOperation, 'input' | 'output'>;

const get = (key: string, output: string | null): Call => ({ input: { type: 'get', key }, output });
const put = (key: string, value: string): Call => ({ input: { type: 'put', key, value }, output: null });
const append = (key: string, value: string): Call => ({ input: { type: 'append', key, value }, output: null });
const set = (key: string, expected: string | null, value: string, output: boolean): Call => ({
  input: { type: 'compare-and-set', key, expected, value },
  output,
});

/** One after the other, numbered from 0. */
const inTurn = (...calls: Call[]): StoreOperation[] =>
  calls.map((call, id) => ({ ...call, id, client: 'c', invokedAt: id * 10, returnedAt: id * 10 + 5 }));

const smallest = (history: StoreOperation[]): number[] | undefined =>
  smallestViolation(history, keyValueModel)?.map(({ id }) => id);

describe('smallestViolation', () => {
  it.each<{ what: string; history: StoreOperation[]; left: number[] }>([
    {
      what: 'a stale read keeps the write that it saw and one that it missed',
      history: inTurn(
        put('x', 'a'),
        put('y', 'b'),
        get('x', 'a'),
        put('x', 'c'),
        put('x', 'd'),
        get('x', 'a'),
        put('x', 'e'),
      ),
      left: [0, 4, 5],
    },
    {
      what: 'a read of what nobody wrote stands alone',
      history: inTurn(put('x', 'a'), get('x', 'a'), get('x', 'q'), put('x', 'c'), get('x', 'c')),
      left: [2],
    },
    {
      what: 'a lost key keeps its write',
      history: inTurn(get('x', null), put('x', 'a'), get('x', 'a'), get('x', null), get('x', 'a')),
      left: [1, 3],
    },
    {
      what: 'a lost append keeps both appends',
      history: inTurn(
        put('y', 'a'),
        append('x', 'a'),
        append('x', 'b'),
        append('x', 'c'),
        get('x', 'ac'),
        get('x', 'ac'),
      ),
      left: [1, 2, 3, 4],
    },
    {
      what: 'two winners of one compare-and-set',
      history: inTurn(put('x', 'a'), set('x', 'a', 'b', true), get('x', 'b'), set('x', 'a', 'c', true), get('x', 'c')),
      left: [0, 1, 3],
    },
  ])('$what', ({ history, left }) => {
    expect(smallest(history)).toEqual(left);
  });

  it('keeps a write of unknown outcome that explains what was read, and drops the others', () => {
    const history = inTurn(
      put('x', 'a'),
      put('x', 'b'),
      put('x', 'c'),
      get('x', 'a'),
      get('x', 'b'),
      get('x', 'a'),
    ).map((operation) => (operation.id < 3 ? { ...operation, output: undefined, returnedAt: undefined } : operation));
    const left = smallestViolation(history, keyValueModel);
    expect(left?.map(({ id }) => id)).toEqual([0, 1, 3, 4, 5]);
    expect(left?.every((operation) => history.includes(operation))).toBe(true);
  });

  it('drops a write once the read that needed it is gone, in whichever order they stand', () => {
    const at = (id: number, invokedAt: number, returnedAt: number, call: Call): StoreOperation => ({
      ...call,
      id,
      client: `c${id}`,
      invokedAt,
      returnedAt,
    });
    const history = [
      at(0, 0, 100, get('x', 'a')),
      at(1, 5, 30, put('x', 'b')),
      at(2, 10, 20, put('x', 'a')),
      at(3, 200, 205, put('x', 'd')),
      at(4, 210, 220, put('x', 'c')),
      at(5, 300, 310, get('x', 'b')),
    ];
    expect(smallest(history)).toEqual([1, 3, 5]);
  });

  it('finds the few among thousands', () => {
    const calls = Array.from({ length: 3_000 }, (_, i) => {
      const key = `k${i % 7}`;
      return i % 14 < 7 ? put(key, `v${i}`) : get(key, `v${i - 7}`);
    });
    // This get sees what was put before the last put that returned.
    expect(calls[2505]).toEqual(get('k6', 'v2498'));
    calls[2505] = get('k6', 'v2484');
    const left = smallestViolation(inTurn(...calls), keyValueModel) ?? [];
    expect(left.map(({ id }) => id)).toEqual([2484, 2498, 2505]);
    expect(checkLinearizability(left, keyValueModel).verdict).toBe('not-linearizable');
  });

  it('is undefined for a linearizable history, and for one that it cannot decide', () => {
    expect(smallest(inTurn(put('x', 'a'), get('x', 'a')))).toBeUndefined();
    const wrong = inTurn(put('x', 'a'), get('x', 'b'));
    expect(smallestViolation(wrong, keyValueModel, { maxSteps: 1 })).toBeUndefined();
  });
});
