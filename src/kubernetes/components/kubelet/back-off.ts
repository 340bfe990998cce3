/**
 * Delays that double: how long a container that keeps failing, or an image that cannot be pulled, is left alone
 * (client-go/util/flowcontrol/backoff.go).
 */

/** Plain data: one per thing that fails. Times are microseconds. */
export interface BackOff {
  delayMs: number;
  /** When the delay was set. */
  setAt: number;
}

export interface BackOffLimits {
  readonly initialMs: number;
  readonly maxMs: number;
}

export const RESTART_BACK_OFF: BackOffLimits = { initialMs: 10_000, maxMs: 300_000 };
export const PULL_BACK_OFF: BackOffLimits = { initialMs: 10_000, maxMs: 300_000 };

/** What is left of the delay that began at `since`, in milliseconds; 0: none, go on. */
export function backOffLeftMs(entry: BackOff | undefined, since: number, now: number, limits: BackOffLimits): number {
  if (entry === undefined || hasExpired(entry, since, limits)) return 0;
  return Math.max(0, entry.delayMs - (now - since) / 1000);
}

/** The delay after another failure at `since`: the double, or the first if the last one is long ago. */
export function nextBackOff(entry: BackOff | undefined, since: number, now: number, limits: BackOffLimits): BackOff {
  if (entry === undefined || hasExpired(entry, since, limits)) return { delayMs: limits.initialMs, setAt: now };
  return { delayMs: Math.min(entry.delayMs * 2, limits.maxMs), setAt: now };
}

/** Whether what happened at `since` is more than twice the longest delay later: ten minutes of running, by default. */
function hasExpired({ setAt }: BackOff, since: number, { maxMs }: BackOffLimits): boolean {
  return (since - setAt) / 1000 > 2 * maxMs;
}

/** A delay as Go prints it, for messages: `10s`, `2m40s`. */
export function goDuration(ms: number): string {
  const seconds = ms / 1000;
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds - minutes * 60}s`;
}
