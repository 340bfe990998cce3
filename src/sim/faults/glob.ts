/** Name patterns: `*` stands for any number of any characters, also none. Everything else, such as `?`, is itself. */
export function matchesGlob(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  // Taking the leftmost occurrence of each piece leaves the most for the pieces after it, so that one pass decides.
  let position = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, position);
    if (found < 0) return false;
    position = found + piece.length;
  }
  return text.length - last.length >= position && text.endsWith(last);
}

export function isGlob(pattern: string): boolean {
  return pattern.includes('*');
}
