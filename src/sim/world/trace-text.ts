/**
 * A trace as text for people: one line per event, in aligned columns.
 *
 * ```
 *        time  id  cause  kind     subject     object
 *   0.000000s   1      -  start    a/main
 *   0.000000s   2      1  send     a/main   →  b/main  {ping: 1}
 *   0.012500s   3      2  deliver  b/main              message from a/main {ping: 1}
 * ```
 *
 * 1. Every event is one line, whatever is in it: long particulars are cut with `…`, line breaks are written out.
 * 2. It streams: events are taken in pages, and a column that must grow grows for the pages that follow.
 *
 * Not meant to be read back: trace-lines.ts is.
 */
import type { TraceEvent } from '../kernel/trace.ts';
import { compactValue, oneLine } from './compact-value.ts';

/** What a piece of a line is, for those who paint it. */
export type TracePart = 'heading' | 'time' | 'id' | 'cause' | 'kind' | 'subject' | 'arrow' | 'object' | 'detail';

export interface TraceTextOptions {
  /** Makes the text of a part colourful; what it adds must take no room on the screen. Default: as it is. */
  readonly paint?: (part: TracePart, text: string, event: TraceEvent | undefined) => string;
  /** How many characters of an event's particulars are shown. Default 100. */
  readonly detailWidth?: number;
  /** Whether the first line names the columns. Default true. */
  readonly heading?: boolean;
}

/** Events as lines without line breaks; the first names the columns. */
export function* formatTrace(events: Iterable<TraceEvent>, options: TraceTextOptions = {}): Generator<string> {
  const columns = new TraceColumns(options);
  let page: TraceEvent[] = [];
  for (const event of events) {
    page.push(event);
    if (page.length < PAGE) continue;
    yield* columns.lines(page);
    page = [];
  }
  yield* columns.lines(page);
}

/** How many events are aligned with one another at least. */
const PAGE = 256;

/** The columns of one text: for those to whom events come, and who do not ask for them. */
export class TraceColumns {
  readonly #paint: NonNullable<TraceTextOptions['paint']>;
  readonly #detailWidth: number;
  #heading: boolean;
  readonly #widths: Cells = { time: 4, id: 2, cause: 5, kind: 4, subject: 7, object: 0 };

  constructor({ paint = (_, text) => text, detailWidth = 100, heading = true }: TraceTextOptions = {}) {
    this.#paint = paint;
    this.#detailWidth = detailWidth;
    this.#heading = heading;
  }

  /** The lines of one page of events, aligned with one another. */
  lines(events: readonly TraceEvent[]): string[] {
    for (const event of events) this.#widen(event);
    const lines = events.map((event) => this.#line(event));
    if (!this.#heading) return lines;
    this.#heading = false;
    return [this.#headingLine(), ...lines];
  }

  #widen({ time, id, cause, kind, subject, object }: TraceEvent): void {
    const widths = this.#widths;
    widths.time = Math.max(widths.time, formatInstant(time).length);
    widths.id = Math.max(widths.id, String(id).length);
    widths.cause = Math.max(widths.cause, String(cause).length);
    widths.kind = Math.max(widths.kind, kind.length);
    widths.subject = Math.max(widths.subject, subject.length);
    widths.object = Math.max(widths.object, object.length);
  }

  #line(event: TraceEvent): string {
    const widths = this.#widths;
    const paint = (part: TracePart, text: string) => (text.trim() === '' ? text : this.#paint(part, text, event));
    const { time, id, cause, kind, subject, object } = event;
    const parts = [
      paint('time', formatInstant(time).padStart(widths.time)),
      paint('id', String(id).padStart(widths.id)),
      paint('cause', (cause === 0 ? '-' : String(cause)).padStart(widths.cause)),
      paint('kind', kind.padEnd(widths.kind)),
      paint('subject', subject.padEnd(widths.subject)),
    ];
    if (widths.object > 0) {
      parts.push(paint('arrow', object === '' ? ' ' : '→'), paint('object', object.padEnd(widths.object)));
    }
    const detail = formatDetail(event, this.#detailWidth);
    if (detail !== '') parts.push(paint('detail', detail));
    return parts.join('  ').trimEnd();
  }

  #headingLine(): string {
    const { time, id, cause, kind, subject, object } = this.#widths;
    const names = [
      'time'.padStart(time),
      'id'.padStart(id),
      'cause'.padStart(cause),
      'kind'.padEnd(kind),
      'subject'.padEnd(subject),
    ];
    if (object > 0) names.push(' ', 'object'.padEnd(object));
    return this.#paint('heading', names.join('  ').trimEnd(), undefined);
  }
}

interface Cells {
  time: number;
  id: number;
  cause: number;
  kind: number;
  subject: number;
  object: number;
}

/** A true time as people compare it: seconds with all of their microseconds, `12.345678s`. */
export function formatInstant(us: number): string {
  const seconds = Math.floor(us / 1_000_000);
  return `${seconds}.${String(us - seconds * 1_000_000).padStart(6, '0')}s`;
}

/** What is particular to an event, on one line: `request from a/main {get: x}`. */
export function formatDetail({ kind, detail }: TraceEvent, most = 100): string {
  if (detail === undefined) return '';
  if (typeof detail === 'string' && kind !== 'note') return oneLine(detail, most);
  if (!isRecord(detail) || kind === 'note') return compactValue(detail, most);
  if (detail.type === kind) return '';
  const { type, event, from, body, ...rest } = detail;
  // Not one of the tank's own messages.
  if (type !== undefined && typeof type !== 'string') return compactValue(detail, most);
  const words = [type, event, from === undefined ? undefined : `from ${String(from)}`];
  if (type === 'timer') {
    words.push(String(rest.key));
    delete rest.key;
  }
  let text = words.filter((word) => word !== undefined).join(' ');
  if ('body' in detail) text += ` ${compactValue(body, most)}`;
  const more = compactValue(withoutDefaults(rest), most);
  if (more !== '{}') text += ` ${more}`;
  return oneLine(text.trim(), most);
}

/** What says nothing: an absent continuation, the unnamed channel. */
function withoutDefaults(rest: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined && value !== ''));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
