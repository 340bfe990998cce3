/** What Deployments and ReplicaSets have in common: pkg/apis/apps/validation/validation.go. */
import type { FieldError } from '../field-error.ts';
import { matchesLabelSelector } from '../label-selector.ts';
import type { LabelSelector, PodTemplateSpec } from '../object.ts';
import { isEmptySelector, validateLabelSelector } from './label-selector-validation.ts';
import { invalid, nonNegative, notSupported, required } from './mistakes.ts';
import { validatePodTemplateSpec } from './pod-validation.ts';

interface WorkloadSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector: LabelSelector;
  readonly template?: PodTemplateSpec;
}

/** @param emptySelector upstream's words for a selector that selects everything */
export function validateWorkload(spec: WorkloadSpec, emptySelector: string): FieldError[] {
  const { replicas, minReadySeconds, selector, template } = spec;
  const errors = [...nonNegative('spec.replicas', replicas), ...nonNegative('spec.minReadySeconds', minReadySeconds)];
  if (selector === undefined) errors.push(required('spec.selector'));
  else {
    errors.push(...validateLabelSelector(selector, 'spec.selector'));
    if (isEmptySelector(selector)) errors.push(invalid('spec.selector', selector, emptySelector));
  }
  if (template === undefined) return [...errors, required('spec.template')];
  if (selector !== undefined && !isEmptySelector(selector)) {
    const { labels = {} } = template.metadata ?? {};
    if (!matchesLabelSelector(selector, labels)) {
      const detail = '`selector` does not match template `labels`';
      errors.push(invalid('spec.template.metadata.labels', labels, detail));
    }
  }
  errors.push(...validatePodTemplateSpec(template, 'spec.template'));
  const { restartPolicy, activeDeadlineSeconds } = template.spec ?? {};
  if (restartPolicy !== undefined && restartPolicy !== 'Always') {
    errors.push(notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always']));
  }
  if (activeDeadlineSeconds !== undefined) {
    errors.push({
      type: 'FieldValueForbidden',
      field: 'spec.template.spec.activeDeadlineSeconds',
      detail: 'activeDeadlineSeconds in ReplicaSet is not Supported',
    });
  }
  return errors;
}
