/** Whole numbers in texts, as Go reads them: strconv.ParseInt(text, 10, 64). */

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;

/** Undefined unless the text is a whole number that fits in 64 bits. */
export function parseInt64(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[+-]?\d+$/.test(text)) return undefined;
  // Longer texts than this are too large, but for leading zeros, which nobody writes twenty of.
  if (text.length > 40) return undefined;
  const number = BigInt(text);
  return number >= MIN && number <= MAX ? number : undefined;
}
