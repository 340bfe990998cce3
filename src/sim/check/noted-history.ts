/**
 * The history of a shared object, as its clients have noted it.
 *
 * A client is an actor that notes what it does: `ctx.note('invoke', { op, input })`, then one of
 * `ctx.note('ok', { op, output })`, `ctx.note('fail', { op })` and `ctx.note('unknown', { op })`, or nothing if it never
 * learns the outcome. `op` is a number or a text that the client chooses.
 *
 * 1. An outcome belongs to the client's last invocation with that `op`. A client that was restarted may therefore count
 *    from the beginning again; what it had not finished before stays of unknown outcome.
 * 2. An operation's number is the id of the event of its invocation, so that it can be found in the trace.
 * 3. Notes of other names say nothing and are passed over.
 */
import type { Address } from '../kernel/address.ts';
import { HistoryError, type HistoryEvent, historyFrom, type Operation } from './linearizability/history.ts';
import type { Note } from './world-view.ts';

/** The names under which clients note the four steps, if they are not the usual ones. */
export interface NoteNames {
  readonly invoke?: string;
  readonly ok?: string;
  readonly fail?: string;
  readonly unknown?: string;
}

/** A step of an operation, and the trace's event in which it was noted. */
export type NotedEvent<Input, Output> = HistoryEvent<Input, Output> & { readonly event: number };

/**
 * What the clients of one object noted, for `historyFrom`.
 *
 * @param notes oldest first, as in the world's history
 * @throws HistoryError which names the event: a note without `op`, an outcome without an invocation
 */
export function historyEventsOf<Input, Output>(
  notes: readonly Note[],
  names: NoteNames = {},
): NotedEvent<Input, Output>[] {
  const types = typesByName(names);
  const last = new Map<string, number>();
  const events: NotedEvent<Input, Output>[] = [];
  for (const note of notes) {
    const type = types.get(note.name);
    if (type === undefined) continue;
    const { event, time: at, actor: client } = note;
    const data = dataOf<Input, Output>(note);
    const key = `${client} ${typeof data.op} ${data.op}`;
    if (type === 'invoke') {
      last.set(key, event);
      events.push({ type, client, op: event, input: data.input as Input, at, event });
      continue;
    }
    const op = last.get(key);
    if (op === undefined) throw new HistoryError(`${named(note)}: ${client} never invoked operation ${data.op}.`);
    if (type === 'ok') events.push({ type, client, op, output: data.output as Output, at, event });
    else events.push({ type, client, op, at, event });
  }
  return events;
}

/**
 * The operations that the clients of one object noted.
 *
 * @throws HistoryError if the notes contradict themselves
 */
export function operationsOf<Input, Output>(notes: readonly Note[], names: NoteNames = {}): Operation<Input, Output>[] {
  return historyFrom(historyEventsOf<Input, Output>(notes, names));
}

type StepType = HistoryEvent<unknown, unknown>['type'];

function typesByName(names: NoteNames): Map<string, StepType> {
  const types: readonly StepType[] = ['invoke', 'ok', 'fail', 'unknown'];
  return new Map(types.map((type) => [names[type] ?? type, type]));
}

interface NoteData<Input, Output> {
  readonly op: number | string;
  readonly input?: Input;
  readonly output?: Output;
}

function dataOf<Input, Output>(note: Note): NoteData<Input, Output> {
  const data = note.data as NoteData<Input, Output> | null | undefined;
  const op: unknown = typeof data === 'object' ? data?.op : undefined;
  if (typeof op !== 'number' && typeof op !== 'string') {
    throw new HistoryError(`${named(note)}: expected data with an op, which is a number or a text.`);
  }
  return data as NoteData<Input, Output>;
}

function named({ event, name, actor }: { event: number; name: string; actor: Address }): string {
  return `Note "${name}" of ${actor} (event ${event})`;
}
