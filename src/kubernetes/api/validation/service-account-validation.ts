/** Being written. */
import type { FieldError } from '../field-error.ts';
export function validateServiceAccount(..._: unknown[]): FieldError[] {
  return [];
}
