/** Being written. */
import type { FieldError } from './field-error.ts';
export function validateObjectMeta(..._: unknown[]): FieldError[] {
  return [];
}
export function validateObjectMetaUpdate(..._: unknown[]): FieldError[] {
  return [];
}
