import { describe, expect, it } from 'vitest';
import { assertHistory, HistoryError, type HistoryEvent, historyFrom, type Operation } from './history.ts';

type Event = HistoryEvent<string, number>;

const invoke = (op: number, at: number, client = 'c1'): Event => ({
  type: 'invoke',
  client,
  op,
  input: `input ${op}`,
  at,
});
const ok = (op: number, at: number, client = 'c1'): Event => ({ type: 'ok', client, op, output: op * 10, at });
const fail = (op: number, at: number): Event => ({ type: 'fail', client: 'c1', op, at });
const unknown = (op: number, at: number): Event => ({ type: 'unknown', client: 'c1', op, at });

describe('historyFrom', () => {
  it('lists operations by invocation, drops the failed, and leaves the unanswered unknown', () => {
    const log = [invoke(4, 0), invoke(1, 1), invoke(2, 1, 'c2'), invoke(3, 2), fail(1, 3), unknown(3, 4), ok(4, 5)];
    expect(historyFrom(log)).toEqual([
      { id: 4, client: 'c1', input: 'input 4', output: 40, invokedAt: 0, returnedAt: 5 },
      { id: 2, client: 'c2', input: 'input 2', output: undefined, invokedAt: 1, returnedAt: undefined },
      { id: 3, client: 'c1', input: 'input 3', output: undefined, invokedAt: 2, returnedAt: undefined },
    ]);
  });

  it.each<{ mistake: string; log: Event[]; says: string }>([
    {
      mistake: 'an outcome without an invocation',
      log: [invoke(1, 0), ok(2, 1)],
      says: 'Event 1 (ok of operation 2 by c1 at 1): it was never invoked.',
    },
    {
      mistake: 'a second outcome',
      log: [invoke(1, 0), ok(1, 1), fail(1, 2)],
      says: 'Event 2 (fail of operation 1 by c1 at 2): event 1 was already its outcome.',
    },
    {
      mistake: 'an outcome after a failure',
      log: [invoke(1, 0), fail(1, 1), ok(1, 2)],
      says: 'Event 2 (ok of operation 1 by c1 at 2): event 1 was already its outcome.',
    },
    {
      mistake: 'a number that is still open',
      log: [invoke(1, 0), invoke(1, 1, 'c2')],
      says: 'Event 1 (invoke of operation 1 by c2 at 1): that number was already used by event 0.',
    },
    {
      mistake: 'a number that was used before',
      log: [invoke(1, 0), ok(1, 1), invoke(1, 2)],
      says: 'Event 2 (invoke of operation 1 by c1 at 2): that number was already used by event 0.',
    },
    {
      mistake: 'an outcome for another client',
      log: [invoke(1, 0), ok(1, 1, 'c2')],
      says: 'Event 1 (ok of operation 1 by c2 at 1): event 0 invoked it for c1.',
    },
    {
      mistake: 'time that goes back',
      log: [invoke(1, 5), ok(1, 4)],
      says: "Event 1 (ok of operation 1 by c1 at 4): its time is before the previous event's 5.",
    },
    {
      mistake: 'a time that is not a whole number',
      log: [invoke(1, 0.5)],
      says: 'Event 0 (invoke of operation 1 by c1 at 0.5): its time is not a whole number.',
    },
  ])('refuses $mistake and names the event', ({ log, says }) => {
    expect(() => historyFrom(log)).toThrow(new HistoryError(says));
  });
});

describe('assertHistory', () => {
  const operation: Operation<string, number> = {
    id: 1,
    client: 'c1',
    input: '',
    output: 1,
    invokedAt: 3,
    returnedAt: 3,
  };

  it.each<{ mistake: string; history: Operation<string, number>[]; says: string }>([
    {
      mistake: 'a number that is used twice',
      history: [operation, operation],
      says: 'Operation 1 of c1: that number is used twice.',
    },
    {
      mistake: 'a return before the invocation',
      history: [{ ...operation, returnedAt: 2 }],
      says: 'Operation 1 of c1: it returns at 2, before its invocation at 3.',
    },
    {
      mistake: 'a time that is not a whole number',
      history: [{ ...operation, returnedAt: Number.POSITIVE_INFINITY }],
      says: 'Operation 1 of c1: its times (3, Infinity) are not whole numbers.',
    },
  ])('refuses $mistake', ({ history, says }) => {
    expect(() => assertHistory(history)).toThrow(new HistoryError(says));
  });
});
