import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Distribution } from '../kernel/distribution.ts';
import { DISK_OPERATIONS, type FaultKind, type FaultOf } from './fault.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import { parsePlan } from './parse-plan.ts';
import type { Plan, PlannedFault } from './plan.ts';
import { planProblems } from './plan-file.ts';
import { printPlan } from './print-plan.ts';
import type { HostSelector, HostTerm, ProcessSelector } from './selector.ts';

const text = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.constantFrom(
    '*',
    '~',
    'null',
    'true',
    '1e3',
    '0x1',
    '- a',
    '#a',
    'a: b',
    'a\n\n  b\n',
    '\t',
    '<<',
    '__proto__',
    '---',
  ),
);
const name = fc.oneof(
  fc.constantFrom('a', 'node-1', 'node-*', '*', 'true', '12', '{', '&x'),
  text.map((value) => value.replaceAll('/', '_')),
);
const hostTerm: fc.Arbitrary<HostTerm> = fc.oneof(name, fc.record({ zone: text }), fc.record({ region: text }));
const hosts: fc.Arbitrary<HostSelector> = fc.oneof(hostTerm, fc.array(hostTerm, { minLength: 1, maxLength: 4 }));
const address = fc.tuple(name, name).map(([host, process]) => `${host}/${process}`);
const processes: fc.Arbitrary<ProcessSelector> = fc.oneof(address, fc.array(address, { minLength: 1, maxLength: 4 }));

const probability = fc.double({ min: 0, max: 1, noNaN: true }).map(withoutMinusZero);
const factor = fc.double({ min: 0.001, max: 1e6, noNaN: true });
const ms = fc.oneof(fc.nat(10_000), fc.double({ min: 0, max: 1e12, noNaN: true }).map(withoutMinusZero));
const cap = { maxMs: ms };
const distribution: fc.Arbitrary<Distribution> = fc.oneof(
  ms,
  fc.record({ constant: ms }),
  fc.tuple(ms, ms).map(([a, b]) => ({ uniform: { minMs: Math.min(a, b), maxMs: Math.max(a, b) } })),
  fc.record({
    normal: fc.record({ meanMs: ms, deviationMs: ms, ...cap }, { requiredKeys: ['meanMs', 'deviationMs'] }),
  }),
  fc.record({
    lognormal: fc.record({ medianMs: factor, sigma: factor, ...cap }, { requiredKeys: ['medianMs', 'sigma'] }),
  }),
  fc.record({ exponential: fc.record({ meanMs: ms, ...cap }, { requiredKeys: ['meanMs'] }) }),
  fc.record({ pareto: fc.record({ scaleMs: factor, shape: factor, ...cap }, { requiredKeys: ['scaleMs', 'shape'] }) }),
  fc.record({ empirical: fc.record({ samplesMs: fc.array(ms, { minLength: 1 }) }) }),
  fc.tuple(ms, ms).map(([a, b]) => ({
    quantiles: [
      { at: 0, valueMs: Math.min(a, b) },
      { at: 1, valueMs: Math.max(a, b) },
    ],
  })),
);

const link = { from: hosts, to: hosts };
const anywhere = fc.record({ hosts, disk: name }, { requiredKeys: ['hosts'] });
const oneOfThem = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> =>
  fc.record<T, never>(fields, { requiredKeys: [] }).filter((value) => Object.keys(value).length > 0) as fc.Arbitrary<
    Partial<T>
  >;
const merged = <A extends object, B extends object>(a: fc.Arbitrary<A>, b: fc.Arbitrary<B>): fc.Arbitrary<A & B> =>
  fc.tuple(a, b).map(([left, right]) => ({ ...left, ...right }));

/** Every kind of fault, with every field that it can have. */
const FIELDS: { [Kind in FaultKind]: fc.Arbitrary<Omit<FaultOf<Kind>, 'kind'>> } = {
  partition: fc.record({ sides: fc.tuple(hosts, hosts) }),
  'partition-one-way': fc.record(link),
  isolate: fc.record({ hosts }),
  'partition-zones': fc.record({ zones: fc.array(text, { minLength: 1, maxLength: 3 }) }),
  'random-halves': fc.constant({}),
  'slow-link': merged(
    fc.record(link),
    oneOfThem<{ factor: number; extra: Distribution }>({ factor, extra: distribution }),
  ),
  lose: fc.record({ ...link, probability }),
  duplicate: fc.record({ ...link, probability }),
  reorder: fc.record({ ...link, probability, windowMs: ms }),
  clog: fc.record(link),
  reset: fc.record(link),
  'half-open': fc.record(link),
  crash: fc.record({ processes }),
  'power-off': fc.record({ hosts }),
  pause: fc.record({ processes }),
  restart: oneOfThem<{ processes: ProcessSelector; hosts: HostSelector }>({ processes, hosts }),
  'clock-step': fc.record({
    hosts,
    byMs: fc.oneof(
      ms,
      ms.map((value) => (value === 0 ? 0 : -value)),
    ),
  }),
  'clock-drift': fc.record({ hosts, partsPerMillion: fc.integer({ min: -500_000, max: 500_000 }) }),
  'disk-slow': merged(anywhere, oneOfThem<{ factor: number; extraMs: number }>({ factor, extraMs: ms })),
  'disk-full': anywhere,
  'disk-error': merged(
    anywhere,
    fc.record({ operations: fc.subarray([...DISK_OPERATIONS], { minLength: 1 }), probability }),
  ),
  'disk-torn-write': anywhere,
  'disk-bit-rot': merged(
    anywhere,
    fc.record({ file: text, bits: fc.integer({ min: 1, max: 1000 }) }, { requiredKeys: ['bits'] }),
  ),
  'disk-misdirected-write': merged(anywhere, fc.record({ probability })),
  'disk-lying-fsync': merged(anywhere, fc.record({ probability }, { requiredKeys: [] })),
};

const AT_ONCE: readonly FaultKind[] = ['reset', 'half-open', 'restart', 'disk-bit-rot'];
const timeMs = fc.oneof(
  fc.nat(600_000),
  fc.nat(1e9).map((us) => us / 1000),
);

function planned(kind: FaultKind): fc.Arbitrary<PlannedFault> {
  return fc.record({ atMs: timeMs, forMs: fc.option(timeMs), name: fc.option(fc.string()), fields: FIELDS[kind] }).map(
    ({ atMs, forMs, name: called, fields }) =>
      ({
        atMs,
        ...(forMs === null || AT_ONCE.includes(kind) ? {} : { forMs }),
        ...(called === null ? {} : { name: called }),
        fault: { kind, ...fields },
      }) as PlannedFault,
  );
}

const anyPlan: fc.Arbitrary<Plan> = fc.record(
  {
    name: text,
    notes: fc.oneof(text, fc.constant('First line.\nSecond: line.\n\n  # not a comment\n')),
    seed: fc.oneof(fc.maxSafeInteger(), text),
    healAtMs: fc.nat(1e9).map((us) => (1_000_001_000 + us) / 1000),
    durationMs: fc.nat(1e9).map((us) => (3_000_001_000 + us) / 1000),
    faults: fc.array(fc.constantFrom(...FAULT_KINDS).chain(planned), { maxLength: 6 }),
  },
  { requiredKeys: ['faults'] },
);

describe('printPlan', () => {
  it.each(FAULT_KINDS)('%s is read back as the same fault, from YAML and from JSON', (kind) => {
    fc.assert(
      fc.property(planned(kind), (fault) => {
        const plan: Plan = { faults: [fault] };
        expect(parsePlan(printPlan(plan, 'yaml'), { file: 'plan.yaml' })).toEqual(plan);
        expect(parsePlan(printPlan(plan, 'json'), { file: 'plan.json' })).toEqual(plan);
      }),
      { numRuns: 100 },
    );
  });

  it('is read back as the same plan, and printed again it is the same text', () => {
    fc.assert(
      fc.property(anyPlan, fc.constantFrom('yaml' as const, 'json' as const), (plan, format) => {
        const printed = printPlan(plan, format);
        const read = parsePlan(printed, { file: 'plan' });
        expect(read).toEqual(plan);
        expect(printPlan(read, format)).toBe(printed);
        expect(planProblems(plan)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  const plan: Plan = {
    name: 'lost leases',
    notes: 'Two faults that overlap.\nThe second one is the culprit.\n',
    seed: 42,
    healAtMs: 60_000,
    durationMs: 90_500,
    faults: [
      { atMs: 10_000, forMs: 30_000, fault: { kind: 'partition', sides: [['a', 'b'], { zone: 'z2' }] } },
      {
        atMs: 12_000.015,
        name: 'slow',
        fault: { kind: 'slow-link', from: '*', to: 'node-*', extra: { lognormal: { medianMs: 3, sigma: 0.5 } } },
      },
      { atMs: 20_000, fault: { kind: 'random-halves' } },
    ],
  };

  it('prints YAML that reads like what a person would write', () => {
    expect(printPlan(plan)).toBe(`name: lost leases
notes: |
  Two faults that overlap.
  The second one is the culprit.
seed: 42
duration: 1m30.5s
healAt: 1m
faults:
  - at: 10s
    for: 30s
    partition: {sides: [[a, b], {zone: z2}]}
  - at: 12.000015s
    name: slow
    slow-link: {from: "*", to: node-*, extra: {lognormal: {medianMs: 3, sigma: 0.5}}}
  - at: 20s
    random-halves: {}
`);
  });

  it('prints JSON of the same shape', () => {
    expect(JSON.parse(printPlan(plan, 'json'))).toMatchObject({
      healAt: '1m',
      faults: [{ at: '10s', for: '30s', partition: { sides: [['a', 'b'], { zone: 'z2' }] } }, {}, {}],
    });
  });
});

/** JSON has no -0, and nobody means it. */
function withoutMinusZero(value: number): number {
  return value === 0 ? 0 : value;
}
