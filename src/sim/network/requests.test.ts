/** Requests: one outcome each, and what it says. */
import { describe, expect, it } from 'vitest';
import { Stage, type StageOptions } from '../../../test/probe.ts';
import type { Context } from '../kernel/context.ts';

/** Hosts a and b, where b/main answers what it is asked, and b/mute never. */
function stageOf(options: StageOptions = {}): Stage {
  const processes = ['main', 'mute', 'doomed'].map((name) => ({ name, program: name === 'main' ? 'probe' : name }));
  return new Stage({
    hosts: [
      { name: 'a', processes: processes.slice(0, 1) },
      { name: 'b', processes },
    ],
    react: {
      probe: (message, ctx) => {
        if (message.type === 'request') ctx.reply(message.id, { re: message.body });
      },
      mute: () => {},
      doomed: (message) => {
        if (message.type === 'request') throw new Error('boom');
      },
    },
    ...options,
  });
}

const ask =
  (to: string, then: unknown = 'x', timeoutMs?: number) =>
  (ctx: Context): void =>
    ctx.request(to, then, { then, ...(timeoutMs === undefined ? {} : { timeoutMs }) });

describe('a request', () => {
  it('is answered by the reply, with its continuation', async () => {
    const stage = stageOf();
    await stage.act('a/main', ask('b/main', { step: 1 }));
    await stage.world.run();
    expect(stage.of('a/main')).toEqual([
      { type: 'response', from: 'b/main', then: { step: 1 }, ok: true, body: { re: { step: 1 } } },
    ]);
    // A handshake, then the request and the reply.
    expect(stage.heard.find(({ message }) => message.type === 'response')?.atMs).toBe(4);
  });

  it('costs no handshake when there is a connection', async () => {
    const stage = stageOf();
    await stage.act('a/main', ask('b/main'));
    await stage.world.run({ untilMs: 100 });
    await stage.act('a/main', ask('b/main'));
    await stage.world.run();
    expect(stage.heard.at(-1)?.atMs).toBe(102);
  });

  it.each<[what: string, to: string, reason: RegExp]>([
    ['an unknown host', 'nowhere/main', /no such host: nowhere/],
    ['something that is not an address', 'nowhere', /not host\/process/],
    ['an unknown process', 'b/unknown', /no such process/],
    ['a process that has ended', 'b/ended', /process is not running/],
    ['an unknown actor', 'b/main/unknown', /no such actor: b\/main\/unknown/],
    ['an unknown actor of its own process', 'a/main/unknown', /no such actor/],
  ])('to %s is refused, and has not happened', async (_, to, reason) => {
    const stage = stageOf();
    await stage.act('b/main', (ctx) => void ctx.startProcess('ended', 'probe'));
    await stage.act('b/main', (ctx) => ctx.killProcess('ended'));
    await stage.act('a/main', ask(to));
    await stage.world.run();
    expect(stage.all('a/main', 'response')).toEqual([
      {
        type: 'response',
        from: to,
        then: 'x',
        ok: false,
        failure: 'refused',
        reason: expect.stringMatching(reason),
        mayHaveHappened: false,
      },
    ]);
  });

  it.each<[what: string, to: string, expected: object]>([
    [
      'times out when nobody replies',
      'b/mute',
      { failure: 'timeout', reason: 'no reply in time', mayHaveHappened: true },
    ],
    ['hears when its server dies of it', 'b/doomed', { failure: 'disconnected', mayHaveHappened: true }],
  ])('%s, and may have happened', async (_, to, expected) => {
    const stage = stageOf();
    await stage.act('a/main', ask(to, 'x', 300));
    await stage.world.run();
    expect(stage.all('a/main', 'response')).toEqual([expect.objectContaining({ ok: false, ...expected })]);
  });

  it('is refused with the reason that the server gives, and may have happened', async () => {
    const stage = stageOf({
      react: { probe: (message, ctx) => void (message.type === 'request' && ctx.refuse(message.id, 'not today')) },
      hosts: ['a', 'b'],
    });
    await stage.act('a/main', ask('b/main'));
    await stage.world.run();
    expect(stage.all('a/main', 'response')).toEqual([
      expect.objectContaining({ failure: 'refused', reason: 'not today', mayHaveHappened: true }),
    ]);
  });

  it('waits for its time-out on the clock of the requester, and what comes later is dropped', async () => {
    const late = (message: { type: string; id?: number; key?: string }, ctx: Context): void => {
      if (message.type === 'request') ctx.setTimer(`${message.id}`, 500);
      if (message.type === 'timer') ctx.reply(Number(message.key), 'late');
    };
    const hosts = [{ name: 'a', clock: { driftPpm: -500_000 } }, 'b'];
    const stage = stageOf({ hosts, react: { probe: late } });
    await stage.act('a/main', ask('b/main', 'x', 100));
    await stage.world.run();
    expect(stage.all('a/main', 'response')).toHaveLength(1);
    expect(stage.heard.find(({ message }) => message.type === 'response')?.atMs).toBe(200);
    expect(stage.drops()).toEqual(['reply came too late']);
  });

  it('is answered once, whatever the server replies and refuses afterwards', async () => {
    const stage = stageOf({
      hosts: ['a', 'b'],
      react: {
        probe: (message, ctx) => {
          if (message.type !== 'request') return;
          ctx.reply(message.id, 'first');
          ctx.reply(message.id, 'second');
          ctx.refuse(message.id, 'third');
        },
      },
    });
    await stage.act('a/main', ask('b/main'));
    await stage.world.run();
    expect(stage.all('a/main', 'response')).toEqual([expect.objectContaining({ ok: true, body: 'first' })]);
    expect(stage.drops()).toEqual(['reply to nobody']);
  });

  it('that nobody asked cannot be answered', async () => {
    const stage = stageOf();
    await stage.act('b/main', (ctx) => ctx.reply(17, 'x'));
    await stage.world.run();
    expect(stage.drops()).toEqual(['reply to nobody']);
    expect(stage.panics()).toEqual([]);
  });

  it('within a process is answered as well, also by the actor itself', async () => {
    const stage = stageOf();
    await stage.act('b/main', (ctx) => {
      ctx.spawn('child', 'probe');
      ctx.request('b/main/child', 1);
      ctx.request('b/main', 2);
    });
    await stage.world.run();
    expect(stage.bodies('b/main', 'response')).toEqual(expect.arrayContaining([{ re: 1 }, { re: 2 }]));
  });

  it('that an actor owes an answer is refused when it ends, and what it asked itself is forgotten', async () => {
    const stage = stageOf();
    await stage.act('b/mute', (ctx) => void ctx.spawn('child', 'mute'));
    await stage.act('a/main', ask('b/mute/child'));
    await stage.act('b/mute/child', ask('a/main', 'mine', 50));
    await stage.world.run({ forMs: 3 });
    await stage.act('b/mute', (ctx) => ctx.stop('child'));
    await stage.world.run();
    expect(stage.all('a/main', 'response')).toEqual([
      expect.objectContaining({ ok: false, failure: 'refused', reason: 'actor has ended', mayHaveHappened: true }),
    ]);
    expect(stage.all('b/mute/child', 'response')).toEqual([]);
  });

  it('of one process to another arrives in the order of asking, and over a channel of its own independently', async () => {
    const stage = stageOf({ network: { zone: { latency: { uniform: { minMs: 1, maxMs: 50 } } } } });
    await stage.act('a/main', (ctx) => {
      for (let i = 0; i < 100; i++) ctx.request('b/main', i);
      ctx.request('b/main', 'other', { channel: 'other' });
    });
    await stage.world.run();
    const bodies = stage.bodies('b/main', 'request');
    expect(bodies.filter((each) => each !== 'other')).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect([...stage.world.trace()].filter(({ kind }) => kind === 'connect').map(({ detail }) => detail)).toEqual([
      '',
      'other',
    ]);
    expect(stage.all('a/main', 'response')).toHaveLength(101);
  });

  it('waits out lost packets: they cost time, and nothing else', async () => {
    const stage = stageOf({ network: { zone: { latency: { constant: 1 }, loss: 0.5 } }, requestTimeoutMs: 1e6 });
    await stage.act('a/main', (ctx) => {
      for (let i = 0; i < 50; i++) ctx.request('b/main', i);
    });
    await stage.world.run();
    expect(stage.bodies('b/main', 'request')).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(stage.all('a/main', 'response').every(({ ok }) => ok)).toBe(true);
    expect(stage.world.nowMs).toBeGreaterThan(200);
  });

  it('on a connection that its own side drops fails, although it may arrive', async () => {
    const stage = stageOf();
    await stage.act('a/main', ask('b/mute'));
    await stage.world.run({ untilMs: 10 });
    await stage.act('a/main', (ctx) => {
      ctx.request('b/mute', 2, { then: 2 });
      ctx.disconnect('b/mute');
      ctx.disconnect('b/unknown');
    });
    await stage.world.run();
    expect(
      stage.all('a/main', 'response').map((each) => !each.ok && [each.then, each.failure, each.mayHaveHappened]),
    ).toEqual([
      ['x', 'disconnected', true],
      [2, 'disconnected', true],
    ]);
    expect(stage.bodies('b/mute', 'request')).toEqual(['x', 2]);
  });
});
