/** Upstream's cases (apimachinery/pkg/util/intstr/intstr_test.go, v1.34), of which upstream/intstr.json is a sample. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scaledIntOrPercent } from './int-or-string.ts';

interface Case {
  readonly source: string;
  readonly input: number | string;
  readonly total?: number;
  readonly roundUp?: boolean;
  /** Of 100, where no total is named, a percentage comes to its number. */
  readonly expect: number | 'error' | { readonly value: number };
}

const CASES: readonly Case[] = JSON.parse(readFileSync(new URL('upstream/intstr.json', import.meta.url), 'utf8'));

describe('a number or a percentage', () => {
  it.each(CASES)('$input of $total, as upstream says', ({ input, total = 100, roundUp, expect: expected }) => {
    const wanted = expected === 'error' ? undefined : typeof expected === 'number' ? expected : expected.value;
    expect(scaledIntOrPercent(input, total, roundUp === false ? 'down' : 'up')).toBe(wanted);
  });

  it.each([
    ['25%', 10, 3, 2],
    ['0%', 10, 0, 0],
    ['1%', 1, 1, 0],
    ['150%', 3, 5, 4],
    [2, 10, 2, 2],
  ])('%s of %d is %d rounded up and %d rounded down', (value, total, up, down) => {
    expect(scaledIntOrPercent(value, total, 'up')).toBe(up);
    expect(scaledIntOrPercent(value, total, 'down')).toBe(down);
  });

  it('is never minus zero', () => {
    expect(Object.is(scaledIntOrPercent('-1%', 10, 'up'), 0)).toBe(true);
  });
});
