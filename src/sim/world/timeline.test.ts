import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Actor } from '../kernel/actor.ts';
import { Timeline } from './timeline.ts';
import { World } from './world.ts';

interface Counter {
  count: number;
}

/** Asks the other now and then, and counts everything that comes. */
const counter: Actor<Counter> = {
  start(ctx) {
    ctx.setTimer('ask', 5);
    return { count: 0 };
  },
  receive(state, message, ctx) {
    state.count++;
    if (message.type === 'request') ctx.reply(message.id, { count: state.count });
    if (message.type !== 'timer') return state;
    ctx.request(ctx.host === 'a' ? 'b/main' : 'a/main', { hello: ctx.random.uint32() }, { timeoutMs: 50 });
    ctx.setTimer('ask', 5 + (ctx.random.uint32() % 10));
    return state;
  },
};

const world = (): World =>
  new World({
    seed: 3,
    programs: { counter },
    hosts: ['a', 'b'].map((name) => ({ name, processes: [{ name: 'main', program: 'counter' }] })),
    plan: { faults: [{ atMs: 100, forMs: 100, fault: { kind: 'isolate', hosts: 'a' } }] },
  });

describe('Timeline', () => {
  it('has the same digest when it comes back to a position, also past what was done from outside', async () => {
    const move = fc.oneof(
      fc.record({ do: fc.constant('forward' as const), by: fc.nat(60) }),
      fc.record({ do: fc.constant('back' as const), by: fc.nat(80) }),
      fc.record({ do: fc.constant('ms' as const), by: fc.nat(400) }),
      fc.record({ do: fc.constant('event' as const), by: fc.nat(300) }),
      fc.record({ do: fc.constantFrom('post' as const, 'crash' as const, 'heal' as const), by: fc.constant(0) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 12 }), async (moves) => {
        const timeline = await Timeline.of(world(), { everyEvents: 20 });
        const digests = new Map<number, string>();
        for (const { do: action, by } of moves) {
          if (action === 'forward') await timeline.forward(by);
          else if (action === 'back') await timeline.back(by);
          else if (action === 'ms') await timeline.goTo({ ms: by });
          else if (action === 'event') await timeline.goTo({ event: by });
          else {
            for (const position of digests.keys()) if (position > timeline.position) digests.delete(position);
            if (action === 'post') await timeline.post('a/main', { by });
            else if (action === 'heal') await timeline.heal();
            else await timeline.inject({ kind: 'crash', processes: 'b/main' }, { forMs: 20 });
          }
          const known = digests.get(timeline.position);
          if (known !== undefined) expect(timeline.world.digest).toBe(known);
          digests.set(timeline.position, timeline.world.digest);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('goes where a world goes that is only run', async () => {
    const timeline = await Timeline.of(world(), { everyEvents: 16 });
    await timeline.goTo({ ms: 400 });
    await timeline.goTo({ event: 30 });
    await timeline.goTo({ ms: 300 });
    const other = world();
    await other.run({ untilMs: 300 });
    expect([timeline.world.digest, timeline.world.nowMs]).toEqual([other.digest, 300]);
  });

  it('stops at the first position at which an event has happened', async () => {
    const timeline = await Timeline.of(world(), { everyEvents: 16 });
    await timeline.goTo({ ms: 300 });
    await timeline.goTo({ event: 100 });
    expect(timeline.world.events).toBeGreaterThanOrEqual(100);
    await timeline.back();
    expect(timeline.world.events).toBeLessThan(100);
  });

  it('undoes what was done from outside by going back, and replaces the future by doing something else', async () => {
    const timeline = await Timeline.of(world());
    await timeline.forward(20);
    const before = timeline.world.digest;
    await timeline.post('a/main', 'one');
    await timeline.forward(20);
    const after = timeline.world.digest;
    expect(await timeline.back(21)).toBe(21);
    expect(timeline.world.digest).toBe(before);
    await timeline.forward(21);
    expect(timeline.world.digest).toBe(after);
    await timeline.back(21);
    await timeline.post('a/main', 'other');
    await timeline.forward(20);
    expect(timeline.world.digest).not.toBe(after);
  });

  it('knows nothing any more of a future that has been replaced', async () => {
    const timeline = await Timeline.of(world(), { everyEvents: 10 });
    await timeline.forward(30);
    await timeline.post('a/main', 'gone');
    await timeline.forward(30);
    await timeline.back(56);
    await timeline.post('a/main', 'new');
    await timeline.forward(60);
    const other = await Timeline.of(world());
    await other.forward(5);
    await other.post('a/main', 'new');
    await other.forward(60);
    expect(timeline.world.digest).toBe(other.world.digest);
  });

  it('stays at an earlier time although something was done from outside later', async () => {
    const timeline = await Timeline.of(world());
    await timeline.goTo({ ms: 200 });
    await timeline.post('a/main', 'late');
    await timeline.goTo({ ms: 199 });
    expect(timeline.world.nowMs).toBe(199);
  });

  it('goes back to the beginning at most', async () => {
    const timeline = await Timeline.of(world());
    const beginning = timeline.world.digest;
    await timeline.forward(5);
    expect(await timeline.back(9)).toBe(5);
    expect(timeline.world.digest).toBe(beginning);
  });

  it('holds a number of snapshots that grows with the logarithm of the run', async () => {
    const timeline = await Timeline.of(world(), { everyEvents: 4 });
    await timeline.goTo({ event: 200 });
    const few = timeline.snapshots;
    await timeline.goTo({ event: 1600 });
    expect(timeline.snapshots).toBeGreaterThan(few);
    expect(timeline.snapshots).toBeLessThan(few + 20);
  });
});
