/**
 * `matchLabelKeys` of a new pod stand for the pod's own labels: they are written into the selectors beside them, and only those
 * are asked from then on. Upstream: pkg/registry/core/pod/strategy.go, mutatePodAffinity and mutateTopologySpreadConstraints.
 */
import type { LabelSelector, Pod } from '../object.ts';

interface Holder {
  labelSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

type Labels = Readonly<Record<string, string>>;

/** In place. */
export function applyMatchLabelKeys({ metadata, spec }: Pod): void {
  const { labels = {} } = metadata;
  for (const affinity of [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity]) {
    for (const term of affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) apply(term, labels);
    for (const { podAffinityTerm } of affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) {
      apply(podAffinityTerm, labels);
    }
  }
  for (const constraint of spec.topologySpreadConstraints ?? []) apply(constraint, labels);
}

/** No selector selects nothing, whatever the keys. */
function apply({ labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] }: Holder, labels: Labels): void {
  if (labelSelector === undefined) return;
  const added = [...requirements(matchLabelKeys, 'In', labels), ...requirements(mismatchLabelKeys, 'NotIn', labels)];
  const known = labelSelector.matchExpressions ?? [];
  const missing = added.filter(({ key }) => !known.some((each) => each.key === key));
  if (missing.length > 0) labelSelector.matchExpressions = [...known, ...missing];
}

type Requirement = NonNullable<LabelSelector['matchExpressions']>[number];

function requirements(keys: readonly string[], operator: string, labels: Labels): Requirement[] {
  return keys.flatMap((key) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
}
