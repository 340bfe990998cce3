/** The property over random plans of faults; the planted bug, found and shrunk; and the plan that shows it, kept as a file. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fault, type Plan, parsePlan, printPlan, type WorldReport } from 'wavetank/sim';
import { type PingPong, pingPong, tank } from './world.ts';

/**
 * Anything may happen to the network; processes may only stand still, since they remember nothing over a crash.
 * Shrinking prefers what stands first.
 */
const fault: fc.Arbitrary<Fault> = fc
  .constantFrom({ from: 'server', to: 'client' }, { from: 'client', to: 'server' })
  .chain((way) =>
    fc.constantFrom<Fault>(
      { kind: 'partition-one-way', ...way },
      { kind: 'partition', sides: ['client', 'server'] },
      { kind: 'clog', ...way },
      { kind: 'lose', ...way, probability: 0.5 },
      { kind: 'duplicate', ...way, probability: 0.5 },
      { kind: 'reorder', ...way, probability: 0.5, windowMs: 1000 },
      { kind: 'slow-link', ...way, extra: { uniform: { minMs: 0, maxMs: 500 } } },
      { kind: 'pause', processes: `${way.from}/main` },
    ),
  );

/** Shrinking takes faults away, then makes those that remain earlier and shorter. */
const plans: fc.Arbitrary<Plan> = fc
  .array(fc.record({ atMs: fc.integer({ min: 0, max: 4000 }), forMs: fc.integer({ min: 1, max: 2000 }), fault }), {
    maxLength: 8,
  })
  .map((faults) => ({ faults, healAtMs: 5000 }));

const seeds = fc.integer({ min: 1, max: 1000 });

/** What shrinking leaves of the planted bug: one pong is lost. */
const ONE_PONG_IS_LOST = `
seed: 1
healAt: 5s
faults:
  - at: 0s
    for: 101ms
    partition-one-way: {from: server, to: client}
`;

async function run(options: PingPong): Promise<WorldReport> {
  const world = pingPong(options);
  await world.run({ forMs: tank.forMs });
  return world.finish();
}

describe('ping-pong', () => {
  it('answers every ping and counts it once, whatever the faults', async () => {
    let again = 0;
    const property = fc.asyncProperty(seeds, plans, async (seed, plan) => {
      const { violations, checks, panics } = await run({ seed, plan });
      expect({ violations, panics }).toEqual({ violations: [], panics: [] });
      if (checks.some(({ status }) => status === 'reached')) again++;
    });
    await fc.assert(property, { seed: 1, numRuns: 200 });
    expect(again).toBeGreaterThan(100);
  });

  it('counts twice without deduplication: found, and shrunk to one fault', async () => {
    const property = fc.asyncProperty(seeds, plans, async (seed, plan) => {
      const { verdict } = await run({ seed, plan, dedupe: false });
      return verdict === 'pass';
    });
    const { counterexample } = await fc.check(property, { seed: 1, numRuns: 100 });
    const [seed, plan] = counterexample ?? expect.unreachable('The planted bug was not found.');
    console.log(printPlan({ seed, ...plan }));
    expect(plan.faults).toHaveLength(1);
  });

  it('replays what was found from a file: the promise is broken by the bug, and kept without it', async () => {
    const plan = parsePlan(ONE_PONG_IS_LOST, { file: 'one-pong-is-lost.yaml' });
    const { seed = 1 } = plan;
    const { violations } = await run({ seed, plan, dedupe: false });
    expect(violations[0]).toMatchObject({ check: 'each-ping-counts-once', message: 'ping 1 was counted twice' });
    expect(await run({ seed, plan })).toMatchObject({ verdict: 'pass' });
  });

  it('has one digest per seed', async () => {
    const [once, again, other] = [await run({ seed: 7 }), await run({ seed: 7 }), await run({ seed: 8 })];
    expect(again.digest).toBe(once.digest);
    expect(other.digest).not.toBe(once.digest);
  });

  it('shows retries with its own plan, all of whose faults take effect', async () => {
    const report = await run({ seed: 7 });
    expect(report.checks.map(({ name, status }) => [name, status])).toEqual([
      ['each-ping-counts-once', 'held'],
      ['every-ping-is-answered', 'held'],
      ['a-ping-arrives-again', 'reached'],
    ]);
    expect(report.withoutEffect).toEqual([]);
  });
});
