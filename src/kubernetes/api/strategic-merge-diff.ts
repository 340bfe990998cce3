/**
 * The strategic merge patch between two documents. Works in place like its upstream: the lists of scalars of the first
 * document may come out sorted.
 *
 * Upstream: diffMaps, diffLists and what they call in apimachinery/pkg/util/strategicpatch/patch.go.
 */
import { equalJson, goText, goType, isJsonObject, type JsonObject } from './json-value.ts';
import { type FieldMerge, listFieldOf, type MergeType, mapFieldOf } from './merge-info.ts';
import { DELETE_FROM_LIST, DIRECTIVE, ELEMENT_ORDER, RETAIN_KEYS } from './patch-directives.ts';
import { mapOf, PatchError } from './patch-error.ts';
import { deduplicated, elementType, inOrder, insertionSort, keyValue, sameItem } from './strategic-merge-list.ts';

export interface DiffOptions {
  /** Whether `$setElementOrder` is written. */
  readonly setElementOrder?: boolean;
  /** Whether only deletions are wanted. */
  readonly ignoreChangesAndAdditions?: boolean;
  /** Whether deletions are not wanted. */
  readonly ignoreDeletions?: boolean;
}

/** The patch may share parts of `modified`. `retainKeys`: whether `$retainKeys` is written for this map. */
export function diffMaps(
  original: JsonObject,
  modified: JsonObject,
  type: MergeType,
  options: DiffOptions,
  retainKeys = false,
): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(modified)) {
    const after = modified[key];
    if (!Object.hasOwn(original, key)) {
      if (options.ignoreChangesAndAdditions !== true) patch[key] = after;
      continue;
    }
    const before = original[key];
    if (key === DIRECTIVE) {
      if (typeof before !== 'string' || typeof after !== 'string') {
        throw new PatchError(`invalid value for special key: ${DIRECTIVE}`);
      }
      if (before !== after) patch[DIRECTIVE] = after;
    } else if (goType(before) !== goType(after)) {
      if (options.ignoreChangesAndAdditions !== true) patch[key] = after;
    } else if (isJsonObject(before) && isJsonObject(after)) {
      diffMapField(key, before, after, patch, type, options);
    } else if (Array.isArray(before) && Array.isArray(after)) {
      diffListField(key, before, after, patch, type, options);
    } else {
      replaceIfNotEqual(key, before, after, patch, options);
    }
  }
  if (options.ignoreDeletions !== true) {
    for (const key of Object.keys(original)) {
      if (!Object.hasOwn(modified, key)) patch[key] = null;
    }
  }
  if (retainKeys) {
    const kept = Object.keys(modified).filter((key) => modified[key] !== null);
    const dropsField = Object.keys(original).some((key) => original[key] !== null && !Object.hasOwn(modified, key));
    if (kept.length > 0 && (Object.keys(patch).length > 0 || dropsField)) patch[RETAIN_KEYS] = kept.sort();
  }
  return patch;
}

function diffMapField(
  key: string,
  before: JsonObject,
  after: JsonObject,
  patch: JsonObject,
  type: MergeType,
  options: DiffOptions,
): void {
  const field = lookUp(() => mapFieldOf(type, key), before, after);
  if (field === undefined) return;
  if (field.strategy === 'replace') {
    if (options.ignoreChangesAndAdditions !== true) patch[key] = after;
    return;
  }
  const value = diffMaps(before, after, field.type, options, field.retainKeys);
  if (Object.keys(value).length > 0) patch[key] = value;
}

function diffListField(
  key: string,
  before: unknown[],
  after: unknown[],
  patch: JsonObject,
  type: MergeType,
  options: DiffOptions,
): void {
  const field = lookUp(() => listFieldOf(type, key), before, after);
  if (field === undefined) return;
  if (field.strategy !== 'merge') {
    replaceIfNotEqual(key, before, after, patch, options);
    return;
  }
  const { additions, deletions, order } = diffLists(before, after, field, options);
  if (additions.length > 0) patch[key] = additions;
  if (deletions.length > 0) patch[`${DELETE_FROM_LIST}/${key}`] = deletions;
  if (order.length > 0) patch[`${ELEMENT_ORDER}/${key}`] = order;
}

/** What is known of a field; undefined if nothing is, which does not matter where nothing has changed. */
function lookUp(look: () => FieldMerge, before: unknown, after: unknown): FieldMerge | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof PatchError && equalJson(before, after)) return undefined;
    throw error;
  }
}

function replaceIfNotEqual(
  key: string,
  before: unknown,
  after: unknown,
  patch: JsonObject,
  { ignoreChangesAndAdditions = false }: DiffOptions,
): void {
  if (!ignoreChangesAndAdditions && !equalJson(before, after)) patch[key] = after;
}

interface ListDiff {
  readonly additions: unknown[];
  readonly deletions: unknown[];
  readonly order: unknown[];
}

function diffLists(before: unknown[], after: unknown[], field: FieldMerge, options: DiffOptions): ListDiff {
  const { setElementOrder = false, ignoreChangesAndAdditions = false, ignoreDeletions = false } = options;
  if (before.length === 0) return { additions: ignoreChangesAndAdditions ? [] : after, deletions: [], order: [] };
  const { mergeKey } = field;
  if (elementType([before, after]) === 'map') {
    const { additions, deletions } = diffListsOfMaps(before, after, field, options);
    const items = [...inOrder(additions, after, mergeKey, 'map'), ...deletions];
    const sameOrder = before.length === after.length && after.every((item, i) => sameItem(before[i], item, mergeKey));
    const changes = !ignoreChangesAndAdditions && (items.length > 0 || !sameOrder);
    const hasOrder = setElementOrder && (changes || (!ignoreDeletions && items.length > 0));
    const order = hasOrder ? after.map((item) => ({ [mergeKey]: mapOf(item)[mergeKey] })) : [];
    return { additions: items, deletions: [], order };
  }
  const { additions, deletions } = diffListsOfScalars(before, after, options);
  const changes = !ignoreChangesAndAdditions && !equalJson(before, after);
  const hasOrder = setElementOrder && (changes || (!ignoreDeletions && deletions.length > 0));
  return { additions: inOrder(additions, after, mergeKey, 'scalar'), deletions, order: hasOrder ? after : [] };
}

/** Sorts `before` in place, which makes a list that was not sorted count as changed. */
function diffListsOfScalars(
  before: unknown[],
  after: readonly unknown[],
  options: DiffOptions,
): Omit<ListDiff, 'order'> {
  insertionSort(before, notAfter);
  const sortedAfter = after.slice();
  insertionSort(sortedAfter, notAfter);
  const additions: unknown[] = [];
  const deletions: unknown[] = [];
  walk(before, sortedAfter, goText, {
    added: (item) => additions.push(item),
    removed: (item) => deletions.push(item),
  });
  return {
    additions: options.ignoreChangesAndAdditions === true ? [] : additions,
    deletions: options.ignoreDeletions === true ? [] : deduplicated(deletions),
  };
}

function diffListsOfMaps(
  before: readonly unknown[],
  after: readonly unknown[],
  { mergeKey, type, retainKeys }: FieldMerge,
  options: DiffOptions,
): Omit<ListDiff, 'order'> {
  const textOf = (item: unknown) => goText(keyValue(mapOf(item), mergeKey));
  const sorted = (items: readonly unknown[]) => {
    const copy = items.slice();
    // Missing keys are found when the items are compared with each other.
    insertionSort(copy, (left, right) => goText(mapOf(left)[mergeKey]) <= goText(mapOf(right)[mergeKey]));
    return copy;
  };
  const additions: unknown[] = [];
  const deletions: unknown[] = [];
  walk(sorted(before), sorted(after), textOf, {
    added(item) {
      if (options.ignoreChangesAndAdditions !== true) additions.push(item);
    },
    removed(item) {
      if (options.ignoreDeletions !== true)
        deletions.push({ [mergeKey]: mapOf(item)[mergeKey], [DIRECTIVE]: 'delete' });
    },
    both(left, right) {
      const patch = diffMaps(mapOf(left), mapOf(right), type, options, retainKeys);
      if (Object.keys(patch).length === 0) return;
      patch[mergeKey] = mapOf(right)[mergeKey];
      additions.push(patch);
    },
  });
  return { additions, deletions };
}

/** Goes through two sorted lists side by side. */
function walk(
  before: readonly unknown[],
  after: readonly unknown[],
  textOf: (item: unknown) => string,
  found: { added(item: unknown): void; removed(item: unknown): void; both?(left: unknown, right: unknown): void },
): void {
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const left = i < before.length ? textOf(before[i]) : undefined;
    const right = j < after.length ? textOf(after[j]) : undefined;
    if (left !== undefined && left === right) {
      found.both?.(before[i], after[j]);
      i++;
      j++;
    } else if (left === undefined || (right !== undefined && left > right)) found.added(after[j++]);
    else found.removed(before[i++]);
  }
}

function notAfter(left: unknown, right: unknown): boolean {
  return goText(left) <= goText(right);
}
