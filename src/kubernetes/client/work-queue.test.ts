import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addAfter,
  addDue,
  addKey,
  addRateLimited,
  DEFAULT_RATE_LIMITS,
  doneWith,
  failureDelayMs,
  failuresOf,
  forgetFailures,
  newWorkQueue,
  nextDueUs,
  takeKey,
} from './work-queue.ts';

describe('the work queue', () => {
  it('gives a key to one worker at a time, and never loses one that was added meanwhile', () => {
    const step = fc.record({ do: fc.constantFrom('add', 'take', 'done'), key: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const queue = newWorkQueue(0);
        const owed = new Set<string>();
        const working = new Set<string>();
        for (const { do: action, key } of steps) {
          if (action === 'add') {
            addKey(queue, key);
            owed.add(key);
          } else if (action === 'take') {
            const taken = takeKey(queue);
            const free = [...owed].filter((each) => !working.has(each));
            if (taken === undefined) expect(free).toEqual([]);
            else {
              expect(free).toContain(taken);
              owed.delete(taken);
              working.add(taken);
            }
          } else if (working.delete(key)) doneWith(queue, key);
        }
        for (const key of working) doneWith(queue, key);
        const rest: string[] = [];
        for (let key = takeKey(queue); key !== undefined; key = takeKey(queue)) rest.push(key);
        expect(rest.sort()).toEqual([...owed].sort());
      }),
    );
  });

  it('gives keys in the order in which they were added', () => {
    const queue = newWorkQueue(0);
    for (const key of ['b', 'a', 'b', 'c']) addKey(queue, key);
    expect([takeKey(queue), takeKey(queue), takeKey(queue), takeKey(queue)]).toEqual(['b', 'a', 'c', undefined]);
  });

  it('keeps the earlier of the times of a key that is added for later', () => {
    const queue = newWorkQueue(0);
    addAfter(queue, 'a', 50, 0);
    addAfter(queue, 'a', 20, 0);
    addAfter(queue, 'a', 80, 0);
    addAfter(queue, 'b', 20, 0);
    expect(nextDueUs(queue)).toBe(20_000);
    addDue(queue, 19_999);
    expect(takeKey(queue)).toBeUndefined();
    addDue(queue, 20_000);
    expect([takeKey(queue), takeKey(queue)]).toEqual(['a', 'b']);
    expect(nextDueUs(queue)).toBeUndefined();
  });

  // client-go/util/workqueue/default_rate_limiters_test.go: TestItemExponentialFailureRateLimiter(OverFlow)
  it('waits longer after each failure of a key in a row, up to the most, and forgets them after a success', () => {
    const queue = newWorkQueue(0);
    const limits = { ...DEFAULT_RATE_LIMITS, baseMs: 1, maxMs: 1_000_000 };
    const waits = Array.from({ length: 6 }, () => failureDelayMs(queue, 'one', limits));
    expect(waits).toEqual([1, 2, 4, 8, 16, 32]);
    for (let i = 0; i < 2000; i++) failureDelayMs(queue, 'one', limits);
    expect(failureDelayMs(queue, 'one', limits)).toBe(1_000_000);
    expect(failureDelayMs(queue, 'two', limits)).toBe(1);
    expect(failuresOf(queue, 'two')).toBe(1);
    forgetFailures(queue, 'two');
    expect([failuresOf(queue, 'two'), failureDelayMs(queue, 'two', limits)]).toEqual([0, 1]);
  });

  it('lets failures of all keys together come back ten times a second at most, after a hundred', () => {
    const queue = newWorkQueue(0);
    for (let i = 0; i < 120; i++) addRateLimited(queue, `key-${i}`, 0);
    addDue(queue, 5000);
    let soon = 0;
    while (takeKey(queue) !== undefined) soon++;
    expect(soon).toBe(100);
    addDue(queue, 2_000_000);
    let later = 0;
    while (takeKey(queue) !== undefined) later++;
    expect(later).toBe(20);
  });
});
