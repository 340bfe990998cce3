/** A world that is saved and restored in the middle goes on as if nothing had been. */
import { describe, expect, it } from 'vitest';
import { World } from 'wavetank/sim';
import { Dice } from './dice.ts';
import { build, digestOf, NUMBERS, runToEnd } from './run-world.ts';

describe('a random world', () => {
  it('restored from a snapshot in the middle comes to the digest of the uninterrupted run: 1,000 worlds', async () => {
    for (const number of NUMBERS) {
      const { world, spec, durationMs } = build(number);
      const middle = new Dice(number).whole(1, durationMs - 1);
      await world.run({ untilMs: middle });
      const restored = World.restore(world.snapshot(), spec);
      await runToEnd(world, durationMs);
      await runToEnd(restored, durationMs);
      expect(restored.digest, `world ${number}, saved at ${middle} ms`).toBe(world.digest);
      expect(restored.events).toBe(world.events);
    }
  });

  it('saved between any two events, also while deliveries wait, goes on the same', async () => {
    for (const number of NUMBERS.slice(0, 100)) {
      const { world, spec, durationMs } = build(number);
      const event = new Dice(number).whole(1, 200);
      await world.run({ untilMs: durationMs, until: () => world.events >= event });
      const restored = World.restore(world.snapshot(), spec);
      await runToEnd(restored, durationMs);
      expect(restored.digest, `world ${number}, saved after event ${event}`).toBe(await digestOf(number));
    }
  });

  it('forked over and over comes to the digest of the uninterrupted run', async () => {
    for (const number of NUMBERS.slice(100, 160)) {
      const { world, durationMs } = build(number);
      let current = world;
      for (let ms = 50; ms < durationMs; ms += 50) {
        await current.run({ untilMs: ms });
        current = current.fork();
      }
      await runToEnd(current, durationMs);
      expect(current.digest, `world ${number}`).toBe(await digestOf(number));
    }
  });

  it('diverges in a fork with another seed, and only there', async () => {
    let diverged = 0;
    for (const number of NUMBERS.slice(200, 240)) {
      const { world, durationMs } = build(number);
      await world.run({ untilMs: durationMs / 4 });
      const other = world.fork({ seed: 'another' });
      await runToEnd(other, durationMs);
      await runToEnd(world, durationMs);
      expect(world.digest, `world ${number}`).toBe(await digestOf(number));
      if (other.digest !== world.digest) diverged++;
    }
    // A world whose chance has all been used up before the fork may stay the same.
    expect(diverged).toBeGreaterThan(35);
  });
});
