/** Worlds whose size is the question: many idle hosts, and a hundred with states of 10 KB. */
import { type Actor, World } from 'wavetank/sim';

const ACTORS_PER_HOST = 4;

const idle: Actor<{ ready: boolean }> = {
  start: () => ({ ready: true }),
  receive: (state) => state,
};

/** About 10 KB: a table of small records, some text, some bytes. */
const holder: Actor<object> = {
  start(ctx) {
    const records = [];
    for (let i = 0; i < 80; i++) {
      records.push({
        name: `record-${i}`,
        revision: ctx.random.integer(0, 1e9),
        value: `${ctx.self}-${i}-`.padEnd(64, 'x'),
      });
    }
    return { records, index: new Map(records.map(({ name }, i) => [name, i])), log: new Uint8Array(2048) };
  },
  receive: (state) => state,
};

function worldOf(hosts: number, program: string): World {
  const processes = Array.from({ length: ACTORS_PER_HOST }, (_, i) => ({ name: `p${i}`, program }));
  return new World({
    seed: 1,
    programs: { idle, holder },
    hosts: Array.from({ length: hosts }, (_, i) => ({ name: `host-${i}`, zone: `zone-${i % 3}`, processes })),
  });
}

/** A world of idle actors, all of them started. */
export async function idleWorld(hosts: number): Promise<World> {
  const world = worldOf(hosts, 'idle');
  await world.run({ forMs: 1 });
  return world;
}

/** A world whose actors hold 10 KB each. */
export async function heavyWorld(hosts: number): Promise<World> {
  const world = worldOf(hosts, 'holder');
  await world.run({ forMs: 1 });
  return world;
}
