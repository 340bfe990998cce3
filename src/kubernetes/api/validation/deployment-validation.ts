/** Being written. */
import type { FieldError } from '../field-error.ts';
export function validateDeployment(..._: unknown[]): FieldError[] {
  return [];
}
export function validateDeploymentUpdate(..._: unknown[]): FieldError[] {
  return [];
}
