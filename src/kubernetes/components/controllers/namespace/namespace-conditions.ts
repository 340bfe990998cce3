/** What a namespace says of its own deletion. Upstream: pkg/controller/namespace/deletion/status_condition_utils.go. */
import type { Namespace, Pod } from '../../../api/object.ts';
import type { ReconcileContext } from '../../../client/controller/controller.ts';

export type NamespaceCondition = NonNullable<NonNullable<Namespace['status']>['conditions']>[number];

/** In upstream's order: each type, and what it says when all is well. */
const SUCCESS: readonly (readonly [type: string, reason: string, message: string])[] = [
  ['NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'],
  ['NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  [
    'NamespaceDeletionContentFailure',
    'ContentDeleted',
    'All content successfully deleted, may be waiting on finalization',
  ],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  ['NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
];

/** What is not well at the moment, by type. */
export type Failures = ReadonlyMap<string, { readonly reason: string; readonly message: string }>;

export function namespaceConditions(
  current: readonly NamespaceCondition[],
  pods: readonly Pod[],
  lastFailure: ReconcileContext['lastFailure'],
  time: string,
): NamespaceCondition[] {
  const failures = new Map<string, { reason: string; message: string }>();
  if (lastFailure?.do === 'delete-collection') {
    const message = `Failed to delete all resource types, 1 remaining: ${lastFailure.message}`;
    failures.set('NamespaceDeletionContentFailure', { reason: 'ContentDeletionFailed', message });
  }
  if (pods.length > 0) {
    const message = `Some resources are remaining: pods. has ${pods.length} resource instances`;
    failures.set('NamespaceContentRemaining', { reason: 'SomeResourcesRemain', message });
  }
  const held = pods.flatMap(({ metadata }) => metadata.finalizers ?? []);
  if (held.length > 0) {
    const counted = [...new Set(held)]
      .sort((a, b) => (a < b ? -1 : 1))
      .map((name) => {
        return `${name} in ${held.filter((other) => other === name).length} resource instances`;
      });
    const message = `Some content in the namespace has finalizers remaining: ${counted.join(', ')}`;
    failures.set('NamespaceFinalizersRemaining', { reason: 'SomeFinalizersRemain', message });
  }
  return updateConditions(current, failures, time);
}

/** Each type is there from the first time on; one that is as it was stays as it is. Others are left alone. */
export function updateConditions(
  current: readonly NamespaceCondition[],
  failures: Failures,
  time: string,
): NamespaceCondition[] {
  const conditions = [...current];
  for (const [type, reason, message] of SUCCESS) {
    const failure = failures.get(type);
    const status = failure === undefined ? 'False' : 'True';
    const next = { type, status, lastTransitionTime: time, ...(failure ?? { reason, message }) };
    const at = conditions.findIndex((condition) => condition.type === type);
    const old = conditions[at];
    if (old === undefined) conditions.push(next);
    else if (old.status !== status || old.reason !== next.reason || old.message !== next.message) conditions[at] = next;
  }
  return conditions;
}
