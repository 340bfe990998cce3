/**
 * Whether two pieces of API objects mean the same: the order of fields does not count, and a list that is absent is one that
 * is empty. An absent object is not an empty one (`emptyDir: {}` says something).
 *
 * Upstream: apimachinery/pkg/api/equality/semantic.go, as far as plain JSON knows its rules.
 */
export function semanticEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b);
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, at) => semanticEqual(item, b[at]))
    );
  }
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const field of Object.keys(left)) {
    if (!semanticEqual(left[field], right[field])) return false;
  }
  return Object.keys(right).every((field) => field in left || isNothing(right[field]));
}

/** Labels and annotations: an absent map is an empty one. */
export function sameMap(
  a: Readonly<Record<string, string>> | undefined,
  b: Readonly<Record<string, string>> | undefined,
): boolean {
  return semanticEqual(a ?? {}, b ?? {});
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
