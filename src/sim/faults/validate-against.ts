/**
 * A plan held against the world that it is meant for: names that match nothing there, each with the nearest one that
 * would. To be used before a run, because a fault that strikes nothing looks like a system that withstands it.
 *
 * Not found: faults that strike nothing for other reasons, such as a disk whose files are never read.
 */
import { nearestName } from '../kernel/nearest-name.ts';
import { aboutPath, type FieldProblem, type Path } from '../kernel/problem.ts';
import type { Fault } from './fault.ts';
import { isGlob, matchesGlob } from './glob.ts';
import type { Plan } from './plan.ts';
import {
  type HostSelector,
  type HostTerm,
  type ProcessSelector,
  type SelectableHost,
  selectHosts,
  selectProcesses,
  selectsHost,
  splitAddress,
} from './selector.ts';

/** What a plan may speak of. */
export interface PlanWorld {
  readonly hosts: readonly WorldHost[];
  /** Of the form `host/process`. */
  readonly processes: readonly string[];
}

export interface WorldHost extends SelectableHost {
  readonly disks: readonly string[];
}

/** Paths are those of the plan's file: `faults[0].partition.sides[1].zone`. */
export function validateAgainst(plan: Plan, world: PlanWorld): FieldProblem[] {
  return plan.faults.flatMap(({ fault }, index) => faultProblems(fault, ['faults', index, fault.kind], world));
}

function faultProblems(fault: Fault, path: Path, world: PlanWorld): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (fault.kind === 'partition') {
    problems.push(...fault.sides.flatMap((side, index) => hostProblems(side, [...path, 'sides', index], world)));
    problems.push(...overlap(fault.sides, [...path, 'sides'], world));
  }
  if (fault.kind === 'partition-zones') {
    problems.push(...fault.zones.flatMap((zone, index) => zoneProblems(zone, [...path, 'zones', index], world)));
  }
  if ('from' in fault) problems.push(...hostProblems(fault.from, [...path, 'from'], world));
  if ('to' in fault) problems.push(...hostProblems(fault.to, [...path, 'to'], world));
  if ('processes' in fault && fault.processes !== undefined) {
    problems.push(...processProblems(fault.processes, [...path, 'processes'], world));
  }
  if ('hosts' in fault && fault.hosts !== undefined) {
    problems.push(...hostProblems(fault.hosts, [...path, 'hosts'], world));
    if ('disk' in fault) problems.push(...diskProblems(fault.disk, fault.hosts, [...path, 'disk'], world));
  }
  return problems;
}

function hostProblems(selector: HostSelector, path: Path, world: PlanWorld): FieldProblem[] {
  return eachTerm<HostTerm>(selector, path, (term, place) => {
    if (world.hosts.some((host) => selectsHost(term, host))) return [];
    if (typeof term === 'string') return [noMatch(place, 'host', term, namesOf(world.hosts, 'name'))];
    if ('zone' in term) return zoneProblems(term.zone, [...place, 'zone'], world);
    return [noMatch([...place, 'region'], 'region', term.region, namesOf(world.hosts, 'region'))];
  });
}

function zoneProblems(zone: string, path: Path, world: PlanWorld): FieldProblem[] {
  const zones = namesOf(world.hosts, 'zone');
  return zones.some((name) => matchesGlob(zone, name)) ? [] : [noMatch(path, 'zone', zone, zones)];
}

function processProblems(selector: ProcessSelector, path: Path, world: PlanWorld): FieldProblem[] {
  return eachTerm<string>(selector, path, (term, place) => {
    if (selectProcesses(term, world.processes).length > 0) return [];
    const [host, process] = splitAddress(term);
    const onHost = selectProcesses(`${host}/*`, world.processes).map((address) => splitAddress(address)[1]);
    // What is right of the address stays in the suggestion: for "*/etdc" it is "*/etcd".
    if (onHost.length === 0) {
      const hosts = world.processes.map((address) => `${splitAddress(address)[0]}/${process}`);
      return [noMatch(place, 'process', term, [...new Set(hosts)])];
    }
    return [
      noMatch(
        place,
        'process',
        term,
        [...new Set(onHost)].map((name) => `${host}/${name}`),
      ),
    ];
  });
}

function diskProblems(disk: string | undefined, hosts: HostSelector, path: Path, world: PlanWorld): FieldProblem[] {
  const selected = selectHosts(hosts, world.hosts);
  if (disk === undefined || selected.length === 0) return [];
  const names = [...new Set(selected.flatMap((host) => host.disks))];
  return names.some((name) => matchesGlob(disk, name)) ? [] : [noMatch(path, 'disk', disk, names, ' of these hosts')];
}

/** A host cannot be cut from itself; whoever puts it on both sides meant something else. */
function overlap(sides: readonly [HostSelector, HostSelector], path: Path, world: PlanWorld): FieldProblem[] {
  const first = new Set(selectHosts(sides[0], world.hosts));
  const both = selectHosts(sides[1], world.hosts).filter((host) => first.has(host));
  const [host] = both;
  if (host === undefined) return [];
  const found = both.length === 1 ? `"${host.name}"` : `"${host.name}" and ${both.length - 1} more`;
  const expected = 'sides without a common host';
  const message = aboutPath(path, `expected ${expected}; found ${found} on both`);
  return [{ path, place: 'value', found, expected, message }];
}

function noMatch(path: Path, what: string, found: string, names: readonly string[], where = ''): FieldProblem {
  const nearest = nearestName(found, names);
  const says = isGlob(found) ? `no ${what}${where} matches "${found}"` : `no ${what}${where} is called "${found}"`;
  const some = names.length === 0 ? `; there is none` : `; there are ${names.slice(0, 8).join(', ')}`;
  const more = names.length > 8 ? ` and ${names.length - 8} more` : '';
  const message = aboutPath(path, says + (nearest === undefined ? some + more : `; did you mean "${nearest}"?`));
  const expected = `the name of a ${what}`;
  return { path, place: 'value', found, expected, ...(nearest === undefined ? {} : { nearest }), message };
}

/** A selector that is not a list has no index in its path. */
function eachTerm<Term>(
  selector: Term | readonly Term[],
  path: Path,
  check: (term: Term, path: Path) => FieldProblem[],
): FieldProblem[] {
  if (!Array.isArray(selector)) return check(selector as Term, path);
  return (selector as readonly Term[]).flatMap((term, index) => check(term, [...path, index]));
}

function namesOf(hosts: readonly WorldHost[], field: 'name' | 'zone' | 'region'): string[] {
  return [...new Set(hosts.map((host) => host[field]))];
}
