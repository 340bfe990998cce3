/**
 * TypeScript source with everything that is not code blanked out: comments, and what stands between quotes, backquotes and
 * the slashes of a regular expression.
 *
 * 1. The result has the length of the source, and every character of code stands where it stood; so do line ends.
 * 2. Quotes, backquotes and slashes themselves stay; what `${…}` encloses in a template is code.
 *
 * Left out: JSX, and a regular expression straight after `)` (`if (x) /re/.test(y)`), which reads as a division here.
 */

/** After these words a slash begins a regular expression, although a word came before it. */
const WORDS_BEFORE_EXPRESSION =
  /(?:^|[^\w$.])(?:return|typeof|case|in|of|delete|void|instanceof|throw|do|else|await|yield)$/;

export function codeOnly(source: string): string {
  const out = source.split('');
  /** For each `${` that is open: how many braces are open inside it. */
  const templates: number[] = [];
  let at = 0;

  const blank = (from: number, to: number): void => {
    for (let i = from; i < Math.min(to, out.length); i += 1) if (out[i] !== '\n') out[i] = ' ';
  };
  /** Blanks a template from `at` to its end or to its next `${`. */
  const template = (): void => {
    const from = at;
    while (at < source.length && source[at] !== '`') {
      if (source.startsWith('${', at)) {
        blank(from, at);
        at += 2;
        templates.push(0);
        return;
      }
      at += source[at] === '\\' ? 2 : 1;
    }
    blank(from, at);
    at += 1;
  };

  while (at < source.length) {
    const char = source[at];
    if (source.startsWith('//', at) || (at === 0 && source.startsWith('#!'))) {
      const end = endOr(source.indexOf('\n', at), source.length);
      blank(at, end);
      at = end;
    } else if (source.startsWith('/*', at)) {
      const end = endOr(source.indexOf('*/', at + 2), source.length - 2) + 2;
      blank(at, end);
      at = end;
    } else if (char === "'" || char === '"') {
      const end = closing(source, at, char);
      blank(at + 1, end);
      at = end + 1;
    } else if (char === '`') {
      at += 1;
      template();
    } else if (char === '/' && beginsExpression(out, at)) {
      const end = closingSlash(source, at);
      blank(at + 1, end);
      at = end + 1;
    } else {
      const open = templates.length - 1;
      const braces = templates[open];
      at += 1;
      if (braces !== undefined && char === '{') templates[open] = braces + 1;
      if (braces !== undefined && char === '}') {
        if (braces > 0) templates[open] = braces - 1;
        else {
          templates.pop();
          template();
        }
      }
    }
  }
  return out.join('');
}

function endOr(found: number, otherwise: number): number {
  return found === -1 ? otherwise : found;
}

/** The offset of the quote that closes the one at `open`; the end of the line if none does. */
function closing(source: string, open: number, quote: string): number {
  let at = open + 1;
  while (at < source.length && source[at] !== quote && source[at] !== '\n') at += source[at] === '\\' ? 2 : 1;
  return at;
}

/** The offset of the slash that closes the regular expression at `open`: not one in a class, not an escaped one. */
function closingSlash(source: string, open: number): number {
  let inClass = false;
  let at = open + 1;
  while (at < source.length && source[at] !== '\n' && (inClass || source[at] !== '/')) {
    if (source[at] === '[') inClass = true;
    if (source[at] === ']') inClass = false;
    at += source[at] === '\\' ? 2 : 1;
  }
  return at;
}

/** True if the slash at `at` stands where an expression begins. What is before it has been blanked already. */
function beginsExpression(out: readonly string[], at: number): boolean {
  let before = at - 1;
  while (before >= 0 && /\s/.test(out[before] ?? '')) before -= 1;
  const char = out[before];
  if (char === undefined) return true;
  if (/[\w$]/.test(char)) return WORDS_BEFORE_EXPRESSION.test(out.slice(Math.max(0, before - 12), before + 1).join(''));
  if ((char === '+' || char === '-') && out[before - 1] === char) return false;
  return !/[)\]'"`/]/.test(char);
}
