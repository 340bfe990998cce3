import { describe, expect, it } from 'vitest';
import { historyEventsOf, operationsOf } from './noted-history.ts';
import type { Note } from './world-view.ts';

/** Notes by `[actor, name, data]`; note number n is event 10 n at time 100 n. */
const notes = (...lines: [string, string, unknown][]): Note[] =>
  lines.map(([actor, name, data], index) => ({ event: 10 * (index + 1), time: 100 * (index + 1), actor, name, data }));

describe('operationsOf', () => {
  it('gives operations the ids of their invocations, and clients their addresses', () => {
    const history = notes(
      ['h/a', 'invoke', { op: 1, input: 'write' }],
      ['h/b', 'invoke', { op: 1, input: 'read' }],
      ['h/a', 'something else', 5],
      ['h/b', 'ok', { op: 1, output: 'old' }],
      ['h/a', 'ok', { op: 1, output: 'done' }],
    );
    expect(operationsOf(history)).toEqual([
      { id: 10, client: 'h/a', input: 'write', output: 'done', invokedAt: 100, returnedAt: 500 },
      { id: 20, client: 'h/b', input: 'read', output: 'old', invokedAt: 200, returnedAt: 400 },
    ]);
    expect(historyEventsOf(history).map(({ type, op, event }) => [type, op, event])).toEqual([
      ['invoke', 10, 10],
      ['invoke', 20, 20],
      ['ok', 20, 40],
      ['ok', 10, 50],
    ]);
  });

  it('leaves out what failed, and keeps what is unknown or was never answered', () => {
    const history = notes(
      ['h/a', 'invoke', { op: 'x', input: 1 }],
      ['h/a', 'fail', { op: 'x' }],
      ['h/a', 'invoke', { op: 'y', input: 2 }],
      ['h/a', 'unknown', { op: 'y' }],
      ['h/a', 'invoke', { op: 'z', input: 3 }],
    );
    expect(operationsOf(history).map(({ input, returnedAt }) => [input, returnedAt])).toEqual([
      [2, undefined],
      [3, undefined],
    ]);
  });

  it('lets a client that was restarted count from the beginning again', () => {
    const history = notes(
      ['h/a', 'invoke', { op: 1, input: 'lost' }],
      ['h/a', 'invoke', { op: 1, input: 'new' }],
      ['h/a', 'ok', { op: 1, output: 'done' }],
    );
    expect(operationsOf(history)).toMatchObject([
      { id: 10, input: 'lost', returnedAt: undefined },
      { id: 20, input: 'new', output: 'done', returnedAt: 300 },
    ]);
  });

  it('takes other names', () => {
    const history = notes(
      ['h/a', 'call', { op: 1, input: 'x' }],
      ['h/a', 'invoke', { op: 2 }],
      ['h/a', 'ok', { op: 1, output: 'y' }],
    );
    expect(operationsOf(history, { invoke: 'call' })).toMatchObject([{ id: 10, input: 'x', output: 'y' }]);
  });

  it.each<[string, Note[], string]>([
    [
      'an outcome without an invocation',
      notes(['h/a', 'ok', { op: 3 }]),
      'Note "ok" of h/a (event 10): h/a never invoked operation 3.',
    ],
    [
      'an outcome of another client',
      notes(['h/a', 'invoke', { op: 3 }], ['h/b', 'ok', { op: 3 }]),
      'Note "ok" of h/b (event 20): h/b never invoked operation 3.',
    ],
    [
      'a number is not a text',
      notes(['h/a', 'invoke', { op: 3 }], ['h/a', 'ok', { op: '3' }]),
      'Note "ok" of h/a (event 20): h/a never invoked operation 3.',
    ],
    [
      'two outcomes',
      notes(['h/a', 'invoke', { op: 3 }], ['h/a', 'ok', { op: 3 }], ['h/a', 'fail', { op: 3 }]),
      'Event 2 (fail of operation 10 by h/a at 300): event 1 was already its outcome.',
    ],
    ['no data', notes(['h/a', 'invoke', undefined]), 'Note "invoke" of h/a (event 10): expected data with an op'],
    ['null', notes(['h/a', 'invoke', null]), 'Note "invoke" of h/a (event 10): expected data with an op'],
    ['no op', notes(['h/a', 'invoke', { input: 1 }]), 'Note "invoke" of h/a (event 10): expected data with an op'],
  ])('refuses %s, and names the event', (_what, history, message) => {
    expect(() => operationsOf(history)).toThrow(expect.objectContaining({ name: 'HistoryError' }));
    expect(() => operationsOf(history)).toThrow(message);
  });
});
