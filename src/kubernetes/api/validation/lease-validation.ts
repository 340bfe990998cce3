/** Leases: pkg/apis/coordination/validation/validation.go, ValidateLease. */
import type { FieldError } from '../field-error.ts';
import type { Lease } from '../object.ts';
import { invalid, nonNegative } from './mistakes.ts';

export function validateLease({ spec }: Lease): FieldError[] {
  const { leaseDurationSeconds, leaseTransitions } = spec ?? {};
  const errors: FieldError[] = [];
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0) {
    errors.push(invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0'));
  }
  return [...errors, ...nonNegative('spec.leaseTransitions', leaseTransitions)];
}
