/** Conditions of a status: apimachinery/pkg/api/meta/conditions.go. */
import { describe, expect, it } from 'vitest';
import { findCondition, isConditionTrue, withCondition, withoutCondition } from './conditions.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly lastTransitionTime?: string;
}

const EARLIER = '2025-01-01T00:00:00Z';
const NOW = '2025-01-01T00:01:00Z';

describe('a condition', () => {
  it('is added with the time it was added at', () => {
    expect(withCondition(undefined, { type: 'Ready', status: 'True' }, NOW)).toEqual([
      { type: 'Ready', status: 'True', lastTransitionTime: NOW },
    ]);
  });

  it('keeps its time while its status stays', () => {
    const before: Condition[] = [{ type: 'Ready', status: 'False', reason: 'A', lastTransitionTime: EARLIER }];
    expect(withCondition(before, { type: 'Ready', status: 'False', reason: 'B' }, NOW)).toEqual([
      { type: 'Ready', status: 'False', reason: 'B', lastTransitionTime: EARLIER },
    ]);
  });

  it('has a new time when its status changes, and its place in the list', () => {
    const before: Condition[] = [
      { type: 'Ready', status: 'False', lastTransitionTime: EARLIER },
      { type: 'Other', status: 'True', lastTransitionTime: EARLIER },
    ];
    expect(withCondition(before, { type: 'Ready', status: 'True' }, NOW)).toEqual([
      { type: 'Ready', status: 'True', lastTransitionTime: NOW },
      { type: 'Other', status: 'True', lastTransitionTime: EARLIER },
    ]);
  });

  it('loses the reason that it no longer gives', () => {
    const before: Condition[] = [{ type: 'Ready', status: 'False', reason: 'A', lastTransitionTime: EARLIER }];
    expect(withCondition(before, { type: 'Ready', status: 'True' }, NOW)).toEqual([
      { type: 'Ready', status: 'True', lastTransitionTime: NOW },
    ]);
  });

  it('that changes nothing leaves the very list', () => {
    const before: Condition[] = [{ type: 'Ready', status: 'True', lastTransitionTime: EARLIER }];
    expect(withCondition(before, { type: 'Ready', status: 'True' }, NOW)).toBe(before);
    expect(withoutCondition(before, 'Other')).toBe(before);
  });

  it.each<[boolean, what: string, Condition[] | undefined]>([
    [true, 'its status is True', [{ type: 'Ready', status: 'True' }]],
    [false, 'its status is False', [{ type: 'Ready', status: 'False' }]],
    [false, 'its status is Unknown', [{ type: 'Ready', status: 'Unknown' }]],
    [false, 'only another is there', [{ type: 'Other', status: 'True' }]],
    [false, 'there are none', undefined],
  ])('is true: %s, if %s', (is, _, conditions) => {
    expect(isConditionTrue(conditions, 'Ready')).toBe(is);
  });

  it('is found and taken out by its type', () => {
    const list = [{ type: 'Ready', status: 'True' }];
    expect(findCondition(list, 'Ready')).toBe(list[0]);
    expect(findCondition(undefined, 'Ready')).toBeUndefined();
    expect(withoutCondition(list, 'Ready')).toEqual([]);
  });
});
