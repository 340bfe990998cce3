/** ServiceAccounts: pkg/apis/core/validation/validation.go, ValidateServiceAccount, which looks at the metadata only. */
import type { FieldError } from '../field-error.ts';

export function validateServiceAccount(): FieldError[] {
  return [];
}
