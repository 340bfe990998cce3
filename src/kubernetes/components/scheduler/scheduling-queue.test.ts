import { describe, expect, it } from 'vitest';
import type { Pod } from '../../api/object.ts';
import {
  dequeue,
  emptyQueue,
  enqueue,
  flush,
  nextFlush,
  park,
  pop,
  QUEUE_TIMES,
  retryLater,
  type SchedulingQueue,
  wake,
} from './scheduling-queue.ts';

const pod = (name: string, priority = 0): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'd', uid: name, resourceVersion: '1', creationTimestamp: '2025-01-01T00:00:00Z' },
  spec: { containers: [], priority },
});

const names = (queue: SchedulingQueue): string[] => {
  const popped: string[] = [];
  for (let entry = pop(queue); entry !== undefined; entry = pop(queue)) popped.push(entry.pod.metadata.name);
  return popped;
};

describe('the scheduling queue', () => {
  it('gives out pods by priority, and of one priority the older first', () => {
    const queue = emptyQueue();
    for (const [name, priority] of [
      ['a', 0],
      ['b', 5],
      ['c', 0],
      ['d', 5],
      ['e', -1],
    ] as const) {
      enqueue(queue, pod(name, priority), 0, false);
    }
    dequeue(queue, 'd/c');
    expect(names(queue)).toEqual(['b', 'd', 'a', 'e']);
  });

  it('holds back a gated pod until its gates are gone', () => {
    const queue = emptyQueue();
    enqueue(queue, pod('a'), 0, true);
    expect(names(queue)).toEqual([]);
    enqueue(queue, pod('a'), 0, false);
    expect(names(queue)).toEqual(['a']);
  });

  it('backs off 1 s, 2 s, 4 s … 10 s', () => {
    const queue = emptyQueue();
    enqueue(queue, pod('a'), 0, false);
    let now = 0;
    const waits: number[] = [];
    for (let i = 0; i < 6; i++) {
      const entry = pop(queue);
      if (entry === undefined) throw new Error('nothing to try');
      retryLater(entry, now, QUEUE_TIMES);
      const due = nextFlush(queue, QUEUE_TIMES) ?? 0;
      waits.push((due - now) / 1e6);
      flush(queue, due - 1, QUEUE_TIMES);
      expect(queue.active).toEqual([]);
      now = due;
      flush(queue, now, QUEUE_TIMES);
    }
    expect(waits).toEqual([1, 2, 4, 8, 10, 10]);
  });

  it('tries an unschedulable pod again when it is woken and its back-off is over, or after five minutes', () => {
    const queue = emptyQueue();
    enqueue(queue, pod('a'), 0, false);
    const entry = pop(queue);
    if (entry === undefined) throw new Error('nothing to try');
    park(entry, ['NodeResourcesFit'], 0, QUEUE_TIMES);
    flush(queue, 299_000_000, QUEUE_TIMES);
    expect(queue.active).toEqual([]);
    wake(queue, 'd/a', entry, 500_000);
    expect(entry.place).toBe('backoff');
    flush(queue, 1_000_000, QUEUE_TIMES);
    expect(names(queue)).toEqual(['a']);
    park(entry, ['NodeResourcesFit'], 2_000_000, QUEUE_TIMES);
    flush(queue, 302_000_000, QUEUE_TIMES);
    expect(names(queue)).toEqual(['a']);
  });

  it('a change of its spec wakes an unschedulable pod, a change of its status does not', () => {
    const queue = emptyQueue();
    enqueue(queue, pod('a'), 0, false);
    const entry = pop(queue);
    if (entry === undefined) throw new Error('nothing to try');
    park(entry, [], 0, QUEUE_TIMES);
    enqueue(queue, { ...pod('a'), status: { phase: 'Pending' } }, 5_000_000, false);
    expect(names(queue)).toEqual([]);
    enqueue(queue, pod('a', 7), 5_000_000, false);
    expect(names(queue)).toEqual(['a']);
  });

  it('a pod of the same name and another uid is another pod', () => {
    const queue = emptyQueue();
    enqueue(queue, pod('a'), 0, false);
    const other = pod('a');
    enqueue(queue, { ...other, metadata: { ...other.metadata, uid: 'b' } }, 0, false);
    expect(queue.pods.get('d/a')?.pod.metadata.uid).toBe('b');
    expect(names(queue)).toEqual(['a']);
  });
});
