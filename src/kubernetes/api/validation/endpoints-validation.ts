/** Being written. */
import type { FieldError } from '../field-error.ts';
export function validateEndpoints(..._: unknown[]): FieldError[] {
  return [];
}
