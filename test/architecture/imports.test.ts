import { describe, expect, it } from 'vitest';
import { importsOf, targetOf } from './imports.ts';

const CASES: readonly [source: string, specifiers: readonly string[]][] = [
  [`import a from 'a';`, ['a']],
  [`import type { A } from "a";`, ['a']],
  [`import a, { b as c, type D } from 'a';`, ['a']],
  [`import * as a from 'a';`, ['a']],
  [`import {\n  a,\n  b,\n} from 'a';`, ['a']],
  [`import 'a';`, ['a']],
  [
    `export * from 'a'; export * as b from 'b'; export { c, type D } from 'c'; export type { E } from 'e';`,
    ['a', 'b', 'c', 'e'],
  ],
  [`const a = await import('a'); let b: import('b').B; require('c'); require.resolve('d');`, ['a', 'b', 'c', 'd']],
  [`// import a from 'a';\n/* import 'b'; */ const c = "import 'c'"; const d = \`import 'd'\`;`, []],
  [`export interface A { readonly from: string }\nimport b from 'b';`, ['b']],
  [`export const from = 'a'; x.import('b'); import.meta.url;`, []],
];

describe('importsOf', () => {
  it.each(CASES)('%j', (source, specifiers) => {
    expect(importsOf(source).map(({ specifier }) => specifier)).toEqual(specifiers);
  });

  it('says on which line an import begins', () => {
    expect(importsOf(`/* a\n */\nimport {\n  b } from 'b';`)).toEqual([{ specifier: 'b', line: 3 }]);
  });
});

describe('targetOf', () => {
  it.each([
    ['./b.ts', { kind: 'file', path: 'src/sim/b.ts' }],
    ['../../test/c.ts', { kind: 'file', path: 'test/c.ts' }],
    ['wavetank', { kind: 'file', path: 'src/index.ts' }],
    ['wavetank/sim', { kind: 'file', path: 'src/sim/index.ts' }],
    ['node:fs', { kind: 'builtin', name: 'node:fs' }],
    ['fs/promises', { kind: 'builtin', name: 'fs/promises' }],
    ['@a/b/c.js', { kind: 'library', name: '@a/b' }],
    ['a/c.js', { kind: 'library', name: 'a' }],
  ])('%s', (specifier, target) => {
    expect(targetOf('src/sim/a.ts', specifier)).toEqual(target);
  });
});
