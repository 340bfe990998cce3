/** Upstream's test type of strategic merge patches (apimachinery/pkg/util/strategicpatch/patch_test.go: MergeItem). For tests. */
import type { MergeField, MergeType } from '../../src/kubernetes/api/merge-info.ts';

const scalar: MergeType = { kind: 'string', name: '' };
const scalars: MergeType = { kind: 'slice', name: '', items: () => scalar };
const mergeItems: MergeType = { kind: 'slice', name: '', items: () => mergeItem };

function field(type: MergeType, strategies = '', mergeKey = ''): MergeField {
  return { type, patchStrategies: strategies === '' ? [] : strategies.split(','), mergeKey };
}

const COMMON: Record<string, MergeField> = {
  name: field(scalar),
  value: field(scalar),
  other: field(scalar),
  simpleMap: field({ kind: 'map', name: '' }),
  mergingList: field(mergeItems, 'merge', 'name'),
  nonMergingList: field(mergeItems),
  mergingIntList: field(scalars, 'merge'),
};
const FIELDS: Record<string, Record<string, MergeField>> = {
  RetainKeysMergeItem: COMMON,
  MergeItem: {
    ...COMMON,
    nonMergingIntList: field(scalars),
    mergeItemPtr: field(mergeItems, 'merge', 'name'),
    replacingItem: field({ kind: 'struct', name: 'RawExtension', field: () => undefined }, 'replace'),
    retainKeysMergingList: field(mergeItems, 'merge,retainKeys', 'name'),
  },
};

function struct(name: string): MergeType {
  return { kind: 'struct', name, field: (key) => FIELDS[name]?.[key] };
}

/** Upstream's test type of this name. */
export const mergeItem: MergeType = {
  ...struct('MergeItem'),
  field: (key) =>
    key === 'retainKeysMap' ? field(struct('RetainKeysMergeItem'), 'retainKeys') : FIELDS.MergeItem?.[key],
};

/** Deeply frozen, as what comes in a message. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) frozen(item);
    Object.freeze(value);
  }
  return value;
}
