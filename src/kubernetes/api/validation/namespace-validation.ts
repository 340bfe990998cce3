/** Namespaces: pkg/apis/core/validation/validation.go, ValidateNamespace. */
import type { FieldError } from '../field-error.ts';
import type { Namespace } from '../object.ts';
import { validateFinalizerName } from '../object-meta-validation.ts';

export function validateNamespace({ spec }: Namespace): FieldError[] {
  return (spec?.finalizers ?? []).flatMap((finalizer) => validateFinalizerName(finalizer, 'spec.finalizers'));
}
