/**
 * A histogram of durations: exact to one part in sixteen, in a few hundred numbers however many there are. Buckets double
 * in width with each power of two, sixteen to a power (as in HdrHistogram).
 */
export interface Latencies {
  /** How many by bucket; behind the last one that is not 0 there are none. */
  readonly buckets: number[];
  count: number;
  /** In microseconds. */
  max: number;
}

const STEPS = 16;
const STEP_BITS = 4;

export const noLatencies = (): Latencies => ({ buckets: [], count: 0, max: 0 });

/** @param us whole microseconds, at least 0 */
export function addLatency(latencies: Latencies, us: number): void {
  const bucket = bucketOf(Math.min(us, 0x7fffffff));
  const { buckets } = latencies;
  while (buckets.length <= bucket) buckets.push(0);
  buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  latencies.count++;
  latencies.max = Math.max(latencies.max, us);
}

/** The duration, in milliseconds, that a share of them does not exceed; 0 if there are none. */
export function percentileMs({ buckets, count, max }: Latencies, share: number): number {
  let missing = Math.ceil(count * share);
  if (count === 0) return 0;
  for (const [bucket, held] of buckets.entries()) {
    missing -= held;
    if (missing <= 0) return Math.min(largestOf(bucket), max) / 1000;
  }
  return max / 1000;
}

/** Below 16 each number has its bucket; above, the leading five bits decide. */
function bucketOf(us: number): number {
  if (us < STEPS) return us;
  const shift = 31 - Math.clz32(us) - STEP_BITS;
  return shift * STEPS + (us >>> shift);
}

function largestOf(bucket: number): number {
  if (bucket < 2 * STEPS) return bucket;
  const shift = Math.floor(bucket / STEPS) - 1;
  return (bucket - shift * STEPS + 1) * (1 << shift) - 1;
}
