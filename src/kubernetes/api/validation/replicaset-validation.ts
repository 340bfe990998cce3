/** Being written. */
import type { FieldError } from '../field-error.ts';
export function validateReplicaSet(..._: unknown[]): FieldError[] {
  return [];
}
export function validateReplicaSetUpdate(..._: unknown[]): FieldError[] {
  return [];
}
