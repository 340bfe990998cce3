import { describe, expect, it } from 'vitest';
import { LATENCY_MS, scene, Tank } from '../../../test/tank/tank.ts';
import type { Fault, NetworkFault } from './fault.ts';

const HOSTS = ['a', 'b', 'c', 'd'] as const;

/** The directed pairs of hosts between which a datagram sent now gets through. */
async function open(tank: Tank): Promise<string[]> {
  const word = `at ${tank.world.nowMs}`;
  for (const from of HOSTS) {
    for (const to of HOSTS)
      if (from !== to) tank.tell(from, { do: 'send', to: `${to}/main`, body: `${word} from ${from}` });
  }
  await tank.world.run({ forMs: LATENCY_MS + 1 });
  return HOSTS.flatMap((from) =>
    HOSTS.filter((to) => tank.log(to).includes(`message ${word} from ${from}`)).map((to) => `${from}${to}`),
  );
}

const ALL = HOSTS.flatMap((from) => HOSTS.filter((to) => to !== from).map((to) => `${from}${to}`));

function without(...closed: string[]): string[] {
  return ALL.filter((pair) => !closed.includes(pair));
}

describe('Which links a fault cuts', () => {
  const cases: [fault: NetworkFault, open: string[]][] = [
    [{ kind: 'partition', sides: ['a', ['c', 'd']] }, without('ac', 'ca', 'ad', 'da')],
    [{ kind: 'partition', sides: [{ zone: 'z1' }, { zone: 'z2' }] }, ['ab', 'ba', 'cd', 'dc']],
    [{ kind: 'partition-one-way', from: 'a', to: ['b', 'c'] }, without('ab', 'ac')],
    [{ kind: 'isolate', hosts: 'b' }, without('ba', 'ab', 'bc', 'cb', 'bd', 'db')],
    [{ kind: 'isolate', hosts: ['a', 'b'] }, ['cd', 'dc']],
    [{ kind: 'partition-zones', zones: ['z1'] }, ['ab', 'ba', 'cd', 'dc']],
    [{ kind: 'partition-zones', zones: ['z*'] }, ['ab', 'ba', 'cd', 'dc']],
    [{ kind: 'partition', sides: ['nobody', '*'] }, ALL],
  ];
  for (const [fault, expected] of cases) {
    scene(`${JSON.stringify(fault)}: what is not named stays open, and all is open again afterwards`, async (tank) => {
      const id = tank.inject(fault, 100);
      expect((await open(tank)).sort()).toEqual([...expected].sort());
      expect(tank.witness(id)).toBe(ALL.length - expected.length);
      await tank.until(100);
      expect((await open(tank)).sort()).toEqual([...ALL].sort());
      expect(tank.report(id)).toMatchObject({ status: 'ended', startedAt: 0, endedAt: 100_000 });
    });
  }

  scene('random-halves: two halves, each whole within itself', async (tank) => {
    tank.inject({ kind: 'random-halves' });
    const passes = await open(tank);
    expect(passes).toHaveLength(4);
    for (const pair of passes) expect(passes).toContain([...pair].reverse().join(''));
    expect(new Set(passes.join('')).size).toBe(4);
  });

  it('random-halves draws other halves from other seeds, and each of the three splits of four', async () => {
    const splits = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const tank = new Tank({ seed: String(seed) });
      tank.inject({ kind: 'random-halves' });
      splits.add((await open(tank)).join());
    }
    expect(splits.size).toBe(3);
  });

  scene('a host on both sides still talks to itself', async (tank) => {
    tank.inject({ kind: 'partition', sides: ['*', '*'] });
    await tank.act('a', { do: 'start', name: 'other' });
    await tank.act('a', { do: 'send', to: 'a/other', body: 'hello' });
    await tank.until(5);
    expect(tank.log('a/other')).toEqual(['message hello']);
    expect(await open(tank)).toEqual([]);
  });
});

describe('What is in flight', () => {
  const cut: Fault = { kind: 'partition', sides: ['a', 'b'] };

  scene('a cut loses datagrams in flight, also if it is over before they would arrive', async (tank) => {
    await tank.act('a', { do: 'send', to: 'b/main', body: 'doomed' });
    await tank.until(3);
    const id = tank.inject(cut, 2);
    await tank.until(50);
    expect(tank.log('b')).toEqual([]);
    expect(tank.report(id)).toMatchObject({ status: 'ended', witness: 1 });
    expect(tank.events('drop').map(({ detail }) => detail)).toEqual(['lost in flight: link was cut']);
  });

  scene('a cut stalls a connection, and what was in flight arrives after the mend, in order', async (tank) => {
    await tank.act('a', { do: 'open', to: 'b/main' });
    await tank.until(100);
    await tank.act('a', { do: 'stream', body: 1 }, { do: 'stream', body: 2 });
    await tank.until(105);
    const id = tank.inject(cut, 1000);
    await tank.act('a', { do: 'stream', body: 3 });
    await tank.until(1105);
    expect(tank.log('b')).toEqual(['stream opened']);
    await tank.until(1400);
    expect(tank.log('b')).toEqual(['stream opened', 'stream message 1', 'stream message 2', 'stream message 3']);
    expect(tank.witness(id)).toBe(3);
  });

  scene(
    'a cut that lasts breaks the side that sends, whose request may have happened',
    async (tank) => {
      await tank.act('a', { do: 'request', to: 'b/main', body: 'first' });
      await tank.until(100);
      tank.inject(cut);
      await tank.act('a', { do: 'request', to: 'b/main', body: 'second' });
      await tank.until(2000);
      expect(tank.log('a')).toEqual(['response re: first', 'disconnected, may have happened: nothing got through']);
      expect(tank.log('b')).toEqual(['request first']);
    },
    { breakAfterMs: 1000 },
  );

  scene('a clog lets arrive what is in flight, holds what is sent, and lets it go when it ends', async (tank) => {
    await tank.act('a', { do: 'send', to: 'b/main', body: 'before' });
    await tank.until(5);
    const id = tank.inject({ kind: 'clog', from: 'a', to: 'b' }, 95);
    for (const body of [1, 2, 3]) {
      await tank.act('a', { do: 'send', to: 'b/main', body });
      await tank.until(5 + body);
    }
    await tank.act('b', { do: 'send', to: 'a/main', body: 'the other way' });
    await tank.until(100);
    expect(tank.log('a')).toEqual(['message the other way']);
    expect(tank.log('b')).toEqual(['message before']);
    expect(tank.witness(id)).toBe(3);
    await tank.until(109);
    expect(tank.log('b')).toEqual(['message before']);
    await tank.until(110);
    expect([...tank.log('b')].sort()).toEqual(['message 1', 'message 2', 'message 3', 'message before']);
  });

  scene('a clog holds the segments of a connection and keeps it', async (tank) => {
    await tank.act('a', { do: 'open', to: 'b/main' });
    await tank.until(100);
    const id = tank.inject({ kind: 'clog', from: 'a', to: 'b' }, 500);
    await tank.act('a', { do: 'stream', body: 1 }, { do: 'stream', body: 2 });
    await tank.until(600);
    expect(tank.log('b')).toEqual(['stream opened']);
    expect(tank.witness(id)).toBe(2);
    await tank.until(900);
    expect(tank.log('b')).toEqual(['stream opened', 'stream message 1', 'stream message 2']);
  });

  scene('a reset breaks connections on both sides at once and leaves datagrams alone', async (tank) => {
    await tank.act('a', { do: 'open', to: 'b/main' });
    await tank.act('c', { do: 'open', to: 'b/main' });
    await tank.until(100);
    await tank.act('a', { do: 'stream', body: 'lost' }, { do: 'send', to: 'b/main', body: 'datagram' });
    await tank.until(105);
    const id = tank.inject({ kind: 'reset', from: 'b', to: 'a' });
    await tank.until(105);
    expect(tank.log('a')).toEqual(['stream closed: connection reset']);
    expect(tank.log('b').at(-1)).toBe('stream closed: connection reset');
    await tank.until(500);
    expect(tank.log('b').sort()).toEqual(
      ['stream opened', 'stream opened', 'stream closed: connection reset', 'message datagram'].sort(),
    );
    expect(tank.log('c'), 'a third host keeps its own').toEqual([]);
    expect(tank.report(id)).toMatchObject({ status: 'ended', startedAt: 105_000, endedAt: 105_000, witness: 1 });
  });

  scene(
    'half-open: one side knows at once, the other only when nothing gets through any more',
    async (tank) => {
      await tank.act('a', { do: 'open', to: 'b/main' });
      await tank.until(100);
      const id = tank.inject({ kind: 'half-open', from: 'a', to: 'b' });
      await tank.until(100);
      expect(tank.log('b')).toEqual(['stream opened', 'stream closed: connection reset']);
      await tank.until(5000);
      expect(tank.log('a'), 'who sends nothing never knows').toEqual([]);
      await tank.act('a', { do: 'stream', body: 'into the void' });
      await tank.until(5900);
      expect(tank.log('a')).toEqual([]);
      await tank.until(6100);
      expect(tank.log('a')).toEqual(['stream closed: nothing got through']);
      expect(tank.log('b')).toHaveLength(2);
      expect(tank.witness(id)).toBe(1);
    },
    { breakAfterMs: 1000 },
  );

  scene('reset and half-open from all to all touch each connection once, and none within a host', async (tank) => {
    await tank.act('a', { do: 'start', name: 'other' });
    await tank.act('a', { do: 'open', to: 'a/other' });
    await tank.act('b', { do: 'open', to: 'c/main' });
    await tank.act('c', { do: 'open', to: 'd/main' });
    await tank.until(100);
    expect(tank.witness(tank.inject({ kind: 'half-open', from: 'b', to: '*' }))).toBe(1);
    expect(tank.witness(tank.inject({ kind: 'reset', from: '*', to: '*' }))).toBe(1);
    await tank.act('a', { do: 'stream', body: 'still there' });
    await tank.until(200);
    expect(tank.log('a/other')).toEqual(['stream opened', 'stream message still there']);
  });
});

describe('What is delayed, lost, doubled and overtaken', () => {
  async function arrivals(tank: Tank, count: number): Promise<string[]> {
    const start = tank.world.nowMs;
    for (let i = 0; i < count; i++) {
      await tank.act('a', { do: 'send', to: 'b/main', body: i });
      await tank.until(start + i + 1);
    }
    const before = tank.world.nowMs;
    await tank.until(before + 1000);
    return tank.log('b');
  }

  scene('slow-link multiplies what is sent from then on, then adds; one way only', async (tank) => {
    await tank.act('a', { do: 'send', to: 'b/main', body: 'before' });
    await tank.until(5);
    const id = tank.inject({ kind: 'slow-link', from: 'a', to: 'b', factor: 3, extra: 4 }, 50);
    await tank.act('a', { do: 'send', to: 'b/main', body: 'slow' });
    await tank.act('b', { do: 'send', to: 'a/main', body: 'back' });
    await tank.until(55);
    await tank.act('a', { do: 'send', to: 'b/main', body: 'after' });
    await tank.until(100);
    expect(tank.times('b', 'message before')).toEqual([10]);
    expect(tank.times('b', 'message slow')).toEqual([5 + 34]);
    expect(tank.times('a', 'message back')).toEqual([15]);
    expect(tank.times('b', 'message after')).toEqual([65]);
    expect(tank.witness(id)).toBe(1);
  });

  scene('lose loses its share of datagrams', async (tank) => {
    const id = tank.inject({ kind: 'lose', from: 'a', to: 'b', probability: 0.5 });
    const got = (await arrivals(tank, 100)).length;
    expect(got).toBeGreaterThan(25);
    expect(got).toBeLessThan(75);
    expect(tank.witness(id)).toBe(100 - got);
  });

  scene('lose costs a connection only time, and little once it is over', async (tank) => {
    await tank.act('a', { do: 'open', to: 'b/main' });
    await tank.until(100);
    tank.inject({ kind: 'lose', from: 'a', to: 'b', probability: 1 }, 20_000);
    await tank.act('a', { do: 'stream', body: 'late' });
    await tank.until(20_050);
    expect(tank.log('b')).toEqual(['stream opened']);
    await tank.until(20_400);
    expect(tank.log('b')).toEqual(['stream opened', 'stream message late']);
  });

  scene('a link that loses everything breaks the connection in the end', async (tank) => {
    await tank.act('a', { do: 'open', to: 'b/main' });
    await tank.until(100);
    tank.inject({ kind: 'lose', from: 'a', to: 'b', probability: 1 });
    await tank.act('a', { do: 'stream', body: 'never' });
    await tank.until(29_000);
    expect(tank.log('a')).toEqual([]);
    await tank.until(31_000);
    expect(tank.log('a').join()).toContain('closed');
    expect(tank.log('b')).toEqual(['stream opened']);
  });

  scene('duplicate doubles datagrams, never segments', async (tank) => {
    await tank.act('a', { do: 'open', to: 'b/main' });
    await tank.until(100);
    const id = tank.inject({ kind: 'duplicate', from: 'a', to: 'b', probability: 1 });
    await tank.act('a', { do: 'send', to: 'b/main', body: 'twice' }, { do: 'stream', body: 'once' });
    await tank.until(200);
    expect(tank.log('b').sort()).toEqual(['message twice', 'message twice', 'stream message once', 'stream opened']);
    expect(tank.witness(id)).toBe(1);
  });

  scene('reorder lets later datagrams overtake, within its window, and loses none', async (tank) => {
    const id = tank.inject({ kind: 'reorder', from: 'a', to: 'b', probability: 0.5, windowMs: 20 });
    const log = await arrivals(tank, 50);
    const sent = Array.from({ length: 50 }, (_, i) => `message ${i}`);
    expect(log).not.toEqual(sent);
    expect([...log].sort()).toEqual([...sent].sort());
    expect(tank.witness(id)).toBeGreaterThan(10);
    for (const [i, text] of sent.entries()) {
      const [at = Number.NaN] = tank.times('b', text);
      expect(at).toBeGreaterThanOrEqual(i + LATENCY_MS);
      expect(at).toBeLessThanOrEqual(i + LATENCY_MS + 20);
    }
  });
});

describe('Faults of the network that overlap', () => {
  scene('a link that two cut is open when the second has ended', async (tank) => {
    const first = tank.inject({ kind: 'partition', sides: ['a', 'b'] }, 50);
    const second = tank.inject({ kind: 'isolate', hosts: 'a' }, 100);
    await tank.until(40);
    expect(await open(tank)).not.toContain('ab');
    await tank.until(60);
    expect(await open(tank)).not.toContain('ab');
    await tank.until(100);
    expect(await open(tank)).toContain('ab');
    expect(tank.witness(first)).toBe(2);
    expect(tank.witness(second)).toBe(12);
  });

  scene('a cut within a clog loses what the clog holds', async (tank) => {
    tank.inject({ kind: 'clog', from: 'a', to: 'b' }, 100);
    await tank.act('a', { do: 'send', to: 'b/main', body: 'held' });
    await tank.until(20);
    tank.inject({ kind: 'partition-one-way', from: 'a', to: 'b' }, 10);
    await tank.until(50);
    await tank.act('a', { do: 'send', to: 'b/main', body: 'held later' });
    await tank.until(200);
    expect(tank.log('b')).toEqual(['message held later']);
  });

  scene('a clog that outlasts a cut holds on', async (tank) => {
    tank.inject({ kind: 'partition-one-way', from: 'a', to: 'b' }, 50);
    tank.inject({ kind: 'clog', from: 'a', to: 'b' }, 100);
    await tank.until(60);
    await tank.act('a', { do: 'send', to: 'b/main', body: 'held' });
    await tank.until(105);
    expect(tank.log('b')).toEqual([]);
    await tank.until(200);
    expect(tank.times('b', 'message held')).toEqual([110]);
  });

  scene('delays act one after the other', async (tank) => {
    tank.inject({ kind: 'slow-link', from: 'a', to: 'b', factor: 2 });
    tank.inject({ kind: 'slow-link', from: 'a', to: '*', factor: 3, extra: 1 });
    await tank.act('a', { do: 'send', to: 'b/main', body: 'slow' });
    await tank.until(200);
    expect(tank.times('b', 'message slow')).toEqual([61]);
  });

  scene('ending one of two equal faults leaves the other', async (tank) => {
    const fault: Fault = { kind: 'partition', sides: ['a', 'b'] };
    const [first, second] = [tank.inject(fault), tank.inject(fault)];
    tank.world.endFault(first);
    tank.world.endFault(first);
    expect(await open(tank)).not.toContain('ab');
    tank.world.endFault(second);
    expect(await open(tank)).toContain('ab');
  });
});
