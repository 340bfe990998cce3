/**
 * A few random checks of each kind. What they promise means nothing, and some are broken: what counts is that they look at
 * events, states and files, remember, and write events of their own at moments that depend on all of it.
 */
import {
  type AlwaysCheck,
  type Check,
  EVENT_KINDS,
  type EventuallyCheck,
  linearizableCheck,
  registerModel,
  type SometimesCheck,
} from 'wavetank/sim';
import type { Dice } from './dice.ts';

export function randomChecks(dice: Dice, addresses: readonly string[]): Check[] {
  const checks: Check[] = [
    ...dice.list(0, 2, (index) => alwaysCheck(dice, index, addresses)),
    ...dice.list(0, 2, (index) => sometimesCheck(dice, index)),
    ...dice.list(0, 2, (index) => eventuallyCheck(dice, index, addresses)),
  ];
  if (dice.percent(30)) {
    checks.push(
      linearizableCheck({
        name: 'register',
        model: registerModel(0),
        oneAtATime: false,
        maxSteps: 300,
        every: dice.whole(3, 9),
      }),
    );
  }
  return checks;
}

/** Holds until it has seen so many events of one kind at one actor. */
function alwaysCheck(dice: Dice, index: number, addresses: readonly string[]): AlwaysCheck<Map<string, number>> {
  const most = dice.whole(5, 200);
  const on = dice.some(EVENT_KINDS);
  const host = (dice.pick(addresses).split('/') as [string])[0];
  return {
    kind: 'always',
    name: `always-${index}`,
    promise: `Nobody has more than ${most} events.`,
    on,
    start: () => new Map(),
    observe(event, view, counts) {
      const key = `${event.kind} ${event.subject}`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count <= most) return undefined;
      return `${key} has ${count}, when ${view.cells.size} actors live and f0 has ${view.file(host, 'f0')?.length} bytes`;
    },
    ...dice.maybe(50, () => ({
      atEnd: (_view: unknown, counts: Map<string, number>) =>
        counts.size > 20 ? { undecided: `${counts.size} counts` } : undefined,
    })),
  };
}

function sometimesCheck(dice: Dice, index: number): SometimesCheck {
  const events = dice.whole(1, 600);
  return {
    kind: 'sometimes',
    name: `sometimes-${index}`,
    promise: `Event ${events} is of one of these kinds, or comes before one.`,
    on: dice.some(EVENT_KINDS),
    reached: (event, view) => event.id >= events && view.history.length > index,
  };
}

/** Holds when all of some processes run. */
function eventuallyCheck(dice: Dice, index: number, addresses: readonly string[]): EventuallyCheck {
  const wanted = dice.some(addresses);
  const notes = dice.whole(0, 60);
  return {
    kind: 'eventually',
    name: `eventually-${index}`,
    promise: `${wanted.join(', ')} run again, and there are ${notes} notes.`,
    withinMs: dice.ms(0, 300),
    ...dice.maybe(50, () => ({ on: dice.some(EVENT_KINDS) })),
    ...dice.maybe(50, () => ({ stays: true })),
    missing(view) {
      const down = wanted.filter((address) => !view.isRunning(address));
      if (down.length > 0) return `${down.join(', ')}: down`;
      return view.history.length < notes ? `${view.history.length} of ${notes} notes` : undefined;
    },
  };
}
