/** Deployment: pkg/apis/apps/validation/validation.go, ValidateDeployment. */
import type { FieldError } from '../field-error.ts';
import type { IntOrString } from '../int-or-string.ts';
import type { Deployment, DeploymentSpec } from '../object.ts';
import { forbidden, immutable, invalid, nonNegative, notSupported, required } from './mistakes.ts';
import { validateWorkload } from './workload-validation.ts';
import { withZeroValues } from './zero-values.ts';

export function validateDeployment(deployment: Deployment): FieldError[] {
  const { spec } = withZeroValues(deployment);
  const errors = validateWorkload(spec, 'empty selector is invalid for deployment');
  const { strategy, revisionHistoryLimit, progressDeadlineSeconds, minReadySeconds = 0 } = spec;
  errors.push(...validateStrategy(strategy), ...nonNegative('spec.revisionHistoryLimit', revisionHistoryLimit));
  if (progressDeadlineSeconds !== undefined) {
    const field = 'spec.progressDeadlineSeconds';
    errors.push(...nonNegative(field, progressDeadlineSeconds));
    if (progressDeadlineSeconds <= minReadySeconds) {
      errors.push(invalid(field, progressDeadlineSeconds, 'must be greater than minReadySeconds'));
    }
  }
  return errors;
}

export function validateDeploymentUpdate(next: Deployment, previous: Deployment): FieldError[] {
  return immutable('spec.selector', next.spec.selector, previous.spec.selector);
}

function validateStrategy(strategy: DeploymentSpec['strategy']): FieldError[] {
  const { type, rollingUpdate } = strategy ?? {};
  if (type === 'Recreate') {
    const detail = "may not be specified when strategy `type` is 'Recreate'";
    return rollingUpdate === undefined ? [] : [forbidden('spec.strategy.rollingUpdate', detail)];
  }
  if (type !== 'RollingUpdate') return [notSupported('spec.strategy.type', type, ['Recreate', 'RollingUpdate'])];
  if (rollingUpdate === undefined) {
    return [required('spec.strategy.rollingUpdate', 'this should be defaulted and never be nil')];
  }
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const path = 'spec.strategy.rollingUpdate';
  const errors = [
    ...positiveIntOrPercent(maxUnavailable, `${path}.maxUnavailable`),
    ...positiveIntOrPercent(maxSurge, `${path}.maxSurge`),
  ];
  if (numberOf(maxUnavailable) === 0 && numberOf(maxSurge) === 0) {
    errors.push(invalid(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  if ((percentOf(maxUnavailable) ?? 0) > 100) {
    errors.push(invalid(`${path}.maxUnavailable`, maxUnavailable, 'must not be greater than 100%'));
  }
  return errors;
}

/** ValidatePositiveIntOrPercent. */
function positiveIntOrPercent(value: IntOrString, field: string): FieldError[] {
  if (typeof value === 'number') return nonNegative(field, value);
  if (percentOf(value) !== undefined) return [];
  return [
    invalid(
      field,
      value,
      "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
    ),
  ];
}

function percentOf(value: IntOrString): number | undefined {
  return typeof value === 'string' && /^\d+%$/.test(value) ? Number(value.slice(0, -1)) : undefined;
}

function numberOf(value: IntOrString): number {
  return typeof value === 'number' ? value : (percentOf(value) ?? 0);
}
