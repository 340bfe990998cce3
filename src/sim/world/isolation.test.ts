/** Worlds in one process share nothing. */
import { describe, expect, it } from 'vitest';
import { Stage } from '../../../test/probe.ts';
import { World } from './world.ts';

/** A world in which everything happens: requests, streams, timers, crashes, new kinds of bodies, dice. */
function busyWorld(seed: number): World {
  const stage: Stage = new Stage({
    seed,
    network: { zone: { latency: { uniform: { minMs: 1, maxMs: 9 } }, loss: 0.05, duplication: 0.05 } },
    hosts: ['a', 'b', 'c'],
    trace: { keep: 'none' },
    plan: {
      faults: [
        { fault: { kind: 'partition', sides: ['a', 'b'] }, atMs: 500, forMs: 300 },
        { fault: { kind: 'power-off', hosts: 'c' }, atMs: 900, forMs: 300 },
      ],
    },
    react: {
      probe: (message, ctx) => {
        const other = ctx.random.choice(['a/main', 'b/main', 'c/main']);
        if (message.type === 'start') ctx.setTimer('t', ctx.random.integer(1, 20));
        else if (message.type === 'request')
          ctx.reply(message.id, { [`reply-${ctx.random.integer(0, 99)}`]: message.body });
        else if (message.type === 'timer') {
          ctx.setTimer('t', ctx.random.integer(1, 20));
          ctx.request(other, { [`key-${ctx.random.integer(0, 99)}`]: ctx.now }, { timeoutMs: 100 });
          ctx.send(other, { seed, at: ctx.monotonic });
          if (ctx.random.chance(0.01)) throw new Error('boom');
          if (ctx.random.chance(0.1)) ctx.closeStream(ctx.openStream(other, { hello: new Map([['x', seed]]) }));
        }
      },
    },
  });
  return stage.world;
}

describe('many worlds in one process, run at the same time', () => {
  it('come to the digests that each comes to alone', async () => {
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
    const alone: string[] = [];
    for (const seed of seeds) {
      const world = busyWorld(seed);
      await world.run({ untilMs: 2000 });
      expect(world.delivered).toBeGreaterThan(1000);
      expect(new Set(world.report().panics.map(({ message }) => message))).toEqual(new Set(['boom']));
      alone.push(world.digest);
    }
    expect(new Set(alone).size).toBe(seeds.length);
    const together = await Promise.all(
      seeds.map(async (seed) => {
        const world = busyWorld(seed);
        // Slices of different lengths, so that the worlds interleave in all ways.
        for (let at = 0; at < 2000; at += 37 + seed * 11) {
          await world.run({ untilMs: Math.min(at, 2000) });
          for (let i = 0; i < seed; i++) await undefined;
        }
        await world.run({ untilMs: 2000 });
        return world.digest;
      }),
    );
    expect(together).toEqual(alone);
  });

  it('do so also step by step, and whatever the outside does meanwhile', async () => {
    const worlds = [busyWorld(1), busyWorld(1), busyWorld(2)];
    for (let i = 0; i < 500; i++) {
      await Promise.all(worlds.map((world) => world.step()));
      Math.random();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const [one, same, other] = worlds.map(({ digest }) => digest);
    expect(one).toBe(same);
    expect(one).not.toBe(other);
  });
});

it('a world that runs is not run again meanwhile', async () => {
  const world = new World({ seed: 1, programs: {}, hosts: [{ name: 'a' }] });
  const first = world.run({ forMs: 1000 });
  await expect(world.run({ forMs: 1000 })).rejects.toThrow('The world runs already');
  await expect(first).resolves.toBeDefined();
  await expect(world.run({ forMs: 1000 })).resolves.toBeDefined();
});
