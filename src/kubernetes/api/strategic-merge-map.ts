/**
 * Merges one map of a strategic merge patch into another, in place (both are private copies, and lose what they give).
 * Upstream: mergeMap, mergePatchIntoOriginal and applyRetainKeysDirective in apimachinery/pkg/util/strategicpatch/patch.go.
 */
import { equalJson, goText, goType, isJsonObject, type JsonObject } from './json-value.ts';
import { listFieldOf, type MergeType, mapFieldOf } from './merge-info.ts';
import { DELETE_FROM_LIST, DIRECTIVE, ELEMENT_ORDER, RETAIN_KEYS } from './patch-directives.ts';
import {
  badDirective,
  badElementOrder,
  badPrimitiveList,
  badRetainKeys,
  listOf,
  mapOf,
  PatchError,
} from './patch-error.ts';
import {
  checkAgainstElementOrder,
  elementType,
  mergeSlice,
  normalizeElementOrder,
  partition,
} from './strategic-merge-list.ts';

export interface MergeOptions {
  /** Whether the parallel lists (deletions, order) take effect; else they are kept: a patch is merged into a patch. */
  readonly mergeParallelList: boolean;
  /** Whether a null for a field that is not there is dropped; else it stays, for somebody else to act on. */
  readonly ignoreUnmatchedNulls: boolean;
}

export function mergeMap(original: JsonObject, patch: JsonObject, type: MergeType, options: MergeOptions): JsonObject {
  if (Object.hasOwn(patch, DIRECTIVE)) return replaced(patch);
  applyRetainKeys(original, patch, options);
  applyElementOrders(original, patch, type, options);
  for (const key of Object.keys(patch)) mergeField(original, key, patch[key], type, options);
  return original;
}

/** `$patch: replace` leaves the patch, `$patch: delete` nothing. */
function replaced(patch: JsonObject): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive === 'replace') {
    delete patch[DIRECTIVE];
    return patch;
  }
  if (directive === 'delete') return {};
  throw badDirective(directive, patch);
}

function mergeField(
  original: JsonObject,
  patchKey: string,
  value: unknown,
  type: MergeType,
  options: MergeOptions,
): void {
  const isDeleteList = patchKey.startsWith(DELETE_FROM_LIST);
  if (isDeleteList && !options.mergeParallelList) {
    original[patchKey] = value;
    return;
  }
  const key = isDeleteList ? withoutPrefix(patchKey, DELETE_FROM_LIST, badPrimitiveList) : patchKey;
  if (value === null) {
    delete original[key];
    if (options.ignoreUnmatchedNulls) return;
  }
  const found = original[key];
  if (!Object.hasOwn(original, key) || goType(found) !== goType(value)) {
    if (isDeleteList) return;
    if (options.ignoreUnmatchedNulls) discardNulls(value);
    setWithoutDirectives(original, key, value);
    return;
  }
  if (isJsonObject(found)) {
    const field = mapFieldOf(type, key);
    const next = mapOf(value);
    original[key] = field.strategy === 'replace' ? next : mergeMap(found, next, field.type, options);
  } else if (Array.isArray(found)) {
    const field = listFieldOf(type, key);
    const next = listOf(value);
    const merges = field.strategy === 'merge' || isDeleteList;
    const mergeItem = (item: JsonObject, by: JsonObject) => mergeMap(item, by, field.type, options);
    original[key] = merges ? mergeSlice(found, next, field, mergeItem, isDeleteList) : next;
  } else {
    original[key] = value;
  }
}

function setWithoutDirectives(target: JsonObject, key: string, value: unknown): void {
  const clean = withoutDirectives(value);
  if (clean === undefined) delete target[key];
  else target[key] = clean;
}

/** The value without the parts that carry a `$patch`; undefined if it carries one itself. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE)) return undefined;
  for (const key of Object.keys(value)) setWithoutDirectives(value, key, value[key]);
  return value;
}

/** Drops null fields at any depth, of maps in lists too; a null in a list stays. */
function discardNulls(value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) discardNulls(item);
  } else if (isJsonObject(value)) {
    for (const key of Object.keys(value)) {
      if (value[key] === null) delete value[key];
      else discardNulls(value[key]);
    }
  }
}

/** `$retainKeys` names all keys that the result may have; those of the patch must be among them. */
function applyRetainKeys(original: JsonObject, patch: JsonObject, { mergeParallelList }: MergeOptions): void {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return;
  const inPatch = patch[RETAIN_KEYS];
  delete patch[RETAIN_KEYS];
  if (!mergeParallelList) {
    const inOriginal = original[RETAIN_KEYS];
    if (Object.hasOwn(original, RETAIN_KEYS) && !equalJson(inOriginal, inPatch)) {
      throw new PatchError(
        `${goText(inOriginal)} and ${goText(inPatch)} are not deep equal: this may happen when calculating the 3-way diff patch`,
      );
    }
    original[RETAIN_KEYS] = inPatch;
    return;
  }
  if (!Array.isArray(inPatch)) throw badRetainKeys();
  const retained = new Set<unknown>(inPatch);
  for (const key of Object.keys(patch)) {
    const isDirective = key.startsWith(DELETE_FROM_LIST) || key.startsWith(ELEMENT_ORDER);
    if (patch[key] !== null && !isDirective && !retained.has(key)) throw badRetainKeys();
  }
  for (const key of Object.keys(original)) {
    if (!retained.has(key)) delete original[key];
  }
}

/** Merges each list that comes with a `$setElementOrder`, and puts it in that order; what is done leaves the patch. */
function applyElementOrders(original: JsonObject, patch: JsonObject, type: MergeType, options: MergeOptions): void {
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(ELEMENT_ORDER)) continue;
    const order = patch[key];
    if (!options.mergeParallelList) {
      // Two patches become one: the directive moves over, and must be the same if both have it.
      if (Object.hasOwn(original, key) && !equalJson(original[key], order)) throw badElementOrder();
      original[key] = order;
    }
    delete patch[key];
    applyElementOrder(
      original,
      patch,
      withoutPrefix(key, ELEMENT_ORDER, badElementOrder),
      listOf(order),
      type,
      options,
    );
  }
}

function applyElementOrder(
  original: JsonObject,
  patch: JsonObject,
  key: string,
  order: readonly unknown[],
  type: MergeType,
  options: MergeOptions,
): void {
  const found = Object.hasOwn(original, key) ? listOf(original[key]) : undefined;
  const next = Object.hasOwn(patch, key) ? listOf(patch[key]) : undefined;
  const field = listFieldOf(type, key);
  checkAgainstElementOrder(next ?? [], order, field.mergeKey);
  let merged: unknown[];
  if (found === undefined) {
    if (next === undefined) return;
    merged = next.map(withoutDirectives).filter((item) => item !== undefined);
  } else if (next === undefined) {
    merged = found;
  } else {
    const mergeItem = (item: JsonObject, by: JsonObject) => mergeMap(item, by, field.type, options);
    merged = field.strategy === 'merge' ? mergeSlice(found, next, field, mergeItem) : next;
  }
  const [inOrder, others] = partition(merged, order, field.mergeKey);
  const kind = elementType([found ?? [], next ?? []]);
  original[key] = normalizeElementOrder(inOrder, others, order, found ?? [], field.mergeKey, kind);
  delete patch[key];
}

function withoutPrefix(key: string, prefix: string, error: () => PatchError): string {
  if (!key.startsWith(`${prefix}/`)) throw error();
  return key.slice(prefix.length + 1);
}
