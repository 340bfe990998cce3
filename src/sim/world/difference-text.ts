/** A difference between two runs as text for people: both events side by side, and what led to each of them. */
import type { TraceEvent } from '../kernel/trace.ts';
import { compactValue } from './compact-value.ts';
import type { Difference, DifferingEvent } from './first-difference.ts';
import { formatDetail, formatInstant, formatTrace, type TraceTextOptions } from './trace-text.ts';

export interface DifferenceTextOptions {
  /** What the two runs are called. Default `A` and `B`. */
  readonly names?: readonly [string, string];
  /** How many causes of each event are shown, the nearest ones. Default 8. */
  readonly causes?: number;
  readonly paint?: NonNullable<TraceTextOptions['paint']>;
}

/** Lines joined by line breaks, without one at the end. */
export function formatDifference(difference: Difference, options: DifferenceTextOptions = {}): string {
  const { names = ['A', 'B'] } = options;
  switch (difference.kind) {
    case 'none': {
      const digest = difference.digest === undefined ? '' : `; digests equal: ${difference.digest}`;
      return `No difference: ${counted(difference.events)} in both${digest}`;
    }
    case 'digest': {
      const width = Math.max(...names.map((name) => name.length));
      return [
        `The digests differ, but none of ${counted(difference.events)} does: what differs is in the bytes of a body.`,
        '',
        `  ${names[0].padEnd(width)}  ${difference.a}`,
        `  ${names[1].padEnd(width)}  ${difference.b}`,
      ].join('\n');
    }
    case 'event':
      return formatEvents(difference, options);
    default:
      return difference satisfies never;
  }
}

function formatEvents(
  { id, fields, a, b }: Extract<Difference, { kind: 'event' }>,
  { names = ['A', 'B'], causes = 8, paint }: DifferenceTextOptions,
): string {
  const lines: string[] = [];
  const ended = a.event === undefined ? names[0] : b.event === undefined ? names[1] : undefined;
  lines.push(
    ended === undefined
      ? `Event ${id} is the first that differs, in its ${wordList(fields)}.`
      : `Event ${id} is missing from ${ended}, which ends before it; all events until there are equal.`,
    '',
    ...table(names, fields, a.event, b.event),
  );
  const shared = JSON.stringify(a.causes) === JSON.stringify(b.causes) && a.event?.cause === b.event?.cause;
  const sides: (readonly [string, DifferingEvent])[] = shared
    ? [['both', a]]
    : [
        [names[0], a],
        [names[1], b],
      ];
  for (const [name, { event, causes: chain }] of sides) {
    if (event === undefined) continue;
    lines.push('', `What led to it in ${name}:`);
    if (chain.length === 0) {
      lines.push(event.cause === 0 ? '  nothing: it has no cause' : `  event ${event.cause}, which is not kept`);
      continue;
    }
    if (chain.length > causes) lines.push(`  … ${chain.length - causes} earlier`);
    const shown = chain.slice(-causes);
    for (const line of formatTrace(shown, { heading: false, ...(paint === undefined ? {} : { paint }) })) {
      lines.push(`  ${line}`);
    }
  }
  return lines.join('\n');
}

/** Fields under one another, the two runs beside one another, a mark where they differ. */
function table(
  names: readonly [string, string],
  fields: readonly (keyof TraceEvent)[],
  a: TraceEvent | undefined,
  b: TraceEvent | undefined,
): string[] {
  const rows: [mark: string, field: string, a: string, b: string][] = [['', '', ...names]];
  for (const field of ['time', 'cause', 'kind', 'subject', 'object', 'detail'] as const) {
    const [left, right] = [show(a, field), show(b, field)];
    if (left === '' && right === '') continue;
    rows.push([fields.includes(field) ? '≠' : ' ', field, left, right]);
  }
  const width = (column: 1 | 2) => Math.max(...rows.map((row) => row[column].length));
  return rows.map(([mark, field, left, right]) =>
    `  ${mark.padEnd(1)} ${field.padEnd(width(1))}  ${left.padEnd(width(2))}  ${right}`.trimEnd(),
  );
}

function show(event: TraceEvent | undefined, field: keyof TraceEvent): string {
  if (event === undefined) return '-';
  if (field === 'time') return formatInstant(event.time);
  if (field === 'detail') return formatDetail(event, 60);
  if (field === 'cause') return event.cause === 0 ? '-' : String(event.cause);
  return typeof event[field] === 'string' ? event[field] : compactValue(event[field]);
}

function counted(events: number): string {
  return events === 1 ? '1 event' : `${events} events`;
}

function wordList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
