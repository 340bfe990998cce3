/** Selectors of specs: apimachinery/pkg/apis/meta/v1/validation/validation.go, ValidateLabelSelector. */
import type { FieldError } from '../field-error.ts';
import { labelKeyProblems, labelValueProblems } from '../label-syntax.ts';
import type { LabelSelector } from '../object.ts';
import { validateLabels } from '../object-meta-validation.ts';
import { forbidden, invalid, invalidFor, required } from './mistakes.ts';

export function validateLabelSelector(selector: LabelSelector | undefined, field: string): FieldError[] {
  if (selector === undefined) return [];
  const errors = validateLabels(selector.matchLabels, `${field}.matchLabels`);
  for (const [index, { key, operator, values = [] }] of (selector.matchExpressions ?? []).entries()) {
    const path = `${field}.matchExpressions[${index}]`;
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0)
        errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0) {
        errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      }
    } else errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
    errors.push(...invalidFor(`${path}.key`, key, labelKeyProblems(key)));
    values.forEach((value, at) => {
      errors.push(...invalidFor(`${path}.values[${at}]`, value, labelValueProblems(value)));
    });
  }
  return errors;
}

/** Whether it selects everything. */
export function isEmptySelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}
