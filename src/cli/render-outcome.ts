/** One run as text for people: what mattered, how the checks stand, and how to see it again. */
import {
  describeFault,
  formatDuration,
  formatTrace,
  TraceColumns,
  type TraceEvent,
  type WorldReport,
} from '../sim/index.ts';
import { counted, mark, type Paint, paintPart, wordsOf } from './render-words.ts';
import type { TankOutcome, TankRun } from './run-tank.ts';

/** What is told of a check, whoever made the promise. */
export type CheckLine = Pick<WorldReport['checks'][number], 'name' | 'promise' | 'status' | 'repeats'> & {
  readonly violation?: { readonly message: string } | undefined;
  readonly reason?: string | undefined;
};

/** @param replay the command that repeats the run */
export function renderOutcome(outcome: TankOutcome, run: TankRun, replay: string, colors: Paint): string {
  const { report } = outcome;
  const sections = [
    header(outcome, run, colors),
    timeline(outcome, colors),
    renderChecks(outcome.report.checks, outcome.causes, colors),
    renderWithoutEffect(report, colors),
    renderPanics(report, colors),
    summary(outcome, colors),
    footer(outcome, run, replay, colors),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

function header({ seed }: TankOutcome, { tank, plan, forMs }: TankRun, { bold, dim }: Paint): string[] {
  const faults = plan === undefined ? '' : `, plan ${plan.name ?? `of ${counted(plan.faults.length, 'fault')}`}`;
  return [`${bold(tank.name)}  ${tank.about}`, dim(`seed ${seed}, ${duration(forMs)} of virtual time${faults}`)];
}

function timeline({ highlights }: TankOutcome, colors: Paint): string[] {
  if (highlights.length === 0) return [];
  const columns = new TraceColumns({ paint: paintPart(colors), detailWidth: 120 });
  const events = highlights.filter((entry): entry is TraceEvent => !('missing' in entry));
  const lines = columns.lines(events);
  const gap = highlights.findIndex((entry) => 'missing' in entry);
  const entry = highlights[gap];
  if (entry !== undefined && 'missing' in entry) {
    lines.splice(
      gap,
      0,
      colors.dim(`  … ${counted(entry.missing, 'more event')} of these kinds; --trace FILE writes them all`),
    );
  }
  return [title('Timeline', colors), ...lines.map((line) => `  ${line}`)];
}

export function renderChecks(checks: readonly CheckLine[], causes: TankOutcome['causes'], colors: Paint): string[] {
  if (checks.length === 0) return [title('Checks', colors), colors.dim('  none: nothing was promised')];
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap((check) => {
    const line = `  ${mark(check.status, colors)} ${check.name.padEnd(width)}  ${colors.dim(check.promise)}`;
    return [line, ...about(check, causes, colors).map((more) => `      ${more}`)];
  });
  return [title('Checks', colors), ...lines];
}

/** What is to be said of a check beyond its status. */
function about(check: CheckLine, causes: TankOutcome['causes'], colors: Paint): string[] {
  const { violation, reason, status } = check;
  if (violation !== undefined) {
    const lines = [colors.red(violation.message)];
    if (check.repeats > 0) lines.push(colors.dim(`and ${counted(check.repeats, 'time')} again`));
    const chain = causes.get(check.name);
    if (chain === undefined || chain.events.length === 0) return lines;
    lines.push('because of:');
    if (chain.earlier > 0) lines.push(colors.dim(`  … ${counted(chain.earlier, 'earlier cause')}`));
    for (const line of formatTrace(chain.events, { heading: false, paint: paintPart(colors) })) lines.push(`  ${line}`);
    return lines;
  }
  if (reason !== undefined) return [colors.yellow(`${wordsOf(status)}: ${reason}`)];
  return [];
}

export function renderWithoutEffect({ withoutEffect, faults }: WorldReport, colors: Paint): string[] {
  const never = faults.filter(({ startedAt }) => startedAt === undefined);
  if (withoutEffect.length === 0 && never.length === 0) return [];
  const describe = ({ name, fault }: WorldReport['faults'][number]) =>
    `${name === undefined ? '' : `${name}: `}${describeFault(fault)}`;
  return [
    title('Faults that tested nothing', colors),
    ...withoutEffect.map((fault) => `  ${colors.yellow('!')} ${describe(fault)}  ${colors.dim('touched nothing')}`),
    ...never.map((fault) => `  ${colors.yellow('!')} ${describe(fault)}  ${colors.dim('did not begin in this run')}`),
  ];
}

/** The messages are in the timeline; here is where in the code. */
export function renderPanics({ panics }: WorldReport, colors: Paint): string[] {
  if (panics.length === 0) return [];
  const shown = new Map<string, { count: number; lines: string[] }>();
  for (const { address, message, stack } of panics) {
    const place = /\n\s+at (.*)/.exec(stack)?.[1];
    const key = `${address} ${message} ${place}`;
    const known = shown.get(key);
    if (known !== undefined) known.count++;
    else
      shown.set(key, {
        count: 1,
        lines: [`${address}: ${message}`, ...(place === undefined ? [] : [`    at ${place}`])],
      });
  }
  return [
    title('Panics', colors),
    ...[...shown.values()]
      .slice(0, 10)
      .flatMap(({ count, lines: [first = '', ...rest] }) => [
        `  ${colors.red('✘')} ${first}${count > 1 ? colors.dim(`  (${count} times)`) : ''}`,
        ...rest.map((line) => colors.dim(line)),
      ]),
  ];
}

function summary({ summary }: TankOutcome, colors: Paint): string[] {
  const entries = Object.entries(summary);
  if (entries.length === 0) return [];
  const width = Math.max(...entries.map(([key]) => key.length));
  const show = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)));
  return [title('Summary', colors), ...entries.map(([key, value]) => `  ${key.padEnd(width)}  ${show(value)}`)];
}

function footer({ verdict, report, wallSeconds }: TankOutcome, run: TankRun, replay: string, colors: Paint): string[] {
  const word = { pass: colors.green('PASS'), fail: colors.red('FAIL'), interrupted: colors.yellow('INTERRUPTED') }[
    verdict
  ];
  // A short run tells how long it takes to get started.
  const speed = wallSeconds > 0.5 ? `, ${counted(Math.round(report.events / wallSeconds))} events/s` : '';
  const { violations } = report;
  const why = violations.length > 0 ? `  ${violations.map(({ check }) => check).join(', ')}` : '';
  return [
    `${colors.bold(word)}${why}`,
    `  ran      ${duration(report.virtualMs)} of virtual time in ${wallSeconds.toFixed(2)} s, ${counted(report.events, 'event')}${speed}`,
    `  digest   ${report.digest}`,
    ...(run.trace === undefined ? [] : [`  trace    ${run.trace}`]),
    `  replay   ${colors.bold(replay)}`,
  ];
}

function title(text: string, { bold }: Paint): string {
  return bold(text);
}

function duration(ms: number): string {
  return formatDuration(Math.round(ms * 1000));
}
