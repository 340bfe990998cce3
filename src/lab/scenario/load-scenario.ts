/**
 * A scenario from its file, with the manifests that it names, or an error with everything that is wrong: each mistake with
 * file, line and column, what was expected, and the nearest valid name.
 *
 * A file that holds Kubernetes manifests instead of a scenario becomes one: these manifests on a cluster of three nodes,
 * until they settle.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { ClusterSpec } from '../../kubernetes/cluster/cluster-spec.ts';
import { clusterHosts } from '../../kubernetes/cluster/cluster-world.ts';
import { nodeNamedTwice } from '../../kubernetes/cluster/node-plans.ts';
import {
  checkSchema,
  type FieldProblem,
  formatProblem,
  inFileOrder,
  type LocatedDocument,
  locateProblem,
  type Problem,
  parseYaml,
  validateAgainst,
} from '../../sim/index.ts';
import { fileProblem } from '../file-problem.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { parseManifests, readObjects } from '../manifests/parse-manifests.ts';
import { applyOverrides, type Override, overrideFor } from './overrides.ts';
import {
  DEFAULT_SEED,
  DEFAULT_WITHIN_MS,
  type Scenario,
  type ScenarioCheck,
  type Step,
  type StepAction,
} from './scenario.ts';
import {
  type CheckFile,
  type ManifestSource,
  type ScenarioFile,
  type StepFile,
  scenarioFileSchema,
} from './scenario-schema.ts';

/** A scenario that cannot be used. Its message has a line `file:line:column message` for each problem. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

export interface LoadOptions {
  /** `path=value`, each replaces a field of the scenario. */
  readonly overrides?: readonly Override[];
  /** Reads a file; for tests. */
  readonly read?: (path: string) => string;
}

export const DEFAULT_CLUSTER: ClusterSpec = { nodes: [{ name: 'node', count: 3 }] };
/** How long the manifests of a bare file have to settle. */
export const SETTLE_WITHIN_MS = 600_000;

/** @throws ScenarioError */
export function loadScenario(file: string, { overrides = [], read = readText }: LoadOptions = {}): Scenario {
  const text = readOr(file, read, () => [{ file, line: 1, column: 1 }]);
  const { documents, problems: syntax } = parseYaml(text);
  if (isManifest(documents)) return fromManifests(file, text, overrides);
  const [document, second] = documents;
  const problems: Problem[] = syntax.map((problem) => ({ file, ...problem }));
  if (document === undefined) {
    if (problems.length === 0) problems.push(at(file, 1, 1, 'the file is empty; expected a scenario or manifests.'));
    throw new ScenarioError(problems);
  }
  if (second !== undefined) {
    const { line, column } = second.positionOf([], 'value');
    problems.push(at(file, line, column, 'a second document begins here (after ---); a file holds one scenario.'));
  }
  const changed = applyOverrides(document.value, overrides);
  problems.push(...changed.problems);
  const locate = (problem: FieldProblem): Problem => {
    const override = overrideFor(problem.path, overrides);
    return override === undefined
      ? locateProblem(problem, document, file)
      : { ...locateProblem(problem, document, file), file: `--set ${override.text}`, line: 1, column: 1 };
  };
  const checked = checkSchema(scenarioFileSchema, changed.value);
  if (!checked.ok) {
    problems.push(...checked.problems.map(locate));
    // Manifests are read all the same, so that all mistakes show at once.
    problems.push(...readSources(sourcesIn(changed.value), document, file, read).problems);
    throw new ScenarioError(sorted(problems, file));
  }
  const scenario = toScenario(checked.value, document, file, read, problems);
  problems.push(...faultProblems(scenario).map(locate));
  if (problems.length > 0) throw new ScenarioError(sorted(problems, file));
  return scenario;
}

function toScenario(
  written: ScenarioFile,
  document: LocatedDocument,
  file: string,
  read: (path: string) => string,
  problems: Problem[],
): Scenario {
  const load = (sources: readonly ManifestSource[], path: readonly (string | number)[]): Manifest[] => {
    const loaded = readSources(
      sources.map((source, index) => ({ source, path: pathOf(path, index, sources, document) })),
      document,
      file,
      read,
    );
    problems.push(...loaded.problems);
    return loaded.manifests;
  };
  const { name, description = '', seed = DEFAULT_SEED, cluster = DEFAULT_CLUSTER, duration } = written;
  const twice = nodeNamedTwice(cluster);
  if (twice !== undefined) {
    const message = `cluster.nodes: two nodes are called "${twice}".`;
    problems.push({ ...located(document, file, ['cluster', 'nodes']), message });
  }
  return {
    name: name ?? basename(file).replace(/\.ya?ml$|\.json$/, ''),
    description,
    seed,
    cluster,
    manifests: load(written.manifests ?? [], ['manifests']),
    steps: (written.steps ?? []).map((step, index) => toStep(step, index, load)),
    checks: (written.checks ?? []).map(toCheck),
    ...(duration === undefined ? {} : { durationMs: duration }),
  };
}

function toCheck({ name, from, always, eventually, sometimes }: CheckFile): ScenarioCheck {
  if (eventually !== undefined) return { name, kind: 'eventually', condition: eventually };
  if (sometimes !== undefined) return { name, kind: 'sometimes', condition: sometimes };
  if (always === undefined) throw new Error('A check without a condition passed its check.');
  return { name, kind: 'always', condition: always, ...(from === undefined ? {} : { fromMs: from }) };
}

function toStep(
  step: StepFile,
  index: number,
  load: (sources: readonly ManifestSource[], path: readonly (string | number)[]) => Manifest[],
): Step {
  const { at: atMs, after: afterMs } = step;
  return {
    number: index + 1,
    ...(atMs === undefined ? {} : { atMs }),
    ...(afterMs === undefined ? {} : { afterMs }),
    action: toAction(step, (sources) => load(sources, ['steps', index, 'apply'])),
  };
}

function toAction(step: StepFile, load: (sources: readonly ManifestSource[]) => Manifest[]): StepAction {
  const { apply, scale, patch, fault, heal, wait, assert, within = DEFAULT_WITHIN_MS } = step;
  if (apply !== undefined) return { do: 'apply', manifests: load(apply) };
  if (step.delete !== undefined) {
    if (!('of' in step.delete)) return { do: 'delete', refs: step.delete };
    const { of: refs, ...options } = step.delete;
    return { do: 'delete', refs, options };
  }
  if (scale !== undefined) return { do: 'scale', ref: scale.of, replicas: scale.to };
  if (patch !== undefined) {
    return { do: 'patch', ref: patch.of, patchType: patch.type ?? 'strategic', patch: patch.with };
  }
  if (fault !== undefined) {
    const { for: forMs, name } = step;
    return { do: 'fault', fault, ...(forMs === undefined ? {} : { forMs }), ...(name === undefined ? {} : { name }) };
  }
  if (heal !== undefined) return heal === 'all' ? { do: 'heal' } : { do: 'heal', name: heal };
  if (wait !== undefined) return { do: 'wait', condition: wait, withinMs: within };
  if (assert !== undefined) return { do: 'assert', condition: assert };
  throw new Error('A step without an action passed its check.');
}

/** Names in faults that match no host or process, and heals of faults that no step has struck with. */
function faultProblems({ cluster, steps }: Scenario): FieldProblem[] {
  if (nodeNamedTwice(cluster) !== undefined) return [];
  const hosts = clusterHosts(cluster);
  const world = {
    hosts: hosts.map(({ name, zone = '', region = '', disks }) => {
      return { name, zone, region, disks: (disks ?? [{ name: 'disk' }]).map((disk) => disk.name) };
    }),
    processes: hosts.flatMap(({ name, processes = [] }) => processes.map((process) => `${name}/${process.name}`)),
  };
  const names = new Set(steps.flatMap(({ action }) => (action.do === 'fault' ? (action.name ?? []) : [])));
  return steps.flatMap(({ action, number }): FieldProblem[] => {
    if (action.do === 'heal' && action.name !== undefined && !names.has(action.name)) {
      const message = `steps[${number - 1}].heal: no step strikes with a fault named "${action.name}"; names are ${[...names].join(', ') || 'given with name:'}.`;
      return [
        { path: ['steps', number - 1, 'heal'], place: 'value', found: action.name, expected: 'a fault', message },
      ];
    }
    if (action.do !== 'fault') return [];
    const found = validateAgainst({ faults: [{ atMs: 0, fault: action.fault }] }, world);
    // There they are called faults[0].KIND…
    return found.map((problem) => ({
      ...problem,
      path: ['steps', number - 1, 'fault', ...problem.path.slice(2)],
      message: problem.message.replace('faults[0]', `steps[${number - 1}].fault`),
    }));
  });
}

interface LocatedSource {
  readonly source: ManifestSource;
  readonly path: readonly (string | number)[];
}

function readSources(
  sources: readonly LocatedSource[],
  document: LocatedDocument,
  file: string,
  read: (path: string) => string,
): { manifests: Manifest[]; problems: Problem[] } {
  const manifests: Manifest[] = [];
  const problems: Problem[] = [];
  for (const { source, path } of sources) {
    if (typeof source !== 'string') {
      const inline = readObjects(source.inline, document, [...path, 'inline'], file);
      manifests.push({ source: file, objects: inline.objects });
      problems.push(...inline.problems);
      continue;
    }
    const target = isAbsolute(source) ? source : join(dirname(file), source);
    try {
      const parsed = parseManifests(read(target), target);
      manifests.push(parsed.manifest);
      problems.push(...parsed.problems);
    } catch (error) {
      const message = `${source}: the manifests cannot be read: ${fileProblem(error)} (${target}).`;
      problems.push({ ...located(document, file, path), message });
    }
  }
  return { manifests, problems };
}

/** The sources in a value that did not pass the schema, as far as they look like some. */
function sourcesIn(value: unknown): LocatedSource[] {
  if (typeof value !== 'object' || value === null) return [];
  const { manifests } = value as { manifests?: unknown };
  const list: readonly unknown[] = Array.isArray(manifests) ? manifests : [manifests];
  return list.flatMap((source, index): LocatedSource[] => {
    const path = Array.isArray(manifests) ? ['manifests', index] : ['manifests'];
    if (typeof source === 'string' && source !== '') return [{ source, path }];
    return typeof source === 'object' && source !== null && 'inline' in source
      ? [{ source: source as { inline: unknown }, path }]
      : [];
  });
}

/** A single source stands at the path itself, one of a list below it. */
function pathOf(
  path: readonly (string | number)[],
  index: number,
  sources: readonly ManifestSource[],
  document: LocatedDocument,
): readonly (string | number)[] {
  let value: unknown = document.value;
  for (const step of path) value = (value as Record<string | number, unknown> | undefined)?.[step];
  return Array.isArray(value) || sources.length > 1 ? [...path, index] : path;
}

function fromManifests(file: string, text: string, overrides: readonly Override[]): Scenario {
  const { manifest, problems } = parseManifests(text, file);
  const base: ScenarioFile = { cluster: DEFAULT_CLUSTER };
  const changed = applyOverrides(base, overrides);
  const checked = checkSchema(scenarioFileSchema, changed.value);
  const all = [...problems, ...changed.problems];
  if (!checked.ok) {
    all.push(
      ...checked.problems.map((p) => ({
        ...p,
        file: `--set ${overrideFor(p.path, overrides)?.text ?? ''}`,
        line: 1,
        column: 1,
      })),
    );
  }
  if (all.length > 0 || !checked.ok) throw new ScenarioError(all);
  return {
    name: basename(file).replace(/\.ya?ml$|\.json$/, ''),
    description: 'These manifests on a cluster of three nodes, until they settle.',
    seed: checked.value.seed ?? DEFAULT_SEED,
    cluster: checked.value.cluster ?? DEFAULT_CLUSTER,
    manifests: [manifest],
    steps: [{ number: 1, action: { do: 'wait', condition: { kind: 'settled' }, withinMs: SETTLE_WITHIN_MS } }],
    checks: [],
    ...(checked.value.duration === undefined ? {} : { durationMs: checked.value.duration }),
  };
}

/** A file of Kubernetes objects: some document of it says what kind of object it is. */
function isManifest(documents: readonly LocatedDocument[]): boolean {
  return documents.some(
    ({ value }) => typeof value === 'object' && value !== null && ('apiVersion' in value || 'kind' in value),
  );
}

function readText(path: string): string {
  return readFileSync(path, 'utf8');
}

function readOr(
  file: string,
  read: (path: string) => string,
  where: () => { file: string; line: number; column: number }[],
): string {
  try {
    return read(file);
  } catch (error) {
    throw new ScenarioError(where().map(({ line, column }) => at(file, line, column, `${fileProblem(error)}.`)));
  }
}

/** Those of the scenario's own file in their order, then those of the others. */
function sorted(problems: readonly Problem[], file: string): Problem[] {
  const own = problems.filter((problem) => problem.file === file);
  return [...inFileOrder(own), ...problems.filter((problem) => problem.file !== file)];
}

function located(document: LocatedDocument, file: string, path: readonly (string | number)[]): Problem {
  return { ...at(file, 1, 1, ''), ...document.positionOf(path, 'value') };
}

function at(file: string, line: number, column: number, message: string): Problem {
  return { file, line, column, found: '', expected: '', message };
}
