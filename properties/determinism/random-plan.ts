/** A random plan for a given world: any kind of fault, at any time, on anything, alone and on top of one another. */
import { FAULT_CATALOGUE, FAULT_KINDS, type Fault, type FaultKind, type HostSelector, type Plan } from 'wavetank/sim';
import type { Dice } from './dice.ts';
import { randomDistribution } from './random-distribution.ts';

/** What a plan may speak of. */
export interface Place {
  readonly hosts: readonly string[];
  readonly zones: readonly string[];
  readonly regions: readonly string[];
  /** As `host/process`. */
  readonly processes: readonly string[];
}

/** The type sees to it that no kind is forgotten. */
const FAULTS: { readonly [Kind in FaultKind]: (dice: Dice, place: Place) => Extract<Fault, { kind: Kind }> } = {
  partition: (dice, { hosts }) => {
    const middle = dice.whole(1, hosts.length - 1);
    return { kind: 'partition', sides: [hosts.slice(0, middle), hosts.slice(middle)] };
  },
  'partition-one-way': (dice, place) => ({ kind: 'partition-one-way', ...way(dice, place) }),
  isolate: (dice, place) => ({ kind: 'isolate', hosts: hosts(dice, place) }),
  'partition-zones': (dice, { zones }) => ({ kind: 'partition-zones', zones: dice.some(zones) }),
  'random-halves': () => ({ kind: 'random-halves' }),
  'slow-link': (dice, place) => ({
    kind: 'slow-link',
    ...way(dice, place),
    factor: dice.whole(1, 40) / 4,
    ...dice.maybe(50, () => ({ extra: randomDistribution(dice, 5) })),
  }),
  lose: (dice, place) => ({ kind: 'lose', ...way(dice, place), probability: dice.probability() }),
  duplicate: (dice, place) => ({ kind: 'duplicate', ...way(dice, place), probability: dice.probability() }),
  reorder: (dice, place) => ({
    kind: 'reorder',
    ...way(dice, place),
    probability: dice.probability(),
    windowMs: dice.ms(0, 20),
  }),
  clog: (dice, place) => ({ kind: 'clog', ...way(dice, place) }),
  reset: (dice, place) => ({ kind: 'reset', ...way(dice, place) }),
  'half-open': (dice, place) => ({ kind: 'half-open', ...way(dice, place) }),
  crash: (dice, place) => ({ kind: 'crash', processes: processes(dice, place) }),
  'power-off': (dice, place) => ({ kind: 'power-off', hosts: hosts(dice, place) }),
  pause: (dice, place) => ({ kind: 'pause', processes: processes(dice, place) }),
  restart: (dice, place) =>
    dice.percent(50)
      ? { kind: 'restart', processes: processes(dice, place), ...dice.maybe(30, () => ({ hosts: hosts(dice, place) })) }
      : { kind: 'restart', hosts: hosts(dice, place) },
  'clock-step': (dice, place) => ({ kind: 'clock-step', hosts: hosts(dice, place), byMs: dice.ms(-500, 500) }),
  'clock-drift': (dice, place) => ({
    kind: 'clock-drift',
    hosts: hosts(dice, place),
    partsPerMillion: dice.whole(-400_000, 400_000),
  }),
  'disk-slow': (dice, place) => ({
    kind: 'disk-slow',
    hosts: hosts(dice, place),
    factor: dice.whole(1, 40) / 4,
    ...dice.maybe(50, () => ({ extraMs: dice.ms(0, 30) })),
  }),
  'disk-full': (dice, place) => ({ kind: 'disk-full', hosts: hosts(dice, place) }),
  'disk-error': (dice, place) => ({
    kind: 'disk-error',
    hosts: hosts(dice, place),
    operations: dice.some(['read', 'write', 'append', 'fsync', 'rename'] as const),
    probability: dice.probability(),
  }),
  'disk-torn-write': (dice, place) => ({ kind: 'disk-torn-write', hosts: hosts(dice, place) }),
  'disk-bit-rot': (dice, place) => ({
    kind: 'disk-bit-rot',
    hosts: hosts(dice, place),
    bits: dice.whole(1, 5),
    ...dice.maybe(50, () => ({ file: dice.pick(['f*', 'f0', '*']) })),
  }),
  'disk-misdirected-write': (dice, place) => ({
    kind: 'disk-misdirected-write',
    hosts: hosts(dice, place),
    probability: dice.probability(),
  }),
  'disk-lying-fsync': (dice, place) => ({
    kind: 'disk-lying-fsync',
    hosts: hosts(dice, place),
    ...dice.maybe(50, () => ({ probability: dice.probability() })),
  }),
};

/** @param healAtMs when all is mended, if ever; all faults begin before */
export function randomPlan(dice: Dice, place: Place, healAtMs: number | undefined, durationMs: number): Plan {
  const last = (healAtMs ?? durationMs) - 1;
  // Some strike at round times, so that several are due at once.
  const time = () => (dice.percent(25) ? dice.whole(0, Math.floor(last / 50)) * 50 : dice.ms(0, last));
  const faults = dice.list(0, 10, (index) => {
    const kind = dice.pick(FAULT_KINDS);
    const lasts = FAULT_CATALOGUE[kind].ends !== 'at-once' && dice.percent(75);
    return {
      atMs: time(),
      ...(lasts ? { forMs: dice.ms(1, 200) } : {}),
      ...dice.maybe(20, () => ({ name: `fault-${index}` })),
      fault: FAULTS[kind](dice, place),
    };
  });
  return { faults, ...(healAtMs === undefined ? {} : { healAtMs }) };
}

function hosts(dice: Dice, { hosts: names, zones, regions }: Place): HostSelector {
  switch (dice.whole(0, 5)) {
    case 0:
      return { zone: dice.pick(zones) };
    case 1:
      return { region: dice.pick(regions) };
    case 2:
      return '*';
    case 3:
      return dice.some(names);
    default:
      return dice.pick(names);
  }
}

function way(dice: Dice, place: Place): { from: HostSelector; to: HostSelector } {
  return { from: hosts(dice, place), to: hosts(dice, place) };
}

function processes(dice: Dice, { processes: addresses }: Place): string | string[] {
  switch (dice.whole(0, 3)) {
    case 0:
      return '*/*';
    case 1:
      return dice.some(addresses);
    default:
      return dice.pick(addresses);
  }
}
