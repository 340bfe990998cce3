/** Being written. */
import type { FieldError } from '../field-error.ts';
export function validateService(..._: unknown[]): FieldError[] {
  return [];
}
export function validateServiceUpdate(..._: unknown[]): FieldError[] {
  return [];
}
