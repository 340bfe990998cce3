/** Cases marked so are upstream's (apiserver/pkg/endpoints/handlers/rest_test.go: TestJSONPatch). */
import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/kubernetes/merge-item.ts';
import { applyJsonPatch } from './json-patch.ts';
import type { JsonObject } from './json-value.ts';

const pod = frozen({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'podA', finalizers: ['foo', 'bar'] } });
const add = (path: string, value: unknown): JsonObject => ({ op: 'add', path, value });
const remove = (path: string): JsonObject => ({ op: 'remove', path });
const test = (path: string, value: unknown): JsonObject => ({ op: 'test', path, value });

/** What the patch makes of the metadata, or `Reason: message`. */
function metadataAfter(patch: unknown): unknown {
  const result = applyJsonPatch(pod, patch);
  return result.ok ? (result.value as JsonObject).metadata : `${result.error.reason}: ${result.error.message}`;
}

const unchanged = pod.metadata;

const CASES: [rule: string, patch: unknown, expected: unknown][] = [
  ['adds a field', [add('/metadata/uid', 'u')], { ...unchanged, uid: 'u' }],
  ['inserts into a list', [add('/metadata/finalizers/1', 'x')], { name: 'podA', finalizers: ['foo', 'x', 'bar'] }],
  ['appends to a list', [add('/metadata/finalizers/-', 'x')], { name: 'podA', finalizers: ['foo', 'bar', 'x'] }],
  ['removes from a list', [remove('/metadata/finalizers/0')], { name: 'podA', finalizers: ['bar'] }],
  ['counts negative indexes from the end', [remove('/metadata/finalizers/-1')], { name: 'podA', finalizers: ['foo'] }],
  ['tests with a negative index', [test('/metadata/finalizers/-2', 'foo')], unchanged],
  ['takes an absent field for null in a test', [test('/metadata/uid', null)], unchanged],
  [
    'moves',
    [{ op: 'move', from: '/metadata/name', path: '/metadata/uid' }],
    { finalizers: ['foo', 'bar'], uid: 'podA' },
  ],
  ['copies', [{ op: 'copy', from: '/metadata/name', path: '/metadata/uid' }], { ...unchanged, uid: 'podA' }],
  [
    'unescapes pointers',
    [add('/metadata/labels', {}), add('/metadata/labels/a~1b~0c', 'x')],
    { ...unchanged, labels: { 'a/b~c': 'x' } },
  ],
  [
    'refuses a test that fails',
    [test('/metadata/name', 'podB')],
    'Invalid: testing value /metadata/name failed: test failed',
  ],
  [
    'refuses a parent that is not there',
    [add('/spec/nodeName', 'n')],
    'Invalid: add operation does not apply: doc is missing path: /spec/nodeName: missing value',
  ],
  [
    'refuses to remove what is not there',
    [remove('/metadata/uid')],
    'Invalid: remove operation does not apply: doc is missing key: /metadata/uid: missing value',
  ],
  [
    'refuses an index beyond the end',
    [add('/metadata/finalizers/3', 'x')],
    "Invalid: error in add for path: '/metadata/finalizers/3': Unable to access invalid index: 3",
  ],
  ['refuses an unknown operation', [{ op: 'frob', path: '/a' }], 'Invalid: Unexpected kind: frob'],
  // Upstream, invalid-syntax: there the text is no JSON at all.
  [
    'refuses what is no list',
    'invalid json patch',
    'BadRequest: error decoding patch: json: cannot unmarshal string into Go value of type []handlers.jsonPatchOp',
  ],
  [
    'refuses operations that are no objects',
    [7],
    'BadRequest: error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp',
  ],
  [
    'refuses too many operations',
    Array(10_001).fill(test('/kind', 'Pod')),
    'RequestEntityTooLarge: The allowed maximum operations in a JSON patch is 10000, got 10001',
  ],
];

describe('a JSON patch', () => {
  it.each(CASES)('%s', (_rule, patch, expected) => {
    expect(metadataAfter(frozen(patch))).toEqual(expected);
  });

  it('replaces the whole object', () => {
    expect(applyJsonPatch(pod, [{ op: 'replace', path: '', value: { kind: 'x' } }])).toEqual({
      ok: true,
      value: { kind: 'x' },
    });
  });
});
