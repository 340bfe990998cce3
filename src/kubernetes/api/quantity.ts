/**
 * Quantities: exact decimal numbers with the suffixes of resources, `500m`, `1.5Gi`, `2e3`.
 *
 * 1. Exact: a quantity is a whole number of 10^-9. What is finer is rounded up (away from zero).
 * 2. The canonical text has no fraction and the largest suffix that allows it, in the quantity's own notation.
 * 3. With a binary suffix, magnitudes are capped at 2^63 - 1; decimal ones are not (`12E`), but for their exponent, at 1000.
 *
 * Upstream: apimachinery/pkg/api/resource/{quantity,suffix,scale_int,math}.go.
 */

export type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent';

export interface Quantity {
  /** In units of 10^-9. A bigint is no plain data: keep the text in states and messages. */
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

const NANO = 1_000_000_000n;
const MAX_INT64 = 9_223_372_036_854_775_807n;
const MAX_POWER = 1000;

const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const SUFFIX_BY_EXPONENT = new Map(Object.entries(DECIMAL).map(([suffix, exponent]) => [exponent, suffix]));

const FORM = /^([+-]?)(\d*)(?:(\.)(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d+|)$/;

export const QUANTITY_FORM =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** Undefined unless the text is a quantity. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', , fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const scale = scaleOf(suffix);
  if (scale === undefined) return undefined;
  const digits = BigInt(`${whole}${fraction}` === '' ? '0' : `${whole}${fraction}`);
  // value = digits × multiplier × 10^(9 + exponent - fraction.length), in 10^-9
  const power = 9 + scale.exponent - fraction.length;
  const scaled = digits * scale.multiplier;
  const exact = power >= 0 ? times10(scaled, power) : divideUp(scaled, -power);
  const magnitude = scale.format === 'BinarySI' ? capped(exact) : exact;
  return { nano: sign === '-' ? -magnitude : magnitude, format: formatFor(scale.format, magnitude) };
}

/** In its canonical form. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0';
  const sign = nano < 0n ? '-' : '';
  const magnitude = nano < 0n ? -nano : nano;
  // Binary suffixes only for whole numbers of at least 1024: nothing is rounded away.
  if (format === 'BinarySI' && magnitude >= 1024n * NANO && magnitude % NANO === 0n) {
    let index = 0;
    let value = magnitude / NANO;
    while (index < BINARY.length - 1 && value % 1024n === 0n) {
      value /= 1024n;
      index++;
    }
    return `${sign}${value}${BINARY[index]}`;
  }
  let value = magnitude;
  let exponent = -9;
  while (value % 1000n === 0n) {
    value /= 1000n;
    exponent += 3;
  }
  const power = exponent === 0 ? '' : `e${exponent}`;
  if (format === 'DecimalExponent') return `${sign}${value}${power}`;
  // Beyond E there is no suffix.
  return `${sign}${value}${SUFFIX_BY_EXPONENT.get(exponent) ?? power}`;
}

/** Negative, 0 or positive. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  return a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0;
}

/** The sum, in the first one's notation, or the second's if the first is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format };
}

export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano - b.nano, format: a.nano === 0n ? b.format : a.format };
}

/** The whole number that is not below it (away from zero), as Quantity.Value(). Absent, or no quantity: 0. */
export function quantityValue(quantity: string | number | undefined): number {
  return scaledUp(quantity, NANO);
}

/** Thousandths, rounded up, as Quantity.MilliValue(). */
export function quantityMilli(quantity: string | number | undefined): number {
  return scaledUp(quantity, NANO / 1000n);
}

function scaledUp(quantity: string | number | undefined, unit: bigint): number {
  if (quantity === undefined) return 0;
  const text = String(quantity);
  const known = CACHE.get(text);
  const nano = known ?? parseQuantity(text)?.nano ?? 0n;
  // The same few texts come again and again; what is kept changes nothing but speed.
  if (known === undefined && CACHE.size < 1000) CACHE.set(text, nano);
  return Number(nano < 0n ? -capped(ceilDivide(-nano, unit), 1n) : capped(ceilDivide(nano, unit), 1n));
}

const CACHE = new Map<string, bigint>();

function scaleOf(suffix: string): { multiplier: bigint; exponent: number; format: QuantityFormat } | undefined {
  const binary = BINARY.indexOf(suffix as (typeof BINARY)[number]);
  if (binary > 0) return { multiplier: 1024n ** BigInt(binary), exponent: 0, format: 'BinarySI' };
  const decimal = DECIMAL[suffix];
  if (decimal !== undefined) return { multiplier: 1n, exponent: decimal, format: 'DecimalSI' };
  const exponent = Number(suffix.slice(1));
  // Upstream reads the exponent as an int32.
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 2_147_483_647) return undefined;
  return { multiplier: 1n, exponent, format: 'DecimalExponent' };
}

/** A part of one byte is in decimal from then on. */
function formatFor(format: QuantityFormat, magnitude: bigint): QuantityFormat {
  return format === 'BinarySI' && magnitude > 0n && magnitude < NANO ? 'DecimalSI' : format;
}

function times10(value: bigint, power: number): bigint {
  return value === 0n ? 0n : value * 10n ** BigInt(Math.min(power, MAX_POWER));
}

function divideUp(value: bigint, power: number): bigint {
  if (value === 0n) return 0n;
  return power > 2000 ? 1n : ceilDivide(value, 10n ** BigInt(power));
}

function ceilDivide(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}

function capped(amount: bigint, unit = NANO): bigint {
  return amount > MAX_INT64 * unit ? MAX_INT64 * unit : amount;
}
