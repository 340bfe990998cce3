/** The same world gives the same digest: run again, observed more closely, step by step, or beside others. */
import { describe, expect, it } from 'vitest';
import { build, digestOf, digestsOf, NUMBERS, runToEnd } from './run-world.ts';

describe('a random world', () => {
  it('has the same digest when it is run twice: 1,000 worlds', async () => {
    const once = await digestsOf(NUMBERS);
    expect(await digestsOf(NUMBERS)).toEqual(once);
    // And they are a thousand different stories.
    expect(new Set(once).size).toBe(NUMBERS.length);
  });

  it.each(['none', 'ring', 'full'] as const)('has the same digest with trace: %s', async (keep) => {
    const numbers = NUMBERS.slice(0, 100);
    expect(await digestsOf(numbers, { trace: { keep } })).toEqual(await digestsOf(numbers));
  });

  it('has the same digest in paranoid mode, which finds nothing', async () => {
    const numbers = NUMBERS.slice(100, 200);
    expect(await digestsOf(numbers, { paranoid: true })).toEqual(await digestsOf(numbers));
  });

  it('has the same digest step by step', async () => {
    for (const number of NUMBERS.slice(200, 260)) {
      const { world, durationMs } = build(number);
      for (let i = 0; i < 100; i++) await world.step();
      if (world.nowMs > durationMs) continue;
      await runToEnd(world, durationMs);
      expect(world.digest, `world ${number}`).toBe(await digestOf(number));
    }
  });

  it('has the same digest beside others in one process', async () => {
    const numbers = NUMBERS.slice(300, 400);
    expect(await Promise.all(numbers.map((number) => digestOf(number)))).toEqual(await digestsOf(numbers));
  });
});
