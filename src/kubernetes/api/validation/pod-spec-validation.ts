/** The spec of a pod or of a template: pkg/apis/core/validation/validation.go, ValidatePodSpec. */
import type { FieldError } from '../field-error.ts';
import { dnsLabelProblems, dnsSubdomainProblems, labelKeyProblems } from '../label-syntax.ts';
import type { PodSpec } from '../object.ts';
import { validateLabels } from '../object-meta-validation.ts';
import { validateAffinity } from './affinity-validation.ts';
import { oneOf, validateAllContainers } from './container-validation.ts';
import { validateDns } from './dns-validation.ts';
import { validateIp } from './ip-validation.ts';
import { duplicate, invalid, invalidFor } from './mistakes.ts';
import { validateHostSharing, validateOperatingSystem } from './pod-host-validation.ts';
import { validatePodResources } from './pod-resources-validation.ts';
import { type PodResourceClaim, validateResourceClaims } from './resource-claim-validation.ts';
import { type ResourceRequirements, validateResourceRequirements } from './resource-validation.ts';
import { validatePodSecurityContext } from './security-context-validation.ts';
import { validateTolerations } from './toleration-validation.ts';
import { validateTopologySpread } from './topology-spread-validation.ts';
import { validateVolumes } from './volume-validation.ts';

const MAX_INT32 = 2_147_483_647;

/** @param field `spec`, or `spec.template.spec` */
export function validatePodSpec(spec: PodSpec, field: string): FieldError[] {
  const { errors, sound } = validateVolumes(spec.volumes ?? [], `${field}.volumes`);
  const { resourceClaims = [] } = spec as { resourceClaims?: readonly PodResourceClaim[] };
  errors.push(
    ...validateResourceClaims(resourceClaims, `${field}.resourceClaims`),
    ...validateAllContainers(spec, sound, field),
    ...validatePodResources(spec, `${field}.resources`),
    ...oneOf(spec.restartPolicy, ['Always', 'Never', 'OnFailure'], `${field}.restartPolicy`),
    ...validateDns(spec, field),
    ...validateLabels(spec.nodeSelector, `${field}.nodeSelector`),
    ...validatePodSecurityContext(spec.securityContext, `${field}.securityContext`),
    ...validateAffinity(spec.affinity, `${field}.affinity`),
    ...(spec.readinessGates ?? []).flatMap(({ conditionType }, index) => {
      const path = `${field}.readinessGates[${index}].conditionType`;
      return invalidFor(path, conditionType, labelKeyProblems(conditionType));
    }),
    ...validateGates(spec.schedulingGates ?? [], `${field}.schedulingGates`),
    ...validateTopologySpread(spec.topologySpreadConstraints ?? [], `${field}.topologySpreadConstraints`),
    ...validateHostSharing(spec, field),
    ...validateNames(spec, field),
  );
  const { activeDeadlineSeconds: deadline, tolerations = [], hostAliases = [], preemptionPolicy } = spec;
  if (deadline !== undefined && (deadline < 1 || deadline > MAX_INT32)) {
    const detail = `must be between 1 and ${MAX_INT32}, inclusive`;
    errors.push(invalid(`${field}.activeDeadlineSeconds`, deadline, detail));
  }
  errors.push(...validateTolerations(tolerations, `${field}.tolerations`));
  for (const [index, { ip = '', hostnames = [] }] of hostAliases.entries()) {
    const path = `${field}.hostAliases[${index}]`;
    errors.push(...validateIp(ip, `${path}.ip`));
    for (const [at, name] of hostnames.entries()) {
      errors.push(...invalidFor(`${path}.hostnames[${at}]`, name, dnsSubdomainProblems(name)));
    }
  }
  if (preemptionPolicy !== undefined) {
    errors.push(...oneOf(preemptionPolicy, ['Never', 'PreemptLowerPriority'], `${field}.preemptionPolicy`));
  }
  if (spec.overhead !== undefined) {
    const overhead: ResourceRequirements = { limits: spec.overhead };
    errors.push(...validateResourceRequirements(overhead, `${field}.overhead`, new Set()));
  }
  return [...errors, ...validateOperatingSystem(spec, field)];
}

/** Names of other objects are only looked at when they are there. */
function validateNames(spec: PodSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const name of ['serviceAccountName', 'nodeName', 'priorityClassName', 'runtimeClassName'] as const) {
    const value = spec[name] ?? '';
    if (value !== '') errors.push(...invalidFor(`${field}.${name}`, value, dnsSubdomainProblems(value)));
  }
  for (const name of ['hostname', 'subdomain'] as const) {
    const value = spec[name] ?? '';
    if (value !== '') errors.push(...invalidFor(`${field}.${name}`, value, dnsLabelProblems(value)));
  }
  return errors;
}

function validateGates(gates: readonly { readonly name: string }[], field: string): FieldError[] {
  const seen = new Set<string>();
  return gates.flatMap(({ name }, index) => {
    const path = `${field}[${index}]`;
    const errors = invalidFor(path, name, labelKeyProblems(name));
    if (seen.has(name)) errors.push(duplicate(path, name));
    seen.add(name);
    return errors;
  });
}
