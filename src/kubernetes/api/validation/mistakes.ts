/** Field errors by their kinds, as upstream's constructors (apimachinery/pkg/util/validation/field/errors.go). */
import type { FieldError } from '../field-error.ts';
import { equalJson } from '../json-value.ts';

export function required(field: string, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field, detail };
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, detail, value };
}

export function notSupported(field: string, value: unknown, allowed: readonly string[]): FieldError {
  const list = [...allowed].sort().map((each) => JSON.stringify(each));
  return { type: 'FieldValueNotSupported', field, detail: `supported values: ${list.join(', ')}`, value };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { type: 'FieldValueDuplicate', field, detail: '', value };
}

export function forbidden(field: string, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field, detail };
}

export function tooLong(field: string, max: number): FieldError {
  return { type: 'FieldValueTooLong', field, detail: `may not be more than ${max} bytes` };
}

/** `invalid` for each problem of a value. */
export function invalidFor(field: string, value: unknown, problems: readonly string[]): FieldError[] {
  return problems.map((problem) => invalid(field, value, problem));
}

export function nonNegative(field: string, value: number | undefined): FieldError[] {
  return value !== undefined && value < 0 ? [invalid(field, value, 'must be greater than or equal to 0')] : [];
}

/** What may not change has changed (ValidateImmutableField). */
export function immutable(field: string, next: unknown, previous: unknown): FieldError[] {
  return equalJson(next, previous) ? [] : [invalid(field, next ?? null, 'field is immutable')];
}

export function tooMany(field: string, found: number, max: number): FieldError {
  return { type: 'FieldValueTooMany', field, detail: `must have at most ${max} items`, value: found };
}
