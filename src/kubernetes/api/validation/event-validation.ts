/** Being written. */
import type { FieldError } from '../field-error.ts';
export function validateEvent(..._: unknown[]): FieldError[] {
  return [];
}
