/**
 * Lists in a strategic merge patch: scalars merge as a set, maps by their merge key; then the order is settled.
 *
 * The order, from strong to weak: `$setElementOrder`, the patch's list, the live list. Items that only the server has keep
 * their places between the others as far as that can be told.
 *
 * Upstream: mergeSlice, normalizeElementOrder and what they call in apimachinery/pkg/util/strategicpatch/patch.go.
 * There, deleting shifts items within an array that the caller still looks at, and an item added after that lands in the
 * place that came free. Orders depend on it, so `mergeSlice` changes its first argument in the same way.
 */
import { equalJson, goText, goType, isJsonObject, type JsonObject } from './json-value.ts';
import type { FieldMerge } from './merge-info.ts';
import { DIRECTIVE, ELEMENT_ORDER } from './patch-directives.ts';
import { badDirective, listOfLists, mapOf, noMergeKey, PatchError } from './patch-error.ts';

export type ElementType = 'map' | 'scalar';

/** Merges two lists; `isDeleteList`: the second names scalars to take out of the first. The items of `original` may have moved afterwards (see above). */
export function mergeSlice(
  original: unknown[],
  patch: readonly unknown[],
  field: FieldMerge,
  mergeItem: (item: JsonObject, patch: JsonObject) => JsonObject,
  isDeleteList = false,
): unknown[] {
  if (original.length === 0 && patch.length === 0) return original;
  const { mergeKey, type } = field;
  if (elementType([original, patch]) === 'scalar') {
    if (isDeleteList) return original.filter((item) => !patch.includes(item));
    const merged = deduplicated([...original, ...patch]);
    const [inPatch, others] = partition(merged, patch, mergeKey);
    return normalizeElementOrder(inPatch, others, patch, original, mergeKey, 'scalar');
  }
  if (mergeKey === '') throw new PatchError(`cannot merge lists without merge key for ${type.kind}`);
  const plain: JsonObject[] = [];
  let window: Window = { items: original, length: original.length };
  let replace = false;
  for (const item of patch.map(mapOf)) {
    if (!Object.hasOwn(item, DIRECTIVE)) plain.push(item);
    else if (item[DIRECTIVE] === 'delete') deleteMatching(window, mergeKey, keyValue(item, mergeKey));
    else if (item[DIRECTIVE] === 'replace') replace = true;
    else if (item[DIRECTIVE] === 'merge') throw new PatchError('merging lists cannot yet be specified in the patch');
    else throw badDirective(item[DIRECTIVE], item);
  }
  if (replace) window = { items: plain.slice(), length: plain.length };
  const additions = replace ? [] : plain;
  const remaining = window.items.slice(0, window.length);
  for (const item of additions) {
    const value = keyValue(item, mergeKey);
    const at = indexOfKey(window, mergeKey, value);
    if (at < 0) append(window, item);
    else window.items[at] = mergeItem(mapOf(window.items[at]), item);
  }
  const merged = window.items.slice(0, window.length);
  const [inPatch, others] = partition(merged, additions, mergeKey);
  return normalizeElementOrder(inPatch, others, additions, remaining, mergeKey, 'map');
}

/** The first items of an array that somebody else looks at as well: a Go slice. */
interface Window {
  items: unknown[];
  length: number;
}

function append(window: Window, item: unknown): void {
  if (window.length === window.items.length) window.items = [...window.items, item];
  else window.items[window.length] = item;
  window.length++;
}

function deleteMatching(window: Window, mergeKey: string, value: unknown): void {
  for (let at = indexOfKey(window, mergeKey, value); at >= 0; at = indexOfKey(window, mergeKey, value)) {
    window.items.copyWithin(at, at + 1, window.length);
    window.length--;
  }
}

function indexOfKey({ items, length }: Window, mergeKey: string, value: unknown): number {
  for (let i = 0; i < length; i++) {
    const item = items[i];
    if (!isJsonObject(item)) throw new PatchError(`value for key ${i} is not a map`);
    if (Object.hasOwn(item, mergeKey) && equalJson(item[mergeKey], value)) return i;
  }
  return -1;
}

/** The merge key's value. Throws a PatchError if the item has none. */
export function keyValue(item: JsonObject, mergeKey: string): unknown {
  if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
  return item[mergeKey];
}

/** What all items of some lists are. Throws a PatchError if they differ, are lists, or if there are none. */
export function elementType(lists: readonly (readonly unknown[])[]): ElementType {
  let first: string | undefined;
  for (const item of lists.flat()) {
    const type = goType(item);
    if (first === undefined) {
      first = type;
      if (Array.isArray(item)) throw listOfLists();
    } else if (type !== first) {
      throw new PatchError(`list element types are not identical: ${goText(lists)}`);
    }
  }
  if (first === undefined) throw new PatchError('no elements in any of the given slices');
  return first === 'map[string]interface {}' ? 'map' : 'scalar';
}

/** The items that occur in `by` (by merge key, if there is one), and the others. */
export function partition(items: readonly unknown[], by: readonly unknown[], mergeKey: string): [unknown[], unknown[]] {
  const present: unknown[] = [];
  const others: unknown[] = [];
  const window = { items: by as unknown[], length: by.length };
  for (const item of items) {
    const isPresent =
      mergeKey === '' ? by.includes(item) : indexOfKey(window, mergeKey, keyValue(mapOf(item), mergeKey)) >= 0;
    (isPresent ? present : others).push(item);
  }
  return [present, others];
}

/** Sorts the patch's items by its order and the server's own by the server's, and merges the two. */
export function normalizeElementOrder(
  patch: unknown[],
  serverOnly: unknown[],
  patchOrder: readonly unknown[],
  serverOrder: readonly unknown[],
  mergeKey: string,
  kind: ElementType,
): unknown[] {
  const right = inOrder(patch, patchOrder, mergeKey, kind);
  const left = inOrder(serverOnly, serverOrder, mergeKey, kind);
  const merged: unknown[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    const li = positionIn(serverOrder, left[i], mergeKey, kind);
    const ri = positionIn(serverOrder, right[j], mergeKey, kind);
    merged.push(li >= 0 && ri >= 0 && li < ri ? left[i++] : right[j++]);
  }
  return [...merged, ...left.slice(i), ...right.slice(j)];
}

/** The items in the order of their likes in `order`, deletions last. */
export function inOrder(
  items: readonly unknown[],
  order: readonly unknown[],
  mergeKey: string,
  kind: ElementType,
): unknown[] {
  if (kind === 'map') {
    for (const item of [...items, ...order]) keyValue(mapOf(item), mergeKey);
  }
  const sorted = kind === 'map' ? items.filter((item) => !isDeletion(item)) : items.slice();
  const deletions = kind === 'map' ? items.filter(isDeletion) : [];
  // An item of no known place goes before whatever it is compared with: upstream's comparison is not an order, and the
  // result is that of its insertion sort.
  const positions = new Map(sorted.map((item) => [item, positionIn(order, item, mergeKey, kind)]));
  insertionSort(sorted, (left, right) => {
    const [li, ri] = [positions.get(left) ?? -1, positions.get(right) ?? -1];
    return li >= 0 && ri >= 0 ? li < ri : true;
  });
  return [...sorted, ...deletions];
}

function positionIn(list: readonly unknown[], item: unknown, mergeKey: string, kind: ElementType): number {
  if (kind === 'scalar') return list.indexOf(item);
  const keyOf = (value: unknown) => (isJsonObject(value) ? (value[mergeKey] ?? null) : null);
  const wanted = keyOf(item);
  return list.findIndex((other) => equalJson(keyOf(other), wanted));
}

/** Go's sort of short lists, in place. `less` may be true both ways; equal items then change places. */
export function insertionSort(items: unknown[], less: (left: unknown, right: unknown) => boolean): void {
  for (let i = 1; i < items.length; i++) {
    for (let j = i; j > 0 && less(items[j], items[j - 1]); j--) {
      [items[j], items[j - 1]] = [items[j - 1], items[j]];
    }
  }
}

/** Whether the item of a patch deletes its like. */
export function isDeletion(item: unknown): boolean {
  return mapOf(item)[DIRECTIVE] === 'delete';
}

/** Each scalar once. A repeated one is replaced by the last of the list, as upstream has it. */
export function deduplicated(scalars: readonly unknown[]): unknown[] {
  const items = scalars.slice();
  for (let i = 0; i < items.length - 1; i++) {
    for (let j = i + 1; j < items.length; j++) {
      if (items[i] !== items[j]) continue;
      const last = items.pop();
      if (j < items.length) items[j] = last;
      j--;
    }
  }
  return items;
}

/** Throws a PatchError unless the items of a patch (deletions apart) come in the order of its `$setElementOrder`. */
export function checkAgainstElementOrder(patch: readonly unknown[], order: readonly unknown[], mergeKey: string): void {
  if (patch.length === 0 || order.length === 0) return;
  const items = mergeKey === '' ? patch : patch.filter((item) => !isDeletion(item));
  let [at, orderAt] = [0, 0];
  while (at < items.length && orderAt < order.length) {
    const item = items[at];
    if (isJsonObject(item) && Object.hasOwn(item, DIRECTIVE)) {
      at++;
      continue;
    }
    if (sameItem(item, order[orderAt], mergeKey)) at++;
    orderAt++;
  }
  if (at < items.length && orderAt >= order.length) {
    throw new PatchError(
      `The order in patch list:\n${goText(patch)}\n doesn't match ${ELEMENT_ORDER} list:\n${goText(order)}\n`,
    );
  }
}

/** Whether two items of a list are the same one: equal scalars, or maps with equal merge keys. */
export function sameItem(left: unknown, right: unknown, mergeKey: string): boolean {
  if (mergeKey === '') return left === right;
  const [leftItem, rightItem] = [mapOf(left), mapOf(right)];
  return equalJson(keyValue(leftItem, mergeKey), keyValue(rightItem, mergeKey));
}
