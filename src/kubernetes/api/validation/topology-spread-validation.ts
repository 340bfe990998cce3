/** Topology spread constraints: pkg/apis/core/validation/validation.go, validateTopologySpreadConstraints. */
import type { FieldError } from '../field-error.ts';
import type { LabelSelector, PodSpec } from '../object.ts';
import { validateMatchLabelKeys } from './affinity-validation.ts';
import { validateLabelSelector } from './label-selector-validation.ts';
import { duplicate, invalid, notSupported, required } from './mistakes.ts';

type Constraint = NonNullable<PodSpec['topologySpreadConstraints']>[number];

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const NODE_POLICIES = ['Honor', 'Ignore'];

export function validateTopologySpread(constraints: readonly Constraint[], field: string): FieldError[] {
  return constraints.flatMap((constraint, index) => {
    const path = `${field}[${index}]`;
    const { topologyKey, whenUnsatisfiable } = constraint;
    const errors = validateConstraint(constraint, path);
    // One kind of constraint is a pair of the two.
    const again = constraints
      .slice(index + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    if (again) {
      errors.push(duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`));
    }
    return errors;
  });
}

function validateConstraint(constraint: Constraint, path: string): FieldError[] {
  const { maxSkew, topologyKey, whenUnsatisfiable, minDomains, labelSelector, matchLabelKeys = [] } = constraint;
  const errors = positive(maxSkew, `${path}.maxSkew`);
  if (topologyKey === '') errors.push(required(`${path}.topologyKey`, 'can not be empty'));
  if (!ACTIONS.includes(whenUnsatisfiable)) {
    errors.push(notSupported(`${path}.whenUnsatisfiable`, whenUnsatisfiable, ACTIONS));
  }
  if (minDomains !== undefined) {
    errors.push(...positive(minDomains, `${path}.minDomains`));
    if (whenUnsatisfiable !== 'DoNotSchedule') {
      const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
      errors.push(invalid(`${path}.minDomains`, minDomains, detail));
    }
  }
  for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
    const policy = constraint[name];
    if (policy === undefined || NODE_POLICIES.includes(policy)) continue;
    errors.push(notSupported(`${path}.${name}`, policy, NODE_POLICIES));
  }
  return [
    ...errors,
    ...validateMatchLabelKeys(matchLabelKeys, labelSelector, `${path}.matchLabelKeys`),
    ...notInSelector(matchLabelKeys, labelSelector, `${path}.matchLabelKeys`),
    ...validateLabelSelector(labelSelector, `${path}.labelSelector`),
  ];
}

function positive(value: number, field: string): FieldError[] {
  return value > 0 ? [] : [invalid(field, value, 'must be greater than zero')];
}

/**
 * A key that the selector already speaks of would say the same thing twice. What the API server has made of the key itself, one
 * value, is not meant (kinds/match-label-keys.ts).
 */
function notInSelector(keys: readonly string[], selector: LabelSelector | undefined, field: string): FieldError[] {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  const isNamed = (key: string): boolean => {
    const own = matchExpressions.filter((each) => each.key === key);
    const isMade = own.length === 1 && own[0]?.operator === 'In' && own[0].values?.length === 1;
    return Object.hasOwn(matchLabels, key) || (own.length > 0 && !isMade);
  };
  return keys.flatMap((key, index) =>
    isNamed(key) ? [invalid(`${field}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector')] : [],
  );
}
