/** The rules of the directives one by one, and what holds for all documents. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frozen, mergeItem } from '../../../test/kubernetes/merge-item.ts';
import type { JsonObject } from './json-value.ts';
import { mergeTypeOfKind } from './merge-info.ts';
import type { PatchResult } from './patch-error.ts';
import {
  applyStrategicMergePatch,
  applyStrategicMergePatchToKind,
  createThreeWayStrategicMergePatch,
  createTwoWayStrategicMergePatch,
} from './strategic-merge-patch.ts';

/** The patched object, or the message. */
function patched(original: JsonObject, patch: JsonObject): unknown {
  const result = applyStrategicMergePatch(frozen(original), frozen(patch), mergeItem);
  return result.ok ? result.value : result.error.message;
}

const names = (...list: string[]) => list.map((name) => ({ name }));

const RULES: [rule: string, original: JsonObject, patch: JsonObject, expected: unknown][] = [
  ['null deletes a field', { name: 'a', value: 'b' }, { value: null }, { name: 'a' }],
  ['null for a field that is not there does nothing', { name: 'a' }, { value: null }, { name: 'a' }],
  [
    '$patch: replace puts the patch in place of the map',
    { simpleMap: { a: '1' } },
    { simpleMap: { b: '2', $patch: 'replace' } },
    { simpleMap: { b: '2' } },
  ],
  ['$patch: delete empties the whole document', { name: 'a' }, { $patch: 'delete' }, {}],
  [
    '$patch: replace in a list replaces the list',
    { mergingList: names('a', 'b') },
    { mergingList: [{ name: 'c' }, { $patch: 'replace' }] },
    { mergingList: names('c') },
  ],
  [
    '$patch: merge in a list is refused',
    { mergingList: names('a') },
    { mergingList: [{ $patch: 'merge' }] },
    'merging lists cannot yet be specified in the patch',
  ],
  [
    'an unknown directive is refused',
    { simpleMap: { a: '1' } },
    { simpleMap: { $patch: 'unknown' } },
    'unknown patch type: unknown in map: map[$patch:unknown]',
  ],
  [
    'an unknown directive in a list is refused',
    { mergingList: names('a') },
    { mergingList: [{ name: 'a', $patch: 'x' }] },
    'unknown patch type: x in map: map[$patch:x name:a]',
  ],
  [
    'a deletion without the merge key is refused',
    { mergingList: names('a') },
    { mergingList: [{ $patch: 'delete' }] },
    'map: map[$patch:delete] does not contain declared merge key: name',
  ],
  [
    'an item without the merge key is refused',
    { mergingList: names('a') },
    { mergingList: [{ value: 'x' }] },
    'map: map[value:x] does not contain declared merge key: name',
  ],
  [
    'a directive for a map that is not there vanishes',
    { name: 'a' },
    { simpleMap: { $patch: 'delete' } },
    { name: 'a' },
  ],
  [
    'a deletion from a list that is not there vanishes',
    { name: 'a' },
    { mergingList: [{ name: 'x', $patch: 'delete' }, { name: 'y' }] },
    { name: 'a', mergingList: names('y') },
  ],
  [
    'with an element order, too',
    { name: 'a' },
    { '$setElementOrder/mergingList': names('y'), mergingList: [{ name: 'y' }, { name: 'x', $patch: 'delete' }] },
    { name: 'a', mergingList: names('y') },
  ],
  [
    'scalars merge as a set; the patch comes first where nothing else is known',
    { mergingIntList: [1, 2] },
    { mergingIntList: [2, 3] },
    { mergingIntList: [1, 2, 3] },
  ],
  [
    '$deleteFromPrimitiveList takes scalars out',
    { mergingIntList: [1, 2, 3] },
    { '$deleteFromPrimitiveList/mergingIntList': [1, 3, 5] },
    { mergingIntList: [2] },
  ],
  [
    '$deleteFromPrimitiveList does so whatever the strategy',
    { nonMergingIntList: [1, 2, 3] },
    { '$deleteFromPrimitiveList/nonMergingIntList': [1] },
    { nonMergingIntList: [2, 3] },
  ],
  [
    '$deleteFromPrimitiveList of a list that is not there does nothing',
    {},
    { '$deleteFromPrimitiveList/mergingIntList': [1] },
    {},
  ],
  [
    '$deleteFromPrimitiveList needs a field',
    {},
    { $deleteFromPrimitiveList: [1] },
    'invalid patch format of primitive list',
  ],
  [
    '$setElementOrder sorts what is there',
    { mergingIntList: [1, 2, 3] },
    { '$setElementOrder/mergingIntList': [3, 1, 2] },
    { mergingIntList: [3, 1, 2] },
  ],
  [
    "$setElementOrder leaves the server's items between their neighbours",
    { mergingList: names('1', 'x', '2', '3') },
    { '$setElementOrder/mergingList': names('1', '2', '3') },
    { mergingList: names('1', 'x', '2', '3') },
  ],
  [
    '$setElementOrder needs a list',
    { mergingList: [] },
    { '$setElementOrder/mergingList': 'a' },
    'expected a []interface {}, but received a string',
  ],
  ['$setElementOrder needs a field', {}, { $setElementOrder: [] }, 'invalid patch format of setElementOrder list'],
  [
    '$retainKeys drops all others',
    { retainKeysMap: { name: 'a', value: 'b', other: 'c' } },
    { retainKeysMap: { $retainKeys: ['name', 'value'], value: 'x' } },
    { retainKeysMap: { name: 'a', value: 'x' } },
  ],
  [
    '$retainKeys must name what the patch sets',
    { retainKeysMap: { name: 'a' } },
    { retainKeysMap: { $retainKeys: ['name'], value: 'x' } },
    'invalid patch format of retainKeys',
  ],
  [
    '$retainKeys must be a list',
    { retainKeysMap: { name: 'a' } },
    { retainKeysMap: { $retainKeys: 'name' } },
    'invalid patch format of retainKeys',
  ],
  [
    'a list of maps without a strategy is replaced',
    { nonMergingList: names('a') },
    { nonMergingList: names('b') },
    { nonMergingList: names('b') },
  ],
  ['another type replaces', { simpleMap: { a: '1' } }, { simpleMap: 'text' }, { simpleMap: 'text' }],
  [
    'items of different types are refused',
    { mergingIntList: [1] },
    { mergingIntList: ['a'] },
    'list element types are not identical: [[1] [a]]',
  ],
  [
    'lists of lists are refused',
    { mergingIntList: [[1]] },
    { mergingIntList: [[2]] },
    'lists of lists are not supported',
  ],
  [
    'a map for an unknown field is refused if something is there',
    { unknown: { a: 1 } },
    { unknown: { b: 1 } },
    'unable to find api field in struct MergeItem for the json field "unknown"',
  ],
  // The place that a deleted item left is taken by the first new one, and so it counts as known to the server (see strategic-merge-list.ts).
  [
    "deleting and adding with an order: the server's own item stays in front",
    { mergingList: names('x', 'a') },
    { '$setElementOrder/mergingList': names('b'), mergingList: [{ name: 'b' }, { name: 'a', $patch: 'delete' }] },
    { mergingList: names('x', 'b') },
  ],
  [
    'adding with an order: the new item comes first',
    { mergingList: names('x') },
    { '$setElementOrder/mergingList': names('b'), mergingList: names('b') },
    { mergingList: names('b', 'x') },
  ],
];

describe('a strategic merge patch', () => {
  it.each(RULES)('%s', (_rule, original, patch, expected) => {
    expect(patched(original, patch)).toEqual(expected);
  });

  it('knows the merge keys of real kinds', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', finalizers: ['a/b'] },
      status: { podIPs: [{ ip: '10.0.0.1' }] },
    };
    const patch = {
      metadata: { finalizers: ['c/d'], ownerReferences: [{ uid: 'u', name: 'o' }] },
      status: { podIPs: [{ ip: 'fd00::1' }], conditions: [{ type: 'Ready', status: 'True' }] },
    };
    expect(applyStrategicMergePatchToKind(frozen(pod), frozen(patch))).toEqual({
      ok: true,
      value: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p', finalizers: ['c/d', 'a/b'], ownerReferences: [{ uid: 'u', name: 'o' }] },
        status: { podIPs: [{ ip: 'fd00::1' }, { ip: '10.0.0.1' }], conditions: [{ type: 'Ready', status: 'True' }] },
      },
    });
  });

  it('of a rolling strategy that becomes Recreate retains only its type', () => {
    const deployment = mergeTypeOfKind('apps/v1', 'Deployment');
    if (deployment === undefined) throw new Error('the schema has no Deployment');
    const before = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
    const created = createThreeWayStrategicMergePatch(
      {},
      { spec: { strategy: { type: 'Recreate' } } },
      before,
      deployment,
    );
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
    expect(created).toEqual({ ok: true, value: patch });
    const after = applyStrategicMergePatch(before, patch, deployment);
    expect(after).toEqual({ ok: true, value: { spec: { strategy: { type: 'Recreate' } } } });
  });
});

const text = fc.constantFrom('a', 'b', 'c', 'd');

function documentOf(depth: number): fc.Arbitrary<JsonObject> {
  const items = fc
    .uniqueArray(text, { maxLength: depth === 0 ? 0 : 4 })
    .chain((keys) => fc.tuple(...keys.map((name) => documentOf(depth - 1).map((item) => ({ ...item, name })))));
  return fc.record(
    {
      name: text,
      value: text,
      simpleMap: fc.dictionary(text, text, { maxKeys: 3 }),
      mergingIntList: fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }),
      nonMergingIntList: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
      retainKeysMap: fc.record({ name: text, value: text, other: text }, { requiredKeys: [] }),
      mergingList: items,
    },
    { requiredKeys: [] },
  );
}

const document = documentOf(2);

describe('for all documents', () => {
  it('the two-way patch makes the one into the other, order and all', () => {
    fc.assert(
      fc.property(document, document, (original, modified) => {
        const patch = createTwoWayStrategicMergePatch(frozen(original), frozen(modified), mergeItem);
        if (!patch.ok) throw patch.error;
        expect(applyStrategicMergePatch(original, frozen(patch.value), mergeItem)).toEqual({
          ok: true,
          value: modified,
        });
      }),
    );
  });

  it('a manifest that was applied has nothing left to apply, whatever others add to the object', () => {
    fc.assert(
      fc.property(document, document, document, (last, manifest, others) => {
        const live = done(applyStrategicMergePatch(last, others, mergeItem));
        const patch = done(createThreeWayStrategicMergePatch(frozen(last), frozen(manifest), frozen(live), mergeItem));
        const applied = done(applyStrategicMergePatch(live, frozen(patch), mergeItem));
        const again = done(createThreeWayStrategicMergePatch(manifest, manifest, applied, mergeItem));
        expect(done(applyStrategicMergePatch(applied, again, mergeItem))).toEqual(applied);
      }),
    );
  });
});

function done(result: PatchResult<JsonObject>): JsonObject {
  if (!result.ok) throw result.error;
  return result.value;
}
