/** Datagrams, bandwidth, and where links are. */
import { describe, expect, it } from 'vitest';
import { Stage } from '../../../test/probe.ts';
import type { Context } from '../kernel/context.ts';
import type { LinkSpec, NetworkSpec } from './network-spec.ts';

const burst =
  (count: number, to = 'b/main') =>
  (ctx: Context): void => {
    for (let i = 0; i < count; i++) ctx.send(to, i);
  };

async function sent(count: number, zone: LinkSpec, forMs = 10_000): Promise<Stage> {
  const stage = new Stage({ network: { zone }, ties: 'fifo' });
  await stage.act('a/main', burst(count));
  await stage.world.run({ forMs });
  return stage;
}

const COUNT = 5000;
const latency = { constant: 1 } as const;
const inOrder = Array.from({ length: COUNT }, (_, i) => i);

/** Five standard deviations of a share of so many. */
const near = (rate: number): number => 5 * Math.sqrt((rate * (1 - rate)) / COUNT) + 1e-9;

describe('datagrams', () => {
  it('all arrive, once and in order, over a link without flaws', async () => {
    expect((await sent(COUNT, { latency })).bodies('b/main')).toEqual(inOrder);
  });

  it.each([0, 0.01, 0.3, 1])('are lost at the rate of the link: %d', async (loss) => {
    const stage = await sent(COUNT, { latency, loss });
    const lost = COUNT - stage.bodies('b/main').length;
    expect(Math.abs(lost / COUNT - loss)).toBeLessThanOrEqual(near(loss));
    expect(stage.drops().filter((reason) => reason === 'lost')).toHaveLength(lost);
  });

  it.each([0.01, 0.3, 1])('arrive twice at the rate of the link: %d', async (duplication) => {
    const bodies = (await sent(COUNT, { latency, duplication })).bodies('b/main');
    expect(new Set(bodies).size).toBe(COUNT);
    expect(Math.abs((bodies.length - COUNT) / COUNT - duplication)).toBeLessThanOrEqual(near(duplication));
  });

  it('are overtaken at the rate of the link, by no more than its window', async () => {
    const stage = new Stage({ network: { zone: { latency, reordering: { probability: 0.2, windowMs: 5 } } } });
    await stage.act('a/main', burst(COUNT));
    await stage.world.run();
    const times = stage.heard
      .filter(({ who, message }) => who === 'b/main' && message.type === 'message')
      .map(({ atMs }) => atMs);
    expect(times).toHaveLength(COUNT);
    const late = times.filter((at) => at > 1);
    expect(Math.abs(late.length / COUNT - 0.2)).toBeLessThanOrEqual(near(0.2));
    expect(Math.max(...times)).toBeLessThanOrEqual(6);
    expect(Math.max(...times)).toBeGreaterThan(5.9);
  });

  it('take a time that is drawn anew for each, and so overtake one another', async () => {
    const bodies = (await sent(200, { latency: { uniform: { minMs: 1, maxMs: 10 } } })).bodies('b/main');
    expect(bodies).toHaveLength(200);
    expect(bodies).not.toEqual(inOrder.slice(0, 200));
  });

  it.each<[what: string, to: string, reason: string]>([
    ['an unknown host', 'nowhere/main', 'no such host'],
    ['something that is not an address', 'nowhere', 'no such host'],
    ['an unknown process', 'b/unknown', 'no such actor'],
    ['an unknown actor', 'b/main/unknown', 'no such actor'],
    ['an unknown actor of its own process', 'a/main/unknown', 'no such actor'],
  ])('to %s are dropped, and the sender does not hear of it', async (_, to, reason) => {
    const stage = new Stage();
    await stage.act('a/main', (ctx) => ctx.send(to, 'x'));
    await stage.world.run();
    expect(stage.drops()).toEqual([reason]);
    expect(stage.of('a/main')).toEqual([]);
  });

  it('to a host without power are dropped', async () => {
    const stage = new Stage();
    await stage.world.run();
    stage.world.inject({ kind: 'power-off', hosts: 'b' });
    await stage.act('a/main', (ctx) => ctx.send('b/main', 'x'));
    await stage.world.run();
    expect(stage.drops()).toEqual(['host has no power']);
  });

  it('that are in flight when the link is cut are lost, also if it is mended before they would have arrived', async () => {
    const stage = new Stage({ network: { zone: { latency: { constant: 10 } } } });
    await stage.act('a/main', (ctx) => ctx.send('b/main', 'in flight'));
    await stage.world.run({ untilMs: 2 });
    stage.world.inject({ kind: 'partition-one-way', from: 'a', to: 'b' }, { forMs: 2 });
    await stage.world.run({ untilMs: 3 });
    await stage.act('a/main', (ctx) => ctx.send('b/main', 'while it is cut'));
    await stage.world.run({ untilMs: 5 });
    await stage.act('a/main', (ctx) => ctx.send('b/main', 'after the mend'));
    await stage.world.run();
    expect(stage.bodies('b/main')).toEqual(['after the mend']);
    expect(stage.drops()).toEqual(['link is cut', 'lost in flight: link was cut']);
    expect(stage.world.report().faults[0]?.witness).toBe(2);
  });

  it('pass the other way when the link is cut one way', async () => {
    const stage = new Stage();
    stage.world.inject({ kind: 'partition-one-way', from: 'a', to: 'b' });
    await stage.act('b/main', (ctx) => ctx.send('a/main', 'x'));
    await stage.world.run();
    expect(stage.bodies('a/main')).toEqual(['x']);
  });

  it('are held by a clog and let through when it ends, in their order on a link that keeps it', async () => {
    const stage = new Stage({ network: { zone: { latency, bytesPerSecond: 1e6 } } });
    stage.world.inject({ kind: 'clog', from: 'a', to: 'b' }, { forMs: 100 });
    await stage.act('a/main', burst(50));
    await stage.world.run({ untilMs: 99 });
    expect(stage.bodies('b/main')).toEqual([]);
    await stage.world.run();
    expect(stage.bodies('b/main')).toEqual(inOrder.slice(0, 50));
    expect(stage.heard.at(-1)?.atMs).toBeGreaterThan(101);
  });

  it('that a clog holds are lost when the link is cut', async () => {
    const stage = new Stage();
    stage.world.inject({ kind: 'clog', from: 'a', to: 'b' }, { forMs: 100 });
    await stage.act('a/main', burst(5));
    stage.world.inject({ kind: 'partition', sides: ['a', 'b'] }, { forMs: 10 });
    await stage.world.run();
    expect(stage.bodies('b/main')).toEqual([]);
    expect(stage.drops()).toHaveLength(5);
  });

  it('within a process are never lost, whatever the network does, and take no time', async () => {
    const stage = new Stage({ network: { loopback: { latency, loss: 1 } } });
    await stage.act('a/main', (ctx) => void ctx.spawn('child', 'probe'));
    await stage.act('a/main', burst(100, 'a/main/child'));
    expect(stage.bodies('a/main/child')).toEqual(inOrder.slice(0, 100));
  });
});

describe('bandwidth', () => {
  it('makes bytes take their time, and messages wait for those before them', async () => {
    // A body of so many bytes costs 3 more in the encoding, and 60 for the header.
    const stage = new Stage({ network: { zone: { latency, bytesPerSecond: 1_000_000 }, headerBytes: 60 } });
    const body = new Uint8Array(937).fill(1);
    await stage.act('a/main', (ctx) => ctx.send('b/main', 'warm'));
    await stage.world.run();
    const start = stage.world.nowMs;
    stage.heard.length = 0;
    await stage.act('a/main', (ctx) => {
      for (let i = 0; i < 10; i++) ctx.send('b/main', body);
    });
    await stage.world.run();
    const times = stage.heard.map(({ atMs }) => atMs - start - 1);
    const each = (times[9] as number) / 10;
    expect(each).toBeGreaterThanOrEqual(0.997);
    expect(each).toBeLessThan(1.01);
    times.forEach((at, i) => {
      expect(at).toBeCloseTo((i + 1) * each, 2);
    });
  });

  it('is one for datagrams and connections of two hosts, and another in the other direction', async () => {
    const stage = new Stage({ network: { zone: { latency, bytesPerSecond: 1000 }, headerBytes: 0 } });
    await stage.act('a/main', (ctx) => {
      ctx.send('b/main', 'x'.repeat(10_000));
      ctx.request('b/main', 'y');
    });
    await stage.act('b/main', (ctx) => ctx.send('a/main', 'z'));
    await stage.world.run({ untilMs: 60_000 });
    const at = (type: string): number => stage.heard.find(({ message }) => message.type === type)?.atMs ?? Number.NaN;
    expect(stage.heard.find(({ who }) => who === 'a/main' && stage.bodies('a/main').length > 0)).toBeDefined();
    expect(at('request')).toBeGreaterThan(10_000);
    expect(stage.heard.find(({ who, message }) => who === 'a/main' && message.type === 'message')?.atMs).toBeLessThan(
      10,
    );
  });
});

describe('a topology', () => {
  const at = (ms: number): LinkSpec => ({ latency: { constant: ms } });
  const hosts = [
    { name: 'a', zone: 'z1', region: 'r1' },
    { name: 'b', zone: 'z1', region: 'r1' },
    { name: 'c', zone: 'z2', region: 'r1' },
    { name: 'd', zone: 'z3', region: 'r2' },
  ];
  async function delays(network: NetworkSpec, from = 'a'): Promise<Record<string, number>> {
    const stage = new Stage({ hosts, network });
    await stage.act(`${from}/main`, (ctx) => {
      ctx.startProcess('other', 'probe');
      ctx.broadcast(
        ['b/main', 'c/main', 'd/main', 'a/main', `${from}/other`].filter((to) => to !== ctx.self),
        'x',
      );
    });
    await stage.world.run();
    return Object.fromEntries(
      stage.heard.flatMap(({ who, message, atMs }) => (message.type === 'message' ? [[who, atMs]] : [])),
    );
  }
  const plain = { loopback: at(1), zone: at(2), region: at(3), world: at(4) };

  it('gives each pair of hosts the link of its distance', async () => {
    expect(await delays(plain)).toEqual({ 'a/other': 1, 'b/main': 2, 'c/main': 3, 'd/main': 4 });
  });

  it('lets the last route that matches win, in both directions or in one', async () => {
    const routes = [
      { from: { region: 'r1' }, to: { region: 'r2' }, link: at(50) },
      { from: { zone: 'z1' }, to: { zone: 'z2' }, both: false, link: at(60) },
      { from: {}, to: { zone: 'z3', region: 'r2' }, link: at(70) },
      { from: {}, to: { zone: 'z3', region: 'r9' }, link: at(80) },
    ];
    expect(await delays({ ...plain, routes })).toEqual({ 'a/other': 1, 'b/main': 2, 'c/main': 60, 'd/main': 70 });
    expect(await delays({ ...plain, routes }, 'c')).toEqual({ 'c/other': 1, 'a/main': 3, 'b/main': 3, 'd/main': 70 });
    expect(await delays({ ...plain, routes: routes.slice(0, 1) }, 'd')).toEqual({
      'd/other': 1,
      'a/main': 50,
      'b/main': 50,
      'c/main': 50,
    });
  });
});
