/**
 * A history: what clients asked of a shared object, when, and what they were told.
 *
 * 1. An operation whose outcome the client never learned (`returnedAt: undefined`) may take effect at any time after
 *    its invocation, or never.
 * 2. `historyFrom` lists operations in the order of their invocations, and refuses a log that contradicts itself.
 * 3. A client may have several operations open at once; they are told apart by their number alone.
 *
 * What is left out: order between events of one instant. An operation that returns at t and another that is invoked
 * at t are concurrent, since events of one virtual instant may have happened either way round.
 */

/** One operation on the shared object. Times are virtual microseconds. */
export interface Operation<Input, Output> {
  /** Unique within its history. */
  readonly id: number;
  readonly client: string;
  readonly input: Input;
  /** `undefined` if the client was never told. */
  readonly output: Output | undefined;
  readonly invokedAt: number;
  /** `undefined` if the outcome is unknown. */
  readonly returnedAt: number | undefined;
}

/** What a recorder writes down. `op` is the operation's number, unique within the log. Times are virtual microseconds. */
export type HistoryEvent<Input, Output> =
  | {
      readonly type: 'invoke';
      readonly client: string;
      readonly op: number;
      readonly input: Input;
      readonly at: number;
    }
  /** It took effect, and this is what the client was told. */
  | { readonly type: 'ok'; readonly client: string; readonly op: number; readonly output: Output; readonly at: number }
  /** It certainly did not take effect and never will. */
  | { readonly type: 'fail'; readonly client: string; readonly op: number; readonly at: number }
  /** The client gave up; it may still take effect, even later. */
  | { readonly type: 'unknown'; readonly client: string; readonly op: number; readonly at: number };

/** A history or log that contradicts itself: a mistake of whoever recorded it, not of the object under test. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
}

/**
 * The operations of a flat event log. Those that failed are left out, since they did not happen; those that were
 * never answered have an unknown outcome.
 *
 * @throws HistoryError which names the event: an outcome without an invocation, a second outcome, a number that is used
 *   twice, an outcome for another client, a time before the previous event's
 */
export function historyFrom<Input, Output>(events: readonly HistoryEvent<Input, Output>[]): Operation<Input, Output>[] {
  const begun = new Map<number, Begun<Input, Output>>();
  let previousAt = Number.NEGATIVE_INFINITY;
  events.forEach((event, index) => {
    const named = `Event ${index} (${event.type} of operation ${event.op} by ${event.client} at ${event.at})`;
    if (!Number.isSafeInteger(event.at)) throw new HistoryError(`${named}: its time is not a whole number.`);
    if (event.at < previousAt)
      throw new HistoryError(`${named}: its time is before the previous event's ${previousAt}.`);
    previousAt = event.at;
    const known = begun.get(event.op);
    if (event.type === 'invoke') {
      if (known !== undefined)
        throw new HistoryError(`${named}: that number was already used by event ${known.event}.`);
      begun.set(event.op, { event: index, closedBy: undefined, operation: invoked(event) });
      return;
    }
    if (known === undefined) throw new HistoryError(`${named}: it was never invoked.`);
    if (known.closedBy !== undefined)
      throw new HistoryError(`${named}: event ${known.closedBy} was already its outcome.`);
    if (known.operation?.client !== event.client) {
      throw new HistoryError(`${named}: event ${known.event} invoked it for ${known.operation?.client}.`);
    }
    known.closedBy = index;
    known.operation = settled(known.operation, event);
  });
  return [...begun.values()].flatMap(({ operation }) => (operation === undefined ? [] : [operation]));
}

/**
 * Asserts what every reader of a history relies on.
 *
 * @throws HistoryError which names the operation: a number that is used twice, a time that is not a whole number, a
 *   return before the invocation
 */
export function assertHistory<Input, Output>(history: readonly Operation<Input, Output>[]): void {
  const seen = new Set<number>();
  for (const { id, client, invokedAt, returnedAt } of history) {
    const named = `Operation ${id} of ${client}`;
    if (seen.has(id)) throw new HistoryError(`${named}: that number is used twice.`);
    seen.add(id);
    if (!Number.isSafeInteger(invokedAt) || (returnedAt !== undefined && !Number.isSafeInteger(returnedAt))) {
      throw new HistoryError(`${named}: its times (${invokedAt}, ${returnedAt}) are not whole numbers.`);
    }
    if (returnedAt !== undefined && returnedAt < invokedAt) {
      throw new HistoryError(`${named}: it returns at ${returnedAt}, before its invocation at ${invokedAt}.`);
    }
  }
}

interface Begun<Input, Output> {
  event: number;
  closedBy: number | undefined;
  /** `undefined` once it has failed. */
  operation: Operation<Input, Output> | undefined;
}

type Invocation<Input, Output> = Extract<HistoryEvent<Input, Output>, { type: 'invoke' }>;
type Outcome<Input, Output> = Exclude<HistoryEvent<Input, Output>, { type: 'invoke' }>;

function invoked<Input, Output>({ op, client, input, at }: Invocation<Input, Output>): Operation<Input, Output> {
  return { id: op, client, input, output: undefined, invokedAt: at, returnedAt: undefined };
}

function settled<Input, Output>(
  operation: Operation<Input, Output>,
  outcome: Outcome<Input, Output>,
): Operation<Input, Output> | undefined {
  switch (outcome.type) {
    case 'ok':
      return { ...operation, output: outcome.output, returnedAt: outcome.at };
    case 'fail':
      return undefined;
    case 'unknown':
      return operation;
    default:
      return outcome satisfies never;
  }
}
