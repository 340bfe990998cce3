/** Pods: pkg/apis/core/validation/validation.go, ValidatePodCreate, ValidatePodUpdate, ValidatePodStatusUpdate. */
import type { FieldError } from '../field-error.ts';
import type { Pod, PodSpec, PodTemplateSpec } from '../object.ts';
import { validateAnnotations, validateLabels } from '../object-meta-validation.ts';
import { forbidden, invalid } from './mistakes.ts';
import { validatePodAnnotations } from './pod-annotation-validation.ts';
import { validateHostPorts } from './pod-host-validation.ts';
import { validatePodSpec } from './pod-spec-validation.ts';
import { withZeroValues } from './zero-values.ts';

export { validatePodStatusUpdate } from './pod-status-validation.ts';
export { validatePodUpdate } from './pod-update-validation.ts';

export function validatePod(pod: Pod): FieldError[] {
  const { spec } = withZeroValues(pod);
  const errors = [
    ...validatePodSpec(spec, 'spec'),
    ...validateImages(spec.containers ?? [], 'spec.containers'),
    ...validateImages(spec.initContainers ?? [], 'spec.initContainers'),
    ...validateHostPorts(spec, 'spec', true),
    ...validatePodAnnotations(pod.metadata.annotations ?? {}, spec, 'metadata.annotations', 'spec'),
  ];
  if ((spec.ephemeralContainers ?? []).length > 0) {
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if ((spec.schedulingGates ?? []).length > 0 && (spec.nodeName ?? '') !== '') {
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  return errors;
}

/** @param field `spec.template` */
export function validatePodTemplateSpec({ metadata, spec }: PodTemplateSpec, field: string): FieldError[] {
  const errors = [
    ...validateLabels(metadata?.labels, `${field}.labels`),
    ...validateAnnotations(metadata?.annotations, `${field}.annotations`),
  ];
  const pod: PodSpec = spec ?? { containers: [] };
  errors.push(
    ...validatePodAnnotations(metadata?.annotations ?? {}, pod, `${field}.annotations`, `${field}.spec`),
    ...validatePodSpec(pod, `${field}.spec`),
    ...validateHostPorts(pod, `${field}.spec`, false),
  );
  if ((pod.ephemeralContainers ?? []).length > 0) {
    errors.push(forbidden(`${field}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'));
  }
  return errors;
}

/** Blanks around an image are refused in pods only: templates may hold a placeholder. */
function validateImages(containers: readonly { readonly image?: string }[], field: string): FieldError[] {
  return containers.flatMap(({ image = '' }, index) => {
    const detail = 'must not have leading or trailing whitespace';
    return image.trim() === image ? [] : [invalid(`${field}[${index}].image`, image, detail)];
  });
}
