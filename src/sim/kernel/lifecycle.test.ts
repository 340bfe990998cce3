/** Supervision: who goes down with whom, who comes back and when, and who is told. */
import { describe, expect, it } from 'vitest';
import { Stage, type StageOptions } from '../../../test/probe.ts';
import type { Exit } from './actor.ts';
import type { Context } from './context.ts';
import type { OnPanic, RestartPolicy } from './process-spec.ts';

const BACKOFF = { initialMs: 10, factor: 3, maxMs: 200, resetAfterMs: 1000 };

/** A root `main` with children x and y, of which x has a child `deep`; all of one policy. */
async function family(onPanic: OnPanic, options: StageOptions = {}): Promise<Stage> {
  const stage: Stage = new Stage({
    hosts: ['a', 'b'],
    main: { backoff: BACKOFF },
    react: {
      probe: ({ type }, ctx) => {
        if (type !== 'start' || ctx.host !== 'a') return;
        ctx.spawn('x', 'x', { onPanic, backoff: BACKOFF });
        ctx.spawn('y', 'y', { onPanic, backoff: BACKOFF });
      },
      x: ({ type }, ctx) => {
        if (type === 'start') ctx.spawn('deep', 'y', { onPanic, backoff: BACKOFF });
      },
      y: () => {},
    },
    ...options,
  });
  await stage.world.run({ forMs: 5 });
  return stage;
}

const panic = (): never => {
  throw new Error('boom');
};

const MEMBERS = ['a/main', 'a/main/x', 'a/main/x/deep', 'a/main/y'];

/** Who started again because of a panic, who is alive long after it, and who was told. */
async function aftermath(onPanic: OnPanic, victim: string) {
  const stage = await family(onPanic);
  stage.heard.length = 0;
  await stage.act(victim, panic);
  const exits = (): { who: string; exit: Exit }[] =>
    stage.heard.flatMap(({ who, message }) => (message.type === 'exit' ? [{ who, exit: message }] : []));
  const downNow = MEMBERS.filter((each) => !stage.world.view.cells.has(each));
  await stage.world.run({ forMs: 100 });
  return {
    downNow,
    again: MEMBERS.filter((each) => stage.starts(each).length > 0),
    gone: MEMBERS.filter((each) => !stage.world.view.cells.has(each)),
    told: exits().map(({ who, exit }) => `${who}: ${exit.of} ${exit.reason} ${exit.restarts ? 'restarts' : 'is gone'}`),
  };
}

describe('a panic', () => {
  it.each<[OnPanic, victim: string, expected: Awaited<ReturnType<typeof aftermath>>]>([
    ...(['escalate', 'stop', 'restart', 'restart-all'] as const).map((onPanic): [OnPanic, string, never] => [
      onPanic,
      'a/main',
      { downNow: MEMBERS, again: MEMBERS, gone: [], told: [] } as never,
    ]),
    ['escalate', 'a/main/x', { downNow: MEMBERS, again: MEMBERS, gone: [], told: [] }],
    ['escalate', 'a/main/x/deep', { downNow: MEMBERS, again: MEMBERS, gone: [], told: [] }],
    [
      'stop',
      'a/main/x',
      {
        downNow: ['a/main/x', 'a/main/x/deep'],
        again: [],
        gone: ['a/main/x', 'a/main/x/deep'],
        told: ['a/main: a/main/x panic is gone'],
      },
    ],
    [
      'stop',
      'a/main/x/deep',
      {
        downNow: ['a/main/x/deep'],
        again: [],
        gone: ['a/main/x/deep'],
        told: ['a/main/x: a/main/x/deep panic is gone'],
      },
    ],
    [
      'restart',
      'a/main/x',
      {
        downNow: ['a/main/x', 'a/main/x/deep'],
        again: ['a/main/x', 'a/main/x/deep'],
        gone: [],
        told: ['a/main: a/main/x panic restarts'],
      },
    ],
    [
      'restart',
      'a/main/x/deep',
      {
        downNow: ['a/main/x/deep'],
        again: ['a/main/x/deep'],
        gone: [],
        told: ['a/main/x: a/main/x/deep panic restarts'],
      },
    ],
    [
      'restart-all',
      'a/main/y',
      {
        downNow: ['a/main/x', 'a/main/x/deep', 'a/main/y'],
        again: ['a/main/x', 'a/main/x/deep', 'a/main/y'],
        gone: [],
        told: ['a/main: a/main/y panic restarts'],
      },
    ],
    [
      'restart-all',
      'a/main/x/deep',
      {
        downNow: ['a/main/x/deep'],
        again: ['a/main/x/deep'],
        gone: [],
        told: ['a/main/x: a/main/x/deep panic restarts'],
      },
    ],
  ])('with onPanic %s in %s brings down, brings back and tells whom it should', async (onPanic, victim, expected) => {
    expect(await aftermath(onPanic, victim)).toEqual(expected);
  });

  it('gives what comes back a fresh state and no old timers', async () => {
    const stage = await family('restart');
    await stage.act('a/main/y', (ctx) => ctx.setTimer('old', 20));
    await stage.act('a/main/y', panic);
    await stage.world.run({ forMs: 100 });
    expect(stage.world.view.state('a/main/y')).toEqual({ steps: 0 });
    expect(stage.all('a/main/y', 'timer')).toEqual([]);
  });

  it('is reported with its message, its address and its time', async () => {
    const stage = await family('stop');
    await stage.act('a/main/y', panic);
    expect(stage.world.report().panics).toEqual([
      {
        event: expect.any(Number),
        time: 5000,
        address: 'a/main/y',
        message: 'boom',
        stack: expect.stringContaining('boom'),
      },
    ]);
  });

  it('may throw anything', async () => {
    const stage = await family('stop');
    await stage.act('a/main/y', () => {
      throw 'a text';
    });
    expect(stage.panics()).toEqual(['a text']);
  });
});

describe('a back-off', () => {
  const gaps = (times: readonly number[]): number[] => times.slice(1).map((time, i) => time - (times[i] as number));

  it.each<[who: string, onPanic: OnPanic]>([
    ['a/main', 'escalate'],
    ['a/main/y', 'restart'],
    ['a/main/y', 'restart-all'],
  ])('of %s (%s) grows by its factor up to its bound, and begins again after a good while', async (who, onPanic) => {
    const stage = await family(onPanic);
    for (let i = 0; i < 5; i++) {
      await stage.act(who, panic);
      await stage.world.run({ untilMs: 10_000, until: (view) => view.cells.has(who) });
    }
    expect(gaps(stage.starts(who))).toEqual([5 + 10, 30, 90, 200, 200]);
    await stage.world.run({ forMs: 1000 });
    await stage.act(who, panic);
    await stage.world.run({ forMs: 500 });
    expect(gaps(stage.starts(who)).at(-1)).toBe(1000 + 10);
  });

  it('of restart-all is that of the actor that panicked, for all of them, also when its own has just begun again', async () => {
    const stage = await family('restart-all');
    for (let i = 0; i < 3; i++) {
      await stage.act('a/main/y', panic);
      await stage.world.run({ forMs: 100 });
    }
    await stage.world.run({ forMs: 2000 });
    const at = stage.world.nowMs;
    await stage.act('a/main/y', panic);
    await stage.world.run({ forMs: 500 });
    expect([stage.starts('a/main/x').at(-1), stage.starts('a/main/y').at(-1)]).toEqual([at + 10, at + 10]);
  });

  it('counts on the host its process runs on: a slow clock makes it longer', async () => {
    const clock = { driftPpm: -500_000 };
    const stage = new Stage({ hosts: [{ name: 'a', clock }], main: { backoff: BACKOFF } });
    await stage.act('a/main', panic);
    await stage.world.run({ forMs: 100 });
    expect(stage.starts('a/main')).toEqual([0, 20]);
  });
});

describe('a restart policy', () => {
  const END: Record<string, (ctx: Context) => void> = {
    'exit 0': (ctx) => ctx.exit(),
    'exit 3': (ctx) => ctx.exit(3),
    panic,
  };
  it.each<[RestartPolicy | undefined, keyof typeof END, starts: number]>([
    ['always', 'exit 0', 2],
    ['always', 'exit 3', 2],
    ['always', 'panic', 2],
    ['on-failure', 'exit 0', 1],
    ['on-failure', 'exit 3', 2],
    ['on-failure', 'panic', 2],
    ['never', 'exit 0', 1],
    ['never', 'exit 3', 1],
    ['never', 'panic', 1],
    [undefined, 'exit 0', 1],
    [undefined, 'panic', 2],
  ])('"%s" after %s means %i starts', async (restart, end, starts) => {
    const stage = new Stage({
      hosts: ['a'],
      main: { backoff: BACKOFF, ...(restart === undefined ? {} : { restart }) },
    });
    await stage.act('a/main', END[end] as (ctx: Context) => void);
    expect(stage.world.view.isRunning('a/main')).toBe(false);
    await stage.world.run({ forMs: 1000 });
    expect(stage.starts('a/main')).toHaveLength(starts);
  });

  it('of a process that an actor started is "never" by default', async () => {
    const stage = new Stage({ hosts: ['a'] });
    await stage.act('a/main', (ctx) => void ctx.startProcess('p', 'probe'));
    await stage.act('a/p', panic);
    await stage.world.run({ forMs: 1000 });
    expect(stage.starts('a/p')).toHaveLength(1);
  });
});

describe('a child', () => {
  it('that its parent stops goes with its descendants, and nobody is told', async () => {
    const stage = await family('restart');
    await stage.act('a/main', (ctx) => ctx.stop('x'));
    await stage.world.run({ forMs: 1000 });
    expect(MEMBERS.filter((each) => stage.world.view.cells.has(each))).toEqual(['a/main', 'a/main/y']);
    expect(stage.heard.filter(({ message }) => message.type === 'exit')).toEqual([]);
  });

  it('that is stopped while it waits for its restart does not come back', async () => {
    const stage = await family('restart');
    await stage.act('a/main/y', panic);
    await stage.act('a/main', (ctx) => ctx.stop('y'));
    await stage.world.run({ forMs: 1000 });
    expect(stage.starts('a/main/y')).toHaveLength(1);
  });

  it('does not come back when its parent has ended or its process has started again meanwhile', async () => {
    const stage = await family('restart');
    await stage.act('a/main/x/deep', panic);
    await stage.act('a/main/x', panic);
    await stage.world.run({ forMs: 1000 });
    expect(stage.starts('a/main/x/deep')).toHaveLength(2);
    await stage.act('a/main/y', panic);
    await stage.act('a/main', panic);
    await stage.world.run({ forMs: 1000 });
    expect(stage.starts('a/main/y')).toHaveLength(2);
  });

  it.each<[what: string, occupy: (ctx: Context) => void, later: boolean, free: boolean]>([
    ['spawned in the same step', (ctx) => void ctx.spawn('z', 'probe'), false, false],
    ['spawned in an earlier step', (ctx) => void ctx.spawn('z', 'probe'), true, false],
    ['waiting for its restart', (ctx) => void ctx.spawn('z', 'doomed', { onPanic: 'restart' }), true, false],
    [
      'stopped in the same step',
      (ctx) => {
        ctx.spawn('z', 'probe');
        ctx.stop('z');
      },
      false,
      true,
    ],
    [
      'stopped in an earlier step',
      (ctx) => {
        ctx.spawn('z', 'probe');
        ctx.stop('z');
      },
      true,
      true,
    ],
    ['ended for good', (ctx) => void ctx.spawn('z', 'doomed', { onPanic: 'stop' }), true, true],
  ])('leaves its name free or not: %s', async (_, occupy, later, free) => {
    const stage = new Stage({ hosts: ['a'], react: { doomed: panic } });
    if (later) await stage.act('a/main', occupy);
    await stage.act('a/main', (ctx) => {
      if (!later) occupy(ctx);
      expect(ctx.spawn('z', 'probe')).toBe('a/main/z');
    });
    expect(stage.panics().filter((message) => message !== 'boom')).toEqual(
      free ? [] : ['a/main has a child named "z" already.'],
    );
  });
});

describe('a process that an actor has started', () => {
  it.each<[what: string, end: (stage: Stage) => Promise<void>, told: Partial<Exit>]>([
    ['exits', (stage) => stage.act('a/p', (ctx) => ctx.exit(4)), { reason: 'exited', code: 4, detail: 'exit 4' }],
    ['panics', (stage) => stage.act('a/p', panic), { reason: 'panic', code: 1, detail: 'boom' }],
    ['is killed', (stage) => stage.act('a/main', (ctx) => ctx.killProcess('p', 9)), { reason: 'killed', code: 9 }],
  ])('tells its starter when it %s', async (_, end, told) => {
    const stage = new Stage({ hosts: ['a'] });
    await stage.act('a/main', (ctx) => expect(ctx.startProcess('p', 'probe')).toBe('a/p'));
    await end(stage);
    expect(stage.all('a/main', 'exit')).toEqual([expect.objectContaining({ of: 'a/p', restarts: false, ...told })]);
    expect(stage.world.view.isRunning('a/p')).toBe(false);
  });

  it('outlives its starter, and has no exit for a starter that is not there', async () => {
    const stage = new Stage({ hosts: ['a'], main: { restart: 'never' } });
    await stage.act('a/main', (ctx) => void ctx.startProcess('p', 'probe'));
    await stage.act('a/main', (ctx) => ctx.exit(0));
    expect(stage.world.view.isRunning('a/p')).toBe(true);
    await stage.act('a/p', panic);
    expect(stage.of('a/main')).toEqual([]);
  });

  it('has a name that is taken while it runs or waits, and free again when it has ended or been killed', async () => {
    const stage = new Stage({ hosts: ['a'] });
    const start = (ctx: Context): void => void ctx.startProcess('p', 'probe', { restart: 'on-failure' });
    await stage.act('a/main', (ctx) => {
      start(ctx);
      expect(() => start(ctx)).toThrow('Host a runs a process named "p" already.');
    });
    await stage.act('a/main', (ctx) => expect(() => start(ctx)).toThrow(/already/));
    await stage.act('a/p', panic);
    await stage.act('a/main', (ctx) => expect(() => start(ctx)).toThrow(/already/));
    await stage.act('a/main', (ctx) => {
      ctx.killProcess('p');
      start(ctx);
    });
    await stage.act('a/p', (ctx) => ctx.exit(0));
    await stage.act('a/main', start);
    await stage.world.run({ forMs: 1000 });
    expect(stage.starts('a/p')).toEqual([0, 0, 0]);
    expect(stage.panics()).toEqual(['boom']);
  });

  it('may be one that the host boots, once it has ended, and keeps the spec that it has there', async () => {
    const processes = [
      { name: 'main', program: 'probe' },
      { name: 'p', program: 'probe', restart: 'never' as const },
    ];
    const stage = new Stage({ hosts: [{ name: 'a', processes }] });
    await stage.act('a/main', (ctx) => ctx.killProcess('p'));
    await stage.act('a/main', (ctx) => void ctx.startProcess('p', 'probe'));
    expect(stage.starts('a/p')).toEqual([0, 0]);
    expect(stage.world.view.processes.get('a/p')?.startedBy).toBeUndefined();
  });

  it('goes when its host loses power, without a word, and does not come back with it', async () => {
    const stage = new Stage({ hosts: ['a'] });
    await stage.act('a/main', (ctx) => void ctx.startProcess('p', 'probe', { restart: 'always' }));
    stage.world.inject({ kind: 'power-off', hosts: 'a' }, { forMs: 100 });
    await stage.world.run({ forMs: 1000 });
    expect(stage.starts('a/p')).toEqual([0]);
    expect(stage.starts('a/main')).toEqual([0, 100]);
    expect(stage.of('a/main')).toEqual([]);
  });
});
