import { describe, expect, it } from 'vitest';
import type { Actor } from '../kernel/actor.ts';
import { formatDifference } from './difference-text.ts';
import { firstDifference, firstTraceDifference } from './first-difference.ts';
import { traceLine } from './trace-lines.ts';
import { World } from './world.ts';

interface Teller {
  heard: number;
}

/** Two actors that tell each other numbers; the 5th is told with a colour. */
const teller = (colour: string): Actor<Teller> => ({
  start(ctx) {
    ctx.setTimer('tell', 10);
    return { heard: 0 };
  },
  receive(state, message, ctx) {
    if (message.type === 'message') state.heard++;
    if (message.type !== 'timer') return state;
    ctx.send(ctx.host === 'a' ? 'b/main' : 'a/main', state.heard === 5 ? { colour } : { heard: state.heard });
    ctx.setTimer('tell', 10);
    return state;
  },
});

const twoTellers = (options: { seed?: number; colour?: string; keep?: 'none' | 'ring' | 'full' } = {}): World =>
  new World({
    seed: options.seed ?? 1,
    programs: { teller: teller(options.colour ?? 'red') },
    hosts: ['a', 'b'].map((name) => ({ name, processes: [{ name: 'main', program: 'teller' }] })),
    trace: { keep: options.keep ?? 'ring', capacity: 64 },
  });

describe('firstDifference', () => {
  it('finds none between two runs of one seed, and names their digest', async () => {
    const world = twoTellers();
    await world.run({ forMs: 500 });
    await world.finish();
    const difference = await firstDifference(
      () => twoTellers(),
      () => twoTellers(),
      { forMs: 500 },
    );
    expect(difference).toEqual({ kind: 'none', events: world.events, digest: world.digest });
  });

  it('names the first event that differs, its fields, and the causes of both', async () => {
    const difference = await firstDifference(
      () => twoTellers(),
      () => twoTellers({ colour: 'blue' }),
      { forMs: 500 },
    );
    if (difference.kind !== 'event') throw new Error(difference.kind);
    expect(difference.fields).toEqual(['detail']);
    expect(difference.a.event).toMatchObject({ kind: 'send', detail: { body: { colour: 'red' } } });
    expect(difference.b.event).toMatchObject({ kind: 'send', detail: { body: { colour: 'blue' } } });
    expect(difference.a.causes.at(-1)?.id).toBe(difference.a.event?.cause);
    expect(formatDifference(difference)).toContain('≠ detail');
  });

  it('finds the same as a comparison of the full traces', async () => {
    const [a, b] = [twoTellers({ keep: 'full' }), twoTellers({ seed: 2, keep: 'full' })];
    for (const world of [a, b]) await world.run({ forMs: 200 });
    const lines = [a, b].map((world) => [...world.trace()].map(traceLine));
    const first = lines[0]?.findIndex((line, at) => line !== lines[1]?.[at]);
    const difference = await firstDifference(
      () => twoTellers(),
      () => twoTellers({ seed: 2 }),
      { forMs: 200 },
    );
    expect(difference).toMatchObject({ kind: 'event', id: (first ?? -1) + 1 });
    expect(await firstTraceDifference(lines[0] ?? [], lines[1] ?? [])).toEqual(difference);
  });

  it('says so if a world keeps no trace', async () => {
    const make = () => twoTellers({ keep: 'none' });
    await expect(firstDifference(make, make, { forMs: 50 })).rejects.toThrow('is not kept');
  });
});

describe('firstTraceDifference', () => {
  const lines = async () => {
    const world = twoTellers({ keep: 'full' });
    await world.run({ forMs: 100 });
    return [...world.trace()].map(traceLine);
  };

  it('finds none between equal files, white space apart', async () => {
    const a = await lines();
    const b = [...a.map((line) => line.replaceAll('","', '", "')), ''];
    expect(await firstTraceDifference(a, b)).toEqual({ kind: 'none', events: a.length });
  });

  it('names the event that is missing from the shorter one', async () => {
    const a = await lines();
    const difference = await firstTraceDifference(a, a.slice(0, 10));
    expect(difference).toMatchObject({ kind: 'event', id: 11, b: { event: undefined } });
    expect(formatDifference(difference, { names: ['x', 'y'] })).toMatch(/^Event 11 is missing from y/);
  });

  it('names the line that is no event', async () => {
    await expect(firstTraceDifference(await lines(), ['{}'])).rejects.toThrow('B:1 id: expected a whole number');
  });
});
