/**
 * Plain data: what the codec brings back as it was — objects, arrays, Map, Set, strings, numbers, booleans, null,
 * undefined and bytes. Actor states and message bodies are plain data, so that a snapshot, a fork or a message is the
 * thing itself and not an approximation of it.
 *
 * Not plain: functions, symbols, bigints, class instances (Date, RegExp, Error and promises among them), objects
 * without a prototype, typed arrays other than Uint8Array, cycles, minus zero, and the key `__proto__`. Symbol keys are not
 * looked for: the codec leaves them out.
 */

/** Where and why a value is not plain data; `path` is like `.pods[3].spec`. */
export class NotPlainDataError extends Error {
  override readonly name = 'NotPlainDataError';
  readonly path: string;

  constructor(what: string, path: string, found: string) {
    super(`${what}${path === '' ? '' : ` at ${path}`} is not plain data: ${found}.`);
    this.path = path;
  }
}

/** What a body holds besides frozen objects: Map and Set cannot be frozen by `Object.freeze` alone. */
export interface Plainness {
  collections: boolean;
}

const MAX_DEPTH = 256;

/**
 * Throws NotPlainDataError unless `value` is plain data.
 *
 * @param what names the value in the error ("message body", "state of a/b")
 * @param unaliased also demands that no mutable object is reachable by two ways, since a snapshot would bring back two
 */
export function assertPlain(value: unknown, what: string, unaliased = false): Plainness {
  const plainness: Plainness = { collections: false };
  const bad = walk(value, plainness, 0, unaliased ? new Map() : undefined);
  if (bad !== undefined) throw new NotPlainDataError(what, bad.path, bad.found);
  return plainness;
}

interface Flaw {
  path: string;
  found: string;
}

/** Every message passes here: what is most common is decided first, without a call. */
function walk(
  value: unknown,
  plainness: Plainness,
  depth: number,
  seen: Map<object, true> | undefined,
): Flaw | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return undefined;
    case 'number':
      return value === 0 && 1 / value < 0 ? { path: '', found: 'minus zero' } : undefined;
    case 'object':
      return value === null ? undefined : walkObject(value, plainness, depth, seen);
    default:
      return { path: '', found: `a ${typeof value}` };
  }
}

function walkObject(
  value: object,
  plainness: Plainness,
  depth: number,
  seen: Map<object, true> | undefined,
): Flaw | undefined {
  if (depth > MAX_DEPTH) return { path: '', found: `nesting deeper than ${MAX_DEPTH}, or a cycle` };
  const prototype: unknown = Object.getPrototypeOf(value);
  if (seen !== undefined && !isFixed(value, prototype)) {
    if (seen.has(value)) return { path: '', found: 'a mutable object that is reachable by two ways' };
    seen.set(value, true);
  }
  if (prototype === Object.prototype) {
    for (const key in value) {
      const item = (value as Record<string, unknown>)[key];
      if (typeof item !== 'string') {
        const flaw =
          typeof item === 'object' && item !== null
            ? walkObject(item, plainness, depth + 1, seen)
            : walk(item, plainness, depth + 1, seen);
        if (flaw !== undefined) return { path: `.${key}${flaw.path}`, found: flaw.found };
      }
      if (key === '__proto__') return { path: '.__proto__', found: 'a key named __proto__' };
    }
    return undefined;
  }
  if (prototype === Array.prototype) {
    const items = value as unknown[];
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      if (typeof item === 'string') continue;
      const flaw = walk(item, plainness, depth + 1, seen);
      if (flaw !== undefined) return { path: `[${i}]${flaw.path}`, found: flaw.found };
    }
    return undefined;
  }
  if (prototype === Map.prototype) {
    plainness.collections = true;
    for (const [key, item] of value as Map<unknown, unknown>) {
      const flaw = walk(key, plainness, depth + 1, seen) ?? walk(item, plainness, depth + 1, seen);
      if (flaw !== undefined) return { path: `.get(${String(key)})${flaw.path}`, found: flaw.found };
    }
    return undefined;
  }
  if (prototype === Set.prototype) {
    plainness.collections = true;
    for (const item of value as Set<unknown>) {
      const flaw = walk(item, plainness, depth + 1, seen);
      if (flaw !== undefined) return { path: `.has(…)${flaw.path}`, found: flaw.found };
    }
    return undefined;
  }
  if (value instanceof Uint8Array) return undefined;
  if (prototype === null) return { path: '', found: 'an object without a prototype' };
  const name = (value as { constructor?: { name?: string } }).constructor?.name;
  return { path: '', found: `an instance of ${name ?? 'an unknown class'}` };
}

/** Whether nobody can change it: a Map or a Set only if `deepFreeze` has taken its mutators. */
function isFixed(value: object, prototype: unknown): boolean {
  if (!Object.isFrozen(value)) return false;
  return (prototype !== Map.prototype && prototype !== Set.prototype) || Object.hasOwn(value, 'clear');
}

/** Freezes plain data in place, all of it; Map and Set lose their mutators. Returns its argument. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return value;
  if (value instanceof Map) {
    for (const [key, item] of value) {
      deepFreeze(key);
      deepFreeze(item);
    }
    forbid(value, ['set', 'delete', 'clear']);
  } else if (value instanceof Set) {
    for (const item of value) deepFreeze(item);
    forbid(value, ['add', 'delete', 'clear']);
  } else {
    for (const key in value) {
      const item = value[key];
      if (typeof item === 'object' && item !== null) deepFreeze(item);
    }
  }
  return Object.freeze(value);
}

function forbid(collection: object, names: readonly string[]): void {
  if (Object.isFrozen(collection)) return;
  for (const name of names) {
    Object.defineProperty(collection, name, {
      value: () => {
        throw new TypeError(`Cannot ${name}: this ${collection instanceof Map ? 'Map' : 'Set'} is frozen.`);
      },
      enumerable: false,
    });
  }
}
