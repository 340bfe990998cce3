/** Whatever has struck a cluster, it is well again soon after the heal; and it is the same run twice. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Plan } from 'wavetank/sim';
import { randomPlan } from './random-plan.ts';
import { clusterUnder, runCluster, trouble } from './run-cluster.ts';

/** How many plans are tried here. Try more of them with `RUNS=1000 npx vitest run properties/cluster`. */
const RUNS = Number(process.env.RUNS ?? 30);

it('after any faults and a heal, a cluster settles: no panic, no broken promise, all pods ready and served', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 1_000_000 }), randomPlan, async (seed, plan) => {
      expect(trouble(await runCluster(seed, plan))).toEqual([]);
    }),
    { numRuns: RUNS, seed: 34, endOnFailure: false },
  );
}, 3_600_000);

/** What has once gone wrong, and in which way. */
const FOUND: readonly [what: string, seed: number, faults: Plan['faults']][] = [
  [
    'a pod that comes between the first list of a kubelet and its knowledge of the runtime is run',
    2927,
    [
      { atMs: 1300, forMs: 45_000, fault: { kind: 'crash', processes: 'control-plane/etcd' } },
      { atMs: 27_300, fault: { kind: 'crash', processes: 'node-1/containerd' } },
      { atMs: 40_800, fault: { kind: 'crash', processes: 'node-3/overlay' } },
      { atMs: 41_300, forMs: 50, fault: { kind: 'clog', from: 'control-plane', to: 'node-1' } },
    ],
  ],
  [
    'a watch whose server has lost power is resumed, although its client never says anything',
    161,
    [{ atMs: 1200, forMs: 12_000, fault: { kind: 'power-off', hosts: 'control-plane' } }],
  ],
];

it.each(FOUND)('%s', async (_, seed, faults) => {
  expect(trouble(await runCluster(seed, { faults, healAtMs: 60_000 }, { people: false }))).toEqual([]);
});

it('a seed and a plan give the same run, byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 1_000_000 }), randomPlan, async (seed, plan) => {
      const [first, second] = [await runCluster(seed, plan), await runCluster(seed, plan)];
      expect(second.world.digest).toBe(first.world.digest);
      expect(second.mirror.all()).toEqual(first.mirror.all());
    }),
    { numRuns: Math.ceil(RUNS / 6), seed: 35 },
  );
}, 3_600_000);

it('a cluster that is saved and restored at any moment goes on as if nothing had been', async () => {
  const moment = fc.integer({ min: 500, max: 40_000 });
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 1_000_000 }), randomPlan, moment, async (seed, plan, atMs) => {
      const world = await clusterUnder(seed, plan);
      await world.run({ untilMs: atMs });
      const restored = world.fork();
      for (const each of [world, restored]) await each.run({ forMs: 20_000 });
      expect(restored.digest).toBe(world.digest);
      expect(restored.report().panics).toEqual(world.report().panics);
    }),
    { numRuns: Math.ceil(RUNS / 3), seed: 36 },
  );
}, 3_600_000);
