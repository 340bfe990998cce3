import { describe, expect, it } from 'vitest';
import {
  creationObserved,
  deletionObserved,
  EXPECTATIONS_TIMEOUT_MS,
  expectationsSatisfied,
  expectCreation,
  expectDeletion,
  forgetExpectations,
  noExpectations,
} from './expectations.ts';

describe('expectations', () => {
  it('are satisfied when nothing is expected, or all of it was seen', () => {
    const expectations = noExpectations();
    expect(expectationsSatisfied(expectations, 'a', 0)).toBe(true);
    expectCreation(expectations, 'a', 0);
    expectCreation(expectations, 'a', 0);
    creationObserved(expectations, 'a');
    expect(expectationsSatisfied(expectations, 'a', 0)).toBe(false);
    expect(expectationsSatisfied(expectations, 'b', 0)).toBe(true);
    creationObserved(expectations, 'a');
    expect(expectationsSatisfied(expectations, 'a', 0)).toBe(true);
  });

  it('count a deletion once, however often it shows', () => {
    const expectations = noExpectations();
    expectDeletion(expectations, 'a', 'uid-1', 0);
    expectDeletion(expectations, 'a', 'uid-2', 0);
    for (let i = 0; i < 3; i++) deletionObserved(expectations, 'a', 'uid-1');
    expect(expectationsSatisfied(expectations, 'a', 0)).toBe(false);
    deletionObserved(expectations, 'a', 'uid-2');
    expect(expectationsSatisfied(expectations, 'a', 0)).toBe(true);
  });

  it('are given up after five minutes, counted from when they were raised from nothing', () => {
    const expectations = noExpectations();
    const limit = EXPECTATIONS_TIMEOUT_MS * 1000;
    expectCreation(expectations, 'a', 0);
    expectCreation(expectations, 'a', limit / 2);
    expect(expectationsSatisfied(expectations, 'a', limit)).toBe(false);
    expect(expectationsSatisfied(expectations, 'a', limit + 1)).toBe(true);
    expectCreation(expectations, 'a', limit + 1);
    creationObserved(expectations, 'a');
    expect(expectationsSatisfied(expectations, 'a', limit + 2)).toBe(true);
  });

  it('go with their owner, and are not lowered below nothing', () => {
    const expectations = noExpectations();
    creationObserved(expectations, 'a');
    deletionObserved(expectations, 'a', 'x');
    expectCreation(expectations, 'a', 0);
    expect(expectationsSatisfied(expectations, 'a', 0)).toBe(false);
    forgetExpectations(expectations, 'a');
    expect(expectationsSatisfied(expectations, 'a', 0)).toBe(true);
  });
});
