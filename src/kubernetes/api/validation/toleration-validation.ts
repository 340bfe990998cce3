/** Tolerations: pkg/apis/core/validation/validation.go, ValidateTolerations, validateTaintEffect. */
import type { FieldError } from '../field-error.ts';
import { labelKeyProblems, labelValueProblems } from '../label-syntax.ts';
import type { Toleration } from '../object.ts';
import { invalid, invalidFor, notSupported, required } from './mistakes.ts';

const EFFECTS = ['NoExecute', 'NoSchedule', 'PreferNoSchedule'];

export function validateTolerations(tolerations: readonly Toleration[], field: string): FieldError[] {
  return tolerations.flatMap((toleration, index) => validateToleration(toleration, `${field}[${index}]`));
}

function validateToleration(toleration: Toleration, path: string): FieldError[] {
  const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration;
  const errors = key === '' ? [] : invalidFor(`${path}.key`, key, labelKeyProblems(key));
  if (key === '' && operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalid(`${path}.operator`, operator, detail));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    errors.push(invalid(`${path}.effect`, effect, detail));
  }
  if (operator === 'Equal' || operator === '') {
    errors.push(...invalidFor(`${path}.operator`, value, labelValueProblems(value).slice(0, 1)));
  } else if (operator === 'Exists') {
    if (value !== '') {
      errors.push(invalid(`${path}.operator`, toleration, "value must be empty when `operator` is 'Exists'"));
    }
  } else errors.push(notSupported(`${path}.operator`, operator, ['Equal', 'Exists']));
  return effect === '' ? errors : [...errors, ...validateTaintEffect(effect, true, `${path}.effect`)];
}

export function validateTaintEffect(effect: string, allowEmpty: boolean, field: string): FieldError[] {
  if (EFFECTS.includes(effect)) return [];
  if (effect === '') return allowEmpty ? [] : [required(field)];
  return [notSupported(field, effect, EFFECTS)];
}
