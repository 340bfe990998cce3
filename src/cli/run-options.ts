/** What `wavetank run` may be told. */

/** As commander hands them over. */
export interface RunOptions {
  readonly seed?: string;
  readonly set?: readonly string[];
  readonly until?: string;
  readonly trace?: string;
  readonly state?: string;
  readonly json?: boolean;
}
