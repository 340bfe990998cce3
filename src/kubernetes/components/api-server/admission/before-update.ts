/**
 * An object in place of another: what a client may not change is taken over, and what it may is checked.
 *
 * 1. The status stays as it was, but for the status subresource, which changes nothing else.
 * 2. The generation counts changes of the spec.
 * 3. Without a resource version, a client overwrites whatever is there, where the kind allows it.
 * 4. The last finalizer of an object that is to be deleted takes the object with it.
 *
 * Upstream: apiserver/pkg/registry/rest/update.go (BeforeUpdate), generic/registry/store.go (Update).
 */

import type { FieldError } from '../../../api/field-error.ts';
import { cloneJson, equalJson } from '../../../api/json-value.ts';
import type { KindDeclaration } from '../../../api/kind-declaration.ts';
import type { KubernetesObject, Namespace, NewObject } from '../../../api/object.ts';
import { formatTime } from '../../../api/time.ts';
import { badRequest, conflict, invalid, modified } from '../refusal.ts';
import { keepAllocated } from '../services/keep-allocated.ts';
import type { Moment, Proposal } from '../verbs/proposal.ts';
import { hasContentFinalizers } from './delete-namespace.ts';
import { decoded, metaUpdateErrors, structureProblem } from './object-checks.ts';

/** Kinds whose clients must say which version they have read (AllowUnconditionalUpdate is false). */
const CONDITIONAL: ReadonlySet<string> = new Set(['leases']);

type Loose = KubernetesObject & { spec?: unknown; status?: unknown };

/** @param wanted what the client wants, or what its patch makes of the object */
export function proposeUpdate(
  kind: KindDeclaration,
  existing: KubernetesObject,
  wanted: NewObject,
  subresource: 'status' | 'finalize' | undefined,
  moment: Moment,
): Proposal {
  const { resource } = kind;
  const { name } = existing.metadata;
  const problem = structureProblem(kind, wanted);
  if (problem !== undefined) return { do: 'refuse', status: problem };
  if ((wanted.metadata.name ?? name) !== name) {
    const message = `the name of the object (${wanted.metadata.name}) does not match the name on the URL (${name})`;
    return { do: 'refuse', status: badRequest(message) };
  }
  const { uid, resourceVersion: version = '' } = wanted.metadata;
  if (uid !== undefined && uid !== '' && uid !== existing.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${existing.metadata.uid}`;
    return { do: 'refuse', status: conflict(resource, name, why) };
  }
  if (version === '' && CONDITIONAL.has(resource.plural)) {
    const detail = 'must be specified for an update';
    const error: FieldError = { type: 'FieldValueInvalid', field: 'metadata.resourceVersion', detail, value: 0 };
    return { do: 'refuse', status: invalid(resource, name, [error]) };
  }
  if (version !== '' && version !== existing.metadata.resourceVersion) {
    return { do: 'refuse', status: modified(resource, name) };
  }
  const next =
    subresource === undefined ? replaced(kind, existing, decoded(wanted)) : withPart(existing, wanted, subresource);
  const errors = check(kind, next, existing, subresource, moment);
  if (errors.length > 0) return { do: 'refuse', status: invalid(resource, name, errors) };
  return { do: goesWith(existing, next) ? 'delete' : 'put', object: next };
}

/** The whole object, with what clients cannot change as it was. */
function replaced(kind: KindDeclaration, existing: KubernetesObject, wanted: NewObject): Loose {
  const next = wanted as Loose;
  const was = existing.metadata;
  const metadata = next.metadata;
  metadata.name = was.name;
  if (was.namespace !== undefined && metadata.namespace === undefined) metadata.namespace = was.namespace;
  metadata.uid = was.uid;
  metadata.resourceVersion = was.resourceVersion;
  metadata.creationTimestamp = was.creationTimestamp;
  if (was.deletionTimestamp !== undefined) metadata.deletionTimestamp = was.deletionTimestamp;
  if (was.deletionGracePeriodSeconds !== undefined && metadata.deletionGracePeriodSeconds === undefined) {
    metadata.deletionGracePeriodSeconds = was.deletionGracePeriodSeconds;
  }
  if (was.generation === undefined) delete metadata.generation;
  else metadata.generation = was.generation;
  delete (metadata as { managedFields?: unknown }).managedFields;
  if (metadata.finalizers?.length === 0) delete metadata.finalizers;
  if (kind.hasStatus) keep(next, 'status', (existing as Loose).status);
  if (existing.kind === 'Namespace') keepContentFinalizers(next as Namespace, existing as Namespace);
  return next;
}

/** The object as it was, with only its status, or only a namespace's `spec.finalizers`, as wanted. */
function withPart(existing: KubernetesObject, wanted: NewObject, part: 'status' | 'finalize'): Loose {
  const next: Loose = cloneJson(existing);
  if (part === 'status') {
    const { apiVersion, kind, metadata, status } = wanted;
    keep(next, 'status', decoded({ apiVersion, kind, metadata, status }).status);
  } else {
    const { finalizers = [] } = (wanted.spec ?? {}) as NonNullable<Namespace['spec']>;
    (next as Namespace).spec = { ...(next as Namespace).spec, finalizers };
  }
  return next;
}

function keep(next: Loose, field: 'status', value: unknown): void {
  if (value === undefined) delete next[field];
  else next[field] = cloneJson(value);
}

/** Leaving them out does not say that the namespace is empty. */
function keepContentFinalizers(next: Namespace, { spec }: Namespace): void {
  if (next.spec?.finalizers === undefined && spec?.finalizers !== undefined) {
    next.spec = { ...next.spec, finalizers: [...spec.finalizers] };
  }
}

/** Lets the kind prepare the object, and says what is wrong with it. */
function check(
  kind: KindDeclaration,
  next: Loose,
  existing: KubernetesObject,
  subresource: 'status' | 'finalize' | undefined,
  { nowUs }: Moment,
): readonly FieldError[] {
  const context = { now: formatTime(nowUs) };
  if (subresource === 'finalize') return [];
  if (subresource === 'status') {
    kind.prepareForStatusUpdate?.(next, existing, context);
    return kind.validateStatusUpdate?.(next, existing) ?? [];
  }
  keepAllocated(next, existing);
  kind.defaults(next as NewObject);
  kind.prepareForUpdate?.(next, existing, context);
  const { generation } = existing.metadata;
  if (kind.hasGeneration && !equalJson(next.spec, (existing as Loose).spec)) {
    next.metadata.generation = (generation ?? 0) + 1;
  }
  const metaErrors = metaUpdateErrors(kind, next, existing);
  return [...metaErrors, ...kind.validate(next), ...(kind.validateUpdate?.(next, existing) ?? [])];
}

/** Whether the object only waited for this (ShouldDeleteDuringUpdate). */
function goesWith(existing: KubernetesObject, next: KubernetesObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = existing.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds !== 0) return false;
  if ((next.metadata.finalizers?.length ?? 0) > 0) return false;
  return next.kind !== 'Namespace' || !hasContentFinalizers(next);
}
