/**
 * Pods that wait for a node, in three parts: active (to be tried now, by priority and then by age), back-off (tried and to
 * be tried again after a time) and unschedulable (to be tried when something happens that may help).
 * Upstream: pkg/scheduler/backend/queue/scheduling_queue.go, backoff_queue.go.
 */
import { objectKey, type Pod } from '../../api/object.ts';

export interface QueuedPod {
  pod: Pod;
  /** When it was first queued, and its number among all: ties go to the older. */
  readonly queuedAt: number;
  readonly sequence: number;
  /** How often it was tried. */
  attempts: number;
  /** Which plugins rejected it the last time. */
  rejectedBy: readonly string[];
  /** Monotonic time from which it may be tried again. */
  backoffUntil: number;
  place: 'active' | 'backoff' | 'unschedulable' | 'binding' | 'gated';
  /** When it became unschedulable. */
  parkedAt: number;
}

export interface SchedulingQueue {
  readonly pods: Map<string, QueuedPod>;
  /** Keys of active pods, best last. */
  active: string[];
  sequence: number;
}

export interface QueueTimes {
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
  /** After how long an unschedulable pod is tried again whatever happens. */
  readonly maxUnschedulableMs: number;
}

export const QUEUE_TIMES: QueueTimes = { initialBackoffMs: 1000, maxBackoffMs: 10_000, maxUnschedulableMs: 300_000 };

export function emptyQueue(): SchedulingQueue {
  return { pods: new Map(), active: [], sequence: 0 };
}

/** A pod without a node is there, or has changed. A change of one that waits makes it active again. */
export function enqueue(queue: SchedulingQueue, pod: Pod, now: number, gated: boolean): void {
  const key = objectKey(pod);
  const known = queue.pods.get(key);
  if (known !== undefined && known.pod.metadata.uid === pod.metadata.uid) {
    // Only the scheduler's own writes change nothing but the status.
    const changed = JSON.stringify(known.pod.spec) !== JSON.stringify(pod.spec);
    known.pod = pod;
    if (known.place === 'gated' && !gated) activate(queue, key, known);
    else if (known.place === 'unschedulable' && changed) wake(queue, key, known, now);
    return;
  }
  dequeue(queue, key);
  const entry: QueuedPod = {
    pod,
    queuedAt: now,
    sequence: queue.sequence++,
    attempts: 0,
    rejectedBy: [],
    backoffUntil: 0,
    place: 'gated',
    parkedAt: now,
  };
  queue.pods.set(key, entry);
  if (!gated) activate(queue, key, entry);
}

/** It has a node, or is gone. */
export function dequeue(queue: SchedulingQueue, key: string): void {
  const entry = queue.pods.get(key);
  if (entry === undefined) return;
  if (entry.place === 'active') queue.active.splice(queue.active.indexOf(key), 1);
  queue.pods.delete(key);
}

/** The next pod to be tried; it is `binding` until somebody says otherwise. */
export function pop(queue: SchedulingQueue): QueuedPod | undefined {
  const key = queue.active.pop();
  if (key === undefined) return undefined;
  const entry = queue.pods.get(key);
  if (entry === undefined) throw new Error(`scheduler: ${key} is active and not queued.`);
  entry.place = 'binding';
  entry.attempts++;
  return entry;
}

/** It was tried in vain: some plugin rejected every node. */
export function park(entry: QueuedPod, rejectedBy: readonly string[], now: number, times: QueueTimes): void {
  entry.place = 'unschedulable';
  entry.rejectedBy = rejectedBy;
  entry.parkedAt = now;
  entry.backoffUntil = now + backoffMs(entry.attempts, times) * 1000;
}

/** It is to be tried again once its back-off is over. */
export function retryLater(entry: QueuedPod, now: number, times: QueueTimes): void {
  entry.place = 'backoff';
  entry.backoffUntil = now + backoffMs(entry.attempts, times) * 1000;
}

/** Something happened that may help an unschedulable pod. */
export function wake(queue: SchedulingQueue, key: string, entry: QueuedPod, now: number): void {
  if (entry.backoffUntil > now) entry.place = 'backoff';
  else activate(queue, key, entry);
}

/** What is due by now: back-offs that are over, and pods that were unschedulable for too long. */
export function flush(queue: SchedulingQueue, now: number, times: QueueTimes): void {
  for (const [key, entry] of queue.pods) {
    if (entry.place === 'backoff' && entry.backoffUntil <= now) activate(queue, key, entry);
    if (entry.place === 'unschedulable' && entry.parkedAt + times.maxUnschedulableMs * 1000 <= now) {
      wake(queue, key, entry, now);
    }
  }
}

/** When `flush` next has something to do; undefined: never. */
export function nextFlush(queue: SchedulingQueue, times: QueueTimes): number | undefined {
  let next: number | undefined;
  for (const { place, backoffUntil, parkedAt } of queue.pods.values()) {
    if (place !== 'backoff' && place !== 'unschedulable') continue;
    const due = place === 'backoff' ? backoffUntil : parkedAt + times.maxUnschedulableMs * 1000;
    if (next === undefined || due < next) next = due;
  }
  return next;
}

function activate(queue: SchedulingQueue, key: string, entry: QueuedPod): void {
  entry.place = 'active';
  const { active } = queue;
  let low = 0;
  let high = active.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = queue.pods.get(active[middle] ?? '');
    if (other !== undefined && isBefore(entry, other)) low = middle + 1;
    else high = middle;
  }
  active.splice(low, 0, key);
}

/** PrioritySort: higher priority first, then the older. */
function isBefore(a: QueuedPod, b: QueuedPod): boolean {
  const difference = (a.pod.spec.priority ?? 0) - (b.pod.spec.priority ?? 0);
  return difference === 0 ? a.sequence < b.sequence : difference > 0;
}

function backoffMs(attempts: number, { initialBackoffMs, maxBackoffMs }: QueueTimes): number {
  let duration = initialBackoffMs;
  for (let i = 1; i < attempts && duration < maxBackoffMs; i++) duration *= 2;
  return Math.min(duration, maxBackoffMs);
}
