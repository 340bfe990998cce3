/**
 * What a Deployment remembers about its ReplicaSets in their annotations: the revision, and for which size of the Deployment
 * each was last scaled. Upstream: pkg/controller/deployment/util/deployment_util.go.
 *
 * The functions return new annotations, or undefined where nothing would change.
 */
import type { Deployment, ReplicaSet } from '../../../api/object.ts';
import { replicasOf } from './replica-set-counts.ts';
import { maxSurge } from './rolling-update-limits.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

/** Annotations of a Deployment that say nothing about its ReplicaSets. */
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
]);

/** How long the list of a ReplicaSet's former revisions may become, in characters. */
const MAX_HISTORY_LENGTH = 2000;

type Annotations = Record<string, string>;
type Annotated = { readonly metadata: { readonly annotations?: Readonly<Annotations> } };

/** 0 where none is written; undefined where it is no number. */
export function revisionOf({ metadata }: Annotated): number | undefined {
  return wholeNumber(metadata.annotations?.[REVISION] ?? '0');
}

/** The highest revision; those that cannot be read do not count. */
export function maxRevision(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((max, replicaSet) => Math.max(max, revisionOf(replicaSet) ?? 0), 0);
}

/** For which size of the Deployment the set was last scaled; undefined: nobody has written it. */
export function desiredReplicasAnnotation({ metadata }: Annotated): number | undefined {
  return wholeNumber(metadata.annotations?.[DESIRED_REPLICAS]);
}

/** That size, and its surge. */
export function maxReplicasAnnotation({ metadata }: Annotated): number | undefined {
  return wholeNumber(metadata.annotations?.[MAX_REPLICAS]);
}

export function replicasAnnotationsNeedUpdate({ metadata }: Annotated, desired: number, max: number): boolean {
  const { annotations } = metadata;
  return annotations?.[DESIRED_REPLICAS] !== String(desired) || annotations[MAX_REPLICAS] !== String(max);
}

export function withReplicasAnnotations(
  annotations: Readonly<Annotations> | undefined,
  deployment: Deployment,
): Annotations {
  const desired = replicasOf(deployment);
  return {
    ...annotations,
    [DESIRED_REPLICAS]: String(desired),
    [MAX_REPLICAS]: String(desired + maxSurge(deployment)),
  };
}

/**
 * The annotations of the set of the newest template (SetNewReplicaSetAnnotations): the Deployment's own, and a revision that
 * never falls. `exists` is false for a set that is about to be created, which gets the sizes as well.
 */
export function newReplicaSetAnnotations(
  deployment: Deployment,
  current: Readonly<Annotations> | undefined,
  newRevision: number,
  exists: boolean,
): Annotations | undefined {
  const next: Annotations = { ...current };
  let changed = false;
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (NOT_COPIED.has(name) || next[name] === value) continue;
    next[name] = value;
    changed = true;
  }
  const oldText = current?.[REVISION];
  const oldRevision = oldText === undefined || oldText === '' ? 0 : wholeNumber(oldText);
  // A revision that nobody can read is somebody's mischief; upstream leaves the whole set alone.
  if (oldRevision === undefined) return undefined;
  if (oldRevision < newRevision) {
    next[REVISION] = String(newRevision);
    changed = true;
    if (oldText !== undefined) next[REVISION_HISTORY] = withRevision(next[REVISION_HISTORY], oldText);
  }
  if (!exists) return withReplicasAnnotations(next, deployment);
  return changed ? next : undefined;
}

/** The oldest revisions are forgotten when the list gets too long. */
function withRevision(history: string | undefined, revision: string): string {
  const revisions = history === undefined || history === '' ? [] : history.split(',');
  revisions.push(revision);
  while (revisions.length > 1 && revisions.join(',').length > MAX_HISTORY_LENGTH) revisions.shift();
  return revisions.join(',');
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}
