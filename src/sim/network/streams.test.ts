/** Streams: order, flow control, and their end. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Stage, type StageOptions } from '../../../test/probe.ts';
import type { Message, StreamMessage } from '../kernel/actor.ts';
import type { Context } from '../kernel/context.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** What an actor has heard of its streams: `opened x`, `x`, `drained`, `closed: closed`. */
function story(stage: Stage, who: string, stream?: number): string[] {
  const tell = (each: StreamMessage<unknown, unknown>): string => {
    if (each.event === 'opened') return `opened ${each.body}`;
    if (each.event === 'message') return `${each.body}`;
    return each.event === 'drained' ? 'drained' : `closed: ${each.reason}`;
  };
  return stage
    .all(who, 'stream')
    .filter((each) => stream === undefined || each.stream === stream)
    .map(tell);
}

async function opened(options: StageOptions = {}, window = 64): Promise<Stage> {
  const stage = new Stage(options);
  await stage.act('a/main', (ctx) => expect(ctx.openStream('b/main', 'hello', { then: 'mine', window })).toBe(1));
  await stage.world.run({ untilMs: 10 });
  return stage;
}

const send =
  (count: number, stream = 1) =>
  (ctx: Context): void => {
    for (let i = 0; i < count; i++) ctx.streamSend(stream, i);
  };

describe('a stream', () => {
  it('says that it is opened, and carries messages both ways, in order and once', async () => {
    const stage = await opened({ network: { zone: { latency: { uniform: { minMs: 1, maxMs: 30 } }, loss: 0.1 } } });
    await stage.act('a/main', send(500));
    await stage.world.run();
    await stage.act('b/main', send(500));
    await stage.act('a/main', send(10));
    await stage.world.run();
    const heard = (who: string): string[] => story(stage, who).filter((each) => each !== 'drained');
    expect(heard('b/main')).toEqual(['opened hello', ...upTo(500).map(String), ...upTo(10).map(String)]);
    expect(heard('a/main')).toEqual(upTo(500).map(String));
  });

  it('brings its opener what it wanted back with each message, and the other side nothing', async () => {
    const stage = await opened();
    await stage.act('b/main', send(1));
    await stage.act('a/main', send(1));
    await stage.world.run();
    await stage.act('b/main', (ctx) => ctx.closeStream(1));
    await stage.world.run();
    expect(stage.all('a/main', 'stream').map((each) => 'then' in each && each.then)).toEqual(['mine', 'mine']);
    expect(stage.all('b/main', 'stream').map((each) => ('then' in each ? each.then : undefined))).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('may be written to in the step that opens it', async () => {
    const stage = new Stage();
    await stage.act('a/main', (ctx) => {
      const stream = ctx.openStream('b/main', 'hello');
      ctx.streamSend(stream, 1);
      ctx.streamSend(stream, 2);
      ctx.closeStream(stream);
    });
    await stage.world.run();
    expect(story(stage, 'b/main')).toEqual(['opened hello', '1', '2', 'closed: closed']);
    expect(story(stage, 'a/main')).toEqual([]);
  });

  it.each([1, 2, 3, 7, 64])(
    'with a window of %i holds back what is beyond it, and says when all of that has gone',
    async (window) => {
      const stage = await opened({ main: { service: { time: { constant: 1 } } } }, window);
      const backlogs: number[] = [];
      await stage.act('a/main', send(window + 5));
      await stage.world.run({ forMs: 1 });
      await stage.act('a/main', (ctx) => void backlogs.push(ctx.streamBacklog(1), ctx.streamBacklog(99)));
      await stage.world.run();
      await stage.act('a/main', (ctx) => void backlogs.push(ctx.streamBacklog(1)));
      await stage.world.run();
      expect(backlogs).toEqual([5, 0, 0]);
      expect(story(stage, 'a/main')).toEqual(['drained']);
      expect(story(stage, 'b/main')).toEqual(['opened hello', ...upTo(window + 5).map(String)]);
    },
  );

  it('never has more than its window sent and not processed, however writer and reader go', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 12 }),
        fc.integer({ min: 0, max: 8 }),
        async (window, bursts, serviceMs) => {
          let under = 0;
          let most = 0;
          const processes = [{ name: 'main', program: 'probe', service: { time: { constant: serviceMs } } }];
          const stage = new Stage({
            hosts: ['a', { name: 'b', processes }],
            react: { probe: (message) => void (message.type === 'stream' && message.event === 'message' && under--) },
          });
          await stage.act('a/main', (ctx) => void ctx.openStream('b/main', 'open', { window }));
          let sent = 0;
          for (const burst of bursts) {
            await stage.act('a/main', (ctx) => {
              const before = ctx.streamBacklog(1);
              for (let i = 0; i < burst; i++) ctx.streamSend(1, sent++);
              expect(ctx.streamBacklog(1)).toBe(before);
            });
            await stage.act('a/main', (ctx) => {
              // What has been sent, is not in the backlog, and has not been processed.
              under =
                sent -
                ctx.streamBacklog(1) -
                (stage.bodies('b/main', 'stream').length - (stage.all('b/main', 'stream')[0] ? 1 : 0));
              most = Math.max(most, under);
            });
            await stage.world.run({ forMs: 3 });
          }
          expect(most).toBeLessThanOrEqual(window);
          await stage.world.run();
          expect(stage.bodies('b/main', 'stream')).toEqual(['open', ...upTo(sent)]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('with a slow reader holds up its own writer, and no other stream of the same connection', async () => {
    const stage = new Stage({ hosts: ['a', 'b'] });
    await stage.act('b/main', (ctx) => {
      ctx.startProcess('slow', 'probe', { service: { time: { constant: 1000 } } });
      ctx.startProcess('fast', 'probe');
    });
    await stage.act('a/main', (ctx) => {
      for (const to of ['b/slow', 'b/fast']) {
        const stream = ctx.openStream(to, 'open', { window: 4 });
        for (let i = 0; i < 20; i++) ctx.streamSend(stream, i);
      }
    });
    await stage.world.run({ untilMs: 100 });
    expect(stage.bodies('b/fast', 'stream')).toHaveLength(21);
    expect(stage.bodies('b/slow', 'stream')).toHaveLength(0);
    await stage.world.run();
    expect(stage.bodies('b/slow', 'stream')).toEqual(['open', ...upTo(20)]);
  });

  it('whose reader is stopped in one actor goes on for another of the same process', async () => {
    const stage = new Stage({ main: { service: { time: { constant: 0.1 } } } });
    await stage.act('b/main', (ctx) => void ctx.spawn('x', 'probe'));
    await stage.act('b/main', (ctx) => void ctx.spawn('y', 'probe'));
    await stage.world.run();
    await stage.act('a/main', (ctx) => {
      ctx.openStream('b/main/x', 'to x');
      ctx.openStream('b/main/y', 'to y');
    });
    await stage.world.run();
    await stage.act('b/main', (ctx) => ctx.stop('x'));
    await stage.world.run();
    await stage.act('a/main', send(3, 2));
    await stage.world.run();
    expect(story(stage, 'a/main', 1)).toEqual(['closed: closed']);
    expect(story(stage, 'b/main/y')).toEqual(['opened to y', '0', '1', '2']);
  });
});

describe('the end of a stream', () => {
  it('comes behind everything that was sent before it, also behind what was held back', async () => {
    const stage = await opened({ main: { service: { time: { constant: 1 } } } }, 2);
    await stage.act('a/main', (ctx) => {
      send(30)(ctx);
      ctx.closeStream(1);
      ctx.streamSend(1, 'too late');
      ctx.closeStream(1);
    });
    await stage.world.run();
    expect(story(stage, 'b/main')).toEqual(['opened hello', ...upTo(30).map(String), 'closed: closed']);
    expect(story(stage, 'a/main')).toEqual([]);
    expect(stage.drops()).toEqual(['stream is closed']);
  });

  it.each<[what: string, to: string]>([
    ['an unknown host', 'nowhere/main'],
    ['something that is no address', 'nowhere'],
    ['an unknown process', 'b/unknown'],
    ['an unknown actor', 'b/main/unknown'],
  ])('comes at once, as a refusal, when it was opened to %s', async (_, to) => {
    const stage = new Stage();
    await stage.act('a/main', (ctx) => {
      const stream = ctx.openStream(to, 'x', { then: 'mine' });
      ctx.streamSend(stream, 1);
    });
    await stage.world.run();
    expect(stage.all('a/main', 'stream')).toEqual([
      expect.objectContaining({ event: 'closed', reason: 'refused', then: 'mine', from: to }),
    ]);
  });

  it.each<[what: string, end: (stage: Stage) => void | Promise<void>, a: string[], b: string[]]>([
    ['the opener closes it', (stage) => stage.act('a/main', (ctx) => ctx.closeStream(1)), [], ['closed: closed']],
    ['the other side closes it', (stage) => stage.act('b/main', (ctx) => ctx.closeStream(1)), ['closed: closed'], []],
    [
      'the connection is dropped',
      (stage) => stage.act('a/main', (ctx) => ctx.disconnect('b/main')),
      ['closed: disconnected'],
      ['closed: disconnected'],
    ],
    [
      'it is reset',
      (stage) => void stage.world.inject({ kind: 'reset', from: 'a', to: 'b' }),
      ['closed: disconnected'],
      ['closed: disconnected'],
    ],
    [
      'the other process crashes',
      (stage) => void stage.world.inject({ kind: 'crash', processes: 'b/main' }),
      ['closed: disconnected'],
      [],
    ],
    ['the other process exits', (stage) => stage.act('b/main', (ctx) => ctx.exit(0)), ['closed: disconnected'], []],
    [
      'the opener crashes',
      (stage) => void stage.world.inject({ kind: 'crash', processes: 'a/main' }),
      [],
      ['closed: disconnected'],
    ],
    [
      'it becomes half-open',
      (stage) => void stage.world.inject({ kind: 'half-open', from: 'a', to: 'b' }),
      [],
      ['closed: disconnected'],
    ],
    ['the other host loses power', (stage) => void stage.world.inject({ kind: 'power-off', hosts: 'b' }), [], []],
  ])('is told once, to whom it should be, when %s', async (_, end, a, b) => {
    const stage = await opened();
    await end(stage);
    await stage.world.run();
    expect(story(stage, 'a/main')).toEqual(a);
    expect(story(stage, 'b/main')).toEqual(['opened hello', ...b]);
  });

  it.each<[what: string, end: (stage: Stage) => unknown]>([
    ['the other side closes it', (stage) => stage.act('b/main', (ctx) => ctx.closeStream(1))],
    ['the other process crashes', (stage) => stage.world.inject({ kind: 'crash', processes: 'b/main' })],
  ])('is not told to who has closed it and is still sending what was held back, when %s', async (_, end) => {
    const stage = await opened({ main: { service: { time: { constant: 50 } } } }, 1);
    await stage.world.run();
    stage.tell('a/main', (ctx) => {
      send(30)(ctx);
      ctx.closeStream(1);
    });
    await stage.world.run({ forMs: 200 });
    await end(stage);
    await stage.world.run();
    expect(stage.bodies('b/main', 'stream').length).toBeLessThan(20);
    expect(story(stage, 'a/main')).toEqual([]);
  });

  it('comes once when both sides close it at the same time', async () => {
    const stage = await opened();
    stage.tell('a/main', (ctx) => ctx.closeStream(1));
    stage.tell('b/main', (ctx) => ctx.closeStream(1));
    await stage.world.run();
    expect(stage.all('a/main', 'stream')).toEqual([]);
    expect(story(stage, 'b/main')).toEqual(['opened hello']);
  });

  it('comes to a writer whose link is cut when it gives up, and to a reader never', async () => {
    const stage = await opened({ network: { breakAfterMs: 1000 } });
    stage.world.inject({ kind: 'partition', sides: ['a', 'b'] });
    await stage.act('a/main', send(1));
    await stage.world.run();
    expect(story(stage, 'a/main')).toEqual(['closed: disconnected']);
    expect(story(stage, 'b/main')).toEqual(['opened hello']);
    expect(stage.heard.at(-1)?.atMs).toBe(1010);
  });

  it('of one actor is not told to the one that is started in its place', async () => {
    const stage = new Stage();
    await stage.act('a/main', (ctx) => void ctx.spawn('child', 'probe', { onPanic: 'restart' }));
    await stage.act('a/main/child', (ctx) => void ctx.openStream('b/main', 'hello'));
    await stage.world.run();
    await stage.act('a/main/child', () => {
      throw new Error('boom');
    });
    await stage.world.run();
    expect(stage.of('a/main/child')).toEqual([] satisfies Message[]);
    expect(story(stage, 'b/main')).toEqual(['opened hello', 'closed: closed']);
  });
});
