/**
 * A token bucket, as plain data: so many requests at once, then so many per second (golang.org/x/time/rate, Limiter).
 * Whoever takes a token that is not there yet owes it, and waits for it; those who come later wait longer.
 */

export interface BucketLimits {
  readonly perSecond: number;
  readonly burst: number;
}

export interface TokenBucket {
  /** Negative: that many are owed. */
  tokens: number;
  /** When `tokens` was right, in microseconds. */
  atUs: number;
}

export function fullBucket({ burst }: BucketLimits, nowUs: number): TokenBucket {
  return { tokens: burst, atUs: nowUs };
}

/** Takes a token, and says how long to wait for it, in whole microseconds. */
export function reserveToken(bucket: TokenBucket, limits: BucketLimits, nowUs: number): number {
  refill(bucket, limits, nowUs);
  bucket.tokens -= 1;
  return bucket.tokens >= 0 ? 0 : Math.ceil((-bucket.tokens / limits.perSecond) * 1_000_000);
}

/** Takes a token if there is one. */
export function tryTakeToken(bucket: TokenBucket, limits: BucketLimits, nowUs: number): boolean {
  refill(bucket, limits, nowUs);
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

function refill(bucket: TokenBucket, { perSecond, burst }: BucketLimits, nowUs: number): void {
  const elapsedUs = Math.max(0, nowUs - bucket.atUs);
  bucket.tokens = Math.min(burst, bucket.tokens + (elapsedUs * perSecond) / 1_000_000);
  bucket.atUs = nowUs;
}
