/** Revisions as texts: apiserver/pkg/storage/versioner.go. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRevisions, parseResourceVersion } from './resource-version.ts';

describe('a resource version', () => {
  it.each([
    ['', 0],
    ['0', 0],
    ['1', 1],
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740992', undefined],
    ['01', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['abc', undefined],
    ['1\n', undefined],
  ])('%j is revision %s', (text, revision) => {
    expect(parseResourceVersion(text)).toBe(revision);
  });

  it('compares as its number does', () => {
    const revisions = fc.integer({ min: 0, max: 2 ** 40 });
    fc.assert(
      fc.property(revisions, revisions, (a, b) => {
        expect(Math.sign(compareRevisions(`${a}`, `${b}`))).toBe(Math.sign(a - b));
      }),
    );
  });
});
