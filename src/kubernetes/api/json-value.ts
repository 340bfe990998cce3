/**
 * JSON values, and what Go says of them: patches are defined by what upstream's code does with `interface{}` values, and its
 * messages print them with `%v`.
 */

export interface JsonObject {
  [key: string]: unknown;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A deep copy that may be changed; nothing is shared with the original. Fields that are undefined are left out, as JSON does. */
export function cloneJson<T>(value: T): T;
export function cloneJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => cloneJson(item));
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item !== undefined) copy[key] = cloneJson(item);
  }
  return copy;
}

/** Freezes a value in place, to its leaves. What is frozen already is taken to be so throughout. */
export function freezeJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) for (const item of value) freezeJson(item);
  else for (const key in value) freezeJson(value[key]);
  return Object.freeze(value);
}

/** Whether two values are the same JSON: the order of fields does not count, undefined is absent. */
export function equalJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((item, i) => equalJson(item, right[i]));
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  return Object.keys(left).every((key) => equalJson(left[key], own(right, key))) && hasAllOf(left, right);
}

function hasAllOf(object: JsonObject, other: JsonObject): boolean {
  return Object.keys(other).every((key) => other[key] === undefined || own(object, key) !== undefined);
}

/** What every object inherits is no field of JSON. */
function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The name of the dynamic type, as `reflect.TypeOf` prints it. */
export function goType(value: unknown): string {
  if (value === null || value === undefined) return '%!s(<nil>)';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** The value as `%v` prints it: `map[name:a ports:[80]]`, keys in order. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (isJsonObject(value)) {
    const entries = Object.keys(value).sort(byCodeUnits);
    return `map[${entries.map((key) => `${key}:${goText(value[key])}`).join(' ')}]`;
  }
  return String(value);
}

export function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
