import { describe, expect, it } from 'vitest';
import { HistoryError, type Operation } from './history.ts';
import { checkLinearizability } from './linearizable.ts';
import { type RegisterInput, type RegisterOutput, registerModel } from './register-model.ts';

type RegisterOperation = Operation<RegisterInput, RegisterOutput>;

type Call = (id: number) => RegisterOperation;

const call =
  (
    client: string,
    invokedAt: number,
    returnedAt: number | undefined,
    input: RegisterInput,
    output?: RegisterOutput,
  ): Call =>
  (id) => ({ id, client, input, output, invokedAt, returnedAt });

/** `until: undefined` = unknown outcome. */
const write = (client: string, from: number, until: number | undefined, value: number): Call =>
  call(client, from, until, { type: 'write', value }, until === undefined ? undefined : null);
const read = (client: string, from: number, until: number, value: number): Call =>
  call(client, from, until, { type: 'read' }, value);
const cas = (
  client: string,
  from: number,
  until: number | undefined,
  expected: number,
  value: number,
  set?: boolean,
): Call => call(client, from, until, { type: 'compare-and-set', expected, value }, set);

const history = (...calls: Call[]): RegisterOperation[] => calls.map((make, index) => make(index + 1));

/** Small histories whose verdict the literature agrees on. */
interface KnownHistory {
  readonly name: string;
  readonly linearizable: boolean;
  /** Of a register that holds 0 at first. */
  readonly history: readonly RegisterOperation[];
}

const KNOWN_HISTORIES: readonly KnownHistory[] = [
  { name: 'nothing', linearizable: true, history: [] },
  { name: 'a read of the initial value', linearizable: true, history: history(read('c1', 0, 10, 0)) },
  { name: 'a read of what nobody wrote', linearizable: false, history: history(read('c1', 0, 10, 7)) },
  {
    name: 'a stale read: the old value after a write returned',
    linearizable: false,
    history: history(write('c1', 0, 10, 1), write('c1', 20, 30, 2), read('c2', 40, 50, 1)),
  },
  {
    name: 'a read of the old value while the write is open',
    linearizable: true,
    history: history(write('c1', 0, 10, 1), write('c1', 20, 50, 2), read('c2', 30, 40, 1)),
  },
  {
    name: 'a read of the new value while the write is open',
    linearizable: true,
    history: history(write('c1', 0, 10, 1), write('c1', 20, 50, 2), read('c2', 30, 40, 2)),
  },
  {
    name: 'new-old inversion: one reader sees the new value, a later one the old',
    linearizable: false,
    history: history(write('c1', 0, 100, 1), read('c2', 10, 20, 1), read('c3', 30, 40, 0)),
  },
  {
    name: 'new and old value seen by overlapping reads',
    linearizable: true,
    history: history(write('c1', 0, 100, 1), read('c2', 10, 30, 1), read('c3', 20, 40, 0)),
  },
  {
    name: 'concurrent writes, the first one last',
    linearizable: true,
    history: history(write('c1', 0, 20, 1), write('c2', 10, 30, 2), read('c3', 40, 50, 1)),
  },
  {
    name: 'concurrent writes, the second one last',
    linearizable: true,
    history: history(write('c1', 0, 20, 1), write('c2', 10, 30, 2), read('c3', 40, 50, 2)),
  },
  {
    name: 'concurrent writes, seen in both orders',
    linearizable: false,
    history: history(write('c1', 0, 20, 1), write('c2', 10, 30, 2), read('c3', 40, 50, 1), read('c4', 60, 70, 2)),
  },
  {
    name: 'a lost update: two increments by compare-and-set from the same value',
    linearizable: false,
    history: history(cas('c1', 0, 20, 0, 1, true), cas('c2', 10, 30, 0, 1, true)),
  },
  {
    name: 'a lost update: what a compare-and-set wrote is gone',
    linearizable: false,
    history: history(write('c1', 0, 10, 1), cas('c2', 20, 30, 1, 2, true), read('c1', 40, 50, 1)),
  },
  {
    name: 'two compare-and-sets of which one loses',
    linearizable: true,
    history: history(cas('c1', 0, 20, 0, 1, false), cas('c2', 10, 30, 0, 2, true), read('c1', 40, 50, 2)),
  },
  {
    name: 'a compare-and-set that fails although nothing else was there',
    linearizable: false,
    history: history(cas('c1', 0, 20, 0, 1, false)),
  },
  {
    name: 'a compare-and-set of unknown outcome whose value is seen',
    linearizable: true,
    history: history(cas('c1', 0, undefined, 0, 1), read('c2', 10, 20, 0), read('c2', 30, 40, 1)),
  },
  {
    name: 'a compare-and-set of unknown outcome that cannot have set',
    linearizable: false,
    history: history(cas('c1', 0, undefined, 5, 1), read('c2', 30, 40, 1)),
  },
  {
    name: 'a write of unknown outcome that is seen late',
    linearizable: true,
    history: history(
      write('c1', 0, undefined, 1),
      read('c2', 10, 20, 0),
      write('c2', 30, 40, 2),
      read('c2', 50, 60, 2),
      read('c2', 70, 80, 1),
    ),
  },
  {
    name: 'a write of unknown outcome that is never seen',
    linearizable: true,
    history: history(write('c1', 0, undefined, 1), read('c2', 10, 20, 0), read('c2', 30, 40, 0)),
  },
  {
    name: 'a write of unknown outcome that is seen, gone, and seen again',
    linearizable: false,
    history: history(
      write('c1', 0, undefined, 1),
      read('c2', 10, 20, 1),
      write('c2', 30, 40, 2),
      read('c2', 50, 60, 2),
      read('c2', 70, 80, 1),
    ),
  },
  {
    name: 'a write of unknown outcome that is seen before it was invoked',
    linearizable: false,
    history: history(read('c2', 0, 10, 1), write('c1', 11, undefined, 1)),
  },
  {
    name: 'a read that returns at the instant at which a write is invoked, and sees it',
    linearizable: true,
    history: history(read('c1', 0, 10, 1), write('c2', 10, 20, 1)),
  },
  {
    name: 'a read that is invoked at the instant at which a write returns, and misses it',
    linearizable: true,
    history: history(write('c1', 0, 10, 1), read('c2', 10, 20, 0)),
  },
  {
    name: 'a read that is invoked an instant after a write returned, and misses it',
    linearizable: false,
    history: history(write('c1', 0, 10, 1), read('c2', 11, 20, 0)),
  },
];

describe('checkLinearizability', () => {
  it.each(KNOWN_HISTORIES)('$name: linearizable is $linearizable', ({ history, linearizable }) => {
    const expected = linearizable ? 'linearizable' : 'not-linearizable';
    expect(checkLinearizability(history, registerModel(0)).verdict).toBe(expected);
    expect(checkLinearizability(history.toReversed(), registerModel(0)).verdict).toBe(expected);
  });

  it('gives an order, without the unknown operations that it does not need', () => {
    const result = checkLinearizability(
      history(
        write('c1', 0, undefined, 1),
        write('c2', 0, 30, 2),
        read('c3', 10, 20, 0),
        read('c3', 40, 50, 1),
        write('c4', 0, undefined, 9),
      ),
      registerModel(0),
    );
    expect(result.verdict === 'linearizable' && result.order.map(({ id }) => id)).toEqual([3, 2, 1, 4]);
  });

  it('says which operation cannot be placed, after what, and what else the model was offered', () => {
    const operations = history(
      write('c1', 0, 10, 1),
      write('c1', 20, 30, 2),
      write('c4', 35, undefined, 3),
      read('c2', 40, 50, 1),
      read('c3', 45, 60, 0),
      read('c3', 70, 80, 2),
    );
    const result = checkLinearizability(operations, registerModel(0));
    if (result.verdict !== 'not-linearizable') throw new Error(`The verdict is ${result.verdict}.`);
    expect(result.longestPrefix.map(({ id }) => id)).toEqual([1, 2]);
    expect(result.blocked.operation.id).toBe(4);
    expect(result.blocked.state).toBe(2);
    expect(result.blocked.candidates.map(({ operation, next }) => [operation.id, next])).toEqual([
      [4, undefined],
      [5, undefined],
      [3, 3],
    ]);
  });

  it('is undecided, not wrong, when the steps are used up', () => {
    for (const { history: operations } of KNOWN_HISTORIES) {
      const exact = checkLinearizability(operations, registerModel(0));
      for (let maxSteps = 0; maxSteps < exact.steps; maxSteps++) {
        const result = checkLinearizability(operations, registerModel(0), { maxSteps });
        expect([result.verdict, result.steps]).toEqual(['undecided', maxSteps]);
      }
      expect(checkLinearizability(operations, registerModel(0), { maxSteps: exact.steps })).toEqual({
        ...exact,
        model: expect.anything(),
      });
    }
  });

  it('orders operations of one client that touch only if clients do one thing at a time', () => {
    const operations = history(write('c1', 0, 10, 1), read('c1', 10, 10, 0), read('c1', 10, 20, 1));
    expect(checkLinearizability(operations, registerModel(0)).verdict).toBe('linearizable');
    expect(checkLinearizability(operations, registerModel(0), { oneAtATime: true }).verdict).toBe('not-linearizable');
    const others = history(write('c1', 0, 10, 1), read('c2', 10, 10, 0), read('c3', 10, 20, 1));
    expect(checkLinearizability(others, registerModel(0), { oneAtATime: true }).verdict).toBe('linearizable');
  });

  it('lets a client that gave up go on, and its operation take effect later', () => {
    const operations = history(write('c1', 0, undefined, 1), read('c1', 10, 20, 0), read('c1', 20, 30, 1));
    expect(checkLinearizability(operations, registerModel(0), { oneAtATime: true }).verdict).toBe('linearizable');
  });

  it('orders what touches across an operation of the same client that was given up at once', () => {
    const operations = history(write('c1', 0, 10, 1), write('c1', 10, undefined, 5), read('c1', 10, 20, 0));
    expect(checkLinearizability(operations, registerModel(0), { oneAtATime: true }).verdict).toBe('not-linearizable');
  });

  it('refuses a client that does two things at a time although none should', () => {
    const operations = history(write('c1', 0, 10, 1), read('c1', 9, 20, 1));
    expect(() => checkLinearizability(operations, registerModel(0), { oneAtATime: true })).toThrow(
      new HistoryError(
        'Operation 2 of c1: it is invoked at 9, before operation 1 returns at 10, although clients do one thing at a time.',
      ),
    );
  });
});
