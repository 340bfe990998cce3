/** Generated names, ids and encodings have upstream's form. */
import { describe, expect, it } from 'vitest';
import { dnsLabelProblems } from './label-syntax.ts';
import { generateName } from './name-generator.ts';
import { SAFE_ALPHABET, safeEncodeString } from './safe-encode.ts';
import { uid } from './uid.ts';

/** Numbers that go round; the real ones come from the world's seed. */
function counter(): { integer(min: number, max: number): number; uint32(): number } {
  let count = 0;
  return {
    integer: (min, max) => min + (count++ % (max - min + 1)),
    uint32: () => (count++ * 0x9e3779b9) >>> 0,
  };
}

describe('a generated name', () => {
  it('is the base and five letters that spell nothing', () => {
    expect(generateName('web-', counter())).toBe('web-bcdfg');
  });

  it('fits into a DNS label, however long the base', () => {
    const name = generateName('a'.repeat(100), counter());
    expect(name).toHaveLength(63);
    expect(dnsLabelProblems(name)).toEqual([]);
  });

  it('uses the whole alphabet', () => {
    const numbers = counter();
    const letters = Array.from({ length: 27 }, () => generateName('', numbers)).join('');
    expect([...new Set(letters)].sort().join('')).toBe([...SAFE_ALPHABET].sort().join(''));
  });
});

describe('safe encoding', () => {
  // '0' is 48, and 48 modulo 27 is 21: the letter there is 4 (SafeEncodeString, apimachinery/pkg/util/rand/rand.go).
  it.each([
    ['', ''],
    ['0', '4'],
    ['0123456789', '456789bcdf'],
  ])('of %j is %j', (text, encoded) => {
    expect(safeEncodeString(text)).toBe(encoded);
  });
});

describe('a uid', () => {
  it('is one of version 4', () => {
    const numbers = counter();
    for (let i = 0; i < 100; i++) {
      expect(uid(numbers)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });
});
