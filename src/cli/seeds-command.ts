/** `wavetank tank --seeds`: many runs, one line for each that failed, and what all of them together have shown. */
import { describeFault } from '../sim/index.ts';
import type { Assignment } from './assignment.ts';
import type { SeedRange } from './options.ts';
import { Progress } from './progress.ts';
import { jsonOutcome } from './render-json.ts';
import { counted, type Paint } from './render-words.ts';
import { runTank, type TankOutcome } from './run-tank.ts';
import type { Terminal } from './terminal.ts';

/** What is known after some of the runs. */
class Tally {
  passed = 0;
  readonly failures: TankOutcome[] = [];
  events = 0;
  virtualMs = 0;
  panics = 0;
  readonly #began = performance.now();
  /** Sometimes-checks, and whether any run has reached them. */
  readonly #reached = new Map<string, boolean>();
  /** Faults, and whether they have touched anything in any run. */
  readonly #effective = new Map<string, boolean>();

  add(outcome: TankOutcome): void {
    const { verdict, report } = outcome;
    if (verdict === 'fail') this.failures.push(outcome);
    else this.passed++;
    this.events += report.events;
    this.virtualMs += report.virtualMs;
    this.panics += report.panics.length;
    for (const { kind, name, status } of report.checks) {
      if (kind === 'sometimes') note(this.#reached, name, status === 'reached');
    }
    for (const { name, fault, witness } of report.faults) {
      note(this.#effective, `${name === undefined ? '' : `${name}: `}${describeFault(fault)}`, witness > 0);
    }
  }

  get runs(): number {
    return this.passed + this.failures.length;
  }

  get wallSeconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  get neverReached(): string[] {
    return [...this.#reached].filter(([, reached]) => !reached).map(([name]) => name);
  }

  get neverEffective(): string[] {
    return [...this.#effective].filter(([, effective]) => !effective).map(([fault]) => fault);
  }
}

function note(map: Map<string, boolean>, key: string, yes: boolean): void {
  map.set(key, yes || map.get(key) === true);
}

/** Returns the exit code. */
export async function runSeeds(
  assignment: Assignment,
  { from, to }: SeedRange,
  json: boolean,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<number> {
  const { tank } = assignment;
  const { colors } = terminal;
  const progress = new Progress(terminal);
  const tally = new Tally();
  if (!json) terminal.out(`${colors.bold(tank.name)}  ${tank.about}\n${colors.dim(`seeds ${from}..${to}`)}\n\n`);
  for (let seed = from; seed <= to && !signal.aborted; seed++) {
    const label = `seed ${seed} of ${from}..${to}, ${tally.failures.length} failed`;
    const outcome = await runTank({
      ...assignment,
      seed,
      signal,
      onProgress: (world) => progress.update(world, label),
    }).finally(() => progress.clear());
    // A run that was broken off says nothing, unless it had failed already.
    if (outcome.verdict !== 'interrupted') tally.add(outcome);
    if (outcome.verdict === 'fail' && !json) terminal.out(failureLine(outcome, assignment, colors));
  }
  terminal.out(
    json
      ? `${JSON.stringify(jsonTally(assignment, { from, to }, tally, signal.aborted))}\n`
      : summary(tally, { from, to }, assignment, signal.aborted, colors),
  );
  if (signal.aborted) return 130;
  return tally.failures.length > 0 ? 1 : 0;
}

function failureLine({ seed, report }: TankOutcome, { replay }: Assignment, { red, dim, bold }: Paint): string {
  const [first] = report.violations;
  const more = report.violations.length > 1 ? ` (and ${report.violations.length - 1} more)` : '';
  return `${red('✘')} seed ${seed}  ${bold(first?.check ?? '')}: ${first?.message ?? ''}${more}  ${dim(replay(seed))}\n`;
}

function summary(
  tally: Tally,
  { from, to }: SeedRange,
  { replay }: Assignment,
  interrupted: boolean,
  colors: Paint,
): string {
  const { runs, passed, failures, wallSeconds, events, virtualMs, panics, neverReached, neverEffective } = tally;
  const lines: string[] = failures.length > 0 ? [''] : [];
  const verdict =
    failures.length > 0 ? colors.red('FAIL') : interrupted ? colors.yellow('INTERRUPTED') : colors.green('PASS');
  lines.push(
    `${colors.bold(verdict)}  ${counted(runs, 'run')}: ${counted(passed)} passed, ${counted(failures.length)} failed`,
  );
  if (interrupted) lines.push(colors.yellow(`  interrupted: ${counted(to - from + 1 - runs, 'seed')} left`));
  lines.push(
    `  ran      ${counted(Math.round(virtualMs / 1000))} s of virtual time in ${wallSeconds.toFixed(2)} s, ${counted(events, 'event')}`,
  );
  if (panics > 0) lines.push(colors.yellow(`  panics   ${counted(panics)} in all runs together`));
  for (const name of neverReached) lines.push(`  ${colors.yellow('○')} never reached by any seed: ${name}`);
  for (const fault of neverEffective) lines.push(`  ${colors.yellow('!')} never touched anything: ${fault}`);
  const [first] = failures;
  if (first !== undefined) lines.push(`  replay   ${colors.bold(replay(first.seed))}`);
  return `${lines.join('\n')}\n`;
}

function jsonTally({ tank }: Assignment, { from, to }: SeedRange, tally: Tally, interrupted: boolean) {
  const { runs, passed, failures, wallSeconds, events, virtualMs, neverReached, neverEffective } = tally;
  return {
    tank: tank.name,
    seeds: { from, to },
    verdict: failures.length > 0 ? 'fail' : interrupted ? 'interrupted' : 'pass',
    runs,
    passed,
    failed: failures.length,
    virtualSeconds: virtualMs / 1000,
    wallSeconds,
    events,
    neverReached,
    neverEffective,
    failures: failures.map((outcome) => jsonOutcome(tank.name, outcome)),
  };
}
