/** What a load generator counts. */
import type { CallOutcome } from './calls.ts';
import { addLatency, type Latencies, noLatencies, percentileMs } from './latencies.ts';

export interface LoadCounts {
  sent: number;
  ok: number;
  /** All that is not ok, time-outs included. */
  failed: number;
  timeouts: number;
  /** By kind: `timeout`, `refused`, `unreachable`, `reset`, `network`, `status 502`, … */
  readonly failures: Map<string, number>;
  /** Of those that were ok. */
  readonly latencies: Latencies;
}

export const noLoad = (): LoadCounts => ({
  sent: 0,
  ok: 0,
  failed: 0,
  timeouts: 0,
  failures: new Map(),
  latencies: noLatencies(),
});

export function count(counts: LoadCounts, outcome: CallOutcome, latencyUs: number): void {
  if (outcome.ok && outcome.status < 400) {
    counts.ok++;
    addLatency(counts.latencies, latencyUs);
    return;
  }
  const kind = outcome.ok ? `status ${outcome.status}` : outcome.failure;
  counts.failed++;
  if (kind === 'timeout') counts.timeouts++;
  counts.failures.set(kind, (counts.failures.get(kind) ?? 0) + 1);
}

/** Data of a note. Times are milliseconds, of requests that were ok. */
export function loadNote({ sent, ok, failed, timeouts, failures, latencies }: LoadCounts): Record<string, unknown> {
  const kinds = [...failures.keys()].sort();
  return {
    sent,
    ok,
    failed,
    timeouts,
    failures: Object.fromEntries(kinds.map((kind) => [kind, failures.get(kind) ?? 0])),
    p50Ms: percentileMs(latencies, 0.5),
    p90Ms: percentileMs(latencies, 0.9),
    p99Ms: percentileMs(latencies, 0.99),
    maxMs: latencies.max / 1000,
  };
}
