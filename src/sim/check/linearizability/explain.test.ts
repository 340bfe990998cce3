import { describe, expect, it } from 'vitest';
import { explainHistory } from './explain.ts';
import type { Operation } from './history.ts';
import { type KeyValueInput, type KeyValueOutput, keyValueModel } from './key-value-model.ts';
import { checkLinearizability } from './linearizable.ts';

type StoreOperation = Operation<KeyValueInput, KeyValueOutput>;

const put = (id: number, client: string, key: string, value: string, invokedAt: number, returnedAt?: number) =>
  ({ id, client, input: { type: 'put', key, value }, output: null, invokedAt, returnedAt }) satisfies StoreOperation;
const get = (id: number, client: string, key: string, output: string | null, invokedAt: number, returnedAt: number) =>
  ({ id, client, input: { type: 'get', key }, output, invokedAt, returnedAt }) satisfies StoreOperation;

const STALE: StoreOperation[] = [
  put(1, 'c1', 'x', '1', 0, 1_000),
  put(2, 'writer', 'x', '2', 10_000, 11_000),
  put(3, 'c3', 'x', '3', 11_500),
  get(4, 'c2', 'x', '1', 12_000, 15_000),
  get(5, 'c3', 'y', null, 12_000, 15_000),
];

const explained = (history: StoreOperation[], maxSteps?: number): string =>
  `\n${explainHistory(checkLinearizability(history, keyValueModel, maxSteps === undefined ? {} : { maxSteps }))}\n`;

describe('explainHistory', () => {
  it('shows the longest prefix with its states, what cannot be placed, and what the model said', () => {
    expect(explained(STALE)).toMatchInlineSnapshot(`
      "
      key-value store: NOT linearizable (2 partitions, 6 steps)

      The longest prefix of partition x that can be put in order:
        0          initially                    nothing is stored
        1  c1      put x "1"  0.000–1.000 ms    x is "1"
        2  writer  put x "2"  10.000–11.000 ms  x is "2"

      Cannot be placed: client c2 get x → "1" at 12.000–15.000 ms, but x is "2" after writer put x "2" at 10.000–11.000 ms.
      What could take effect next:
          c2  get x → "1"  12.000–15.000 ms            impossible here
          c3  put x "3"    11.500 ms, outcome unknown  possible, then x is "3", but nothing that returned fits
      "
    `);
  });

  it('says that the first operation cannot be placed if nothing can', () => {
    expect(explained([get(1, 'c1', 'x', '1', 0, 1)])).toMatchInlineSnapshot(`
      "
      key-value store: NOT linearizable (1 partition, 1 step)

      The longest prefix of partition x that can be put in order:
        0    initially    nothing is stored

      Cannot be placed: client c1 get x → "1" at 0.000–0.001 ms, but nothing is stored initially.
      What could take effect next:
          c1  get x → "1"  0.000–0.001 ms  impossible here
      "
    `);
  });

  it('shows an order of each partition if there is one', () => {
    expect(explained(STALE.filter(({ id }) => id !== 2))).toMatchInlineSnapshot(`
      "
      key-value store: linearizable (2 partitions, 3 steps)

      A linearization of partition x:
        0      initially                      nothing is stored
        1  c1  put x "1"    0.000–1.000 ms    x is "1"
        2  c2  get x → "1"  12.000–15.000 ms  x is "1"

      A linearization of partition y:
        0      initially                       nothing is stored
        1  c3  get y → null  12.000–15.000 ms  nothing is stored
      "
    `);
  });

  it('shows how far it came if it is undecided', () => {
    expect(explained(STALE, 2)).toMatchInlineSnapshot(`
      "
      key-value store: undecided, the search ran out of steps (2 partitions, 2 steps)

      The longest prefix of partition x so far:
        0          initially                    nothing is stored
        1  c1      put x "1"  0.000–1.000 ms    x is "1"
        2  writer  put x "2"  10.000–11.000 ms  x is "2"

      The longest prefix of partition y so far:
        0    initially    nothing is stored
      "
    `);
  });
});
