/**
 * What a controller has done and its cache does not show yet, by the key of the owner: while something is expected, the
 * number of children in the cache says nothing, and a controller that counted them would create or delete too many.
 *
 * 1. Expectations are raised before the request, and lowered when the cache shows the change or the request has failed.
 * 2. Deletions are expected by uid, so that one is not counted twice (it shows first as being deleted, then as gone).
 * 3. What was not seen after 5 min counts no more: better to do something twice than never again.
 *
 * Upstream: pkg/controller/controller_utils.go, ControllerExpectations and UIDTrackingControllerExpectations.
 */

export interface Expectations {
  readonly byKey: Map<string, Expected>;
}

interface Expected {
  creations: number;
  readonly deletions: Set<string>;
  /** When they were last raised from nothing, on the monotonic clock in microseconds. */
  sinceUs: number;
}

/** ExpectationsTimeout. */
export const EXPECTATIONS_TIMEOUT_MS = 300_000;

export function noExpectations(): Expectations {
  return { byKey: new Map() };
}

export function expectCreation(expectations: Expectations, key: string, nowUs: number): void {
  raise(expectations, key, nowUs).creations++;
}

export function expectDeletion(expectations: Expectations, key: string, uid: string, nowUs: number): void {
  raise(expectations, key, nowUs).deletions.add(uid);
}

/** A child has appeared, or its creation has failed. Nothing happens if none is expected. */
export function creationObserved({ byKey }: Expectations, key: string): void {
  const expected = byKey.get(key);
  if (expected !== undefined && expected.creations > 0) expected.creations--;
}

/** A child is being deleted or gone, or its deletion has failed. */
export function deletionObserved({ byKey }: Expectations, key: string, uid: string): void {
  byKey.get(key)?.deletions.delete(uid);
}

/** The owner is gone. */
export function forgetExpectations({ byKey }: Expectations, key: string): void {
  byKey.delete(key);
}

/** Whether what the cache shows can be relied on: all was seen, nothing was ever expected, or the wait was too long. */
export function expectationsSatisfied({ byKey }: Expectations, key: string, nowUs: number): boolean {
  const expected = byKey.get(key);
  return expected === undefined || fulfilled(expected) || nowUs - expected.sinceUs > EXPECTATIONS_TIMEOUT_MS * 1000;
}

function raise({ byKey }: Expectations, key: string, nowUs: number): Expected {
  const before = byKey.get(key);
  const stands = before !== undefined && !fulfilled(before) && nowUs - before.sinceUs <= EXPECTATIONS_TIMEOUT_MS * 1000;
  if (stands) return before;
  const fresh: Expected = { creations: 0, deletions: new Set(), sinceUs: nowUs };
  byKey.set(key, fresh);
  return fresh;
}

function fulfilled({ creations, deletions }: Expected): boolean {
  return creations === 0 && deletions.size === 0;
}
