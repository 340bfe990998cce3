/** What is wrong with a world's spec, all of it at once, before anything is built. */

import { DEFAULT_DISK } from '../disk/disk-spec.ts';
import { planProblems } from '../faults/plan-file.ts';
import { validateAgainst } from '../faults/validate-against.ts';
import { isName } from '../kernel/address.ts';
import { validateDistribution } from '../kernel/distribution.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import { assertPlain } from '../kernel/plain-data.ts';
import { formatPath } from '../kernel/problem.ts';
import type { ProcessSpec } from '../kernel/process-spec.ts';
import type { LinkSpec, NetworkSpec } from '../network/network-spec.ts';
import { DEFAULT_REGION, DEFAULT_ZONE, type WorldSpec } from './world-spec.ts';

/** A spec from which no world can be built. `problems` are sentences, each with its place in the spec. */
export class WorldSpecError extends Error {
  override readonly name = 'WorldSpecError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The world cannot be built:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** @throws WorldSpecError */
export function checkWorldSpec(spec: WorldSpec): void {
  const problems = [...hostProblems(spec), ...networkProblems(spec.network ?? {}), ...optionProblems(spec)];
  if (problems.length === 0 && spec.plan !== undefined) {
    const world = {
      hosts: spec.hosts.map(({ name, zone = DEFAULT_ZONE, region = DEFAULT_REGION, disks = [DEFAULT_DISK] }) => ({
        name,
        zone,
        region,
        disks: disks.map((disk) => disk.name),
      })),
      processes: spec.hosts.flatMap(({ name, processes = [] }) => processes.map((each) => `${name}/${each.name}`)),
    };
    const wrong = planProblems(spec.plan);
    for (const { path, message } of wrong.length > 0 ? wrong : validateAgainst(spec.plan, world)) {
      problems.push(message.startsWith(formatPath(path)) ? `plan: ${message}` : `plan.${formatPath(path)}: ${message}`);
    }
  }
  if (problems.length > 0) throw new WorldSpecError(problems);
}

function hostProblems(spec: WorldSpec): string[] {
  const problems: string[] = [];
  if (spec.hosts.length === 0) problems.push('hosts: a world has at least one host.');
  const names = new Set<string>();
  spec.hosts.forEach((host, index) => {
    const path = `hosts[${index}]`;
    if (!isName(host.name)) problems.push(`${path}.name: ${JSON.stringify(host.name)} is not a name.`);
    if (names.has(host.name)) problems.push(`${path}.name: there is a host named "${host.name}" already.`);
    names.add(host.name);
    const processes = new Set<string>();
    (host.processes ?? []).forEach((process, at) => {
      const place = `${path}.processes[${at}]`;
      if (processes.has(process.name)) problems.push(`${place}.name: "${process.name}" is taken on ${host.name}.`);
      processes.add(process.name);
      problems.push(...processProblems(process, place, spec.programs));
    });
    (host.disks ?? []).forEach((disk, at) => {
      for (const field of ['readLatency', 'writeLatency', 'fsyncLatency'] as const) {
        if (disk[field] !== undefined)
          problems.push(...validateDistribution(disk[field], `${path}.disks[${at}].${field}`));
      }
    });
    const drift = host.clock?.driftPpm;
    if (drift !== undefined && !(Number.isInteger(drift) && Math.abs(drift) <= 500_000)) {
      problems.push(`${path}.clock.driftPpm: ${drift} is not a whole number from -500000 to 500000.`);
    }
  });
  return problems;
}

function processProblems(process: ProcessSpec, path: string, programs: WorldSpec['programs']): string[] {
  const problems: string[] = [];
  if (!isName(process.name)) problems.push(`${path}.name: ${JSON.stringify(process.name)} is not a name.`);
  if (!Object.hasOwn(programs, process.program)) {
    const near = nearestName(process.program, Object.keys(programs));
    const hint = near === undefined ? '' : `; did you mean "${near}"?`;
    problems.push(`${path}.program: there is no program "${process.program}"${hint}`);
  }
  try {
    assertPlain(process.args, `${path}.args`);
  } catch (error) {
    problems.push((error as Error).message);
  }
  const { service } = process;
  if (service !== undefined) {
    problems.push(...validateDistribution(service.time, `${path}.service.time`));
    for (const field of ['servers', 'queueLimit'] as const) {
      const value = service[field];
      const least = field === 'servers' ? 1 : 0;
      if (value !== undefined && !(Number.isInteger(value) && value >= least)) {
        problems.push(`${path}.service.${field}: ${value} is not a whole number of at least ${least}.`);
      }
    }
  }
  return problems;
}

function networkProblems(network: NetworkSpec): string[] {
  const problems: string[] = [];
  const links: [string, LinkSpec | undefined][] = [
    ['loopback', network.loopback],
    ['zone', network.zone],
    ['region', network.region],
    ['world', network.world],
    ...(network.routes ?? []).map(({ link }, index): [string, LinkSpec] => [`routes[${index}].link`, link]),
  ];
  for (const [name, link] of links) {
    if (link === undefined) continue;
    problems.push(...validateDistribution(link.latency, `network.${name}.latency`));
    for (const field of ['loss', 'duplication'] as const) {
      const value = link[field];
      if (value !== undefined && !(value >= 0 && value <= 1)) {
        problems.push(`network.${name}.${field}: ${value} is not a probability from 0 to 1.`);
      }
    }
    if (link.bytesPerSecond !== undefined && !(link.bytesPerSecond > 0)) {
      problems.push(`network.${name}.bytesPerSecond: ${link.bytesPerSecond} is not above 0.`);
    }
  }
  return problems;
}

function optionProblems(spec: WorldSpec): string[] {
  const problems: string[] = [];
  if (typeof spec.seed !== 'number' && typeof spec.seed !== 'string') {
    problems.push('seed: expected a number or a text.');
  }
  const capacity = spec.trace?.capacity;
  if (capacity !== undefined && !(Number.isInteger(capacity) && capacity > 0 && (capacity & (capacity - 1)) === 0)) {
    problems.push(`trace.capacity: ${capacity} is not a power of two.`);
  }
  if (spec.requestTimeoutMs !== undefined && !(spec.requestTimeoutMs > 0)) {
    problems.push(`requestTimeoutMs: ${spec.requestTimeoutMs} is not above 0.`);
  }
  return problems;
}
