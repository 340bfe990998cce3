/**
 * A scenario, run: the world is built, its manifests are applied, its steps are taken one after the other, and what came of it
 * is said.
 *
 * 1. All that is done to the world from outside follows from the scenario and from what has happened in the world, so that
 *    the same scenario and seed give the same digest.
 * 2. A step that fails ends the steps: a wait in vain, an assertion that does not hold, a refusal of the API server.
 * 3. The run ends when its steps are done and its duration is over, at `untilMs`, or when it is interrupted.
 */

import { WORKSTATION } from '../../kubernetes/cluster/cluster-spec.ts';
import { clusterWorld } from '../../kubernetes/cluster/cluster-world.ts';
import type { KubectlAction, KubectlCommand, KubectlOutcome } from '../../kubernetes/protocol/kubectl.ts';
import { KUBECTL } from '../../kubernetes/protocol/places.ts';
import { describeFault, type FaultId, formatDuration, type World } from '../../sim/index.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { describeCondition } from '../scenario/describe-condition.ts';
import type { Scenario, Step } from '../scenario/scenario.ts';
import { ClusterMirror } from './cluster-mirror.ts';
import { missingFrom, type Situation, unsettled } from './evaluate-condition.ts';
import { Loads } from './load-counts.ts';
import { type Moment, momentsOf } from './moments.ts';
import { ScenarioChecks } from './scenario-checks.ts';
import type { ScenarioOutcome, StepFailure, StepRecord } from './scenario-outcome.ts';

export interface RunScenarioOptions {
  /** Default: the scenario's. */
  readonly seed?: number | string;
  /** Ends the run at this virtual time, whatever is still to be done. */
  readonly untilMs?: number;
  readonly signal?: AbortSignal;
  /** Called with the world before it begins: the place for observers. */
  readonly onWorld?: (world: World, mirror: ClusterMirror) => void;
  /** Called from time to time. */
  readonly onProgress?: (world: World, mirror: ClusterMirror) => void;
}

/** How long a command to kubectl may take; it tries for a minute itself. */
const COMMAND_WITHIN_MS = 180_000;

export async function runScenario(scenario: Scenario, options: RunScenarioOptions = {}): Promise<ScenarioOutcome> {
  const run = new ScenarioRun(scenario, options);
  return run.run();
}

type StepEnd =
  | { readonly ok: true; readonly lines?: readonly string[] }
  | { readonly ok: false; readonly message: string };

class ScenarioRun {
  readonly #scenario: Scenario;
  readonly #options: RunScenarioOptions;
  readonly #world: World;
  readonly #mirror: ClusterMirror;
  readonly #situation: Situation;
  readonly #loads: Loads;
  readonly #checks: ScenarioChecks;
  readonly #moments: Moment[] = [];
  readonly #steps: StepRecord[] = [];
  readonly #faults = new Map<string, FaultId[]>();
  readonly #outcomes = new Map<number, KubectlOutcome>();
  #commands = 0;
  #interrupted = false;

  constructor(scenario: Scenario, options: RunScenarioOptions) {
    this.#scenario = scenario;
    this.#options = options;
    this.#world = clusterWorld(scenario.cluster, { seed: options.seed ?? scenario.seed });
    this.#mirror = new ClusterMirror(this.#world);
    this.#loads = new Loads(this.#world);
    this.#situation = { mirror: this.#mirror, loadOf: (pod) => this.#loads.ofPod(pod) };
    this.#checks = new ScenarioChecks(scenario.checks, this.#situation);
    this.#mirror.onChange((change) => this.#moments.push(...momentsOf(change)));
    this.#world.observe('note', ({ object, detail, time }) => {
      if (object === 'commit' || object === 'load') this.#checks.look(time);
      if (object === 'kubectl') this.#outcomes.set((detail as KubectlOutcome).id, detail as KubectlOutcome);
    });
    options.onWorld?.(this.#world, this.#mirror);
  }

  async run(): Promise<ScenarioOutcome> {
    const began = performance.now();
    const { manifests, steps, durationMs } = this.#scenario;
    const first: Step = { number: 0, action: { do: 'apply', manifests } };
    let failure: StepFailure | undefined;
    for (const step of manifests.length === 0 ? steps : [first, ...steps]) {
      if (!(await this.#reach(step))) break;
      const from = this.#world.nowMs;
      const end = await this.#take(step);
      if (end === 'over') break;
      const about = { step: step.number, what: describeStep(step), fromMs: from, toMs: this.#world.nowMs };
      this.#steps.push({ ...about, ok: end.ok, lines: end.ok ? (end.lines ?? []) : [] });
      if (end.ok) continue;
      failure = { step: step.number, what: about.what, atMs: about.toMs, message: end.message };
      break;
    }
    if (failure === undefined && durationMs !== undefined) await this.#runTo(durationMs);
    const report = this.#interrupted ? this.#world.report() : await this.#world.finish();
    if (!this.#interrupted) this.#checks.finish(Math.round(this.#world.nowMs * 1000));
    const checksFail = this.#checks.violations.length > 0;
    const failed = failure !== undefined || checksFail || report.verdict === 'fail' || report.panics.length > 0;
    const taken = this.#steps.filter(({ step }) => step > 0).length;
    const { name, description } = this.#scenario;
    const load = this.#loads.total();
    return {
      scenario: name,
      description,
      seed: this.#world.seed,
      verdict: failed ? 'fail' : this.#interrupted ? 'interrupted' : 'pass',
      report,
      checks: this.#checks.report(),
      failure,
      steps: this.#steps,
      stepsLeft: steps.length - taken,
      moments: this.#moments,
      unsettled: unsettled(this.#mirror).map(({ object, missing }) => ({
        kind: object.kind,
        namespace: object.metadata.namespace ?? '',
        name: object.metadata.name,
        missing,
      })),
      objects: this.#mirror.all(),
      ...(load === undefined ? {} : { load }),
      wallSeconds: (performance.now() - began) / 1000,
    };
  }

  /** Lets time pass until a step may begin. False: the run is over before. */
  async #reach({ atMs, afterMs }: Step): Promise<boolean> {
    const target = Math.max(atMs ?? 0, afterMs === undefined ? 0 : this.#world.nowMs + afterMs);
    return target <= this.#world.nowMs || (await this.#runTo(target));
  }

  /** False if the run was ended before. */
  async #runTo(ms: number): Promise<boolean> {
    const { untilMs = Number.POSITIVE_INFINITY } = this.#options;
    return (await this.#advance(Math.min(ms, untilMs))) !== 'aborted' && ms <= untilMs;
  }

  async #advance(untilMs: number, until?: () => boolean): Promise<'done' | 'time' | 'aborted'> {
    const { signal, onProgress } = this.#options;
    const end = await this.#world.run({
      untilMs,
      ...(until === undefined ? {} : { until }),
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress: (world: World) => onProgress(world, this.#mirror) }),
    });
    if (end === 'aborted') {
      this.#interrupted = true;
      return 'aborted';
    }
    return end === 'done' ? 'done' : 'time';
  }

  async #take({ action }: Step): Promise<StepEnd | 'over'> {
    switch (action.do) {
      case 'apply':
        return this.#command({ do: 'apply', objects: objectsOf(action.manifests) });
      case 'delete':
      case 'scale':
      case 'patch':
        return this.#command(action);
      case 'fault': {
        const { fault, forMs, name = '' } = action;
        const id = this.#world.inject(fault, {
          ...(forMs === undefined ? {} : { forMs }),
          ...(name === '' ? {} : { name }),
        });
        this.#faults.set(name, [...(this.#faults.get(name) ?? []), id]);
        return { ok: true };
      }
      case 'heal':
        if (action.name === undefined) this.#world.heal();
        else for (const id of this.#faults.get(action.name) ?? []) this.#world.endFault(id);
        return { ok: true };
      case 'wait':
        return this.#wait(action.condition, action.withinMs);
      case 'assert': {
        const missing = missingFrom(action.condition, this.#situation);
        return missing === undefined ? { ok: true } : { ok: false, message: missing };
      }
      default:
        throw new Error(`No such action: ${JSON.stringify(action satisfies never)}`);
    }
  }

  async #wait(condition: Parameters<typeof missingFrom>[0], withinMs: number): Promise<StepEnd | 'over'> {
    let seen = -1;
    let missing = missingFrom(condition, this.#situation);
    if (missing === undefined) return { ok: true };
    const holds = (): boolean => {
      const version = this.#mirror.version + this.#loads.version;
      if (version === seen) return false;
      seen = version;
      missing = missingFrom(condition, this.#situation);
      return missing === undefined;
    };
    const end = await this.#until(this.#world.nowMs + withinMs, holds);
    if (end !== 'time') return end === 'done' ? { ok: true } : 'over';
    return { ok: false, message: `${missing ?? ''} after ${formatDuration(withinMs * 1000)}` };
  }

  async #command(action: KubectlAction): Promise<StepEnd | 'over'> {
    const id = ++this.#commands;
    this.#world.post(`${WORKSTATION}/${KUBECTL}`, { id, action } satisfies KubectlCommand);
    const end = await this.#until(this.#world.nowMs + COMMAND_WITHIN_MS, () => this.#outcomes.has(id));
    if (end === 'over') return 'over';
    const outcome = this.#outcomes.get(id);
    if (outcome === undefined) return { ok: false, message: 'kubectl has not come to an end' };
    const { errors, lines } = outcome;
    return errors.length === 0 ? { ok: true, lines } : { ok: false, message: errors.join('\n') };
  }

  /** Runs until something holds, at most to a time; `over`: the run itself has ended before. */
  async #until(deadlineMs: number, holds: () => boolean): Promise<'done' | 'time' | 'over'> {
    const { untilMs = Number.POSITIVE_INFINITY } = this.#options;
    const end = await this.#advance(Math.min(deadlineMs, untilMs), holds);
    if (end === 'aborted') return 'over';
    if (end === 'done') return 'done';
    return untilMs < deadlineMs ? 'over' : 'time';
  }
}

function objectsOf(manifests: readonly Manifest[]) {
  return manifests.flatMap(({ objects }) => objects.map(({ object }) => object));
}

function describeStep({ number, action }: Step): string {
  switch (action.do) {
    case 'apply': {
      const { length } = objectsOf(action.manifests);
      return `${number === 0 ? 'apply the manifests' : 'apply'}, ${length} object${length === 1 ? '' : 's'}`;
    }
    case 'delete':
      return `delete ${action.refs.map(({ kind, name }) => `${kind}/${name}`).join(', ')}`;
    case 'scale':
      return `scale ${action.ref.kind}/${action.ref.name} to ${action.replicas}`;
    case 'patch':
      return `patch ${action.ref.kind}/${action.ref.name}`;
    case 'fault':
      return describeFault(action.fault);
    case 'heal':
      return action.name === undefined ? 'heal all' : `heal ${action.name}`;
    case 'wait':
      return `wait until ${describeCondition(action.condition)}`;
    case 'assert':
      return `assert that ${describeCondition(action.condition)}`;
    default:
      throw new Error(`No such action: ${JSON.stringify(action satisfies never)}`);
  }
}
