/** Upstream's cases (apimachinery/pkg/api/resource/quantity_test.go, v1.34), of which upstream/quantity.json is a sample; and laws. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  type QuantityFormat,
  quantityMilli,
  quantityValue,
  subtractQuantities,
} from './quantity.ts';

interface Row {
  readonly input?: string;
  readonly canonical?: string;
  readonly a?: string | Scaled;
  readonly b?: string | Scaled;
  readonly cmp?: number;
  readonly value?: number;
  readonly format?: string;
  readonly expectExact?: string;
}

interface Scaled {
  readonly unscaled: number | string;
  readonly exponent: number;
}

interface Expected {
  /** A decimal number. */
  readonly exact: string;
  readonly format: string;
  readonly canonical: string;
  readonly value?: number | string;
  readonly milliValue?: number | string;
}

interface Case {
  readonly source: string;
  readonly op: string;
  readonly input?: string;
  readonly inputs?: readonly string[];
  readonly expect?: Expected;
  readonly rows?: readonly Row[];
}

const CASES: readonly Case[] = JSON.parse(readFileSync(new URL('upstream/quantity.json', import.meta.url), 'utf8'));

function of(op: string): readonly Case[] {
  return CASES.filter((each) => each.op === op);
}

function rowsOf(op: string): readonly Row[] {
  return of(op).flatMap(({ rows = [] }) => rows);
}

function read(text: string): Quantity {
  const quantity = parseQuantity(text);
  if (quantity === undefined) throw new Error(`no quantity: ${text}`);
  return quantity;
}

/** A decimal number with at most nine digits behind the point. */
function nanoOf(exact: string): bigint {
  const [whole = '', fraction = ''] = exact.replace('-', '').split('.');
  const nano = BigInt(`${whole}${fraction.padEnd(9, '0')}`);
  return exact.startsWith('-') ? -nano : nano;
}

/** What is finer than 10^-9 is not kept: only upstream's internal numbers have it. */
function isKept(scaled: string | Scaled | undefined): boolean {
  const { unscaled, exponent } = scaled as Scaled;
  const zeros = /0*$/.exec(String(unscaled))?.[0].length ?? 0;
  return exponent + zeros >= -9 || Number(unscaled) === 0;
}

describe('upstream agrees', () => {
  it.each(of('parse'))('that $input is so much, in its notation', ({ input = '', expect: expected }) => {
    const quantity = read(input);
    expect(quantity).toEqual({ nano: nanoOf(expected?.exact ?? ''), format: expected?.format });
    expect(formatQuantity(quantity)).toBe(expected?.canonical);
    if (expected?.value !== undefined) expect(quantityValue(input)).toBe(Number(expected.value));
    if (expected?.milliValue !== undefined) expect(quantityMilli(input)).toBe(Number(expected.milliValue));
  });

  it.each(of('parseInvalid').flatMap(({ inputs = [] }) => inputs))('that %j is no quantity', (input) => {
    expect(parseQuantity(input)).toBeUndefined();
  });

  it.each(rowsOf('canonical'))('that $input is written $canonical', ({ input = '', canonical }) => {
    expect(formatQuantity(read(input))).toBe(canonical);
  });

  it.each(rowsOf('cmpScaled').filter(({ a, b }) => isKept(a) && isKept(b)))(
    'how $a and $b compare',
    ({ a, b, cmp }) => {
      const texts = [a, b].map((each) => `${(each as Scaled).unscaled}e${(each as Scaled).exponent}`);
      const [left, right] = texts.map(read);
      if (left === undefined || right === undefined) throw new Error('two numbers');
      expect(compareQuantities(left, right)).toBe(cmp);
      expect(compareQuantities(right, left)).toBe(cmp === 0 ? 0 : -Number(cmp));
    },
  );

  it.each(rowsOf('new').filter(({ format = '' }) => /^(?:Binary|Decimal)SI$/.test(format)))(
    'that $value in $format is written $canonical',
    ({ value = 0, format, canonical }) => {
      const quantity = { nano: BigInt(value) * 1_000_000_000n, format: format as QuantityFormat };
      expect(formatQuantity(quantity)).toBe(canonical);
    },
  );

  it.each(rowsOf('sub'))('that $a - $b is $expectExact', ({ a, b, expectExact = '' }) => {
    expect(subtractQuantities(read(String(a)), read(String(b))).nano).toBe(nanoOf(expectExact));
  });
});

/** Rows of TestQuantityParse and TestQuantityString. */
describe('upstream says besides', () => {
  it.each([
    ['0Ki', 0n, 'BinarySI', '0'],
    ['0.5Ki', 512_000_000_000n, 'BinarySI', '512'],
    ['0.5Mi', 524_288_000_000_000n, 'BinarySI', '512Ki'],
    ['100.035Ki', 102_435_840_000_000n, 'BinarySI', '102435840m'],
    ['.000001Ki', 1_024_000n, 'DecimalSI', '1024u'],
    ['0.000000000001Ki', 2n, 'DecimalSI', '2n'],
    ['1025024Mi', 1_074_815_565_824_000_000_000n, 'BinarySI', '1001Gi'],
    ['9223372036854775807Ki', 9_223_372_036_854_775_807_000_000_000n, 'BinarySI', '9223372036854775807'],
    ['99999999999999999999', 99_999_999_999_999_999_999_000_000_000n, 'DecimalSI', '99999999999999999999'],
    ['1000e-12', 1n, 'DecimalExponent', '1e-9'],
    ['1e21', 10n ** 30n, 'DecimalExponent', '1e21'],
    ['1000E', 10n ** 30n, 'DecimalSI', '1e21'],
    ['0.00000012345', 124n, 'DecimalSI', '124n'],
  ] as const)('that %s is so much, in its notation', (text, nano, format, canonical) => {
    const quantity = read(text);
    expect(quantity).toEqual({ nano, format });
    expect(formatQuantity(quantity)).toBe(canonical);
  });

  it('that a sum is in the notation of what is not zero', () => {
    expect(formatQuantity(addQuantities(read('0.5Ki'), read('512')))).toBe('1Ki');
    expect(formatQuantity(subtractQuantities(read('0'), read('1Gi')))).toBe('-1Gi');
  });
});

describe('a quantity', () => {
  const texts = fc
    .tuple(
      fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
      fc.constantFrom('', 'm', 'k', 'M', 'Ki', 'Mi', 'n', 'e3'),
    )
    .map(([number, suffix]) => `${number}${suffix}`);

  it('means the same when it is written and read again', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const quantity = read(text);
        const again = read(formatQuantity(quantity));
        expect(again.nano).toBe(quantity.nano);
        expect(formatQuantity(again)).toBe(formatQuantity(quantity));
      }),
    );
  });

  it('is what it was after something is added and taken away', () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const [left, right] = [read(a), read(b)];
        expect(subtractQuantities(addQuantities(left, right), right).nano).toBe(left.nano);
      }),
    );
  });

  it('is at most 2^63 - 1 where a number of that size is asked for', () => {
    expect(quantityValue('12E')).toBe(Number('9223372036854775807'));
    expect(quantityMilli('1e2000000000')).toBe(Number('9223372036854775807'));
    expect(formatQuantity(read('100Ei'))).toBe('9223372036854775807');
  });

  it('counts as nothing when it is absent, or no quantity', () => {
    expect(quantityValue(undefined)).toBe(0);
    expect(quantityMilli('much')).toBe(0);
  });
});
