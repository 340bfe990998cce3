/**
 * Conditions in a status: at most one of each type. `lastTransitionTime` moves only when the status of the condition
 * does (apimachinery/pkg/api/meta/conditions.go; for pods and nodes their own helpers do the same).
 */
import { equalJson } from './json-value.ts';

interface ConditionLike {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
}

export function findCondition<T extends ConditionLike>(
  conditions: readonly T[] | undefined,
  type: string,
): T | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Whether there is a condition of this type whose status is True (IsStatusConditionTrue). */
export function isConditionTrue(conditions: readonly ConditionLike[] | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === 'True';
}

/**
 * A new list with this condition in place of the one of its type; the very list that was given if nothing changes. What the
 * condition does not say (a reason that no longer holds) is gone. @param now RFC 3339
 */
export function withCondition<T extends ConditionLike>(
  conditions: readonly T[] | undefined,
  condition: T,
  now: string,
): readonly T[] {
  const list = conditions ?? [];
  const index = list.findIndex(({ type }) => type === condition.type);
  const before = list[index];
  if (before === undefined) return [...list, { ...condition, lastTransitionTime: condition.lastTransitionTime ?? now }];
  const lastTransitionTime = before.status === condition.status ? before.lastTransitionTime : now;
  const next = { ...condition, ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }) };
  return equalJson(next, before) ? list : list.with(index, next);
}

export function withoutCondition<T extends ConditionLike>(
  conditions: readonly T[] | undefined,
  type: string,
): readonly T[] {
  const list = conditions ?? [];
  return list.some((each) => each.type === type) ? list.filter((each) => each.type !== type) : list;
}
