/**
 * What a pod asks for as a whole: pkg/apis/core/validation/validation.go, validatePodResources (PodLevelResources, on since v1.34).
 */
import type { FieldError } from '../field-error.ts';
import type { Pod, PodSpec } from '../object.ts';
import { amountsOf, podRequests } from '../pod-resources.ts';
import { compareQuantities, parseQuantity } from '../quantity.ts';
import { forbidden, invalid, notSupported } from './mistakes.ts';
import { type ResourceRequirements, validateResourceRequirements } from './resource-validation.ts';

const POD_RESOURCES = ['cpu', 'memory'];

export function validatePodResources(spec: PodSpec, field: string): FieldError[] {
  const { resources } = spec as { resources?: ResourceRequirements };
  if (resources === undefined) return [];
  const errors: FieldError[] = [];
  const { requests, limits, claims = [] } = resources;
  if (claims.length > 0) errors.push(forbidden(`${field}.claims`, 'claims cannot be set for Resources at pod-level'));
  for (const [list, quantities] of Object.entries({ requests, limits })) {
    for (const name of Object.keys(quantities ?? {})) {
      if (POD_RESOURCES.includes(name) || name.startsWith('hugepages-')) continue;
      errors.push(notSupported(`${field}.${list}[${name}]`, name, [...POD_RESOURCES, 'hugepages-']));
    }
  }
  if (errors.length > 0) return errors;
  errors.push(...validateResourceRequirements({ ...resources, claims: [] }, field, new Set()));
  if (errors.length > 0) return errors;
  // What the containers ask for together has to fit into what the pod asks for.
  // Of the pod only the spec is read.
  const containers = podRequests({ spec: { ...spec, resources: undefined, overhead: undefined } } as unknown as Pod);
  for (const [name, amount] of Object.entries(amountsOf(requests))) {
    const sum = containers[name] ?? 0;
    if (amount >= sum) continue;
    const shown = name === 'cpu' ? `${sum}m` : String(sum);
    const detail = `must be greater than or equal to aggregate container requests of ${shown}`;
    errors.push(invalid(`${field}.requests[${name}]`, requests?.[name], detail));
  }
  return [...errors, ...validateContainerLimits(spec, limits ?? {}, field)];
}

/** No container may have more than the whole pod. */
function validateContainerLimits(spec: PodSpec, limits: Readonly<Record<string, string>>, field: string): FieldError[] {
  return spec.containers.flatMap(({ resources }, index) =>
    Object.entries(resources?.limits ?? {}).flatMap(([name, amount]) => {
      const limit = limits[name];
      const [own, whole] = [parseQuantity(String(amount)), parseQuantity(String(limit))];
      if (own === undefined || whole === undefined || compareQuantities(own, whole) <= 0) return [];
      const path = `${field}.containers[${index}][${name}].limits`;
      return [invalid(path, amount, `must be less than or equal to pod limits of ${limit}`)];
    }),
  );
}
