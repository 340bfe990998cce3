/** Node and pod affinity: pkg/apis/core/validation/validation.go, validateAffinity. */
import type { FieldError } from '../field-error.ts';
import { dnsLabelProblems, labelKeyProblems } from '../label-syntax.ts';
import type { LabelSelector, PodSpec } from '../object.ts';
import { validateLabelSelector } from './label-selector-validation.ts';
import { forbidden, invalid, invalidFor, required } from './mistakes.ts';
import { validateNodeSelectorTerm } from './node-selector-validation.ts';

type Affinity = NonNullable<PodSpec['affinity']>;
type PodTerm = NonNullable<
  NonNullable<Affinity['podAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']
>[number] & { readonly matchLabelKeys?: readonly string[]; readonly mismatchLabelKeys?: readonly string[] };

export function validateAffinity(affinity: Affinity | undefined, field: string): FieldError[] {
  if (affinity === undefined) return [];
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  return [
    ...(nodeAffinity === undefined ? [] : validateNodeAffinity(nodeAffinity, `${field}.nodeAffinity`)),
    ...validatePodAffinity(podAffinity, `${field}.podAffinity`),
    ...validatePodAffinity(podAntiAffinity, `${field}.podAntiAffinity`),
  ];
}

function validateNodeAffinity(affinity: NonNullable<Affinity['nodeAffinity']>, field: string): FieldError[] {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: needed,
    preferredDuringSchedulingIgnoredDuringExecution: wished = [],
  } = affinity;
  const errors: FieldError[] = [];
  if (needed !== undefined) {
    const path = `${field}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
    const terms = needed.nodeSelectorTerms ?? [];
    if (terms.length === 0) errors.push(required(path, 'must have at least one node selector term'));
    errors.push(...terms.flatMap((term, index) => validateNodeSelectorTerm(term, `${path}[${index}]`, true)));
  }
  for (const [index, { weight, preference }] of wished.entries()) {
    const path = `${field}.preferredDuringSchedulingIgnoredDuringExecution[${index}]`;
    errors.push(...validateWeight(weight, path), ...validateNodeSelectorTerm(preference, `${path}.preference`, false));
  }
  return errors;
}

function validatePodAffinity(affinity: Affinity['podAffinity'], field: string): FieldError[] {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: needed = [],
    preferredDuringSchedulingIgnoredDuringExecution: wished = [],
  } = affinity ?? {};
  return [
    ...needed.flatMap((term, index) =>
      validatePodTerm(term, `${field}.requiredDuringSchedulingIgnoredDuringExecution[${index}]`),
    ),
    ...wished.flatMap(({ weight, podAffinityTerm }, index) => {
      const path = `${field}.preferredDuringSchedulingIgnoredDuringExecution[${index}]`;
      return [...validateWeight(weight, path), ...validatePodTerm(podAffinityTerm, `${path}.podAffinityTerm`)];
    }),
  ];
}

function validatePodTerm(term: PodTerm, path: string): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey } = term;
  const { matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  const errors = [
    ...validateLabelSelector(labelSelector, `${path}.labelSelector`),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
    ...namespaces.flatMap((name) => invalidFor(`${path}.namespace`, name, dnsLabelProblems(name))),
    ...validateMatchLabelKeys(matchLabelKeys, labelSelector, `${path}.matchLabelKeys`),
    ...validateMatchLabelKeys(mismatchLabelKeys, labelSelector, `${path}.mismatchLabelKeys`),
    ...namedTwice(matchLabelKeys, labelSelector, path),
  ];
  const both = matchLabelKeys.find((key) => mismatchLabelKeys.includes(key));
  if (both !== undefined) {
    const at = matchLabelKeys.indexOf(both);
    errors.push(invalid(`${path}.matchLabelKeys[${at}]`, both, 'exists in both matchLabelKeys and mismatchLabelKeys'));
  }
  if (topologyKey === '') errors.push(required(`${path}.topologyKey`, 'can not be empty'));
  return [...errors, ...invalidFor(`${path}.topologyKey`, topologyKey, labelKeyProblems(topologyKey))];
}

/** Keys whose values are the incoming pod's own: they refine a selector, so there must be one. */
export function validateMatchLabelKeys(
  keys: readonly string[],
  selector: LabelSelector | undefined,
  field: string,
): FieldError[] {
  if (keys.length === 0) return [];
  const errors =
    selector === undefined ? [forbidden(field, 'must not be specified when labelSelector is not set')] : [];
  return [...errors, ...keys.flatMap((key, index) => invalidFor(`${field}[${index}]`, key, labelKeyProblems(key)))];
}

/**
 * A key of `matchLabelKeys` stands in the selector once, where the API server has put it. If it stands there twice, the client has
 * put it there as well; upstream reports it at the term itself.
 */
function namedTwice(keys: readonly string[], selector: LabelSelector | undefined, path: string): FieldError[] {
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}));
  const errors: FieldError[] = [];
  for (const { key } of selector?.matchExpressions ?? []) {
    const index = keys.lastIndexOf(key);
    if (index >= 0 && seen.has(key)) {
      errors.push(invalid(`${path}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    }
    seen.add(key);
  }
  return errors;
}

function validateWeight(weight: number, path: string): FieldError[] {
  return weight >= 1 && weight <= 100 ? [] : [invalid(`${path}.weight`, weight, 'must be in the range 1-100')];
}
