import { describe, expect, it } from 'vitest';
import { cloneJson, equalJson, freezeJson } from './json-value.ts';

describe('equality of JSON', () => {
  it.each<[string, unknown, unknown]>([
    ['fields in another order', { a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }],
    ['a field that is undefined and one that is absent', { a: 1, b: undefined }, { a: 1 }],
    ['the same the other way round', { a: 1 }, { a: 1, b: undefined }],
    ['two empty objects', {}, {}],
  ])('is there for %s', (_, left, right) => {
    expect(equalJson(left, right)).toBe(true);
  });

  it.each<[string, unknown, unknown]>([
    ['null and absent', { a: null }, {}],
    ['absent and null', {}, { a: null }],
    ['lists of different lengths', [1], [1, undefined]],
    ['lists in another order', [1, 2], [2, 1]],
    ['an empty list and an empty object', [], {}],
    ['an empty object and an empty list', {}, []],
    ['a number and its text', 1, '1'],
    ['a field more', { a: 1 }, { a: 1, b: 2 }],
    ['a field less', { a: 1, b: 2 }, { a: 1 }],
    ['a field whose name every object inherits', {}, { toString: 'x' }],
    ['the same the other way round', { constructor: Object }, {}],
  ])('is not there between %s', (_, left, right) => {
    expect(equalJson(left, right)).toBe(false);
  });
});

describe('a copy of JSON', () => {
  it('shares nothing with the original and leaves out what is undefined', () => {
    const original = freezeJson({ list: [{ a: 1 }], gone: undefined, nothing: null });
    const copy = cloneJson(original);
    expect(Object.keys(copy)).toEqual(['list', 'nothing']);
    copy.list[0] = { a: 2 };
    expect(original.list).toEqual([{ a: 1 }]);
  });

  it('may be changed though the original is frozen to its leaves', () => {
    const original = freezeJson({ spec: { ports: [{ port: 80 }] } });
    for (const part of [original, original.spec, original.spec.ports, original.spec.ports[0]]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    const copy = cloneJson(original);
    for (const part of [copy, copy.spec, copy.spec.ports, copy.spec.ports[0]])
      expect(Object.isFrozen(part)).toBe(false);
  });
});
