/** A scenario's run as text for people: what mattered, how the checks stand, the verdict, and how to see it again. */
import type { Moment } from '../lab/run/moments.ts';
import type { ScenarioOutcome, StepRecord } from '../lab/run/scenario-outcome.ts';
import { formatDuration, type TraceEvent } from '../sim/index.ts';
import type { Chain, Highlights } from './highlights.ts';
import { renderChecks, renderPanics, renderWithoutEffect } from './render-outcome.ts';
import { counted, type Paint } from './render-words.ts';
import type { RunOptions } from './run-options.ts';

/** What a run has besides its outcome. */
export interface RunContext {
  readonly highlights: Highlights['entries'];
  readonly causes: ReadonlyMap<string, Chain>;
  /** The command that repeats the run. */
  readonly replay: string;
  readonly options: RunOptions;
}

export function renderRun(outcome: ScenarioOutcome, context: RunContext, colors: Paint): string {
  const sections = [
    header(outcome, colors),
    timeline(outcome, context, colors),
    leftovers(outcome, colors),
    renderChecks([...outcome.report.checks, ...outcome.checks], context.causes, colors),
    renderWithoutEffect(outcome.report, colors),
    renderPanics(outcome.report, colors),
    requests(outcome, colors),
    footer(outcome, context, colors),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

function header({ scenario, description, seed, report }: ScenarioOutcome, { bold, dim }: Paint): string[] {
  const about = description.trim().replace(/\s+/g, ' ');
  const took = `seed ${seed}, ${duration(report.virtualMs)} of virtual time`;
  return [`${bold(scenario)}${about === '' ? '' : `  ${about}`}`, dim(took)];
}

/** One line of the timeline, before it is laid out. */
interface Entry {
  readonly time: number;
  readonly kind: string;
  readonly text: string;
  readonly tone: Moment['tone'] | 'step';
}

/** How many lines are shown from the beginning, and how many from the end. */
const FIRST = 60;
const LAST = 25;

function timeline(outcome: ScenarioOutcome, { highlights }: RunContext, colors: Paint): string[] {
  const world = highlights.flatMap((entry) => ('missing' in entry ? [] : (worldEntry(entry) ?? [])));
  // That a step has struck with a fault is what the world says of it, too.
  const told = new Set(world.map(({ time, text }) => `${time} ${text}`));
  const steps = outcome.steps.map(stepEntry).filter(({ time, text }) => !told.has(`${time} ${text}`));
  const entries = [...steps, ...grouped(outcome.moments), ...world];
  // A stable order: what happened at one time stays in the order above.
  const ordered = entries.sort((a, b) => a.time - b.time);
  const width = Math.max(0, ...ordered.map(({ kind }) => kind.length));
  const timeWidth = instant(ordered.at(-1)?.time ?? 0).length;
  const lines = ordered.map(({ time, kind, text, tone }) => {
    const paint = { plain: (line: string) => line, good: colors.green, bad: colors.red, step: colors.bold }[tone];
    return `  ${colors.dim(instant(time).padStart(timeWidth))}  ${colors.cyan(kind.padEnd(width))}  ${paint(text)}`;
  });
  if (lines.length > FIRST + LAST) {
    const more = lines.length - FIRST - LAST;
    lines.splice(
      FIRST,
      more,
      colors.dim(`  … ${counted(more, 'more line')}; --json has every step, --trace FILE every event`),
    );
  }
  return lines.length === 0 ? [] : [colors.bold('Timeline'), ...lines];
}

function stepEntry({ what, fromMs, toMs, lines, ok }: StepRecord): Entry {
  const took = toMs > fromMs ? `, took ${duration(toMs - fromMs)}` : '';
  const unchanged = lines.length === 0 ? '' : `: ${summaryOf(lines)}`;
  return {
    time: Math.round(fromMs * 1000),
    kind: 'step',
    text: `${what}${unchanged}${took}`,
    tone: ok ? 'step' : 'bad',
  };
}

/** `12 created, 2 configured`, or the one line: of what kubectl says (protocol/kubectl.ts) the verb after the name. */
function summaryOf(lines: readonly string[]): string {
  if (lines.length <= 2) return lines.join(', ');
  const counts = new Map<string, number>();
  for (const line of lines) {
    const word = / ((?:force )?\w+)(?: from \S+ namespace)?$/.exec(line)?.[1] ?? line;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}

/** How far apart what is told in one line may have happened. */
const GROUP_US = 250_000;

/** Things of one kind to which the same happens at about the same time are one line. */
function grouped(moments: readonly Moment[]): Entry[] {
  const groups: { first: Moment; names: string[]; detail: string }[] = [];
  const open = new Map<string, { first: Moment; names: string[]; detail: string }>();
  for (const moment of moments) {
    const key = `${moment.kind} ${moment.what} ${moment.detail}`;
    const group = open.get(key);
    if (group !== undefined && moment.time - group.first.time < GROUP_US) group.names.push(moment.name);
    else {
      const next = { first: moment, names: [moment.name], detail: moment.detail };
      groups.push(next);
      open.set(key, next);
    }
  }
  return groups.map(({ first, names, detail }) => {
    const shown = names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
    const text = `${shown} ${first.what}${detail === '' ? '' : `: ${detail}`}`;
    return { time: first.time, kind: first.kind, text, tone: first.tone };
  });
}

/** Faults and what they did, panics, and what checks had to say. */
function worldEntry({ time, kind, subject, object, detail }: TraceEvent): Entry | undefined {
  switch (kind) {
    case 'fault':
    case 'heal':
      return { time, kind, text: String(detail ?? object), tone: kind === 'fault' ? 'bad' : 'good' };
    case 'power':
    case 'pause':
    case 'clock':
      return { time, kind, text: `${subject} ${String(detail ?? '')}`, tone: 'plain' };
    case 'panic':
      return { time, kind, text: `${subject}: ${describe(detail)}`, tone: 'bad' };
    case 'check':
      return { time, kind, text: `${object} ${describe(detail)}`, tone: 'bad' };
    default:
      return undefined;
  }
}

function describe(detail: unknown): string {
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}

/** What one would go and look at: everything that is not as it should be at the end. */
function leftovers({ unsettled, failure, stepsLeft }: ScenarioOutcome, colors: Paint): string[] {
  const lines: string[] = [];
  if (failure !== undefined) {
    const [first = '', ...rest] = failure.message.split('\n');
    const at = failure.step === 0 ? '' : `step ${failure.step}, `;
    lines.push(`  ${colors.red('✘')} ${at}${failure.what}: ${first}`, ...rest.map((line) => `      ${line}`));
  }
  if (stepsLeft > 0) lines.push(colors.yellow(`  ${counted(stepsLeft, 'step')} not taken`));
  const shown = unsettled.slice(0, 20);
  for (const { kind, namespace, name, missing } of shown) {
    const where = namespace === 'default' ? '' : ` in ${namespace}`;
    lines.push(`  ${colors.yellow('!')} ${kind.toLowerCase()}/${name}${where}: ${missing}`);
  }
  if (unsettled.length > shown.length)
    lines.push(colors.dim(`  … and ${counted(unsettled.length - shown.length)} more`));
  return lines.length === 0 ? [] : [colors.bold('Not as it should be'), ...lines];
}

function requests({ load }: ScenarioOutcome, { bold, red }: Paint): string[] {
  if (load === undefined) return [];
  const { sent, ok, failed } = load;
  const failures = failed === 0 ? 'none failed' : red(`${counted(failed)} failed`);
  return [bold('Requests'), `  ${counted(sent)} sent, ${counted(ok)} answered, ${failures}`];
}

function footer(outcome: ScenarioOutcome, { replay, options }: RunContext, colors: Paint): string[] {
  const { verdict, report, wallSeconds, failure } = outcome;
  const word = { pass: colors.green('PASS'), fail: colors.red('FAIL'), interrupted: colors.yellow('INTERRUPTED') }[
    verdict
  ];
  const why = [
    ...(failure === undefined ? [] : [failure.step === 0 ? failure.what : `step ${failure.step}`]),
    ...report.violations.map(({ check }) => check),
    ...outcome.checks.flatMap(({ violation }) => violation?.check ?? []),
    ...(report.panics.length === 0 ? [] : [counted(report.panics.length, 'panic')]),
  ];
  const speed = wallSeconds > 0.5 ? `, ${counted(Math.round(report.events / wallSeconds))} events/s` : '';
  return [
    `${colors.bold(word)}${why.length === 0 ? '' : `  ${why.join(', ')}`}`,
    `  ran      ${duration(report.virtualMs)} of virtual time in ${wallSeconds.toFixed(2)} s, ${counted(report.events, 'event')}${speed}`,
    `  digest   ${report.digest}`,
    ...(options.trace === undefined ? [] : [`  trace    ${options.trace}`]),
    ...(options.state === undefined ? [] : [`  state    ${options.state}`]),
    `  replay   ${colors.bold(replay)}`,
  ];
}

/** Seconds with three decimals: a trace has them to the microsecond. */
function instant(us: number): string {
  return `${(us / 1e6).toFixed(3)}s`;
}

/** To the millisecond, but for what is shorter. */
function duration(ms: number): string {
  return formatDuration(ms < 1 ? Math.round(ms * 1000) : Math.round(ms) * 1000);
}
