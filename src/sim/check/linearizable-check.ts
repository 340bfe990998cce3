/**
 * A ready-made check: what clients noted of a shared object (noted-history.ts) is linearizable.
 *
 * 1. The whole history is looked at when the run is over; with `every`, also during the run, which finds a violation
 *    earlier and costs a search of the history so far each time. A history that is not linearizable stays so whatever
 *    follows, so that either way the verdict is the same.
 * 2. The violation's event is the one in which the client noted the outcome that cannot be: the chain of causes begins
 *    there. Its message names that operation; `explainHistory` of `operationsOf(view.history)` tells the whole story.
 * 3. A search that runs out of steps makes the check `undecided`.
 */
import type { Address } from '../kernel/address.ts';
import type { AlwaysCheck, Broken, Undecided } from './check.ts';
import { blockedSentence } from './linearizability/explain.ts';
import { historyFrom } from './linearizability/history.ts';
import { checkLinearizability } from './linearizability/linearizable.ts';
import type { Model } from './linearizability/model.ts';
import { historyEventsOf, type NoteNames } from './noted-history.ts';
import type { WorldView } from './world-view.ts';

export interface LinearizableCheckOptions<State, Input, Output> {
  /** The check's name. */
  readonly name: string;
  readonly model: Model<State, Input, Output>;
  /** Default: that the model's object is linearizable. */
  readonly promise?: string;
  readonly source?: string;
  /** How many questions the model may be asked in one search. Default 1,000,000. */
  readonly maxSteps?: number;
  /** Whether each client waits for an outcome before it invokes the next operation. Default true. */
  readonly oneAtATime?: boolean;
  /** After how many operations that returned to look again during the run. Default: only at the end. */
  readonly every?: number;
  /** The names of the notes. Default: `invoke`, `ok`, `fail`, `unknown`. */
  readonly names?: NoteNames;
  /** Which actors are this object's clients. Default: all that write such notes. */
  readonly isClient?: (actor: Address) => boolean;
}

/** What the check remembers: how many operations have returned, and whether it has said that it is broken. */
export interface LinearizableCheckState {
  returned: number;
  broken: boolean;
}

const DEFAULT_MAX_STEPS = 1_000_000;

/** @throws RangeError if `every` is not a whole number above 0 */
export function linearizableCheck<State, Input, Output>(
  options: LinearizableCheckOptions<State, Input, Output>,
): AlwaysCheck<LinearizableCheckState> {
  const { name, model, every, names = {}, isClient = () => true } = options;
  if (every !== undefined && !(Number.isSafeInteger(every) && every > 0)) {
    throw new RangeError(`linearizableCheck "${name}": every is ${every}, expected a whole number above 0.`);
  }
  const ok = names.ok ?? 'ok';
  return {
    kind: 'always',
    name,
    promise: options.promise ?? `The ${model.name} is linearizable.`,
    source: options.source ?? 'M. Herlihy, J. M. Wing, Linearizability, TOPLAS 12(3), 1990',
    on: every === undefined ? [] : ['note'],
    start: () => ({ returned: 0, broken: false }),
    observe(event, view, state) {
      if (every === undefined || state.broken || event.object !== ok || !isClient(event.subject)) return undefined;
      state.returned++;
      if (state.returned % every !== 0) return undefined;
      const found = judge(view, options, isClient);
      // What is undecided so far may be decided at the end.
      if (found === undefined || 'undecided' in found) return undefined;
      state.broken = true;
      return found;
    },
    atEnd: (view) => judge(view, options, isClient),
  };
}

function judge<State, Input, Output>(
  view: WorldView,
  { model, names, maxSteps = DEFAULT_MAX_STEPS, oneAtATime = true }: LinearizableCheckOptions<State, Input, Output>,
  isClient: (actor: Address) => boolean,
): Exclude<Broken, string> | Undecided | undefined {
  const notes = view.history.filter(({ actor }) => isClient(actor));
  const events = historyEventsOf<Input, Output>(notes, names);
  const result = checkLinearizability(historyFrom(events), model, { maxSteps, oneAtATime });
  switch (result.verdict) {
    case 'linearizable':
      return undefined;
    case 'undecided':
      return { undecided: `the search for a linearization ran out of its ${maxSteps} steps` };
    case 'not-linearizable': {
      const { blocked, longestPrefix, partition } = result;
      const outcome = events.find(({ type, op }) => type === 'ok' && op === blocked.operation.id);
      if (outcome === undefined)
        throw new Error(`Operation ${blocked.operation.id} cannot be placed, but never returned.`);
      const where = partition === '' ? model.name : `${model.name}, partition ${partition}`;
      return {
        message: `Not linearizable (${where}). ${blockedSentence(model, longestPrefix, blocked)}`,
        event: outcome.event,
      };
    }
    default:
      return result satisfies never;
  }
}
