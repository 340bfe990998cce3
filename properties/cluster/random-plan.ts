/** Plans of faults for a whole cluster, as fast-check draws and shrinks them: anything but what loses data for good. */
import fc from 'fast-check';
import type { Fault, Plan, PlannedFault } from 'wavetank/sim';

const NODES = ['node-1', 'node-2', 'node-3'] as const;
const HOSTS = ['control-plane', 'registry', ...NODES] as const;

const CONTROL_PLANE_PROCESSES = ['etcd', 'kube-apiserver', 'kube-scheduler', 'kube-controller-manager'];
const NODE_PROCESSES = ['kubelet', 'containerd', 'overlay', 'kube-proxy'];

/** kubectl is left out: a crash loses the command that it was told, so that nobody would want anything of the cluster. */
const PROCESSES = [
  ...CONTROL_PLANE_PROCESSES.map((process) => `control-plane/${process}`),
  ...NODES.flatMap((node) => NODE_PROCESSES.map((process) => `${node}/${process}`)),
  'registry/registry',
];

const crash = fc.constantFrom(...PROCESSES).map((processes): Fault => ({ kind: 'crash', processes }));
const pause = fc.constantFrom(...PROCESSES).map((processes): Fault => ({ kind: 'pause', processes }));
const powerOff = fc.constantFrom(...HOSTS).map((hosts): Fault => ({ kind: 'power-off', hosts }));
const pair = fc.uniqueArray(fc.constantFrom(...HOSTS), { minLength: 2, maxLength: 2 }) as fc.Arbitrary<
  [string, string]
>;

const cut = fc.oneof(
  pair.map((sides): Fault => ({ kind: 'partition', sides })),
  pair.map(([from, to]): Fault => ({ kind: 'partition-one-way', from, to })),
  pair.map(([from, to]): Fault => ({ kind: 'clog', from, to })),
  fc.constantFrom(...HOSTS).map((hosts): Fault => ({ kind: 'isolate', hosts })),
  fc.constant<Fault>({ kind: 'random-halves' }),
);

/** These strike at once and have no duration. */
const broken = fc.oneof(
  pair.map(([from, to]): Fault => ({ kind: 'reset', from, to })),
  pair.map(([from, to]): Fault => ({ kind: 'half-open', from, to })),
);

/** When faults begin, and when the last of them is mended. */
export const FAULTS_MS = { from: 500, to: 60_000 } as const;

const atMs = fc.integer({ min: FAULTS_MS.from / 100, max: FAULTS_MS.to / 100 - 1 }).map((tenths) => tenths * 100);

const lasting = fc.record({
  atMs,
  forMs: fc.constantFrom(50, 1000, 5000, 12_000, 45_000),
  fault: fc.oneof({ weight: 3, arbitrary: crash }, { weight: 1, arbitrary: pause }, powerOff, {
    weight: 2,
    arbitrary: cut,
  }),
}) satisfies fc.Arbitrary<PlannedFault>;

const sudden = fc.record({ atMs, fault: fc.oneof(crash, broken) }) satisfies fc.Arbitrary<PlannedFault>;

/** A few faults, alone and on top of one another, all over by the heal. */
export const randomPlan: fc.Arbitrary<Plan> = fc
  .array(fc.oneof(lasting, sudden), { minLength: 1, maxLength: 6 })
  .map((faults) => ({ faults, healAtMs: FAULTS_MS.to }));
