/** Being written. */
import type { FieldError } from '../field-error.ts';
export function validatePod(..._: unknown[]): FieldError[] {
  return [];
}
export function validatePodUpdate(..._: unknown[]): FieldError[] {
  return [];
}
export function validatePodStatusUpdate(..._: unknown[]): FieldError[] {
  return [];
}
export function validatePodTemplateSpec(..._: unknown[]): FieldError[] {
  return [];
}
