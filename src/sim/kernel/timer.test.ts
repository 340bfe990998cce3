/** Clocks as actors see them, and the timers that count on them. */
import { describe, expect, it } from 'vitest';
import { Stage } from '../../../test/probe.ts';

interface Clock {
  readonly offsetMs?: number;
  readonly driftPpm?: number;
}

/** Host a with this clock, whose timers say when they fire in true time. */
function stageOf(clock: Clock = {}): Stage {
  return new Stage({ ties: 'fifo', hosts: [{ name: 'a', clock }] });
}

const fired = (stage: Stage): [key: string, atMs: number][] =>
  stage.heard.flatMap(({ atMs, message }) => (message.type === 'timer' ? [[message.key, atMs]] : []));

async function clocks(stage: Stage): Promise<{ now: number; monotonic: number }> {
  const seen = { now: 0, monotonic: 0 };
  await stage.act('a/main', (ctx) => Object.assign(seen, { now: ctx.now / 1000, monotonic: ctx.monotonic / 1000 }));
  return seen;
}

describe('the clocks of an actor', () => {
  it.each<[clock: Clock, now: number, monotonic: number]>([
    [{}, 1000, 1000],
    [{ offsetMs: 500 }, 1500, 1000],
    [{ offsetMs: -500 }, 500, 1000],
    [{ driftPpm: 1000 }, 1001, 1001],
    [{ driftPpm: -500_000, offsetMs: 7 }, 507, 500],
  ])('with %j show so much after a second', async (clock, now, monotonic) => {
    const stage = stageOf(clock);
    await stage.world.run({ forMs: 1000 });
    expect(await clocks(stage)).toEqual({ now, monotonic });
  });

  it('are stepped, the wall clock alone, and stepped back', async () => {
    const stage = stageOf();
    await stage.world.run({ forMs: 100 });
    stage.world.inject({ kind: 'clock-step', hosts: 'a', byMs: -60 }, { forMs: 50 });
    expect(await clocks(stage)).toEqual({ now: 40, monotonic: 100 });
    await stage.world.run({ forMs: 100 });
    expect(await clocks(stage)).toEqual({ now: 200, monotonic: 200 });
  });
});

describe('a timer', () => {
  it.each<[driftPpm: number, atMs: number]>([
    [0, 300],
    [500_000, 200],
    [-500_000, 600],
  ])('on a clock that drifts by %i ppm fires when the clock has advanced by its delay', async (driftPpm, atMs) => {
    const stage = stageOf({ driftPpm });
    await stage.act('a/main', (ctx) => ctx.setTimer('t', 300));
    await stage.world.run();
    expect(fired(stage)).toEqual([['t', atMs]]);
  });

  it('moves when the drift changes while it waits, and back', async () => {
    const stage = stageOf();
    await stage.act('a/main', (ctx) => ctx.setTimer('t', 300));
    await stage.world.run({ forMs: 100 });
    stage.world.inject({ kind: 'clock-drift', hosts: 'a', partsPerMillion: -500_000 }, { forMs: 200 });
    await stage.world.run();
    // 100 ms at full speed, 200 at half speed, and the remaining 100 at full speed.
    expect(fired(stage)).toEqual([['t', 400]]);
  });

  it('is not moved by a step of the wall clock', async () => {
    const stage = stageOf();
    await stage.act('a/main', (ctx) => ctx.setTimer('t', 300));
    stage.world.inject({ kind: 'clock-step', hosts: 'a', byMs: 1_000_000 });
    await stage.world.run();
    expect(fired(stage)).toEqual([['t', 300]]);
  });

  it('fires once, at its own time, and is replaced when its key is set again', async () => {
    const stage = stageOf();
    await stage.act('a/main', (ctx) => {
      ctx.setTimer('b', 20);
      ctx.setTimer('a', 10);
      ctx.setTimer('replaced', 5);
      ctx.setTimer('replaced', 30, 'new');
      ctx.setTimer('cancelled', 15);
      ctx.cancelTimer('cancelled');
      ctx.cancelTimer('unknown');
      ctx.setTimer('now', 0);
    });
    await stage.world.run();
    expect(fired(stage)).toEqual([
      ['now', 0],
      ['a', 10],
      ['b', 20],
      ['replaced', 30],
    ]);
  });

  it('may be set again from its own step, and cancelled by any step before it', async () => {
    const stage = new Stage({
      hosts: ['a'],
      react: {
        probe: (message, ctx) => {
          if (message.type === 'timer' && message.key === 'tick' && ctx.monotonic < 50_000) ctx.setTimer('tick', 10);
        },
      },
    });
    await stage.act('a/main', (ctx) => {
      ctx.setTimer('tick', 10);
      ctx.setTimer('late', 35);
    });
    await stage.world.run({ untilMs: 32 });
    await stage.act('a/main', (ctx) => ctx.cancelTimer('late'));
    await stage.world.run();
    expect(fired(stage).map(([, at]) => at)).toEqual([10, 20, 30, 40, 50]);
  });

  it('belongs to its actor: another may have one of the same key', async () => {
    const stage = new Stage({ hosts: ['a'] });
    await stage.act('a/main', (ctx) => {
      ctx.spawn('child', 'probe');
      ctx.setTimer('t', 20);
    });
    await stage.act('a/main/child', (ctx) => ctx.setTimer('t', 10));
    await stage.world.run();
    expect(stage.heard.flatMap(({ who, message, atMs }) => (message.type === 'timer' ? [[who, atMs]] : []))).toEqual([
      ['a/main/child', 10],
      ['a/main', 20],
    ]);
  });

  it('counts whole microseconds', async () => {
    const stage = stageOf();
    await stage.act('a/main', (ctx) => ctx.setTimer('t', 0.0014));
    await stage.world.run();
    expect(fired(stage)).toEqual([['t', 0.001]]);
  });
});
