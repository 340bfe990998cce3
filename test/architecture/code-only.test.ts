import { describe, expect, it } from 'vitest';
import { codeOnly } from './code-only.ts';

/** From source to what is left of it. */
const CASES: readonly [what: string, source: string, code: string][] = [
  ['a line comment', 'a; // Date\nb', 'a;        \nb'],
  ['a block comment, keeping its line ends', 'a/* x\n y */b', 'a    \n     b'],
  ['a string', `f('a\\'b', "c'd")`, `f('    ', "   ")`],
  ['a comment inside a string', `'//' + x`, `'  ' + x`],
  ['a template around its expressions', '`a ${b + `c${d}e`} f` + g', '`  ${b + ` ${d} `}  ` + g'],
  ['an object inside a template', '`${{ a: { b: 1 } }} x` + y', '`${{ a: { b: 1 } }}  ` + y'],
  ['a regular expression', 'x = /Date[/"]\\//.test(y)', 'x = /          /.test(y)'],
  ['a regular expression after a word', 'return /Date/;', 'return /    /;'],
  ['no division', 'a = b / Date / 2; (c) / d / e', 'a = b / Date / 2; (c) / d / e'],
  ['no division after ++', 'a = b++ / Date / 2', 'a = b++ / Date / 2'],
  ['no property called like a word before an expression', 'a.of / b / c', 'a.of / b / c'],
];

describe('codeOnly', () => {
  it.each(CASES)('blanks %s', (_, source, code) => {
    expect(codeOnly(source)).toBe(code);
  });

  it('ends on source that is cut short', () => {
    for (const source of ["'a", '`a ${', '`a', '/* a', '/a', "'a\\"])
      expect(codeOnly(source)).toHaveLength(source.length);
  });
});
