/**
 * Resource versions as the server knows them: revisions of the store, whole numbers in decimal. Clients may compare them
 * only for equality (until KEP-5504). Upstream: apiserver/pkg/storage/versioner.go.
 */

/** A revision; 0 for the empty text; undefined unless it is a whole number in its shortest form. */
export function parseResourceVersion(text: string): number | undefined {
  if (text === '' || text === '0') return 0;
  if (!/^[1-9]\d*$/.test(text)) return undefined;
  const revision = Number(text);
  return Number.isSafeInteger(revision) ? revision : undefined;
}

/** Negative, 0 or positive, as the first is older, the same or newer. */
export function compareRevisions(a: string, b: string): number {
  return a.length === b.length ? (a < b ? -1 : a > b ? 1 : 0) : a.length - b.length;
}
