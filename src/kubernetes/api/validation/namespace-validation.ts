/** Being written. */
import type { FieldError } from '../field-error.ts';
export function validateNamespace(..._: unknown[]): FieldError[] {
  return [];
}
export function validateNamespaceUpdate(..._: unknown[]): FieldError[] {
  return [];
}
