import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from './glob.ts';

describe('matchesGlob', () => {
  it.each([
    ['node-1', 'node-1', true],
    ['node-1', 'node-12', false],
    ['node-*', 'node-', true],
    ['node-*', 'node-12', true],
    ['*', '', true],
    ['*-1', 'node-1', true],
    ['*-1', 'node-12', false],
    ['a*b', 'ab', true],
    ['a*a', 'a', false],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'acb', false],
    ['**', 'x', true],
    ['a.c', 'abc', false],
    ['[ab]?', '[ab]?', true],
  ])('%s on %s: %s', (pattern, text, matches) => {
    expect(matchesGlob(pattern, text)).toBe(matches);
  });

  it('agrees with the regular expression of the same meaning', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (pattern, name) => {
        expect(matchesGlob(pattern, name)).toBe(new RegExp(`^${pattern.replaceAll(/\*+/g, '.*')}$`).test(name));
      }),
      { numRuns: 2000 },
    );
  });
});
