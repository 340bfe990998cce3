/**
 * A random world from a number: hosts, network, disks, clocks, chatterboxes, a plan of faults, and checks.
 *
 * 1. The same number gives the same world, on every engine.
 * 2. Every world is valid, small (some hundred events) and over soon (`durationMs`).
 * 3. Over many numbers, every kind of fault strikes, every distribution is drawn from, and every method of the context is
 *    called (coverage.test.ts).
 */
import type { HostSpec, NetworkSpec, ProcessSpec, WorldSpec } from 'wavetank/sim';
import type { ChatterArgs } from './chat.ts';
import { chatterboxes } from './chatterbox.ts';
import { Dice } from './dice.ts';
import { randomChecks } from './random-checks.ts';
import { randomDistribution } from './random-distribution.ts';
import { type Place, randomPlan } from './random-plan.ts';

export interface RandomWorld {
  readonly spec: WorldSpec;
  readonly durationMs: number;
}

/** Whole seconds in which there are enough events, and not too many. */
const DURATION_MS = 600;

/** @param options what differs from run to run and must make no difference */
export function randomWorld(number: number, options: Pick<WorldSpec, 'trace' | 'paranoid'> = {}): RandomWorld {
  const dice = new Dice(number);
  const zones = ['z0', 'z1', 'z2'].slice(0, dice.whole(1, 3));
  const regions = ['r0', 'r1'].slice(0, dice.whole(1, 2));
  const names = dice.list(2, 8, (index) => `h${index}`);
  const layout = names.map((name) => ({ name, processes: dice.list(1, 2, (index) => `p${index}`) }));
  const addresses = layout.flatMap(({ name, processes }) => processes.map((process) => `${name}/${process}`));
  const hosts = layout.map(({ name, processes }): HostSpec => {
    return {
      name,
      zone: dice.pick(zones),
      region: dice.pick(regions),
      processes: processes.map((process) => randomProcess(dice, process, names, addresses)),
      ...dice.maybe(60, () => ({ disks: dice.list(1, 2, (index) => randomDisk(dice, `d${index}`)) })),
      ...dice.maybe(50, () => ({
        clock: { offsetMs: dice.ms(-1000, 1000), driftPpm: dice.whole(-1, 1) * dice.whole(0, 100_000) },
      })),
    };
  });
  const place: Place = {
    hosts: names,
    zones: [...new Set(hosts.map(({ zone }) => zone as string))],
    regions: [...new Set(hosts.map(({ region }) => region as string))],
    processes: addresses,
  };
  const healAtMs = dice.percent(80) ? dice.whole(DURATION_MS / 3, DURATION_MS - 100) : undefined;
  return {
    durationMs: DURATION_MS,
    spec: {
      seed: dice.percent(50) ? number : `seed ${number}/~`,
      programs: chatterboxes,
      hosts,
      network: randomNetwork(dice, zones, regions),
      plan: randomPlan(dice, place, healAtMs, DURATION_MS),
      checks: randomChecks(dice, addresses),
      ...dice.maybe(30, () => ({ ties: 'fifo' as const })),
      ...dice.maybe(50, () => ({ requestTimeoutMs: dice.ms(1, 300) })),
      ...options,
    },
  };
}

function randomProcess(dice: Dice, name: string, hosts: readonly string[], addresses: readonly string[]): ProcessSpec {
  const args: ChatterArgs = {
    everyMs: dice.whole(30, 200),
    hosts,
    addresses,
    nested: new Map([[name, { bytes: Uint8Array.of(1, 2, 3), list: [1, [2, [3]]] }]]),
  };
  return {
    name,
    program: dice.pick(['chatterbox', 'chatterbox', 'clerk']),
    args,
    ...dice.maybe(50, () => ({ restart: dice.pick(['always', 'on-failure', 'never'] as const) })),
    ...dice.maybe(70, () => ({
      backoff: { initialMs: dice.ms(1, 50), factor: dice.whole(1, 3), maxMs: 200, resetAfterMs: dice.ms(1, 300) },
    })),
    ...dice.maybe(40, () => ({
      service: {
        time: randomDistribution(dice, 5),
        ...dice.maybe(50, () => ({ servers: dice.whole(1, 3) })),
        ...dice.maybe(60, () => ({ queueLimit: dice.whole(0, 4) })),
      },
    })),
  };
}

function randomDisk(dice: Dice, name: string) {
  return {
    name,
    ...dice.maybe(30, () => ({ capacityBytes: dice.whole(10, 400) })),
    ...dice.maybe(50, () => ({ readLatency: randomDistribution(dice, 5) })),
    ...dice.maybe(50, () => ({ writeLatency: randomDistribution(dice, 5) })),
    ...dice.maybe(50, () => ({ fsyncLatency: randomDistribution(dice, 20) })),
    ...dice.maybe(30, () => ({ bytesPerSecond: dice.whole(1000, 100_000) })),
  };
}

function randomNetwork(dice: Dice, zones: readonly string[], regions: readonly string[]): NetworkSpec {
  const link = (scaleMs: number) => ({
    latency: randomDistribution(dice, scaleMs),
    ...dice.maybe(30, () => ({ loss: dice.probability() / 4 })),
    ...dice.maybe(30, () => ({ duplication: dice.probability() / 2 })),
    ...dice.maybe(30, () => ({ reordering: { probability: dice.probability(), windowMs: dice.ms(0, 10) } })),
    ...dice.maybe(30, () => ({ bytesPerSecond: dice.whole(5_000, 1_000_000) })),
  });
  return {
    ...dice.maybe(50, () => ({ loopback: link(1) })),
    ...dice.maybe(70, () => ({ zone: link(2) })),
    ...dice.maybe(70, () => ({ region: link(5) })),
    ...dice.maybe(90, () => ({ world: link(30) })),
    ...dice.maybe(50, () => ({
      routes: dice.list(1, 2, () => ({
        from: dice.percent(50) ? { zone: dice.pick(zones) } : {},
        to: dice.percent(50) ? { region: dice.pick(regions) } : { zone: dice.pick(zones) },
        ...dice.maybe(50, () => ({ both: false })),
        link: link(10),
      })),
    })),
    ...dice.maybe(50, () => ({ headerBytes: dice.whole(0, 200) })),
    retransmitMs: dice.whole(1, 100),
    breakAfterMs: dice.whole(10, 300),
  };
}
