/** ReplicaSet: pkg/apis/apps/validation/validation.go, ValidateReplicaSet. */
import type { FieldError } from '../field-error.ts';
import type { ReplicaSet } from '../object.ts';
import { immutable } from './mistakes.ts';
import { validateWorkload } from './workload-validation.ts';
import { withZeroValues } from './zero-values.ts';

export function validateReplicaSet(replicaSet: ReplicaSet): FieldError[] {
  return validateWorkload(withZeroValues(replicaSet).spec, 'empty selector is invalid for deployment');
}

export function validateReplicaSetUpdate(next: ReplicaSet, previous: ReplicaSet): FieldError[] {
  return immutable('spec.selector', next.spec.selector, previous.spec.selector);
}
