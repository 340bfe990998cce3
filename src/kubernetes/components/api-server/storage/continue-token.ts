/**
 * Where a list goes on: the revision of its first page and the first key of the next, relative to the collection. Clients
 * treat it as opaque (apiserver/pkg/storage/continue.go). The text is JSON in base64 without padding, as upstream's.
 */

export interface ContinueToken {
  readonly revision: number;
  /** Relative to the prefix of the list. */
  readonly startKey: string;
}

export function encodeContinueToken({ revision, startKey }: ContinueToken): string {
  return base64(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: startKey }));
}

/** The token, or why it is none. */
export function decodeContinueToken(text: string): ContinueToken | string {
  const json = fromBase64(text);
  if (json === undefined) return 'continue key is not valid: illegal base64 data';
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch {
    return 'continue key is not valid: it is not JSON';
  }
  const { v, rv, start } = (content ?? {}) as { v?: unknown; rv?: unknown; start?: unknown };
  if (v !== 'meta.k8s.io/v1')
    return `continue key is not valid: server does not recognize this encoded version ${String(v)}`;
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv <= 0) {
    return 'continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)';
  }
  if (typeof start !== 'string' || start === '') {
    return 'continue key is not valid: encoded start key empty (version meta.k8s.io/v1)';
  }
  // A key must not lead out of the collection.
  if (start.startsWith('/') || start.includes('../')) return `continue key is not valid: ${start}`;
  return { revision: rv, startKey: start };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Of a text in ASCII: names and numbers are. Other characters travel as JSON escapes. */
function base64(text: string): string {
  const ascii = text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  let out = '';
  let bits = 0;
  let held = 0;
  for (let i = 0; i < ascii.length; i++) {
    held = ((held << 8) | ascii.charCodeAt(i)) & 0xffff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out += ALPHABET.charAt((held >> bits) & 63);
    }
  }
  return bits === 0 ? out : out + ALPHABET.charAt((held << (6 - bits)) & 63);
}

function fromBase64(text: string): string | undefined {
  let out = '';
  let bits = 0;
  let held = 0;
  for (const character of text) {
    const value = ALPHABET.indexOf(character);
    if (value === -1) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += String.fromCharCode((held >> bits) & 255);
    }
  }
  return out;
}
