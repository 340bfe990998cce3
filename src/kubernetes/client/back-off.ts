/**
 * How long a client waits after a failure before it tries again: longer each time, jittered so that clients which failed
 * together do not come back together (apimachinery/pkg/util/wait/backoff.go, ExponentialBackoffManager).
 */
import type { RandomStream } from '../../sim/index.ts';

export interface BackOffLimits {
  readonly initialMs: number;
  readonly maxMs: number;
  /** After this long without a wait, the next is `initialMs` again. */
  readonly resetAfterMs: number;
}

/** Of a reflector's list and watch (client-go/tools/cache/reflector.go, NewReflectorWithOptions). */
export const REFLECTOR_BACK_OFF: BackOffLimits = { initialMs: 800, maxMs: 30_000, resetAfterMs: 120_000 };

/** Plain data. */
export interface BackOff {
  /** The next wait before jitter. */
  nextMs: number;
  /** When the last one was drawn, on the monotonic clock in microseconds; undefined: none was. */
  lastUs: number | undefined;
}

export function newBackOff({ initialMs }: BackOffLimits): BackOff {
  return { nextMs: initialMs, lastUs: undefined };
}

/** The next wait in milliseconds: between what is due and twice that. */
export function nextWaitMs(
  backOff: BackOff,
  { initialMs, maxMs, resetAfterMs }: BackOffLimits,
  nowUs: number,
  random: RandomStream,
): number {
  const idle = backOff.lastUs !== undefined && nowUs - backOff.lastUs > resetAfterMs * 1000;
  const dueMs = idle ? initialMs : backOff.nextMs;
  backOff.lastUs = nowUs;
  backOff.nextMs = Math.min(dueMs * 2, maxMs);
  return dueMs * (1 + random.unit());
}
