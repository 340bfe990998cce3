/**
 * What a client sends becomes an object: what only the server may say is said, what was left out is filled in, the rest is
 * checked.
 *
 * Upstream: apiserver/pkg/registry/rest/create.go (BeforeCreate), rest/meta.go (FillObjectMetaSystemFields).
 */
import type { KindDeclaration } from '../../../api/kind-declaration.ts';
import type { KubernetesObject, NewObject } from '../../../api/object.ts';
import type { Status } from '../../../api/status.ts';
import { formatTime } from '../../../api/time.ts';
import { internalError, invalid } from '../refusal.ts';
import type { ServerOptions } from '../server-options.ts';
import type { Moment } from '../verbs/proposal.ts';
import { decoded, metaCreateErrors, structureProblem } from './object-checks.ts';
import { addPodDefaults } from './pod-defaults.ts';

/** Kinds whose clients may say the status of a new object (pkg/registry/core/node/strategy.go): a node registers with its capacity. */
const WITH_STATUS: ReadonlySet<string> = new Set(['nodes']);

/** What the caller has drawn for the object. */
export interface Identity {
  readonly uid: string;
  /** The name that is tried; drawn from `generateName` if the client gave none. */
  readonly name: string;
}

/** The object as it is to be stored, a private copy; or why it is not. */
export function prepareForCreate(
  kind: KindDeclaration,
  sent: NewObject,
  namespace: string | undefined,
  { uid, name }: Identity,
  options: ServerOptions,
  { nowUs }: Moment,
): { readonly object: NewObject } | { readonly status: Status } {
  const problem = structureProblem(kind, sent);
  if (problem !== undefined) return { status: problem };
  const version = sent.metadata.resourceVersion ?? '';
  if (version !== '' && version !== '0') {
    return { status: internalError('resourceVersion should not be set on objects to be created') };
  }
  const object = decoded(sent);
  const now = formatTime(nowUs);
  fillMeta(kind, object, namespace, { uid, name }, now);
  kind.defaults(object);
  if (kind.resource.kind === 'Pod') addPodDefaults(object, options.podDefaults);
  if (kind.hasStatus && !WITH_STATUS.has(kind.resource.plural)) delete object.status;
  const whole = object as KubernetesObject;
  // Upstream prepares first; here, what prepares may rely on fields that must be there.
  const errors = [...metaCreateErrors(kind, whole), ...kind.validate(whole)];
  if (errors.length > 0) return { status: invalid(kind.resource, name, errors) };
  kind.prepareForCreate?.(whole, { now });
  return { object };
}

function fillMeta(
  kind: KindDeclaration,
  object: NewObject,
  namespace: string | undefined,
  { uid, name }: Identity,
  now: string,
): void {
  const { metadata } = object;
  metadata.name = name;
  if (kind.resource.namespaced && namespace !== undefined) metadata.namespace = namespace;
  else delete metadata.namespace;
  metadata.uid = uid;
  metadata.creationTimestamp = now;
  delete metadata.resourceVersion;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
  delete (metadata as { managedFields?: unknown }).managedFields;
  if (metadata.finalizers?.length === 0) delete metadata.finalizers;
  if (kind.hasGeneration) metadata.generation = 1;
  else delete metadata.generation;
}
