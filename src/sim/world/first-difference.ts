/**
 * The first event in which two runs differ that should be equal: where a determinism bug begins to show.
 *
 * 1. Everything about an event counts: its time, its cause and all of its particulars, also those that no digest holds.
 * 2. Memory is bounded: two worlds go in lockstep, each with the ring of its last events; two files are read side by
 *    side.
 *
 * What differs before it shows in an event (an actor's state) is not looked for.
 */
import type { TraceEvent } from '../kernel/trace.ts';
import { parseTraceLine, TraceLineError, traceLine } from './trace-lines.ts';
import type { World } from './world.ts';

export type Difference =
  /** Equal in every event, and in their digests if both have one. */
  | { readonly kind: 'none'; readonly events: number; readonly digest?: string }
  /** Event number `id` differs in these fields; one of the two is undefined if that run has ended. */
  | {
      readonly kind: 'event';
      readonly id: number;
      readonly fields: readonly (keyof TraceEvent)[];
      readonly a: DifferingEvent;
      readonly b: DifferingEvent;
    }
  /** All events are equal, their digests are not: what differs is in no event, such as the bytes of a body. */
  | { readonly kind: 'digest'; readonly events: number; readonly a: string; readonly b: string };

/** One run's side of a difference. */
export interface DifferingEvent {
  readonly event: TraceEvent | undefined;
  /** What led to it, the first cause first, as far as it is known; without the event itself. */
  readonly causes: readonly TraceEvent[];
}

export interface FirstDifferenceOptions {
  /** How much virtual time is compared. Default: until nothing is left to happen. */
  readonly forMs?: number;
  /** Whether the checks' last words are compared too (`finish`). Default true. */
  readonly finish?: boolean;
}

/**
 * Runs two worlds side by side.
 *
 * @throws Error if a world keeps no trace, or if one occurrence has more events than its ring holds
 */
export async function firstDifference(
  makeA: () => World,
  makeB: () => World,
  { forMs, finish = true }: FirstDifferenceOptions = {},
): Promise<Difference> {
  const [a, b] = [makeA(), makeB()];
  const untilMs = forMs === undefined ? undefined : a.nowMs + forMs;
  let compared = 0;
  const compare = (): Difference | undefined => {
    for (const last = Math.min(a.events, b.events); compared < last; compared++) {
      const [eventA, eventB] = [kept(a, compared + 1), kept(b, compared + 1)];
      const fields = differingFields(eventA, eventB);
      if (fields.length > 0) return differ(a, b, compared + 1, fields);
    }
    return undefined;
  };
  let [onA, onB] = [true, true];
  while (onA || onB) {
    // Whichever is behind goes on, so that neither ring loses what the other has not come to yet.
    if (onA && (!onB || a.events <= b.events)) onA = await oneOccurrence(a, untilMs);
    else onB = await oneOccurrence(b, untilMs);
    const difference = compare();
    if (difference !== undefined) return difference;
    // One that has ended, and has fewer events, will not catch up.
    if ((!onA && a.events < b.events) || (!onB && b.events < a.events)) return differ(a, b, compared + 1, []);
  }
  if (finish) for (const world of [a, b]) await world.finish();
  const difference = compare();
  if (difference !== undefined) return difference;
  if (a.events !== b.events) return differ(a, b, compared + 1, []);
  const { digest, events } = a;
  return digest === b.digest ? { kind: 'none', events, digest } : { kind: 'digest', events, a: digest, b: b.digest };
}

/** False if nothing is left to happen until then. */
async function oneOccurrence(world: World, untilMs: number | undefined): Promise<boolean> {
  return (await world.run({ ...(untilMs === undefined ? {} : { untilMs }), until: () => true })) === 'done';
}

function kept(world: World, id: number): TraceEvent {
  const event = world.event(id);
  if (event === undefined) {
    throw new Error(
      `firstDifference: event ${id} of ${world.events} is not kept; give the world trace: { keep: 'ring', capacity: … } ` +
        'of at least the events of one occurrence.',
    );
  }
  return event;
}

function differ(a: World, b: World, id: number, fields: readonly (keyof TraceEvent)[]): Difference {
  const side = (world: World): DifferingEvent => ({ event: world.event(id), causes: world.causes(id).slice(0, -1) });
  return { kind: 'event', id, fields, a: side(a), b: side(b) };
}

/**
 * Compares two traces in JSON Lines. Empty lines at the end do not count. Causes are known as far as they lie among the last
 * `memory` events before the difference.
 *
 * @throws TraceLineError whose message begins with `A:12` or `B:12`, the line that is no event
 */
export async function firstTraceDifference(
  linesA: AsyncIterable<string> | Iterable<string>,
  linesB: AsyncIterable<string> | Iterable<string>,
  { memory = 65_536 }: { memory?: number } = {},
): Promise<Difference> {
  const [a, b] = [new Lines('A', linesA), new Lines('B', linesB)];
  /** The last lines that were equal in both, by the number of their event. */
  const past = new Map<number, string>();
  let id = 0;
  for (let events = 0; ; events++) {
    const [lineA, lineB] = [await a.next(), await b.next()];
    if (lineA === undefined && lineB === undefined) return { kind: 'none', events };
    const eventA = lineA === undefined ? undefined : a.parse(lineA);
    const eventB = lineA === lineB ? eventA : lineB === undefined ? undefined : b.parse(lineB);
    id = eventA?.id ?? eventB?.id ?? id;
    const fields = eventA === undefined || eventB === undefined ? [] : differingFields(eventA, eventB);
    if (eventA === undefined || eventB === undefined || fields.length > 0) {
      const side = (event: TraceEvent | undefined) => ({ event, causes: causesIn(past, event) });
      return { kind: 'event', id, fields, a: side(eventA), b: side(eventB) };
    }
    past.set(id, lineA as string); // Both are there.
    if (past.size > memory) past.delete(past.keys().next().value as number);
  }
}

function causesIn(past: ReadonlyMap<number, string>, event: TraceEvent | undefined): TraceEvent[] {
  const chain: TraceEvent[] = [];
  for (let at = event; at !== undefined; ) {
    const line = past.get(at.cause);
    at = line === undefined ? undefined : parseTraceLine(line);
    // A file that was made by hand may name itself as its cause.
    if (at !== undefined && chain.length > past.size) break;
    if (at !== undefined) chain.unshift(at);
  }
  return chain;
}

class Lines {
  readonly #name: string;
  readonly #lines: AsyncIterator<string> | Iterator<string>;
  #number = 0;

  constructor(name: string, lines: AsyncIterable<string> | Iterable<string>) {
    this.#name = name;
    this.#lines = Symbol.asyncIterator in lines ? lines[Symbol.asyncIterator]() : lines[Symbol.iterator]();
  }

  /** The next line that is not empty, or undefined at the end. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done) return undefined;
      this.#number++;
      if (value.trim() !== '') return value;
    }
  }

  parse(line: string): TraceEvent {
    try {
      return parseTraceLine(line);
    } catch (error) {
      if (!(error instanceof TraceLineError)) throw error;
      throw new TraceLineError(`${this.#name}:${this.#number} ${error.message}`);
    }
  }
}

const FIELDS = ['id', 'time', 'cause', 'kind', 'subject', 'object'] as const;

function differingFields(a: TraceEvent, b: TraceEvent): (keyof TraceEvent)[] {
  const fields: (keyof TraceEvent)[] = FIELDS.filter((field) => a[field] !== b[field]);
  if (a.detail !== b.detail && detailLine(a) !== detailLine(b)) fields.push('detail');
  return fields;
}

function detailLine({ detail }: TraceEvent): string {
  return traceLine({ id: 0, time: 0, cause: 0, kind: 'note', subject: '', object: '', detail });
}
