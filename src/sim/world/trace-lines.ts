/**
 * A trace as JSON Lines: one event per line, which comes back as it was.
 *
 * 1. `parseTraceLine(traceLine(event))` is `event`, for all plain data in it.
 * 2. Equal events give equal lines, and events that differ in anything, the order of keys included, give different ones.
 *
 * What JSON cannot say is an object with one key that begins with `$`: `{"$bytes": "AAE="}` (base64), `{"$map": [[k, v]]}`,
 * `{"$set": [v]}`, `{"$undefined": true}`, `{"$number": "NaN"}`. An object's own key that begins with `$` has a second one.
 */
import { EVENT_KINDS, type EventKind, type TraceEvent } from '../kernel/trace.ts';

/** One line, without a line break. */
export function traceLine({ id, time, cause, kind, subject, object, detail }: TraceEvent): string {
  return JSON.stringify({
    id,
    time,
    cause,
    kind,
    subject,
    object,
    ...(detail === undefined ? {} : { detail: toJson(detail) }),
  });
}

/** A line that is not an event: `message` says what is wrong with it. */
export class TraceLineError extends Error {
  override readonly name = 'TraceLineError';
}

/** @throws TraceLineError */
export function parseTraceLine(line: string): TraceEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new TraceLineError(`expected an event as JSON; found ${excerpt(line)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TraceLineError(`expected an event, which is an object; found ${excerpt(line)}`);
  }
  const { id, time, cause, kind, subject, object, detail, ...rest } = value as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new TraceLineError(`an event has no field "${unknown}"`);
  return {
    id: whole('id', id),
    time: whole('time', time),
    cause: whole('cause', cause),
    kind: eventKind(kind),
    subject: text('subject', subject),
    object: text('object', object),
    detail: fromJson(detail),
  };
}

function whole(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new TraceLineError(`${name}: expected a whole number; found ${JSON.stringify(value) ?? 'nothing'}`);
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TraceLineError(`${name}: expected a text; found ${JSON.stringify(value) ?? 'nothing'}`);
}

function eventKind(value: unknown): EventKind {
  const kind = EVENT_KINDS.find((each) => each === value);
  if (kind !== undefined) return kind;
  throw new TraceLineError(`kind: ${JSON.stringify(value) ?? 'nothing'} is not a kind of event`);
}

function excerpt(line: string): string {
  const head = line.trim();
  return head === '' ? 'an empty line' : JSON.stringify(head.length > 40 ? `${head.slice(0, 40)}…` : head);
}

// — Values —

function toJson(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $number: Object.is(value, -0) ? '-0' : String(value) };
    case 'undefined':
      return { $undefined: true };
    case 'object':
      return value === null ? null : objectToJson(value);
    default:
      throw new Error(`traceLine: a ${typeof value} is not plain data.`);
  }
}

function objectToJson(value: object): unknown {
  if (Array.isArray(value)) return Array.from(value, toJson);
  if (value instanceof Uint8Array)
    return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64') };
  if (value instanceof Map) return { $map: Array.from(value, ([key, item]) => [toJson(key), toJson(item)]) };
  if (value instanceof Set) return { $set: Array.from(value, toJson) };
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.startsWith('$') ? `$${key}` : key, toJson(item)]),
  );
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const entries = Object.entries(value as Record<string, unknown>);
  const [first] = entries;
  if (first?.[0].startsWith('$') && !first[0].startsWith('$$')) {
    if (entries.length > 1) throw new TraceLineError(`detail: "${first[0]}" stands beside other keys`);
    return tagged(...first);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key.startsWith('$') ? key.slice(1) : key, fromJson(item)]));
}

function tagged(tag: string, value: unknown): unknown {
  switch (tag) {
    case '$undefined':
      return undefined;
    case '$number':
      return Number(value);
    case '$bytes':
      return Uint8Array.from(Buffer.from(text(`detail: ${tag}`, value), 'base64'));
    case '$set':
      return new Set(list(tag, value).map(fromJson));
    case '$map':
      return new Map(list(tag, value).map((pair) => list(tag, pair).map(fromJson) as [unknown, unknown]));
    default:
      throw new TraceLineError(`detail: there is no tag "${tag}"`);
  }
}

function list(tag: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TraceLineError(`detail: ${tag}: expected a list`);
}
