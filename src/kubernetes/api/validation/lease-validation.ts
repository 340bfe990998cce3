/** Being written. */
import type { FieldError } from '../field-error.ts';
export function validateLease(..._: unknown[]): FieldError[] {
  return [];
}
export function validateLeaseUpdate(..._: unknown[]): FieldError[] {
  return [];
}
