/** What is wrong with one field of an object; upstream: apimachinery/pkg/util/validation/field/errors.go. */

export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueDuplicate'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'FieldValueNotFound';

export interface FieldError {
  readonly type: FieldErrorType;
  /** As upstream writes it: `spec.template.spec.containers[0].name`, `metadata.labels[app]`. */
  readonly field: string;
  /** One clause, lower case, without the field's name. */
  readonly detail: string;
  /** What was found; absent where it would not help. */
  readonly value?: unknown;
}

const WORDS: Readonly<Record<FieldErrorType, string>> = {
  FieldValueRequired: 'Required value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueTypeInvalid: 'Invalid value',
  FieldValueNotFound: 'Not found',
};

/** `spec.replicas: Invalid value: -1: must be greater than or equal to 0`, worded as upstream does. */
export function formatFieldError({ type, field, detail, value }: FieldError): string {
  const shown = value === undefined ? '' : `: ${JSON.stringify(value)}`;
  return `${field}: ${WORDS[type]}${shown}${detail === '' ? '' : `: ${detail}`}`;
}
