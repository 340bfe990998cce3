/**
 * "Did you mean …?": the valid name that a person most likely meant. The only file that knows how alike two words are.
 *
 * 1. Capitals do not count. Of several equally near names the first one wins.
 * 2. A name is near if a third of its letters (at least one letter, but never all of them) would have to change. Two
 *    neighbours that changed places count as one change: `raed` is `read`.
 * 3. Failing that, the only name of which the found one is the beginning, or the other way round: `window` for `windowMs`.
 * 4. Otherwise nothing: a wrong suggestion is worse than none.
 */
import { distance } from 'fastest-levenshtein';

export function nearestName(found: string, candidates: readonly string[]): string | undefined {
  // Nobody misspells a name of hundreds of letters, and the cost is the product of the lengths.
  if (found.length > 200) return undefined;
  const wanted = found.toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const length = Math.max(candidate.length, wanted.length);
    const limit = Math.min(Math.max(1, Math.floor(length / 3)), length - 1);
    const changes = changesBetween(wanted, candidate.toLowerCase());
    if (changes <= limit && changes < bestDistance) {
      best = candidate;
      bestDistance = changes;
    }
  }
  return best ?? onlyExtension(wanted, candidates);
}

function changesBetween(found: string, name: string): number {
  const changes = distance(found, name);
  return changes === 2 && areSwapped(found, name) ? 1 : changes;
}

function areSwapped(found: string, name: string): boolean {
  if (found.length !== name.length) return false;
  for (let i = 0; i + 1 < name.length; i++) {
    if (found === name.slice(0, i) + name.charAt(i + 1) + name.charAt(i) + name.slice(i + 2)) return true;
  }
  return false;
}

function onlyExtension(wanted: string, candidates: readonly string[]): string | undefined {
  if (wanted.length < 2) return undefined;
  const extensions = candidates.filter((candidate) => {
    const name = candidate.toLowerCase();
    return name.startsWith(wanted) || (name.length > 1 && wanted.startsWith(name));
  });
  return extensions.length === 1 ? extensions[0] : undefined;
}
