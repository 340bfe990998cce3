/** One body to many receivers: sent once for all, or encoded for each. */
import { type Actor, World } from 'wavetank/sim';
import { podBody } from './pod-body.ts';

const RECEIVERS_PER_HOST = 50;

const receiver: Actor<{ seen: number }> = {
  start: () => ({ seen: 0 }),
  receive(state) {
    state.seen++;
    return state;
  },
};

/** What is sent: one body for all, a body for each, or next to nothing for each. */
export type FanOut = 'one body' | 'a body each' | 'an empty body';

const sender: Actor<object> = {
  start: () => ({}),
  receive(state, message, ctx) {
    if (message.type !== 'message') return state;
    const how = message.body as FanOut;
    const { receivers } = ctx.args as { receivers: string[] };
    if (how === 'one body') ctx.broadcast(receivers, podBody(1));
    else if (how === 'an empty body') ctx.broadcast(receivers, null);
    else for (const to of receivers) ctx.send(to, podBody(1));
    return state;
  },
};

/** A world with one sender and so many receivers, warmed up. */
export async function fanOutWorld(receivers: number): Promise<World> {
  const hosts = Math.ceil(receivers / RECEIVERS_PER_HOST);
  const addresses: string[] = [];
  const receiving = Array.from({ length: hosts }, (_, host) => {
    const processes = [];
    for (let i = 0; i < RECEIVERS_PER_HOST && addresses.length < receivers; i++) {
      addresses.push(`host-${host}/r${i}`);
      processes.push({ name: `r${i}`, program: 'receiver' });
    }
    return { name: `host-${host}`, processes };
  });
  const sending = {
    name: 'sender',
    processes: [{ name: 'main', program: 'sender', args: { receivers: addresses } }],
  };
  const world = new World({ seed: 1, programs: { receiver, sender }, hosts: [sending, ...receiving] });
  await fanOutMs(world, 'one body', 2);
  return world;
}

/** Milliseconds of wall time for one fan-out, as the mean of so many. */
export async function fanOutMs(world: World, how: FanOut, rounds: number): Promise<number> {
  const before = performance.now();
  for (let i = 0; i < rounds; i++) {
    world.post('sender/main', how);
    await world.run({ forMs: 100 });
  }
  return (performance.now() - before) / rounds;
}
