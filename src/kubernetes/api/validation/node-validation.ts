/** Being written. */
import type { FieldError } from '../field-error.ts';
export function validateNode(..._: unknown[]): FieldError[] {
  return [];
}
export function validateNodeUpdate(..._: unknown[]): FieldError[] {
  return [];
}
