/**
 * Plain data on one line, for people: `{op: put, key: a, value: Map{x → 1}}`.
 *
 * 1. It is never longer than asked for; what is cut ends in `…`. The cost is bounded by that length and not by the value.
 * 2. Texts that could be taken for something else (`"1"`, `"null"`, `""`, those with spaces or commas) stand in quotes,
 *    and nothing that would move a terminal's cursor comes through.
 *
 * Not meant to be read back: trace-lines.ts is.
 */

/** @param most how many characters at most, at least 1 */
export function compactValue(value: unknown, most = 100): string {
  const writer = new Writer(most);
  writer.value(value);
  return writer.done();
}

/** A text on one line: line breaks and control characters are written out. */
export function oneLine(text: string, most = 100): string {
  const head = text.length > most ? text.slice(0, most + 1) : text;
  const visible = head.replace(INVISIBLE, escapeCharacter);
  return visible.length > most ? `${visible.slice(0, most - 1)}…` : visible;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text that needs no quotes: words, addresses, dashes. */
const BARE = /^[\p{L}_$*/.@][\p{L}\p{N}_$*/.:@+=-]*$/u;

const KEYWORDS: ReadonlySet<string> = new Set(['null', 'undefined', 'true', 'false', 'NaN', 'Infinity']);

/** How many bytes of a Uint8Array are shown. */
const SHOWN_BYTES = 8;

class Writer {
  readonly #most: number;
  #text = '';

  constructor(most: number) {
    this.#most = most;
  }

  get #full(): boolean {
    return this.#text.length > this.#most;
  }

  done(): string {
    return this.#full ? `${this.#text.slice(0, this.#most - 1)}…` : this.#text;
  }

  value(value: unknown): void {
    if (typeof value === 'string') this.#string(value);
    else if (typeof value !== 'object' || value === null) this.#text += String(value);
    else if (value instanceof Uint8Array) this.#bytes(value);
    else if (Array.isArray(value)) this.#list('[', value, ']', (item) => this.value(item));
    else if (value instanceof Set) this.#list('Set{', value, '}', (item) => this.value(item));
    else if (value instanceof Map) this.#list('Map{', value, '}', (entry) => this.#pair(entry, ' → '));
    else this.#list('{', entriesOf(value), '}', (entry) => this.#pair(entry, ': '));
  }

  #list<Item>(open: string, items: Iterable<Item>, close: string, write: (item: Item) => void): void {
    this.#text += open;
    let separator = '';
    for (const item of items) {
      if (this.#full) return;
      this.#text += separator;
      separator = ', ';
      write(item);
    }
    this.#text += close;
  }

  #pair([key, value]: readonly [unknown, unknown], separator: string): void {
    this.value(key);
    this.#text += separator;
    this.value(value);
  }

  #string(value: string): void {
    const head = value.slice(0, this.#most + 1);
    if (BARE.test(head) && !KEYWORDS.has(head)) this.#text += head;
    else this.#text += JSON.stringify(head).replace(INVISIBLE, escapeCharacter);
  }

  #bytes(bytes: Uint8Array): void {
    const head = Array.from(bytes.subarray(0, SHOWN_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
    const more = bytes.length > SHOWN_BYTES ? '…' : '';
    this.#text += `<${bytes.length} ${bytes.length === 1 ? 'byte' : 'bytes'}${head === '' ? '' : ` ${head}${more}`}>`;
  }
}

/** One after the other, so that a huge object costs no more than what is shown of it. */
function* entriesOf(value: object): Generator<readonly [string, unknown]> {
  for (const key in value) yield [key, (value as Record<string, unknown>)[key]];
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
