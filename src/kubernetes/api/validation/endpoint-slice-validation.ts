/** Being written. */
import type { FieldError } from '../field-error.ts';
export function validateEndpointSlice(..._: unknown[]): FieldError[] {
  return [];
}
export function validateEndpointSliceUpdate(..._: unknown[]): FieldError[] {
  return [];
}
