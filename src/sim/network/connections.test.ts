/** What connections do in trouble, one case at a time. b/main answers each request with its body. */
import { describe, expect, it } from 'vitest';
import { Stage, type StageOptions } from '../../../test/probe.ts';

type Fault = Parameters<Stage['world']['inject']>[0];

function stageOf(options: StageOptions = {}): Stage {
  return new Stage({
    react: { probe: (message, ctx) => void (message.type === 'request' && ctx.reply(message.id, message.body)) },
    requestTimeoutMs: 1e6,
    ...options,
    network: { retransmitMs: 100, breakAfterMs: 5000, ...options.network },
  });
}

async function ask(stage: Stage, body: unknown, from = 'a/main', to = 'b/main'): Promise<void> {
  await stage.act(from, (ctx) => ctx.request(to, body, { then: body }));
}

/** Each outcome: what was asked, when it came, and how it went. */
function outcomes(stage: Stage, who = 'a/main'): [then: unknown, atMs: number, how: string][] {
  return stage.heard.flatMap(({ who: by, atMs, message }) =>
    by === who && message.type === 'response'
      ? [[message.then, Math.round(atMs), message.ok ? 'ok' : `${message.failure}: ${message.reason}`]]
      : [],
  );
}

/** A stage with an open connection from a to b, at 10 ms. */
async function connected(options: StageOptions = {}): Promise<Stage> {
  const stage = stageOf(options);
  await ask(stage, 'hello');
  await stage.world.run({ untilMs: 10 });
  expect(outcomes(stage)).toEqual([['hello', 4, 'ok']]);
  stage.heard.length = 0;
  return stage;
}

const AB: Fault = { kind: 'partition', sides: ['a', 'b'] };

describe('a connection over a link that is cut', () => {
  it.each<[what: string, fault: Fault]>([
    ['cut both ways', AB],
    ['cut there', { kind: 'partition-one-way', from: 'a', to: 'b' }],
    ['cut back', { kind: 'partition-one-way', from: 'b', to: 'a' }],
    ['clogged there', { kind: 'clog', from: 'a', to: 'b' }],
    ['clogged back', { kind: 'clog', from: 'b', to: 'a' }],
    ['isolated', { kind: 'isolate', hosts: 'b' }],
  ])('stalls (%s), and brings everything, in order and once, soon after the mend', async (_, fault) => {
    const stage = await connected();
    stage.world.inject(fault, { forMs: 1000 });
    for (let i = 0; i < 20; i++) {
      await ask(stage, i);
      await stage.world.run({ forMs: 10 });
    }
    expect(outcomes(stage)).toEqual([]);
    await stage.world.run();
    expect(stage.bodies('b/main', 'request')).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(outcomes(stage).map(([then, , how]) => [then, how])).toEqual(
      Array.from({ length: 20 }, (_, i) => [i, 'ok']),
    );
    for (const [, atMs] of outcomes(stage)) {
      expect(atMs).toBeGreaterThanOrEqual(1010);
      expect(atMs).toBeLessThan(1010 + 150);
    }
  });

  it('does not lose what was in flight when it was cut', async () => {
    const stage = await connected();
    await ask(stage, 'in flight');
    await stage.world.run({ forMs: 0.5 });
    stage.world.inject(AB, { forMs: 100 });
    await stage.world.run();
    expect(outcomes(stage)).toEqual([['in flight', expect.any(Number), 'ok']]);
    expect(stage.bodies('b/main', 'request')).toEqual(['in flight']);
  });

  it('keeps the order of what was in flight and what a clog had stalled behind it', async () => {
    const slow = stageOf({ network: { zone: { latency: { constant: 10 } } } });
    await ask(slow, 'hello');
    await slow.world.run({ untilMs: 100 });
    await ask(slow, 1);
    slow.world.inject({ kind: 'clog', from: 'a', to: 'b' }, { forMs: 50 });
    await ask(slow, 2);
    slow.world.inject(AB, { forMs: 100 });
    await slow.world.run();
    expect(slow.bodies('b/main', 'request')).toEqual(['hello', 1, 2]);
  });

  it('lets what is in flight arrive when it is only clogged', async () => {
    const stage = await connected();
    await ask(stage, 'in flight');
    await stage.world.run({ forMs: 0.5 });
    stage.world.inject({ kind: 'clog', from: 'a', to: 'b' }, { forMs: 100 });
    await stage.world.run();
    expect(outcomes(stage)).toEqual([['in flight', 12, 'ok']]);
  });

  it('breaks after breakAfterMs at the side that tries, and may have happened', async () => {
    const stage = await connected();
    stage.world.inject(AB, { forMs: 60_000 });
    await ask(stage, 'x');
    await stage.world.run();
    expect(outcomes(stage)).toEqual([['x', 5010, 'disconnected: nothing got through']]);
    expect(stage.all('a/main', 'response')[0]).toMatchObject({ mayHaveHappened: true });
  });

  it('breaks while it is being opened as well, and then nothing has happened', async () => {
    const stage = stageOf();
    stage.world.inject({ kind: 'partition-one-way', from: 'b', to: 'a' }, { forMs: 60_000 });
    await ask(stage, 'x');
    await stage.world.run({ untilMs: 20_000 });
    expect(outcomes(stage)).toEqual([['x', 5000, 'disconnected: nothing got through']]);
    expect(stage.all('a/main', 'response')[0]).toMatchObject({ mayHaveHappened: false });
    await stage.world.run({ untilMs: 70_000 });
    await ask(stage, 'again');
    await stage.world.run();
    expect(outcomes(stage).at(-1)).toEqual(['again', 70_004, 'ok']);
  });

  it('leaves the other side half-open, which hears of it when it sends', async () => {
    const stage = await connected();
    await stage.act('a/main', (ctx) => void ctx.openStream('b/main', 'open'));
    await stage.world.run({ untilMs: 20 });
    stage.world.inject(AB, { forMs: 6000 });
    await stage.act('a/main', (ctx) => ctx.streamSend(1, 'lost'));
    await stage.world.run({ untilMs: 60_000 });
    const ends = (who: string) => stage.all(who, 'stream').filter(({ event }) => event === 'closed');
    expect(ends('a/main')).toHaveLength(1);
    expect(ends('b/main')).toEqual([]);
    await stage.act('b/main', (ctx) => ctx.streamSend(1, 'anybody there?'));
    await stage.world.run();
    expect(ends('b/main')).toEqual([expect.objectContaining({ reason: 'disconnected', detail: 'connection reset' })]);
    expect(stage.heard.at(-1)?.atMs).toBe(60_002);
  });

  it('is opened anew after it has broken and been mended', async () => {
    const stage = await connected();
    stage.world.inject(AB, { forMs: 6000 });
    await ask(stage, 'lost');
    await stage.world.run({ untilMs: 7000 });
    await ask(stage, 'x');
    await stage.world.run();
    expect(outcomes(stage)).toEqual([
      ['lost', 5010, 'disconnected: nothing got through'],
      ['x', 7004, 'ok'],
    ]);
  });

  it('stalls until the last of several cuts has ended', async () => {
    const stage = await connected();
    stage.world.inject(AB, { forMs: 500 });
    stage.world.inject({ kind: 'clog', from: 'a', to: 'b' }, { forMs: 1500 });
    await ask(stage, 'x');
    await stage.world.run();
    expect(outcomes(stage)[0]?.[1]).toBeGreaterThanOrEqual(1510);
  });
});

describe('a connection whose other side is gone', () => {
  it('hears at once of a crash, behind the data that was sent before it', async () => {
    const stage = await connected();
    await ask(stage, 'answered');
    await stage.world.run({ forMs: 1 });
    stage.world.inject({ kind: 'crash', processes: 'b/main' });
    await stage.world.run({ untilMs: 20 });
    expect(outcomes(stage)).toEqual([['answered', 12, 'ok']]);
    expect(
      [...stage.world.trace()].filter(({ kind }) => kind === 'disconnect').map(({ time, subject }) => [time, subject]),
    ).toEqual([
      [11_000, 'b/main'],
      [12_001, 'a/main'],
    ]);
  });

  it('tells the request that was being handled, at once', async () => {
    const stage = stageOf({ main: { service: { time: { constant: 100 } } } });
    await ask(stage, 'x');
    await stage.world.run({ untilMs: 150 });
    stage.world.inject({ kind: 'crash', processes: 'b/main' });
    await stage.world.run();
    // The process a is as slow: it takes in what it hears for 100 ms.
    expect(outcomes(stage)).toEqual([['x', 251, 'disconnected: closed by the other side']]);
  });

  it('hears nothing when its host loses power, until it tries and gives up', async () => {
    const stage = await connected();
    stage.world.inject({ kind: 'power-off', hosts: 'b' });
    await stage.world.run({ untilMs: 1000 });
    expect(
      [...stage.world.trace()].filter(({ kind, subject }) => kind === 'disconnect' && subject === 'a/main'),
    ).toEqual([]);
    await ask(stage, 'x');
    await stage.world.run();
    expect(outcomes(stage)[0]?.[2]).toBe('disconnected: nothing got through');
    // One millisecond for the packet to find nobody, and then the wait.
    expect(outcomes(stage)[0]?.[1]).toBe(6001);
  });

  it('is reset when the host is back before that', async () => {
    const stage = await connected();
    stage.world.inject({ kind: 'power-off', hosts: 'b' }, { forMs: 1000 });
    await ask(stage, 'x');
    await stage.world.run();
    expect(outcomes(stage)[0]?.[2]).toBe('disconnected: connection reset');
    expect(outcomes(stage)[0]?.[1]).toBeLessThan(1010 + 150);
    expect(stage.bodies('b/main', 'request')).toEqual([]);
  });

  it('is reset by the first thing that it sends to a host that has been off and on', async () => {
    const stage = await connected();
    stage.world.inject({ kind: 'power-off', hosts: 'b' }, { forMs: 100 });
    await stage.world.run({ untilMs: 500 });
    await ask(stage, 'x');
    await stage.world.run({ untilMs: 600 });
    await ask(stage, 'y');
    await stage.world.run();
    expect(outcomes(stage)).toEqual([
      ['x', 502, 'disconnected: connection reset'],
      ['y', 604, 'ok'],
    ]);
  });

  it('sends nothing more from a host without power, not even what its crashed process had left', async () => {
    const stage = await connected();
    stage.world.inject(AB, { forMs: 1000 });
    await ask(stage, 'never sent');
    stage.world.inject({ kind: 'crash', processes: 'a/main' });
    await stage.world.run({ forMs: 100 });
    stage.world.inject({ kind: 'power-off', hosts: 'a' });
    await stage.world.run();
    expect(stage.bodies('b/main', 'request')).toEqual([]);
  });

  it('is refused, by a host that has power, when the process does not run', async () => {
    const stage = stageOf();
    stage.world.inject({ kind: 'crash', processes: 'b/main' });
    await ask(stage, 'x');
    await stage.world.run({ forMs: 10 });
    expect(outcomes(stage)).toEqual([['x', 2, 'refused: process is not running']]);
  });
});

describe('a reset', () => {
  const BACK: Fault = { kind: 'partition-one-way', from: 'b', to: 'a' };

  it('that is under way when its link is cut does not arrive', async () => {
    const stage = stageOf();
    await stage.world.run();
    stage.world.inject({ kind: 'crash', processes: 'b/main' });
    await ask(stage, 'x');
    await stage.world.run({ untilMs: 1.5 });
    stage.world.inject(BACK, { forMs: 100 });
    await stage.world.run();
    expect(outcomes(stage)).toEqual([['x', 5000, 'disconnected: nothing got through']]);
  });

  it('that could not be sent because its link was cut comes soon after the mend', async () => {
    const stage = await connected();
    stage.world.inject({ kind: 'power-off', hosts: 'b' }, { forMs: 100 });
    await stage.world.run({ untilMs: 200 });
    stage.world.inject(BACK, { forMs: 800 });
    await ask(stage, 'x');
    await stage.world.run();
    expect(outcomes(stage)[0]?.[2]).toBe('disconnected: connection reset');
    expect(outcomes(stage)[0]?.[1]).toBeGreaterThan(1000);
    expect(outcomes(stage)[0]?.[1]).toBeLessThan(1000 + 110);
  });
});

describe('a connection that a fault', () => {
  it('resets breaks at both sides at once, and is opened anew', async () => {
    const stage = await connected();
    await ask(stage, 'x');
    stage.world.inject({ kind: 'reset', from: 'a', to: 'b' });
    await stage.world.run({ untilMs: 50 });
    await ask(stage, 'y');
    await stage.world.run();
    expect(outcomes(stage)).toEqual([
      ['x', 10, 'disconnected: connection reset'],
      ['y', 54, 'ok'],
    ]);
    expect([...stage.world.trace()].filter(({ kind, time }) => kind === 'disconnect' && time === 10_000)).toHaveLength(
      2,
    );
  });

  it('makes half-open answers nothing: its side finds out when it has tried for long enough', async () => {
    const stage = await connected();
    stage.world.inject({ kind: 'half-open', from: 'a', to: 'b' });
    await stage.world.run({ untilMs: 1000 });
    await ask(stage, 'x');
    await stage.world.run({ untilMs: 60_000 });
    await ask(stage, 'y');
    await stage.world.run();
    expect(outcomes(stage)).toEqual([
      ['x', 6001, 'disconnected: nothing got through'],
      ['y', 60_004, 'ok'],
    ]);
  });

  it('of one pair of hosts leaves those of others alone', async () => {
    const stage = await connected({ hosts: ['a', 'b', 'c'] });
    await ask(stage, 'to c', 'a/main', 'c/main');
    await stage.world.run({ untilMs: 20 });
    stage.world.inject({ kind: 'reset', from: 'a', to: 'b' });
    stage.world.inject(AB, { forMs: 100 });
    await ask(stage, 'x', 'a/main', 'c/main');
    await stage.world.run();
    expect(outcomes(stage).slice(-1)).toEqual([['x', 22, 'ok']]);
  });
});
