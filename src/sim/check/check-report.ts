/** How a check stands, as plain data for reports and machines. */
import type { Check, Violation } from './check.ts';

/**
 * - always: `held` so far or to the end, `violated`, or `undecided` by its own word at the end.
 * - eventually: `pending` until it holds, then `held`; `violated` at its deadline, or at the end if it should have stayed;
 *   `undecided` if the run ended before its deadline, or before the liveness phase.
 * - sometimes: `not-reached`, then `reached`.
 */
export type CheckStatus = 'held' | 'violated' | 'reached' | 'not-reached' | 'pending' | 'undecided';

export interface CheckReport {
  readonly name: string;
  readonly kind: Check['kind'];
  readonly promise: string;
  readonly source?: string;
  readonly status: CheckStatus;
  /** True time in microseconds at which the status became what it is; absent if it has been so from the beginning. */
  readonly at?: number;
  /** The event after which it became so. */
  readonly event?: number;
  /** How often the check has been asked. */
  readonly evaluations: number;
  /** How often an always-check was broken again after its first violation. */
  readonly repeats: number;
  /** What is missing from a pending eventually-check, or why a check is undecided. */
  readonly reason?: string;
  readonly violation?: Violation;
}

/** What a runner remembers of one check: plain data, part of snapshots. */
export interface CheckProgress {
  readonly name: string;
  status: CheckStatus;
  at: number | undefined;
  event: number | undefined;
  evaluations: number;
  repeats: number;
  reason: string | undefined;
  /** The last event that an eventually-check has looked at. */
  lookedAt: number;
  /** What an always-check remembers. */
  memory: unknown;
}

/** How a check stands before anything has happened. */
export function initialProgress({ name, kind }: Check): CheckProgress {
  const status = INITIAL_STATUS[kind];
  return {
    name,
    status,
    at: undefined,
    event: undefined,
    evaluations: 0,
    repeats: 0,
    reason: undefined,
    lookedAt: 0,
    memory: undefined,
  };
}

const INITIAL_STATUS = { always: 'held', eventually: 'pending', sometimes: 'not-reached' } as const;

export function reportOn(check: Check, progress: CheckProgress, violation: Violation | undefined): CheckReport {
  const { status, at, event, evaluations, repeats, reason } = progress;
  const { name, kind, promise, source } = check;
  return {
    name,
    kind,
    promise,
    ...(source === undefined ? {} : { source }),
    status,
    ...(at === undefined ? {} : { at }),
    ...(event === undefined ? {} : { event }),
    evaluations,
    repeats,
    ...(reason === undefined ? {} : { reason }),
    ...(violation === undefined ? {} : { violation }),
  };
}
