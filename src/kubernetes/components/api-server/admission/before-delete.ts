/**
 * What a deletion does to an object: marks it, shortens its grace, waits for finalizers, or removes it.
 *
 * Upstream: apiserver/pkg/registry/rest/delete.go (BeforeDelete), generic/registry/store.go
 * (updateForGracefulDeletionAndFinalizers, deletionFinalizersForGarbageCollection, markAsDeleting).
 */
import { cloneJson } from '../../../api/json-value.ts';
import type { KindDeclaration } from '../../../api/kind-declaration.ts';
import type { KubernetesObject, ObjectMeta } from '../../../api/object.ts';
import type { Resource } from '../../../api/resource.ts';
import type { Status } from '../../../api/status.ts';
import { formatTime, parseTime } from '../../../api/time.ts';
import type { DeleteOptions } from '../../../protocol/api.ts';
import { conflict } from '../refusal.ts';
import type { Moment, Proposal } from '../verbs/proposal.ts';

const SECOND_US = 1_000_000;
const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

export function proposeDeletion(
  kind: KindDeclaration,
  existing: KubernetesObject,
  options: DeleteOptions,
  { nowUs }: Moment,
): Proposal {
  const refused = failedPrecondition(kind.resource, existing, options);
  if (refused !== undefined) return { do: 'refuse', status: refused };

  const next = cloneJson(existing);
  const grace = beginGrace(kind, next, options, nowUs);
  // Finalizers cannot be changed by asking again while the grace lasts.
  if (grace === 'pending') return { do: 'keep', object: existing };
  const finalizers = finalizersFor(next.metadata.finalizers ?? [], options.propagationPolicy);
  setFinalizers(next.metadata, finalizers);

  if (grace !== 'none') {
    return { do: finalizers.length > 0 || grace > 0 ? 'put' : 'mark', object: next };
  }
  if (finalizers.length === 0) return { do: 'delete', object: existing };
  markAsDeleting(next.metadata, nowUs);
  return { do: 'put', object: next };
}

/** Sets deletion time and grace. Returns the grace in seconds; `none`: it is not deleted gracefully; `pending`: it is already, and no less. */
function beginGrace(
  kind: KindDeclaration,
  object: KubernetesObject,
  options: DeleteOptions,
  nowUs: number,
): number | 'none' | 'pending' {
  const { metadata } = object;
  const requested = atLeastOne(options.gracePeriodSeconds);
  if (kind.gracePeriodSeconds === undefined) return 'none';
  if (metadata.deletionTimestamp === undefined) {
    const seconds = kind.gracePeriodSeconds(object, requested);
    metadata.deletionTimestamp = formatTime(nowUs + seconds * SECOND_US);
    metadata.deletionGracePeriodSeconds = seconds;
    countGeneration(metadata);
    return seconds;
  }
  const given = atLeastOne(metadata.deletionGracePeriodSeconds);
  // Marked to go at once, and not gone: a server crashed in between.
  if (given === undefined || given === 0) return 'none';
  if (requested === undefined || requested >= given) return 'pending';
  const then = (parseTime(metadata.deletionTimestamp) ?? nowUs) + (requested - given) * SECOND_US;
  const late = requested > 0 && then < nowUs;
  metadata.deletionTimestamp = formatTime(late ? nowUs : then);
  metadata.deletionGracePeriodSeconds = late ? 1 : requested;
  return metadata.deletionGracePeriodSeconds;
}

function markAsDeleting(metadata: ObjectMeta, nowUs: number): void {
  const { deletionTimestamp } = metadata;
  if (deletionTimestamp === undefined) countGeneration(metadata);
  if (deletionTimestamp === undefined || (parseTime(deletionTimestamp) ?? 0) > nowUs) {
    metadata.deletionTimestamp = formatTime(nowUs);
  }
  metadata.deletionGracePeriodSeconds = 0;
}

/** The two finalizers of the garbage collector follow from the policy; without one they stay as they are. */
export function finalizersFor(
  finalizers: readonly string[],
  policy: DeleteOptions['propagationPolicy'],
): readonly string[] {
  const others = finalizers.filter((each) => each !== ORPHAN && each !== FOREGROUND);
  const first = finalizers.find((each) => each === ORPHAN || each === FOREGROUND);
  const wanted =
    policy === undefined ? first : { Orphan: ORPHAN, Foreground: FOREGROUND, Background: undefined }[policy];
  const next = wanted === undefined ? others : [...others, wanted];
  const same = next.length === finalizers.length && next.every((each) => finalizers.includes(each));
  return same ? finalizers : next;
}

/** Puts finalizers into metadata; none of them is no field. */
export function setFinalizers(metadata: ObjectMeta, finalizers: readonly string[]): void {
  if (finalizers.length === 0) delete metadata.finalizers;
  else metadata.finalizers = [...finalizers];
}

/** Why a deletion does not mean this object; undefined: it does. */
export function failedPrecondition(
  resource: Resource,
  { metadata }: KubernetesObject,
  { preconditions = {} }: DeleteOptions,
): Status | undefined {
  const { uid, resourceVersion } = preconditions;
  // Upstream names the kind here where it names the plural elsewhere.
  const which = { group: resource.group, plural: resource.kind };
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
    return conflict(which, metadata.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
    return conflict(which, metadata.name, why);
  }
  return undefined;
}

/** A negative grace is one second. */
function atLeastOne(seconds: number | undefined): number | undefined {
  return seconds !== undefined && seconds < 0 ? 1 : seconds;
}

function countGeneration(metadata: ObjectMeta): void {
  if (metadata.generation !== undefined && metadata.generation > 0) metadata.generation++;
}
