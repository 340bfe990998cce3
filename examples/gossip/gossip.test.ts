/** The property over random plans of faults; the planted bug, found and shrunk; and the plan that shows it, kept as a file. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fault, type Plan, parsePlan, printPlan, type WorldReport } from 'wavetank/sim';
import { type GossipWorld, gossip, tank } from './world.ts';

const HOSTS = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'];
const some = fc.subarray(HOSTS, { minLength: 1, maxLength: 5 });

/** What may happen to datagrams, and pauses; nodes do not crash, since they have no disk. Shrinking prefers what stands first. */
const fault: fc.Arbitrary<Fault> = fc.oneof(
  { withCrossShrink: true },
  some.map((hosts): Fault => ({ kind: 'isolate', hosts })),
  fc.constant<Fault>({ kind: 'random-halves' }),
  some.map((side): Fault => ({ kind: 'partition', sides: [side, others(side)] })),
  some.map((from): Fault => ({ kind: 'partition-one-way', from, to: others(from) })),
  fc.tuple(some, some).map(([from, to]): Fault => ({ kind: 'lose', from, to, probability: 0.7 })),
  fc.tuple(some, some).map(([from, to]): Fault => ({ kind: 'duplicate', from, to, probability: 0.7 })),
  fc.tuple(some, some).map(([from, to]): Fault => ({ kind: 'reorder', from, to, probability: 0.7, windowMs: 500 })),
  fc.tuple(some, some).map(([from, to]): Fault => ({ kind: 'clog', from, to })),
  some.map((hosts): Fault => ({ kind: 'pause', processes: hosts.map((host) => `${host}/node`) })),
);

function others(hosts: readonly string[]): string[] {
  return HOSTS.filter((host) => !hosts.includes(host));
}

/** Shrinking takes faults away, then makes those that remain earlier and shorter. */
const plans: fc.Arbitrary<Plan> = fc
  .array(fc.record({ atMs: fc.integer({ min: 0, max: 3000 }), forMs: fc.integer({ min: 1, max: 2000 }), fault }), {
    maxLength: 8,
  })
  .map((faults) => ({ faults, healAtMs: 4000 }));

const seeds = fc.integer({ min: 1, max: 1000 });

/** A partition that outlives rumours: any seed shows the bug, since n6 speaks and is spoken to while it is alone. */
const ONE_NODE_IS_ALONE = `
seed: 1
healAt: 4s
faults:
  - at: 0s
    for: 2s
    isolate: {hosts: n6}
`;

async function run(options: GossipWorld): Promise<WorldReport> {
  const world = gossip(options);
  await world.run({ forMs: tank.forMs });
  return world.finish();
}

describe('gossip', () => {
  it('brings every message to every node, once and unchanged, whatever the faults', async () => {
    let repaired = 0;
    const property = fc.asyncProperty(seeds, plans, async (seed, plan) => {
      const { violations, checks, panics } = await run({ seed, plan });
      expect({ violations, panics }).toEqual({ violations: [], panics: [] });
      if (checks.some(({ status }) => status === 'reached')) repaired++;
    });
    await fc.assert(property, { seed: 1, numRuns: 60 });
    expect(repaired).toBeGreaterThan(10);
  });

  it('leaves nodes without messages if rumours are all there is: found, and shrunk to one fault', async () => {
    const property = fc.asyncProperty(seeds, plans, async (seed, plan) => {
      const { verdict } = await run({ seed, plan, antiEntropy: false });
      return verdict === 'pass';
    });
    const { counterexample } = await fc.check(property, { seed: 1, numRuns: 100 });
    const [seed, plan] = counterexample ?? expect.unreachable('The planted bug was not found.');
    console.log(printPlan({ seed, ...plan }));
    expect(plan.faults).toHaveLength(1);
  });

  it('replays such a plan from a file: the promise is broken by the bug, and kept without it', async () => {
    const plan = parsePlan(ONE_NODE_IS_ALONE, { file: 'one-node-is-alone.yaml' });
    const { seed = 1 } = plan;
    const { violations } = await run({ seed, plan, antiEntropy: false });
    expect(violations.map(({ check }) => check)).toEqual(['every-node-gets-every-message']);
    expect(await run({ seed, plan })).toMatchObject({ verdict: 'pass' });
  });

  it('needs no anti-entropy while nothing fails, which is why the bug is easily missed', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const plan: Plan = { faults: [], healAtMs: 4000 };
      expect(await run({ seed, plan, antiEntropy: false })).toMatchObject({ verdict: 'pass' });
    }
  });

  it('has one digest per seed', async () => {
    const [once, again, other] = [await run({ seed: 7 }), await run({ seed: 7 }), await run({ seed: 8 })];
    expect(again.digest).toBe(once.digest);
    expect(other.digest).not.toBe(once.digest);
  });

  it('repairs something under its own plan, all of whose faults take effect', async () => {
    const report = await run({ seed: 7 });
    expect(report.checks.map(({ name, status }) => [name, status])).toEqual([
      ['nobody-invents-a-message', 'held'],
      ['a-message-is-delivered-once', 'held'],
      ['every-node-gets-every-message', 'held'],
      ['a-repair-brings-news', 'reached'],
    ]);
    expect(report.withoutEffect).toEqual([]);
  });
});
