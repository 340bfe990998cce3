/** The properties of this folder can fail: what they look for is found when it is planted. */
import { describe, expect, it } from 'vitest';
import { type Actor, firstDifference, formatDifference, World } from 'wavetank/sim';

/** What no actor may have: something that outlives a world. */
let shared = 0;

const leaky: Actor<{ count: number }> = {
  start(ctx) {
    ctx.setTimer('tick', 1);
    return { count: 0 };
  },
  receive(state, _, ctx) {
    state.count++;
    shared++;
    ctx.setTimer('tick', 1);
    if (state.count === 5) ctx.note('leak', { shared });
    return state;
  },
};

function leakyWorld(): World {
  const hosts = [{ name: 'a', processes: [{ name: 'main', program: 'leaky' }] }];
  return new World({ seed: 1, programs: { leaky }, hosts });
}

async function digest(world: World): Promise<string> {
  await world.run({ forMs: 20 });
  return world.digest;
}

describe('an actor with a variable that outlives its world', () => {
  it('is found by running twice', async () => {
    expect(await digest(leakyWorld())).not.toBe(await digest(leakyWorld()));
  });

  it('is named by the first event that differs', async () => {
    const difference = await firstDifference(leakyWorld, leakyWorld, { forMs: 20 });
    const text = formatDifference(difference);
    expect(text).toContain('note');
    expect(text).toContain('a/main');
    expect(text).toContain('leak');
  });
});
