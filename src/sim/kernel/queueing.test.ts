/** The service model of a process, and its pauses. */
import { describe, expect, it } from 'vitest';
import { Stage } from '../../../test/probe.ts';
import type { Actor } from './actor.ts';
import type { ServiceModel } from './process-spec.ts';

/** A host a that asks, and b whose process takes its time. */
function stageOf(service: ServiceModel): Stage {
  const main = { name: 'main', program: 'probe' };
  return new Stage({
    ties: 'fifo',
    hosts: [
      { name: 'a', processes: [main] },
      { name: 'b', processes: [{ ...main, service }] },
    ],
    react: {
      probe: (message, ctx) => {
        if (message.type === 'request') ctx.reply(message.id, ctx.queueLength);
      },
    },
  });
}

const timesAt = (stage: Stage, who: string): number[] =>
  stage.heard.filter((each) => each.who === who && each.message.type !== 'start').map(({ atMs }) => atMs);

describe('a process with a service model', () => {
  it.each<[servers: number | undefined, times: number[]]>([
    [undefined, [11, 21, 31, 41, 51, 61]],
    [1, [11, 21, 31, 41, 51, 61]],
    [2, [11, 11, 21, 21, 31, 31]],
    [5, [11, 11, 11, 11, 11, 21]],
    [100, [11, 11, 11, 11, 11, 11]],
  ])('with %s servers serves six messages that come at once at these times, in their order', async (servers, times) => {
    const stage = stageOf({ time: { constant: 10 }, ...(servers === undefined ? {} : { servers }) });
    await stage.act('a/main', (ctx) => {
      for (let i = 0; i < 6; i++) ctx.send('b/main', i);
    });
    await stage.world.run();
    expect(timesAt(stage, 'b/main')).toEqual(times);
    expect(stage.bodies('b/main')).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('starts without waiting for a server', async () => {
    const stage = stageOf({ time: { constant: 10 } });
    await stage.world.run();
    expect(stage.starts('b/main')).toEqual([0]);
  });

  it('shows its actors how many deliveries wait', async () => {
    const stage = stageOf({ time: { constant: 10 } });
    await stage.act('a/main', (ctx) => {
      for (let i = 0; i < 4; i++) ctx.request('b/main', i);
    });
    await stage.world.run();
    expect(stage.bodies('a/main', 'response')).toEqual([2, 1, 0, 0]);
  });

  it('serves timers and responses in their turn, like everything else', async () => {
    const stage = stageOf({ time: { constant: 10 } });
    await stage.world.run();
    // The act itself is served until 10.
    await stage.act('b/main', () => {});
    stage.tell('b/main', (ctx) => {
      ctx.setTimer('t', 1);
      ctx.request('a/main', 'x');
    });
    await stage.world.run();
    // Served at 20; the timer comes at 21 and is served until 31; the response, a handshake and 4 ms later, after it.
    expect(timesAt(stage, 'b/main')).toEqual([31, 41]);
    expect(stage.of('b/main').map(({ type }) => type)).toEqual(['timer', 'response']);
  });

  it('refuses requests and drops datagrams beyond its queue limit, and takes in everything else', async () => {
    const stage = stageOf({ time: { constant: 10 }, queueLimit: 2 });
    await stage.act('a/main', (ctx) => {
      for (let i = 0; i < 6; i++) ctx.request('b/main', i, { then: i });
    });
    await stage.world.run();
    const outcomes = stage.all('a/main', 'response').map((each) => (each.ok ? 'ok' : each));
    const refusal = { failure: 'refused', reason: 'queue full', mayHaveHappened: false };
    expect(outcomes.filter((each) => each === 'ok')).toHaveLength(3);
    expect(outcomes.filter((each) => each !== 'ok')).toEqual(
      [3, 4, 5].map((then) => expect.objectContaining({ ...refusal, then })),
    );
    expect(stage.bodies('b/main', 'request')).toEqual([0, 1, 2]);
    await stage.act('a/main', (ctx) => {
      for (let i = 0; i < 6; i++) ctx.send('b/main', i);
    });
    await stage.world.run();
    expect(stage.bodies('b/main')).toEqual([0, 1, 2]);
    expect(stage.drops().filter((reason) => reason === 'queue full')).toHaveLength(6);
    await stage.act('a/main', (ctx) => {
      const stream = ctx.openStream('b/main', 'open');
      for (let i = 0; i < 6; i++) ctx.streamSend(stream, i);
    });
    await stage.world.run();
    expect(stage.bodies('b/main', 'stream')).toEqual(['open', 0, 1, 2, 3, 4, 5]);
  });

  it('with no room at all still serves what comes while it is idle', async () => {
    const stage = stageOf({ time: { constant: 10 }, queueLimit: 0 });
    await stage.act('a/main', (ctx) => {
      ctx.send('b/main', 'served');
      ctx.send('b/main', 'dropped');
    });
    await stage.world.run();
    expect(stage.bodies('b/main')).toEqual(['served']);
  });

  it('forgets its queue and what is in service when it crashes, and serves on as new after its restart', async () => {
    const stage = stageOf({ time: { constant: 10 } });
    await stage.act('a/main', (ctx) => {
      for (let i = 0; i < 3; i++) ctx.send('b/main', i);
    });
    await stage.world.run({ untilMs: 15 });
    stage.world.inject({ kind: 'crash', processes: 'b/main' }, { forMs: 1 });
    await stage.world.run({ untilMs: 20 });
    await stage.act('a/main', (ctx) => ctx.send('b/main', 'new'));
    await stage.world.run();
    expect(stage.bodies('b/main')).toEqual([0, 'new']);
    expect(timesAt(stage, 'b/main')).toEqual([11, 31]);
  });

  it.each([1, 2])('with %i servers lets messages wait as long as queueing theory says (M/M/c)', async (servers) => {
    const meanServiceMs = 1;
    const rho = 0.7;
    const interArrivalMs = meanServiceMs / servers / rho;
    const waits: number[] = [];
    const source: Actor = {
      start: (ctx) => {
        ctx.setTimer('next', 0);
        return null;
      },
      receive: (state, _, ctx) => {
        ctx.send('b/sink', ctx.monotonic);
        ctx.setTimer('next', ctx.random.exponential(interArrivalMs));
        return state;
      },
    };
    const sink: Actor = {
      start: () => null,
      receive: (state, message, ctx) => {
        if (message.type === 'message') waits.push((ctx.monotonic - (message.body as number)) / 1000 - 1);
        return state;
      },
    };
    const service: ServiceModel = { time: { exponential: { meanMs: meanServiceMs } }, servers };
    const stage = new Stage({
      programs: { source, sink },
      hosts: [
        { name: 'a', processes: [{ name: 'source', program: 'source' }] },
        { name: 'b', processes: [{ name: 'sink', program: 'sink', service }] },
      ],
      trace: { keep: 'none' },
    });
    await stage.world.run({ forMs: 60_000 });
    const mean = waits.reduce((sum, each) => sum + each, 0) / waits.length;
    // Time in the system. M/M/1: 1 / (μ − λ). M/M/2: 1 / (μ (1 − ρ²)).
    const expected = servers === 1 ? meanServiceMs / (1 - rho) : meanServiceMs / (1 - rho * rho);
    expect(waits.length).toBeGreaterThan(40_000);
    expect(mean / expected).toBeGreaterThan(0.93);
    expect(mean / expected).toBeLessThan(1.07);
  });
});

describe('a pause', () => {
  it('delays messages and timers to its end, loses none and keeps their order', async () => {
    const stage = new Stage({ ties: 'fifo' });
    await stage.act('b/main', (ctx) => ctx.setTimer('t', 20));
    stage.world.inject({ kind: 'pause', processes: 'b/main' }, { forMs: 50 });
    for (let i = 0; i < 3; i++) {
      await stage.act('a/main', (ctx) => ctx.send('b/main', i));
      await stage.world.run({ forMs: 10 });
    }
    await stage.world.run();
    expect(timesAt(stage, 'b/main')).toEqual([50, 50, 50, 50]);
    expect(stage.of('b/main').map((each) => (each.type === 'message' ? each.body : each.type))).toEqual([
      0,
      1,
      'timer',
      2,
    ]);
  });

  it('holds what is in service, and goes on with it before the queue', async () => {
    const stage = stageOf({ time: { constant: 10 } });
    await stage.act('a/main', (ctx) => {
      for (let i = 0; i < 3; i++) ctx.send('b/main', i);
    });
    await stage.world.run({ untilMs: 5 });
    stage.world.inject({ kind: 'pause', processes: 'b/main' }, { forMs: 95 });
    await stage.world.run();
    expect(stage.bodies('b/main')).toEqual([0, 1, 2]);
    expect(timesAt(stage, 'b/main')).toEqual([100, 110, 120]);
  });

  it('of a process with a queue limit refuses what has no room, since nobody is there to serve it', async () => {
    const stage = stageOf({ time: { constant: 1 }, queueLimit: 2 });
    stage.world.inject({ kind: 'pause', processes: 'b/main' }, { forMs: 100 });
    await stage.act('a/main', (ctx) => {
      for (let i = 0; i < 5; i++) ctx.send('b/main', i);
    });
    await stage.world.run();
    expect(stage.bodies('b/main')).toEqual([0, 1]);
  });

  it('does not let a process miss a reply: it gets it late, unless its time-out came first', async () => {
    const stage = stageOf({ time: { constant: 0 } });
    await stage.act('a/main', (ctx) => {
      ctx.request('b/main', 1, { then: 'late' });
      ctx.request('b/main', 2, { then: 'timed out', timeoutMs: 2 });
    });
    stage.world.inject({ kind: 'pause', processes: 'a/main' }, { forMs: 100 });
    await stage.world.run();
    expect(stage.all('a/main', 'response').map(({ then, ok }) => [then, ok])).toEqual([
      ['timed out', false],
      ['late', true],
    ]);
    expect(timesAt(stage, 'a/main')).toEqual([100, 100]);
  });
});
