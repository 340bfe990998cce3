/**
 * Whether two strategic merge patches set the same field to different values.
 * Upstream: MergingMapsHaveConflicts in apimachinery/pkg/util/strategicpatch/patch.go.
 */
import { equalJson, goText, isJsonObject, type JsonObject } from './json-value.ts';
import { type FieldMerge, listFieldOf, type MergeType, mapFieldOf } from './merge-info.ts';
import { DIRECTIVE, RETAIN_KEYS } from './patch-directives.ts';
import { PatchError } from './patch-error.ts';
import { deduplicated, elementType, insertionSort } from './strategic-merge-list.ts';

export function patchesConflict(left: JsonObject, right: JsonObject, type: MergeType): boolean {
  return valuesConflict(left, right, { type, strategy: '', mergeKey: '' });
}

type Field = Omit<FieldMerge, 'retainKeys'>;

function valuesConflict(left: unknown, right: unknown, field: Field): boolean {
  if (isJsonObject(left)) {
    if (!isJsonObject(right)) return true;
    // A directive acts on the whole map: it agrees only with the same one.
    if (!equalJson(left[DIRECTIVE], right[DIRECTIVE])) return true;
    return field.strategy !== 'replace' && mapsConflict(left, right, field.type);
  }
  if (Array.isArray(left)) return !Array.isArray(right) || listsConflict(left, right, field);
  return !equalJson(left, right);
}

function mapsConflict(left: JsonObject, right: JsonObject, type: MergeType): boolean {
  return Object.keys(left).some((key) => {
    if (key === DIRECTIVE || key === RETAIN_KEYS || !Object.hasOwn(right, key)) return false;
    return valuesConflict(left[key], right[key], fieldOf(left[key], type, key));
  });
}

function fieldOf(value: unknown, type: MergeType, key: string): Field {
  if (Array.isArray(value)) return listFieldOf(type, key);
  return isJsonObject(value) ? mapFieldOf(type, key) : { type, strategy: '', mergeKey: '' };
}

function listsConflict(left: readonly unknown[], right: readonly unknown[], field: Field): boolean {
  const kind = elementType([left, right]);
  const plain = { type: field.type, strategy: '', mergeKey: '' };
  if (field.strategy === 'merge') {
    // Sets of scalars merge whatever they hold.
    if (kind === 'scalar') return false;
    const rightItems = itemsByKey(right, field.mergeKey);
    return [...itemsByKey(left, field.mergeKey)].some(([key, item]) => {
      const other = rightItems.get(key);
      return other !== undefined && valuesConflict(item, other, plain);
    });
  }
  if (left.length !== right.length) return true;
  if (kind === 'map') return left.some((item, i) => valuesConflict(item, right[i], plain));
  const [sortedLeft, sortedRight] = [sortedSet(left), sortedSet(right)];
  return sortedLeft.some((item, i) => !equalJson(item, sortedRight[i]));
}

function itemsByKey(items: readonly unknown[], mergeKey: string): Map<string, JsonObject> {
  const byKey = new Map<string, JsonObject>();
  for (const item of items) {
    if (!isJsonObject(item)) throw new PatchError(`invalid element type in merging list:${goText(items)}`);
    if (!Object.hasOwn(item, mergeKey)) {
      throw new PatchError(`cannot find merge key \`${mergeKey}\` in merging list element:${goText(item)}`);
    }
    byKey.set(goText(item[mergeKey]), item);
  }
  return byKey;
}

function sortedSet(scalars: readonly unknown[]): unknown[] {
  const set = deduplicated(scalars);
  insertionSort(set, (left, right) => goText(left) <= goText(right));
  return set;
}
