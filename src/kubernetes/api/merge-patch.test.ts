/** Three-way cases are upstream's (apimachinery/pkg/util/jsonmergepatch/patch_test.go), the others those of RFC 7386, appendix A. */
import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/kubernetes/merge-item.ts';
import { applyMergePatch, createMergePatch, createThreeWayMergePatch } from './merge-patch.ts';

const RFC: [original: unknown, patch: unknown, expected: unknown][] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

const THREE_WAY = [
  {
    name: 'delete field from nested map with conflict',
    lastApplied: { simpleMap: { key1: 1, key2: 1 } },
    modified: { simpleMap: { key1: 1 } },
    current: { simpleMap: { key1: 'a', key2: 1, other: 'a' } },
    patch: { simpleMap: { key1: 1, key2: null } },
    result: { simpleMap: { key1: 1, other: 'a' } },
  },
  {
    name: 'patch from list to scalar',
    lastApplied: { foo: [1, 2] },
    modified: { foo: 0 },
    current: { foo: [1, 2], bar: 2 },
    patch: { foo: 0 },
    result: { foo: 0, bar: 2 },
  },
  {
    name: 'patch with different nested types',
    lastApplied: { foo: [{ a: true }, 2, false] },
    modified: { foo: [1, false, { b: 1 }] },
    current: { foo: [{ a: true }, 2, false], bar: 0 },
    patch: { foo: [1, false, { b: 1 }] },
    result: { foo: [1, false, { b: 1 }], bar: 0 },
  },
];

describe('a JSON merge patch', () => {
  it.each(RFC)('of %j by %j is %j', (original, patch, expected) => {
    expect(applyMergePatch(frozen(original), frozen(patch))).toEqual({ ok: true, value: expected });
  });

  it('must be an object', () => {
    const result = applyMergePatch({}, 'text');
    expect(result.ok ? '' : result.error.reason).toBe('BadRequest');
  });

  it('is created so that it makes the one into the other', () => {
    const [before, after] = [frozen({ a: 1, b: { c: 1, d: [1] }, e: 1 }), frozen({ a: 2, b: { c: 1, d: [2] }, f: {} })];
    const patch = createMergePatch(before, after);
    expect(patch).toEqual({ a: 2, b: { d: [2] }, e: null, f: {} });
    expect(applyMergePatch(before, patch)).toEqual({ ok: true, value: after });
  });
});

describe('the three-way merge patch', () => {
  it.each(THREE_WAY)('$name', ({ lastApplied, modified, current, patch, result }) => {
    const created = createThreeWayMergePatch(frozen(lastApplied), frozen(modified), frozen(current));
    expect(created).toEqual({ ok: true, value: patch });
    expect(applyMergePatch(current, patch)).toEqual({ ok: true, value: result });
  });
});
