/** The two numbers that stand for repeated measurements of one figure: where they lie, and how far apart. */

/** From the 10th to the 90th percentile: four of five measurements lie in between. */
export interface Spread {
  readonly p10: number;
  readonly p90: number;
}

/** The middle value, which a few disturbed measurements do not move. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function spread(values: readonly number[]): Spread {
  return { p10: quantile(values, 0.1), p90: quantile(values, 0.9) };
}

/**
 * The value below which the given share of the values lies, interpolated linearly between the two nearest (the definition
 * that R calls type 7 and NumPy uses). Throws if there are no values.
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new Error('There is no quantile of no values.');
  return below + (above - below) * (position - Math.floor(position));
}
