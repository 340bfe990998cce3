import { describe, expect, it } from 'vitest';
import { keyValueModel } from './linearizability/key-value-model.ts';
import { registerModel } from './linearizability/register-model.ts';
import { type LinearizableCheckState, linearizableCheck } from './linearizable-check.ts';
import type { Note, WorldView } from './world-view.ts';

type Line = [time: number, actor: string, name: string, data: unknown];

const view = (lines: readonly Line[]): WorldView => ({
  now: 0,
  hosts: new Map(),
  processes: new Map(),
  cells: new Map(),
  history: lines.map(([time, actor, name, data], index): Note => ({ event: index + 1, time, actor, name, data })),
  state: () => undefined,
  isRunning: () => false,
  file: () => undefined,
});

const write = (value: number) => ({ type: 'write', value });
const READ = { type: 'read' };
const model = registerModel();

describe('linearizableCheck', () => {
  it('takes two operations of one client that touch in one instant in their order, unless told otherwise', () => {
    const history = view([
      [0, 'h/a', 'invoke', { op: 1, input: write(1) }],
      [5, 'h/a', 'ok', { op: 1, output: null }],
      [5, 'h/a', 'invoke', { op: 2, input: READ }],
      [9, 'h/a', 'ok', { op: 2, output: null }],
    ]);
    const atEnd = (options: { oneAtATime?: boolean }) =>
      linearizableCheck({ name: 'x', model, ...options }).atEnd?.(history, { returned: 0, broken: false });
    expect(atEnd({})).toMatchObject({ event: 4 });
    expect(atEnd({ oneAtATime: false })).toBeUndefined();
  });

  it('names the partition in which an operation cannot be placed', () => {
    const history = view([
      [0, 'h/a', 'invoke', { op: 1, input: { type: 'put', key: 'x', value: '1' } }],
      [1, 'h/a', 'ok', { op: 1, output: null }],
      [2, 'h/b', 'invoke', { op: 1, input: { type: 'get', key: 'y' } }],
      [3, 'h/b', 'ok', { op: 1, output: '1' }],
    ]);
    const check = linearizableCheck({ name: 'store', model: keyValueModel });
    expect(check.atEnd?.(history, { returned: 0, broken: false })).toEqual({
      event: 4,
      message:
        'Not linearizable (key-value store, partition y). Cannot be placed: client h/b get y → "1" at 0.002–0.003 ms, but nothing is stored initially.',
    });
  });

  it('is undecided if its search runs out of steps', () => {
    const history = view([
      [0, 'h/a', 'invoke', { op: 1, input: write(1) }],
      [1, 'h/a', 'ok', { op: 1, output: null }],
      [2, 'h/a', 'invoke', { op: 2, input: READ }],
      [3, 'h/a', 'ok', { op: 2, output: 2 }],
    ]);
    const check = linearizableCheck({ name: 'x', model, maxSteps: 1 });
    expect(check.atEnd?.(history, { returned: 0, broken: false })).toEqual({
      undecided: 'the search for a linearization ran out of its 1 steps',
    });
  });

  it('hears only its clients', () => {
    const history = view([
      [0, 'h/a', 'invoke', { op: 1, input: READ }],
      [1, 'h/other', 'ok', 'has nothing to do with it'],
      [2, 'h/a', 'ok', { op: 1, output: null }],
    ]);
    const check = linearizableCheck({ name: 'x', model, isClient: (actor) => actor === 'h/a' });
    expect(check.atEnd?.(history, { returned: 0, broken: false })).toBeUndefined();
    expect(() => linearizableCheck({ name: 'x', model }).atEnd?.(history, { returned: 0, broken: false })).toThrow(
      'Note "ok" of h/other (event 2)',
    );
  });

  it.each([
    [undefined, []],
    [1, [4, 6]],
    [2, [6]],
    [5, []],
  ])('with every: %j, looks at the history only after these events: %j', (every, expected) => {
    const lines: Line[] = [];
    for (const op of [0, 1, 2, 3]) {
      lines.push([2 * op, 'h/a', 'invoke', { op, input: READ }], [2 * op + 1, 'h/a', 'ok', { op, output: null }]);
    }
    // The first operation that returns is by nobody of ours; the third reads what nobody wrote.
    lines[0] = [0, 'h/other', 'invoke', { op: 0, input: READ }];
    lines[1] = [1, 'h/other', 'ok', { op: 0, output: 'nonsense' }];
    lines[5] = [5, 'h/a', 'ok', { op: 2, output: 3 }];
    let searches = 0;
    const init = () => {
      searches++;
      return null;
    };
    const check = linearizableCheck({
      name: 'x',
      model: { ...model, init },
      isClient: (actor) => actor === 'h/a',
      ...(every === undefined ? {} : { every }),
    });
    const state: LinearizableCheckState = check.start?.() ?? { returned: 0, broken: false };
    const lookedAfter: number[] = [];
    lines.forEach(([time, subject, object, detail], index) => {
      searches = 0;
      const event = { id: index + 1, time, cause: 0, kind: 'note', subject, object, detail } as const;
      const found = check.observe(event, view(lines.slice(0, index + 1)), state);
      if (searches > 0) lookedAfter.push(event.id);
      expect(found !== undefined).toBe(every !== undefined && event.id === 6 && expected.includes(6));
    });
    // Once broken, always broken: it does not look again.
    expect(lookedAfter).toEqual(expected);
    expect(check.on).toEqual(every === undefined ? [] : ['note']);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses every: %j', (every) => {
    expect(() => linearizableCheck({ name: 'x', model, every })).toThrow(RangeError);
  });
});
