/** Cases are upstream's (apimachinery/pkg/util/strategicpatch/patch_test.go) unless their schema is a real kind's. */
import { describe, expect, it } from 'vitest';
import { frozen, mergeItem } from '../../../test/kubernetes/merge-item.ts';
import type { JsonObject } from './json-value.ts';
import { type MergeType, mergeTypeOfKind } from './merge-info.ts';
import {
  applyStrategicMergePatch,
  applyStrategicMergePatchToKind,
  createThreeWayStrategicMergePatch,
} from './strategic-merge-patch.ts';

function schemaOf(name: string): MergeType {
  const kind = name === 'Deployment' ? mergeTypeOfKind('apps/v1', name) : mergeTypeOfKind('v1', name);
  return kind ?? mergeItem;
}

interface ApplyCase {
  readonly name: string;
  readonly schema?: string;
  readonly original: JsonObject;
  readonly patch: JsonObject;
  readonly result?: JsonObject;
  readonly errorContains?: string;
}

const APPLY: ApplyCase[] = [
  {
    name: 'delete map from nested map',
    schema: 'MergeItem',
    original: { simpleMap: { key1: '1', key2: '1' } },
    patch: { simpleMap: { $patch: 'delete' } },
    result: { simpleMap: {} },
  },
  {
    name: 'delete all duplicate entries in a merging list',
    schema: 'MergeItem',
    original: { mergingList: [{ name: '1' }, { name: '1' }, { name: '2', value: 'a' }, { name: '3' }, { name: '3' }] },
    patch: {
      mergingList: [
        { name: '1', $patch: 'delete' },
        { name: '3', $patch: 'delete' },
      ],
    },
    result: { mergingList: [{ name: '2', value: 'a' }] },
  },
  {
    name: 'preserve the order from the patch in a merging list',
    schema: 'MergeItem',
    original: { mergingList: [{ name: '1' }, { name: '2', value: 'b' }, { name: '3' }] },
    patch: {
      mergingList: [
        { name: '3', value: 'c' },
        { name: '1', value: 'a' },
        { name: '2', other: 'x' },
      ],
    },
    result: {
      mergingList: [
        { name: '3', value: 'c' },
        { name: '1', value: 'a' },
        { name: '2', value: 'b', other: 'x' },
      ],
    },
  },
  {
    name: '$setElementOrder contains item that is not present in the int list to be merged',
    schema: 'MergeItem',
    original: { mergingIntList: [1, 3] },
    patch: { '$setElementOrder/mergingIntList': [3, 2, 1] },
    result: { mergingIntList: [3, 1] },
  },
  {
    name: 'should check if order in $setElementOrder and patch list match',
    schema: 'MergeItem',
    original: { mergingList: [{ name: '1' }, { name: '3' }, { name: '2' }] },
    patch: {
      '$setElementOrder/mergingList': [{ name: '1' }, { name: '2' }, { name: '3' }],
      mergingList: [
        { name: '3', value: '3' },
        { name: '1', value: '1' },
      ],
    },
    errorContains: "doesn't match",
  },
  {
    name: 'TestUnknownField: no diff even if modified null',
    schema: 'MergeItem',
    original: { array: [1, 2, 3], complex: { nested: true }, name: 'foo', scalar: true },
    patch: { complex_nullable: { key: null } },
    result: { array: [1, 2, 3], complex: { nested: true }, name: 'foo', scalar: true, complex_nullable: {} },
  },
  {
    name: 'TestUnknownField: not filter nulls from non-associative slice',
    schema: 'MergeItem',
    original: {},
    patch: { complex_nullable: ['key1', null, 'key2'] },
    result: { complex_nullable: ['key1', null, 'key2'] },
  },
  {
    name: 'Deployment: container image changed by name; env item deleted; args (no strategy) replaced',
    schema: 'Deployment',
    original: {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'a',
                image: 'a:1',
                args: ['x', 'y'],
                env: [
                  { name: 'K', value: '1' },
                  { name: 'L', value: '2' },
                ],
              },
              { name: 'b', image: 'b:1' },
            ],
          },
        },
      },
    },
    patch: {
      spec: {
        template: {
          spec: { containers: [{ name: 'a', image: 'a:2', args: ['z'], env: [{ name: 'K', $patch: 'delete' }] }] },
        },
      },
    },
    result: {
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'a', image: 'a:2', args: ['z'], env: [{ name: 'L', value: '2' }] },
              { name: 'b', image: 'b:1' },
            ],
          },
        },
      },
    },
  },
  {
    name: 'Service: service ports merge by port',
    schema: 'Service',
    original: {
      spec: {
        ports: [
          { port: 80, targetPort: 8080, name: 'http' },
          { port: 443, name: 'https' },
        ],
      },
    },
    patch: { spec: { ports: [{ port: 80, targetPort: 9090 }] } },
    result: {
      spec: {
        ports: [
          { port: 80, targetPort: 9090, name: 'http' },
          { port: 443, name: 'https' },
        ],
      },
    },
  },
];

interface ThreeWayCase {
  readonly name: string;
  readonly lastApplied: JsonObject;
  readonly modified: JsonObject;
  readonly current: JsonObject;
  readonly patch: JsonObject;
  readonly result: JsonObject;
  /** Whether it is refused where nothing may be overwritten. */
  readonly conflicts: boolean;
}

const THREE_WAY: ThreeWayCase[] = [
  {
    name: 'add field to map with conflict',
    lastApplied: { name: '1' },
    modified: { name: '1', value: '1' },
    current: { name: 'a', other: 'a' },
    patch: { name: '1', value: '1' },
    result: { name: '1', value: '1', other: 'a' },
    conflicts: true,
  },
  {
    name: 'defined null values should propagate removing original fields',
    lastApplied: { name: 'original-name', value: 'original-value' },
    modified: { name: 'modified-name', value: null },
    current: { name: 'original-name', value: 'original-value', other: 'current-other' },
    patch: { name: 'modified-name', value: null },
    result: { name: 'modified-name', other: 'current-other' },
    conflicts: false,
  },
  {
    name: 'delete missing map from merging list with conflict',
    lastApplied: { mergingList: [{ name: '1' }, { name: '2' }] },
    modified: { mergingList: [{ name: '2' }] },
    current: { mergingList: [{ name: '3', other: 'a' }] },
    patch: {
      '$setElementOrder/mergingList': [{ name: '2' }],
      mergingList: [{ name: '2' }, { name: '1', $patch: 'delete' }],
    },
    result: { mergingList: [{ name: '2' }, { name: '3', other: 'a' }] },
    conflicts: true,
  },
  {
    name: 'add field to map in merging list nested in merging list with deletion conflict',
    lastApplied: {
      mergingList: [{ name: '1', mergingList: [{ name: '1' }, { name: '2', value: '2' }] }, { name: '2' }],
    },
    modified: {
      mergingList: [
        {
          name: '1',
          mergingList: [
            { name: '2', value: '2' },
            { name: '1', value: '1' },
          ],
        },
        { name: '2' },
      ],
    },
    current: {
      mergingList: [
        { name: '1', other: 'a', mergingList: [{ name: '2', value: '2', other: 'd' }] },
        { name: '2', other: 'b' },
      ],
    },
    patch: {
      '$setElementOrder/mergingList': [{ name: '1' }, { name: '2' }],
      mergingList: [
        {
          '$setElementOrder/mergingList': [{ name: '2' }, { name: '1' }],
          name: '1',
          mergingList: [{ name: '1', value: '1' }],
        },
      ],
    },
    result: {
      mergingList: [
        {
          name: '1',
          other: 'a',
          mergingList: [
            { name: '2', value: '2', other: 'd' },
            { name: '1', value: '1' },
          ],
        },
        { name: '2', other: 'b' },
      ],
    },
    conflicts: true,
  },
  {
    name: 'add and delete an item in a list and preserve order',
    lastApplied: { mergingList: [{ name: '1' }, { name: '3', value: '3' }, { name: '2', value: '2' }] },
    modified: { mergingList: [{ name: '4', value: '4' }, { name: '2', value: '2' }, { name: '1' }] },
    current: {
      mergingList: [
        { name: '1', other: 'a' },
        { name: '2', value: '2', other: 'b' },
        { name: '3', value: '3' },
      ],
    },
    patch: {
      '$setElementOrder/mergingList': [{ name: '4' }, { name: '2' }, { name: '1' }],
      mergingList: [
        { name: '4', value: '4' },
        { name: '3', $patch: 'delete' },
      ],
    },
    result: {
      mergingList: [
        { name: '4', value: '4' },
        { name: '2', value: '2', other: 'b' },
        { name: '1', other: 'a' },
      ],
    },
    conflicts: false,
  },
  {
    name: 'retainKeys map clears a field',
    lastApplied: { retainKeysMap: { name: 'foo', value: 'bar' } },
    modified: { retainKeysMap: { name: 'foo', value: 'bar' } },
    current: { retainKeysMap: { name: 'foo', value: 'bar', other: 'a' } },
    patch: { retainKeysMap: { $retainKeys: ['name', 'value'] } },
    result: { retainKeysMap: { name: 'foo', value: 'bar' } },
    conflicts: false,
  },
];

describe('applying a strategic merge patch', () => {
  it.each(APPLY)('$name', ({ schema = 'MergeItem', original, patch, result, errorContains }) => {
    const patched = applyStrategicMergePatch(frozen(original), frozen(patch), schemaOf(schema));
    if (errorContains !== undefined)
      expect(patched.ok ? patched.value : patched.error.message).toContain(errorContains);
    else expect(patched).toEqual({ ok: true, value: result });
  });

  it('refuses what is no object, and kinds of which no merge keys are known', () => {
    const messages = [
      applyStrategicMergePatch({}, 'barbaz', mergeItem),
      applyStrategicMergePatchToKind({ apiVersion: 'example.com/v1', kind: 'Thing' }, {}),
    ].map((result) => (result.ok ? '' : `${result.error.reason}: ${result.error.message}`));
    expect(messages).toEqual([
      'BadRequest: invalid JSON document',
      'BadRequest: strategic merge patch format is not supported',
    ]);
  });
});

describe('the three-way patch', () => {
  it.each(THREE_WAY)('$name', ({ lastApplied, modified, current, patch, result, conflicts }) => {
    const args = [frozen(lastApplied), frozen(modified), frozen(current), mergeItem] as const;
    const created = createThreeWayStrategicMergePatch(...args);
    expect(created).toEqual({ ok: true, value: patch });
    expect(applyStrategicMergePatch(current, patch, mergeItem)).toEqual({ ok: true, value: result });
    const careful = createThreeWayStrategicMergePatch(...args, { overwrite: false });
    expect(careful.ok ? 'no conflict' : careful.error.reason).toBe(conflicts ? 'Conflict' : 'no conflict');
  });
});
