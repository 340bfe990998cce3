/** Being written. */
import type { FieldError } from '../field-error.ts';
export function validateConfigMap(..._: unknown[]): FieldError[] {
  return [];
}
export function validateConfigMapUpdate(..._: unknown[]): FieldError[] {
  return [];
}
