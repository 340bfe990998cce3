/** Whether a value is a scalar of the API's types; upstream: how Go decodes each of them. */
import type { Scalar } from './structural-type.ts';
import { parseTime } from './time.ts';

export interface ScalarMistake {
  /** What should stand there, in a few words. */
  readonly expected: string;
  /** What upstream's decoder says, where it is not its usual sentence about types. */
  readonly decoding?: string;
}

const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };
/** Beyond 2^53 numbers are already rounded when they get here; the range is as exact as they are. */
const INT64 = { min: -(2 ** 63), max: 2 ** 63 };
/** apimachinery/pkg/api/resource/quantity.go: what a quantity must look like before its parts are read. */
const QUANTITY = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What is wrong with the value; undefined if nothing is. */
export function scalarMistake(value: unknown, scalar: Scalar): ScalarMistake | undefined {
  switch (scalar) {
    case 'any':
      return undefined;
    case 'string':
      return typeof value === 'string' ? undefined : { expected: 'a text' };
    case 'bool':
      return typeof value === 'boolean' ? undefined : { expected: 'true or false' };
    case 'int32':
      return isWhole(value, INT32) ? undefined : { expected: wholeNumber(value, '32') };
    case 'int64':
      return isWhole(value, INT64) ? undefined : { expected: wholeNumber(value, '64') };
    case 'double':
      return typeof value === 'number' ? undefined : { expected: 'a number' };
    case 'intOrString':
      return typeof value === 'string' || isWhole(value, INT32)
        ? undefined
        : { expected: `${wholeNumber(value, '32')} or a text` };
    case 'quantity':
      return quantityMistake(value);
    case 'bytes':
      if (typeof value !== 'string') return { expected: 'a text in base64' };
      return BASE64.test(value.replace(/[\r\n]/g, ''))
        ? undefined
        : { expected: 'a text in base64', decoding: 'illegal base64 data' };
    case 'time':
    case 'microTime':
      return timeMistake(value);
    default:
      return scalar satisfies never;
  }
}

function isWhole(value: unknown, { min, max }: { min: number; max: number }): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

function wholeNumber(value: unknown, bits: '32' | '64'): string {
  return typeof value === 'number' && Number.isInteger(value) ? `a whole number of ${bits} bits` : 'a whole number';
}

function quantityMistake(value: unknown): ScalarMistake | undefined {
  const isQuantity = typeof value === 'number' || (typeof value === 'string' && QUANTITY.test(value));
  if (isQuantity) return undefined;
  const decoding = `quantities must match the regular expression '${QUANTITY.source}'`;
  return { expected: 'a quantity such as 500m or 128Mi', decoding };
}

function timeMistake(value: unknown): ScalarMistake | undefined {
  const expected = 'a time such as 2025-01-01T00:00:00Z';
  if (typeof value !== 'string') return { expected };
  if (parseTime(value) !== undefined) return undefined;
  const text = JSON.stringify(value);
  return { expected, decoding: `parsing time ${text} as "2006-01-02T15:04:05Z07:00": cannot parse ${text}` };
}
