/**
 * Namespaces are deleted in two acts: asked to go, they are Terminating; their controller empties them, takes its finalizer
 * out of `spec.finalizers`, and with the last finalizer the object goes.
 *
 * Upstream: pkg/registry/core/namespace/storage/storage.go; apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go.
 */
import { cloneJson } from '../../../api/json-value.ts';
import type { KindDeclaration } from '../../../api/kind-declaration.ts';
import type { KubernetesObject, Namespace } from '../../../api/object.ts';
import { formatTime } from '../../../api/time.ts';
import type { DeleteOptions } from '../../../protocol/api.ts';
import { forbidden } from '../refusal.ts';
import type { Moment, Proposal } from '../verbs/proposal.ts';
import { failedPrecondition, finalizersFor, proposeDeletion, setFinalizers } from './before-delete.ts';

/** The cluster cannot be without them. */
const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

export function proposeNamespaceDeletion(
  kind: KindDeclaration,
  existing: KubernetesObject,
  options: DeleteOptions,
  moment: Moment,
): Proposal {
  const { name, deletionTimestamp } = existing.metadata;
  if (IMMORTAL.has(name)) {
    return { do: 'refuse', status: forbidden(kind.resource, name, 'this namespace may not be deleted') };
  }
  const refused = failedPrecondition(kind.resource, existing, options);
  if (refused !== undefined) return { do: 'refuse', status: refused };
  if (deletionTimestamp === undefined) {
    const next = cloneJson(existing) as Namespace;
    next.metadata.deletionTimestamp = formatTime(moment.nowUs);
    setFinalizers(next.metadata, finalizersFor(next.metadata.finalizers ?? [], options.propagationPolicy));
    next.status = { ...next.status, phase: 'Terminating' };
    return { do: 'put', object: next };
  }
  if (hasContentFinalizers(existing)) return { do: 'keep', object: existing };
  return proposeDeletion(kind, existing, options, moment);
}

/** Whether somebody still has to clear the namespace's content. */
export function hasContentFinalizers(namespace: KubernetesObject): boolean {
  const { spec } = namespace as Namespace;
  return (spec?.finalizers?.length ?? 0) > 0;
}
