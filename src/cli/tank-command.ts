/** `wavetank tank`: runs a tank under one seed or many, and says what came of it. */
import type { Assignment } from './assignment.ts';
import { loadPlan } from './load-plan.ts';
import { inTank, loadTank } from './load-tank.ts';
import { parseDurationOption, parseSeed, parseSeeds } from './options.ts';
import { Progress } from './progress.ts';
import { jsonOutcome } from './render-json.ts';
import { renderOutcome } from './render-outcome.ts';
import { shellWord } from './render-words.ts';
import { runTank, type TankRun } from './run-tank.ts';
import { runSeeds } from './seeds-command.ts';
import type { Terminal } from './terminal.ts';
import { UserError } from './user-error.ts';

/** As commander hands them over. */
export interface TankOptions {
  readonly seed?: string;
  readonly seeds?: string;
  readonly for?: string;
  readonly plan?: string;
  readonly trace?: string;
  readonly json?: boolean;
}

const DEFAULT_SEED = 1;

/** Returns the exit code: 0 passed, 1 failed, 130 interrupted. @throws UserError */
export async function tankCommand(module: string, options: TankOptions, terminal: Terminal): Promise<number> {
  if (options.seed !== undefined && options.seeds !== undefined) {
    throw new UserError('--seed and --seeds: expected one of the two, found both.');
  }
  if (options.seeds !== undefined && options.trace !== undefined) {
    throw new UserError('--trace writes one run: use it with --seed, on the seed that failed.');
  }
  const seeds = options.seeds === undefined ? undefined : parseSeeds(options.seeds);
  const seed = options.seed === undefined ? undefined : parseSeed(options.seed);
  const forMs = options.for === undefined ? undefined : parseDurationOption(options.for, '--for');
  const tank = await loadTank(module);
  const firstSeed = seed ?? seeds?.from ?? DEFAULT_SEED;
  const plan =
    options.plan === undefined
      ? undefined
      : loadPlan(
          options.plan,
          inTank(module, 'tank.world', () => tank.world(firstSeed)),
        );
  const assignment: Assignment = {
    module,
    tank,
    plan,
    forMs: forMs ?? plan?.durationMs ?? tank.forMs,
    replay: (replayed) => replayCommand(module, options, replayed),
  };
  const abort = new AbortController();
  const stopListening = terminal.onInterrupt(() => abort.abort());
  try {
    return seeds === undefined
      ? await runOne(assignment, seed ?? plan?.seed ?? DEFAULT_SEED, options, abort.signal, terminal)
      : await runSeeds(assignment, seeds, options.json === true, abort.signal, terminal);
  } finally {
    stopListening();
  }
}

async function runOne(
  assignment: Assignment,
  seed: number | string,
  { trace, json }: TankOptions,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<number> {
  const progress = new Progress(terminal);
  const run: TankRun = {
    ...assignment,
    seed,
    trace,
    signal,
    onProgress: (world) => progress.update(world, `seed ${seed}`),
  };
  const outcome = await runTank(run).finally(() => progress.clear());
  const { tank, replay } = assignment;
  terminal.out(
    json === true
      ? `${JSON.stringify(jsonOutcome(tank.name, outcome))}\n`
      : renderOutcome(outcome, run, replay(seed), terminal.colors),
  );
  if (signal.aborted) return 130;
  return outcome.verdict === 'fail' ? 1 : 0;
}

/** A seed that is a text can only have come from the plan, which says it again. */
function replayCommand(module: string, options: TankOptions, seed: number | string): string {
  const words = ['wavetank', 'tank', module];
  if (options.plan !== undefined) words.push('--plan', options.plan);
  if (options.for !== undefined) words.push('--for', options.for);
  if (typeof seed === 'number') words.push('--seed', String(seed));
  return words.map(shellWord).join(' ');
}
