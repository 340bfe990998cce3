/**
 * The stream of chance that a disk draws from, as far as the disk needs one. The kernel's RandomStream is one; a test
 * may hand in a script.
 */
export interface Chance {
  /** A number in [0, 1). */
  unit(): number;
  /** A whole number from `min` to `maxInclusive`, each equally likely. */
  integer(min: number, maxInclusive: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
}
