/** `wavetank run`: runs a scenario, or plain manifests on a default cluster, and says what came of it. */

import type { Pod } from '../kubernetes/api/object.ts';
import { formatWarning, selectorWarnings } from '../lab/manifests/selector-warnings.ts';
import type { ClusterMirror } from '../lab/run/cluster-mirror.ts';
import { runScenario } from '../lab/run/run-scenario.ts';
import type { ScenarioOutcome } from '../lab/run/scenario-outcome.ts';
import { podsByPhase } from '../lab/run/workloads.ts';
import { loadScenario, ScenarioError } from '../lab/scenario/load-scenario.ts';
import { type Override, parseOverride } from '../lab/scenario/overrides.ts';
import type { Scenario } from '../lab/scenario/scenario.ts';
import { EVENT_KINDS, type World } from '../sim/index.ts';
import { Highlights } from './highlights.ts';
import { parseDurationOption, parseSeed } from './options.ts';
import { Progress } from './progress.ts';
import { jsonRun } from './render-json.ts';
import { renderRun } from './render-run.ts';
import { counted, shellWord } from './render-words.ts';
import type { RunOptions } from './run-options.ts';
import { StateFile } from './state-file.ts';
import type { Terminal } from './terminal.ts';
import { TraceFile } from './trace-file.ts';
import { UserError } from './user-error.ts';

/** Returns the exit code: 0 passed, 1 failed, 130 interrupted. @throws UserError */
export async function runCommand(file: string, options: RunOptions, terminal: Terminal): Promise<number> {
  const given = options.seed === undefined ? undefined : parseSeed(options.seed);
  const untilMs = options.until === undefined ? undefined : parseDurationOption(options.until, '--until');
  const scenario = load(file, (options.set ?? []).map(overrideOf));
  const seed = given ?? scenario.seed;
  for (const warning of selectorWarnings(scenario.manifests)) terminal.error(`${formatWarning(warning)}\n`);
  const state = options.state === undefined ? undefined : new StateFile(options.state);
  const trace = options.trace === undefined ? undefined : new TraceFile(options.trace);
  const progress = new Progress(terminal);
  const abort = new AbortController();
  const stopListening = terminal.onInterrupt(() => abort.abort());
  let highlights: Highlights | undefined;
  try {
    const outcome = await runScenario(scenario, {
      seed,
      signal: abort.signal,
      ...(untilMs === undefined ? {} : { untilMs }),
      onWorld: (world) => {
        highlights = new Highlights(world);
        if (trace !== undefined) record(world, trace);
      },
      onProgress: (world, mirror) => progress.update(world, `seed ${seed}`, phases(mirror)),
    });
    progress.clear();
    trace?.complete();
    state?.write(outcome.objects);
    const replay = replayCommand(file, options, seed);
    terminal.out(
      options.json === true
        ? `${JSON.stringify(jsonRun(outcome))}\n`
        : renderRun(
            outcome,
            { highlights: highlights?.entries ?? [], causes: highlights?.causes ?? new Map(), replay, options },
            terminal.colors,
          ),
    );
    return exitCode(outcome);
  } finally {
    progress.clear();
    stopListening();
    trace?.discard();
  }
}

function exitCode({ verdict }: ScenarioOutcome): number {
  return { pass: 0, fail: 1, interrupted: 130 }[verdict];
}

function load(file: string, overrides: readonly Override[]): Scenario {
  try {
    return loadScenario(file, { overrides });
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const { length } = error.problems;
    throw new UserError(`${file} cannot be run${length === 1 ? '' : `, for ${length} reasons`}:\n${error.message}`);
  }
}

function overrideOf(text: string): Override {
  const parsed = parseOverride(text);
  if (parsed.ok) return parsed.override;
  throw new UserError(`--set ${text}: ${parsed.problem}.`);
}

/** `12 pods: 9 Running, 3 Pending`. */
function phases(mirror: ClusterMirror): string {
  const pods = mirror.ofKind<Pod>('Pod');
  if (pods.length === 0) return 'no pods yet';
  const parts = [...podsByPhase(pods)].map(([phase, count]) => `${count} ${phase}`);
  return `${counted(pods.length, 'pod')}: ${parts.join(', ')}`;
}

function record(world: World, trace: TraceFile): void {
  for (const event of world.trace()) trace.add(event);
  for (const kind of EVENT_KINDS) world.observe(kind, (event) => trace.add(event));
}

function replayCommand(file: string, { set = [], until }: RunOptions, seed: number | string): string {
  const words = ['wavetank', 'run', file];
  if (typeof seed === 'number') words.push('--seed', String(seed));
  for (const text of set) words.push('--set', text);
  if (until !== undefined) words.push('--until', until);
  return words.map(shellWord).join(' ');
}
