/** What can be wrong with a list of checks before anything runs. */
import { nearestName } from '../kernel/nearest-name.ts';
import { EVENT_KINDS, type EventKind } from '../kernel/trace.ts';
import type { Check } from './check.ts';

/** Throws an Error that names the first check that cannot be watched, and says why. */
export function assertChecks(checks: readonly Check[]): void {
  const names = new Set<string>();
  for (const check of checks) {
    if (typeof check.name !== 'string' || check.name === '') throw new Error('A check has no name.');
    if (names.has(check.name)) throw new Error(`Two checks are named "${check.name}": their names must be unique.`);
    names.add(check.name);
    const problem = problemOf(check);
    if (problem !== undefined) throw new Error(`Check "${check.name}" ${problem}.`);
  }
}

function problemOf(check: Check): string | undefined {
  const unknown = check.on?.find((kind) => !EVENT_KINDS.includes(kind));
  if (unknown !== undefined) return noSuchKind(unknown);
  switch (check.kind) {
    case 'always':
      return check.on.length === 0 && check.atEnd === undefined
        ? 'would never be looked at: it names no events and has no atEnd'
        : undefined;
    case 'eventually':
      return check.withinMs >= 0 && Number.isFinite(check.withinMs)
        ? undefined
        : `must hold within ${check.withinMs} ms: expected a time that is not negative`;
    case 'sometimes':
      return check.on.length === 0 ? 'would never be looked at: it names no events' : undefined;
    default: {
      const never: never = check;
      throw new Error(`Unknown kind of check ${JSON.stringify(never)}.`);
    }
  }
}

function noSuchKind(kind: EventKind): string {
  const near = nearestName(kind, EVENT_KINDS);
  return `is to look at "${kind}" events, which do not exist${near === undefined ? '' : `; did you mean "${near}"`}`;
}
