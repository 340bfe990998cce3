/** The property over random plans of faults, and two planted bugs that it finds and shrinks. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fault, type Plan, printPlan, type WorldReport } from 'wavetank/sim';
import { type QuorumRegister, quorumRegister, tank } from './world.ts';

const replicas = fc.subarray(['r1', 'r2', 'r3'], { minLength: 1 });
const client = fc.constantFrom('c1', 'c2', 'c3');

/** All but what destroys what a disk had made durable. Shrinking prefers what stands first. */
const fault: fc.Arbitrary<Fault> = fc.oneof(
  { withCrossShrink: true },
  replicas.map((hosts): Fault => ({ kind: 'disk-slow', hosts, extraMs: 40 })),
  fc.tuple(client, replicas).map(([from, to]): Fault => ({ kind: 'slow-link', from, to, extra: { constant: 80 } })),
  fc.tuple(client, replicas).map((sides): Fault => ({ kind: 'partition', sides })),
  fc.tuple(client, replicas).map(([to, from]): Fault => ({ kind: 'clog', from, to })),
  replicas.map((from): Fault => ({ kind: 'lose', from, to: '*', probability: 0.3 })),
  replicas.map((hosts): Fault => ({ kind: 'power-off', hosts })),
  replicas.map((hosts): Fault => ({ kind: 'crash', processes: hosts.map((host) => `${host}/replica`) })),
  replicas.map((hosts): Fault => ({ kind: 'pause', processes: hosts.map((host) => `${host}/replica`) })),
  client.map((host): Fault => ({ kind: 'crash', processes: `${host}/client` })),
  replicas.map((hosts): Fault => ({ kind: 'disk-error', hosts, operations: ['append', 'fsync'], probability: 0.5 })),
);

/** Shrinking takes faults away, then makes those that remain earlier and shorter. */
const plans: fc.Arbitrary<Plan> = fc
  .array(fc.record({ atMs: fc.integer({ min: 0, max: 1000 }), forMs: fc.integer({ min: 1, max: 1000 }), fault }), {
    maxLength: 8,
  })
  .map((faults) => ({ faults, healAtMs: 2000 }));

const seeds = fc.integer({ min: 1, max: 1000 });

async function run(options: QuorumRegister): Promise<WorldReport> {
  const world = quorumRegister(options);
  await world.run({ forMs: tank.forMs });
  return world.finish();
}

/** The smallest plan that fast-check finds against a planted bug, printed as a person would keep it. */
async function smallest(bug: Partial<QuorumRegister>): Promise<{ plan: Plan; report: WorldReport }> {
  const property = fc.asyncProperty(seeds, plans, async (seed, plan) => {
    const { verdict } = await run({ ...bug, seed, plan });
    return verdict === 'pass';
  });
  const { counterexample } = await fc.check(property, { seed: 2, numRuns: 100 });
  const [seed, plan] = counterexample ?? expect.unreachable('The planted bug was not found.');
  const report = await run({ ...bug, seed, plan });
  console.log(`${printPlan({ seed, ...plan })}\n${report.violations.map(({ message }) => message).join('\n')}`);
  return { plan, report };
}

describe('the quorum register', () => {
  it('is linearizable, and its clients finish, whatever the faults', async () => {
    const reached = new Map<string, number>();
    const property = fc.asyncProperty(seeds, plans, async (seed, plan) => {
      const { violations, checks, panics } = await run({ seed, plan });
      expect({ violations, panics }).toEqual({ violations: [], panics: [] });
      for (const { name, status } of checks) {
        expect(status).not.toBe('undecided');
        if (status === 'reached') reached.set(name, (reached.get(name) ?? 0) + 1);
      }
    });
    await fc.assert(property, { seed: 1, numRuns: 50 });
    expect(reached.get('a-replica-recovers-a-value')).toBeGreaterThan(10);
    expect(reached.get('an-outcome-is-unknown')).toBeGreaterThan(10);
  });

  it('shows a new-old inversion without read repair: found, and shrunk to at most two faults', async () => {
    const { plan, report } = await smallest({ readRepair: false });
    expect(plan.faults.length).toBeLessThanOrEqual(2);
    expect(report.violations.map(({ check }) => check)).toEqual(['register-is-linearizable']);
  });

  it('loses what it has acknowledged without a sync: found, and shrunk to a loss of power', async () => {
    const { plan, report } = await smallest({ syncFirst: false });
    expect(plan.faults.length).toBeLessThanOrEqual(2);
    expect(plan.faults.map(({ fault: { kind } }) => kind)).toContain('power-off');
    expect(report.violations.map(({ check }) => check)).toEqual(['register-is-linearizable']);
  });

  it('has one digest per seed', async () => {
    const [once, again, other] = [await run({ seed: 7 }), await run({ seed: 7 }), await run({ seed: 8 })];
    expect(again.digest).toBe(once.digest);
    expect(other.digest).not.toBe(once.digest);
  });

  it('reaches everything with its own plan, all of whose faults take effect', async () => {
    const report = await run({ seed: 7 });
    expect(report.checks.map(({ name, status }) => [name, status])).toEqual([
      ['register-is-linearizable', 'held'],
      ['every-client-finishes', 'held'],
      ['a-replica-recovers-a-value', 'reached'],
      ['an-outcome-is-unknown', 'reached'],
    ]);
    expect(report.withoutEffect).toEqual([]);
  });
});
