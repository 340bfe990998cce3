import { describe, expect, it } from 'vitest';
import { CONFIG_MAPS } from '../../api/resource.ts';
import type { Action } from './controller.ts';
import { ended, type Job, newJob, nextOf } from './job.ts';

const create = (name: string, more: object = {}): Action => ({
  do: 'create',
  resource: CONFIG_MAPS,
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } },
  ...more,
});
const FAILURE = { do: 'create', reason: 'Conflict', message: 'no' } as const;

const nameOf = (job: Job, number: number): string => {
  const action = job.inFlight.get(number);
  return action?.do === 'create' ? (action.object.metadata.name ?? '') : (action?.do ?? '');
};

/** Plays a job to its end; the creations of these names fail. Returns what was begun together, in order. */
function play(actions: readonly Action[], fails: readonly string[] = []): { rounds: string[][]; job: Job } {
  const job = newJob('test', 'key', actions);
  const rounds: string[][] = [];
  for (;;) {
    const next = nextOf(job);
    if (next.kind === 'done') return { rounds, job };
    if (next.kind === 'event') rounds.push([`event ${next.action.reason}`]);
    if (next.kind !== 'begin') continue;
    rounds.push(next.numbers.map((number) => nameOf(job, number)));
    for (const number of next.numbers) {
      expect(nextOf(job).kind).toBe('wait');
      ended(job, number, fails.includes(nameOf(job, number)) ? FAILURE : undefined);
    }
  }
}

const together = (names: readonly string[], slowStart = false): Action => ({
  do: 'together',
  slowStart,
  actions: names.map((name) => create(name)),
});
const event: Action = {
  do: 'event',
  about: {},
  type: 'Normal',
  reason: 'Told',
  message: '',
};

describe('a job', () => {
  it.each<[what: string, actions: Action[], fails: string[], rounds: string[][]]>([
    ['does nothing', [], [], []],
    ['does one after the other', [create('a'), create('b')], [], [['a'], ['b']]],
    ['leaves out the rest after a failure', [create('a'), create('b'), event], ['a'], [['a']]],
    [
      'does what is always to be done',
      [create('a'), create('b'), create('c', { always: true })],
      ['a'],
      [['a'], ['c']],
    ],
    ['begins a group at once', [together(['a', 'b', 'c']), create('d')], [], [['a', 'b', 'c'], ['d']]],
    [
      'begins slowly: 1, 2, 4, …',
      [together(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], true)],
      [],
      [['a'], ['b', 'c'], ['d', 'e', 'f', 'g'], ['h']],
    ],
    [
      'stops a slow start at a failure',
      [together(['a', 'b', 'c', 'd'], true), create('e')],
      ['b'],
      [['a'], ['b', 'c']],
    ],
    ['tells events in their place', [create('a'), event, create('b')], [], [['a'], ['event Told'], ['b']]],
  ])('%s', (_, actions, fails, rounds) => {
    expect(play(actions, fails).rounds).toEqual(rounds);
  });

  it('remembers its first failure, and the soonest of the times at which it is to come again', () => {
    const { job } = play(
      [{ do: 'requeue', afterMs: 500 }, { do: 'requeue', afterMs: 200 }, create('a'), create('b', { always: true })],
      ['a', 'b'],
    );
    expect([job.failure, job.requeueMs]).toEqual([FAILURE, 200]);
  });

  it('takes only requests into a group', () => {
    expect(() => play([{ do: 'together', actions: [event] }])).toThrow('it takes requests only');
  });
});
