/** What is said of a disk. Plain data. */
import type { Distribution } from '../kernel/distribution.ts';

export interface DiskSpec {
  readonly name: string;
  /** Default: no limit. */
  readonly capacityBytes?: number;
  /** Default 0.1 ms. */
  readonly readLatency?: Distribution;
  /** Into the page cache. Default 0.02 ms. */
  readonly writeLatency?: Distribution;
  /** Default: lognormal, median 1 ms, sigma 0.3. */
  readonly fsyncLatency?: Distribution;
  /** Default: no limit. */
  readonly bytesPerSecond?: number;
}

/** The disk of a host whose spec names none. */
export const DEFAULT_DISK: DiskSpec = { name: 'disk' };

export const DEFAULT_DISK_LATENCY = {
  read: { constant: 0.1 },
  write: { constant: 0.02 },
  fsync: { lognormal: { medianMs: 1, sigma: 0.3 } },
} as const satisfies Record<string, Distribution>;
