/**
 * What may change of a pod once it is there: pkg/apis/core/validation/validation.go, ValidatePodUpdate. Images, the active
 * deadline (sooner only), tolerations (more only), scheduling gates (fewer only), and where a gated pod may be placed
 * (narrower only).
 */
import type { FieldError } from '../field-error.ts';
import { equalJson } from '../json-value.ts';
import type { Container, Pod, PodSpec, Toleration } from '../object.ts';
import { forbidden, invalid } from './mistakes.ts';
import { validatePodAnnotationUpdate } from './pod-annotation-validation.ts';

const MAX_INT32 = 2_147_483_647;
const MAY_CHANGE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

export function validatePodUpdate(next: Pod, previous: Pod): FieldError[] {
  const [after, before] = [next.spec, previous.spec];
  const errors = validatePodAnnotationUpdate(
    next.metadata.annotations ?? {},
    previous.metadata.annotations ?? {},
    'metadata.annotations',
  );
  for (const list of ['containers', 'initContainers'] as const) {
    if ((after[list] ?? []).length === (before[list] ?? []).length) continue;
    return [...errors, forbidden(`spec.${list}`, 'pod updates may not add or remove containers')];
  }
  const deadline = validateDeadline(after.activeDeadlineSeconds, before.activeDeadlineSeconds);
  if (deadline !== undefined) return [...errors, deadline];
  errors.push(
    ...onlyMoreTolerations(after.tolerations ?? [], before.tolerations ?? []),
    ...onlyFewerGates(after, before),
  );
  const expected: PodSpec = {
    ...after,
    containers: withImagesOf(before.containers, after.containers),
    activeDeadlineSeconds: before.activeDeadlineSeconds,
    tolerations: before.tolerations,
    schedulingGates: before.schedulingGates,
  } as PodSpec;
  if (after.initContainers !== undefined) {
    expected.initContainers = withImagesOf(before.initContainers ?? [], after.initContainers);
  }
  if ((before.terminationGracePeriodSeconds ?? 0) < 0 && after.terminationGracePeriodSeconds === 1) {
    expected.terminationGracePeriodSeconds = before.terminationGracePeriodSeconds as number;
  }
  if ((before.schedulingGates ?? []).length > 0) errors.push(...validateNarrowing(expected, before));
  if (!equalJson(expected, before)) {
    errors.push(forbidden('spec', `pod updates may not change fields other than ${MAY_CHANGE.join(',')}`));
  }
  return errors;
}

function withImagesOf(before: readonly Container[], after: readonly Container[]): Container[] {
  return after.map((container, index) => ({ ...container, image: before[index]?.image }) as Container);
}

function validateDeadline(next: number | undefined, previous: number | undefined): FieldError | undefined {
  const field = 'spec.activeDeadlineSeconds';
  if (next === undefined) {
    if (previous === undefined) return undefined;
    return invalid(field, null, 'must not update from a positive integer to nil value');
  }
  if (next < 0 || next > MAX_INT32) return invalid(field, next, `must be between 0 and ${MAX_INT32}, inclusive`);
  if (previous === undefined || next <= previous) return undefined;
  return invalid(field, next, 'must be less than or equal to previous value');
}

/** All but the seconds of a toleration stays. */
function onlyMoreTolerations(next: readonly Toleration[], previous: readonly Toleration[]): FieldError[] {
  const kept = (old: Toleration): boolean =>
    next.some((each) => equalJson({ ...each, tolerationSeconds: old.tolerationSeconds }, old));
  if (previous.every(kept)) return [];
  return [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
}

function onlyFewerGates(next: PodSpec, previous: PodSpec): FieldError[] {
  const known = (previous.schedulingGates ?? []).map(({ name }) => name);
  return (next.schedulingGates ?? []).flatMap(({ name }, index) => {
    if (known.includes(name)) return [];
    const detail = `only deletion is allowed, but found new scheduling gate '${name}'`;
    return [forbidden(`spec.schedulingGates[${index}].name`, detail)];
  });
}

/** Where a gated pod may go can only get narrower. What is found to be allowed is put back in `expected`. */
function validateNarrowing(expected: PodSpec, before: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  const detail = 'only additions are allowed (no mutations or deletions)';
  if (!equalJson(expected.nodeSelector, before.nodeSelector)) {
    const { nodeSelector = {} } = expected;
    const lost = Object.entries(before.nodeSelector ?? {}).some(([key, value]) => nodeSelector[key] !== value);
    if (lost) {
      const only = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
      errors.push(invalid('spec.nodeSelector', nodeSelector, only));
    }
    expected.nodeSelector = before.nodeSelector as Record<string, string>;
  }
  const [next, old] = [expected.affinity?.nodeAffinity, before.affinity?.nodeAffinity];
  if (equalJson(next, old)) return errors;
  errors.push(...validateTerms(termsOf(next), termsOf(old), detail));
  const { podAffinity, podAntiAffinity } = expected.affinity ?? {};
  const rest = { podAffinity, podAntiAffinity, nodeAffinity: old } as NonNullable<PodSpec['affinity']>;
  // An affinity in which nothing is left is as good as none.
  const isEmpty = podAffinity === undefined && podAntiAffinity === undefined && old === undefined;
  if (isEmpty && before.affinity === undefined) delete expected.affinity;
  else expected.affinity = rest;
  return errors;
}

type NodeAffinity = NonNullable<NonNullable<PodSpec['affinity']>['nodeAffinity']>;
type Term = NonNullable<NodeAffinity['requiredDuringSchedulingIgnoredDuringExecution']>['nodeSelectorTerms'][number];

function termsOf(affinity: NodeAffinity | undefined): readonly Term[] {
  return affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
}

/** Terms are alternatives, and none may be added or removed: each may only ask for more. */
function validateTerms(next: readonly Term[], previous: readonly Term[], detail: string): FieldError[] {
  const path = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  if (previous.length === 0) return [];
  if (next.length !== previous.length) {
    return [invalid(path, next, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')];
  }
  return next.flatMap((term, index) => {
    const old = previous[index] ?? {};
    const extended = (['matchExpressions', 'matchFields'] as const).every((list) => {
      const before = old[list] ?? [];
      return equalJson((term[list] ?? []).slice(0, before.length), before);
    });
    // An empty term matches nothing: to add to it would widen.
    const wasEmpty = (old.matchExpressions ?? []).length === 0 && (old.matchFields ?? []).length === 0;
    const isEmpty = (term.matchExpressions ?? []).length === 0 && (term.matchFields ?? []).length === 0;
    return extended && wasEmpty === isEmpty ? [] : [invalid(`${path}[${index}]`, term, detail)];
  });
}
