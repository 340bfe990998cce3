import { describe, expect, it } from 'vitest';
import { assertPlain, deepFreeze, NotPlainDataError } from './plain-data.ts';

class Pod {
  name = 'web';
}

function cycle(): unknown {
  const a: { b: { back?: unknown } } = { b: {} };
  a.b.back = a;
  return a;
}

const FLAWS: readonly [what: string, value: unknown, path: string, found: RegExp][] = [
  ['a function', { a: [{ f: () => 1 }] }, '.a[0].f', /a function/],
  ['a function alone', () => 1, '', /a function/],
  ['a Date', { at: new Date(0) }, '.at', /an instance of Date/],
  ['a RegExp', [/x/], '[0]', /RegExp/],
  ['an Error', { error: new Error('x') }, '.error', /Error/],
  ['a promise', { later: Promise.resolve(1) }, '.later', /Promise/],
  ['a class instance', { pods: [1, new Pod()] }, '.pods[1]', /an instance of Pod/],
  ['an array of a subclass', { list: new (class List extends Array {})() }, '.list', /List/],
  ['a bigint', { n: 1n }, '.n', /a bigint/],
  ['a symbol', { s: Symbol('s') }, '.s', /a symbol/],
  ['an object without a prototype', { o: Object.create(null) }, '.o', /prototype/],
  ['a typed array other than bytes', { a: new Float64Array(1) }, '.a', /Float64Array/],
  ['an ArrayBuffer', { a: new ArrayBuffer(1) }, '.a', /ArrayBuffer/],
  ['a WeakMap', { a: new WeakMap() }, '.a', /WeakMap/],
  ['a key __proto__', JSON.parse('{"a":{"__proto__":1}}'), '.a.__proto__', /__proto__/],
  ['minus zero', { a: [0, -0] }, '.a[1]', /minus zero/],
  ['a flaw in a Map', { m: new Map([['k', { f: () => 1 }]]) }, '.m.get(k).f', /function/],
  ['a flaw in the key of a Map', { m: new Map([[1n, 1]]) }, '.m.get(1)', /bigint/],
  ['a flaw in a Set', { s: new Set([1n]) }, '.s.has(…)', /bigint/],
];

describe('plain data', () => {
  it.each(FLAWS)('is not %s, and the error says where and why', (_, value, path, found) => {
    let error: unknown;
    try {
      assertPlain(value, 'The body');
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(NotPlainDataError);
    expect((error as NotPlainDataError).path).toBe(path);
    expect((error as Error).message).toMatch(found);
    expect((error as Error).message).toContain('The body');
  });

  it('is not a cycle', () => {
    expect(() => assertPlain(cycle(), 'The state')).toThrow(/cycle/);
    const map = new Map<string, unknown>();
    map.set('self', map);
    expect(() => assertPlain(map, 'The state')).toThrow(/cycle/);
  });

  it.each([
    ['null and undefined', [null, undefined, { a: undefined }]],
    ['numbers of all kinds', [0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]],
    ['bytes', [Uint8Array.of(1), Buffer.from('x')]],
    ['Maps and Sets', [new Map([[{ a: 1 }, new Set([1])]])]],
    ['the same thing twice, unless aliases are looked for', twice({ a: 1 })],
  ])('is %s', (_, value) => {
    assertPlain(value, 'The body');
  });

  it('says whether there is a Map or a Set in it', () => {
    expect(assertPlain({ a: [{}] }, 'x').collections).toBe(false);
    expect(assertPlain({ a: [new Map()] }, 'x').collections).toBe(true);
    expect(assertPlain([new Set()], 'x').collections).toBe(true);
  });

  it.each([
    ['an object', {}],
    ['an array', [1]],
    ['a Map', new Map([[1, 2]])],
    ['a Set', new Set([1])],
    ['bytes', Uint8Array.of(1)],
    ['an object that is frozen around one that is not', Object.freeze({ a: {} })],
  ])('is aliased when %s is reachable by two ways', (_, value) => {
    expect(() => assertPlain(twice(value), 'The state', true)).toThrow(/two ways/);
    assertPlain(twice(value), 'The state');
  });

  it.each([
    ['an object', deepFreeze({ a: [1] })],
    ['a Map', deepFreeze(new Map([['k', { a: 1 }]]))],
    ['a Set', deepFreeze(new Set([{ a: 1 }]))],
  ])('may hold %s twice if it is deeply frozen, since nobody can tell', (_, value) => {
    assertPlain(twice(value), 'The state', true);
  });

  it('is frozen in place, with all that is in it', () => {
    const value = {
      list: [{ a: 1 }],
      map: new Map([['k', { b: [1] }]]),
      set: new Set([{ c: 1 }]),
      bytes: Uint8Array.of(1),
    };
    expect(deepFreeze(value)).toBe(value);
    expect(() => value.list.push({ a: 2 })).toThrow(TypeError);
    expect(() => value.map.set('x', { b: [] })).toThrow(/frozen/);
    expect(() => value.map.get('k')?.b.push(2)).toThrow(TypeError);
    expect(() => value.set.clear()).toThrow(/frozen/);
    expect(() => deepFreeze(value)).not.toThrow();
  });
});

function twice(value: unknown): unknown {
  return { one: value, other: [value] };
}
