/** Namespaces: pkg/apis/core/validation/validation.go, ValidateNamespace, ValidateNamespaceStatusUpdate. */
import type { FieldError } from '../field-error.ts';
import type { Namespace } from '../object.ts';
import { validateFinalizerName } from '../object-meta-validation.ts';
import { invalid } from './mistakes.ts';

export function validateNamespace({ spec }: Namespace): FieldError[] {
  return (spec?.finalizers ?? []).flatMap((finalizer) => validateFinalizerName(finalizer, 'spec.finalizers'));
}

/** The phase says no more than whether the namespace is being deleted. */
export function validateNamespaceStatusUpdate({ metadata, status }: Namespace): FieldError[] {
  const phase = status?.phase ?? '';
  const isDeleted = metadata.deletionTimestamp !== undefined;
  if (phase === (isDeleted ? 'Terminating' : 'Active')) return [];
  const detail = isDeleted
    ? "may only be 'Terminating' if `deletionTimestamp` is not empty"
    : "may only be 'Active' if `deletionTimestamp` is empty";
  // With a capital, as upstream writes it.
  return [invalid('status.Phase', phase, detail)];
}
