/**
 * JSON patch (RFC 6902) as the API server applies it: all operations or none, on a copy. The only file that imports rfc6902.
 *
 * Like upstream's library (gopkg.in/evanphx/json-patch.v4), and unlike the RFC, an index may be negative: it counts from the
 * end. An operation that does not apply is `Invalid`, a patch that is none `BadRequest`, one of more than 10,000 operations
 * `RequestEntityTooLarge`. Not modelled: the limit to what copies may add up to.
 *
 * Upstream: jsonPatcher in apiserver/pkg/endpoints/handlers/patch.go.
 */
import { applyPatch, type Operation } from 'rfc6902';
import { cloneJson, goText, isJsonObject, type JsonObject } from './json-value.ts';
import { PatchError, type PatchResult, patchResult } from './patch-error.ts';

const MAX_OPERATIONS = 10_000;

/** The patched copy, which a patch may make into anything: it is up to the caller to look at it. */
export function applyJsonPatch(object: unknown, patch: unknown): PatchResult<unknown> {
  return patchResult(() => {
    const operations = operationsOf(patch);
    // The root is a field like any other, so that it can be replaced.
    const holder = { root: cloneJson(object) };
    for (const operation of operations) apply(holder, operation);
    return holder.root;
  });
}

function operationsOf(patch: unknown): JsonObject[] {
  const wrong = (found: string, type: string) =>
    new PatchError(`error decoding patch: json: cannot unmarshal ${found} into Go value of type ${type}`, 'BadRequest');
  if (!Array.isArray(patch)) throw wrong(wordFor(patch), '[]handlers.jsonPatchOp');
  if (patch.length > MAX_OPERATIONS) {
    const message = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`;
    throw new PatchError(message, 'RequestEntityTooLarge');
  }
  return patch.map((operation: unknown) => {
    if (!isJsonObject(operation)) throw wrong(wordFor(operation), 'handlers.jsonPatchOp');
    for (const field of ['op', 'path', 'from']) {
      const text = operation[field];
      if (text !== undefined && typeof text !== 'string') throw wrong(wordFor(text), `string: ${field}`);
    }
    return operation;
  });
}

function wordFor(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value;
}

function apply(holder: { root: unknown }, operation: JsonObject): void {
  const resolved = resolve(holder, operation);
  if (resolved === undefined) return;
  const [error] = applyPatch(holder, [resolved]);
  if (error === null || error === undefined) return;
  if (error.name === 'TestError') throw invalid(`testing value ${goText(operation.path)} failed: test failed`);
  throw invalid(`${goText(operation.op)} operation does not apply: ${error.message}`);
}

/** The operation with pointers that exist and have plain indexes; undefined if there is nothing to do. */
function resolve(holder: { root: unknown }, { op, path, from, value = null }: JsonObject): Operation | undefined {
  if (typeof path !== 'string') throw invalid('Unable to decode path: missing value');
  switch (op) {
    case 'add':
      return { op, path: placeOf(holder, path, op, 'target'), value };
    case 'replace':
      return { op, path: placeOf(holder, path, op, 'existing'), value };
    case 'remove':
      return { op, path: placeOf(holder, path, op, 'existing') };
    case 'test': {
      // A field that is not there is as good as null.
      if (value === null && isAbsentField(holder, path)) return undefined;
      return { op, path: placeOf(holder, path, op, 'existing'), value };
    }
    case 'move': {
      if (typeof from !== 'string') throw invalid('Unable to decode from: missing value');
      const source = placeOf(holder, from, op, 'existing');
      // What is moved has left its place when the target is looked up.
      const without = { root: cloneJson(holder.root) };
      applyPatch(without, [{ op: 'remove', path: source }]);
      return { op, from: source, path: placeOf(without, path, op, 'target') };
    }
    case 'copy': {
      if (typeof from !== 'string') throw invalid('Unable to decode from: missing value');
      return { op, from: placeOf(holder, from, op, 'existing'), path: placeOf(holder, path, op, 'target') };
    }
    default:
      throw invalid(`Unexpected kind: ${typeof op === 'string' ? op : 'unknown'}`);
  }
}

/**
 * The pointer from the holder to the place. `existing`: something must be there. `target`: its parent must be there, and in a
 * list the place may be one after the end.
 */
function placeOf(holder: { root: unknown }, path: string, op: string, need: 'existing' | 'target'): string {
  const tokens = tokensOf(path);
  const missing = (what: string) =>
    invalid(`${op} operation does not apply: doc is missing ${what}: ${path}: missing value`);
  const places: string[] = ['root'];
  let value: unknown = holder.root;
  tokens.forEach((token, i) => {
    const isLast = i === tokens.length - 1;
    if (Array.isArray(value)) {
      const index = indexIn(value, token, isLast && need === 'target');
      if (index === undefined)
        throw invalid(`error in ${op} for path: '${path}': Unable to access invalid index: ${token}`);
      places.push(String(index));
      value = value[index];
    } else if (isJsonObject(value)) {
      if (!Object.hasOwn(value, token) && !(isLast && need === 'target')) throw missing(isLast ? 'key' : 'path');
      places.push(token);
      value = value[token];
    } else {
      throw missing('path');
    }
  });
  return `/${places.map(escaped).join('/')}`;
}

function isAbsentField(holder: { root: unknown }, path: string): boolean {
  let value: unknown = holder.root;
  for (const token of tokensOf(path)) {
    if (!isJsonObject(value)) return false;
    if (!Object.hasOwn(value, token)) return true;
    value = value[token];
  }
  return false;
}

function indexIn(list: readonly unknown[], token: string, mayBeNew: boolean): number | undefined {
  const length = mayBeNew ? list.length + 1 : list.length;
  if (token === '-') return mayBeNew ? list.length : undefined;
  if (!/^-?(0|[1-9]\d*)$/.test(token)) return undefined;
  const index = Number(token) < 0 ? Number(token) + length : Number(token);
  return index >= 0 && index < length ? Math.abs(index) : undefined;
}

function tokensOf(path: string): string[] {
  const [start, ...tokens] = path.split('/');
  if (start !== '') throw invalid(`invalid JSON pointer: ${path}`);
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function escaped(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

function invalid(message: string): PatchError {
  return new PatchError(message, 'Invalid');
}
