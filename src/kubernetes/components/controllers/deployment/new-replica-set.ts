/**
 * The ReplicaSets of a Deployment: which is that of the present template, which are old, and how a missing one is made.
 * Upstream: getAllReplicaSetsAndSyncRevision in pkg/controller/deployment/sync.go.
 */
import type { Deployment, NewMeta, ReplicaSet } from '../../../api/object.ts';
import { REPLICA_SETS } from '../../../api/resource.ts';
import { type Action, referenceTo } from '../../../client/controller/controller.ts';
import { controllerReferenceTo } from '../owner-reference.ts';
import { getDeploymentCondition, newDeploymentCondition, setDeploymentCondition } from './deployment-status.ts';
import { asChanged, type DeploymentSync, scalingEvent } from './deployment-sync.ts';
import { computeHash, equalIgnoreHash, POD_TEMPLATE_HASH } from './pod-template-hash.ts';
import { hasProgressDeadline, PROGRESS_REASONS } from './progress.ts';
import { maxRevision, newReplicaSetAnnotations, REVISION } from './replica-set-annotations.ts';
import { byCreationTimestamp } from './replica-set-order.ts';
import { newReplicaSetReplicas } from './rolling-update-limits.ts';

/** The oldest set of the Deployment's present template: of several, the others are old (FindNewReplicaSet). */
export function findNewReplicaSet(deployment: Deployment, replicaSets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return [...replicaSets]
    .sort(byCreationTimestamp)
    .find(({ spec }) => equalIgnoreHash(spec.template ?? {}, deployment.spec.template));
}

/** All others (FindOldReplicaSets). */
export function findOldReplicaSets(deployment: Deployment, replicaSets: readonly ReplicaSet[]): ReplicaSet[] {
  const newReplicaSet = findNewReplicaSet(deployment, replicaSets);
  return replicaSets.filter((replicaSet) => replicaSet !== newReplicaSet);
}

export interface AllReplicaSets {
  /** Undefined: there is none, and none was to be made, or its name is taken. */
  readonly newReplicaSet: ReplicaSet | undefined;
  readonly oldReplicaSets: ReplicaSet[];
}

/**
 * @param named finds any ReplicaSet of the namespace by its name.
 */
export function getAllReplicaSetsAndSyncRevision(
  sync: DeploymentSync,
  replicaSets: readonly ReplicaSet[],
  createIfNotExisted: boolean,
  named: (name: string) => ReplicaSet | undefined,
): AllReplicaSets {
  const oldReplicaSets = findOldReplicaSets(sync.deployment, replicaSets);
  const newRevision = maxRevision(oldReplicaSets) + 1;
  const existing = findNewReplicaSet(sync.deployment, replicaSets);
  if (existing !== undefined) return { newReplicaSet: adjust(sync, existing, newRevision), oldReplicaSets };
  if (!createIfNotExisted) return { newReplicaSet: undefined, oldReplicaSets };
  return { newReplicaSet: create(sync, oldReplicaSets, newRevision, named), oldReplicaSets };
}

/** Brings annotations and `minReadySeconds` of the new set up to date, and the Deployment's revision after the set's. */
function adjust(sync: DeploymentSync, existing: ReplicaSet, newRevision: number): ReplicaSet {
  const { deployment } = sync;
  const current = asChanged(sync, existing);
  const annotations = newReplicaSetAnnotations(deployment, current.metadata.annotations, newRevision, true);
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  if (annotations !== undefined || (current.spec.minReadySeconds ?? 0) !== minReadySeconds) {
    const metadata = annotations === undefined ? current.metadata : { ...current.metadata, annotations };
    const changed = { ...current, metadata, spec: { ...current.spec, minReadySeconds } };
    sync.changed.set(existing.metadata.name, changed);
    return changed;
  }
  sync.revision = current.metadata.annotations?.[REVISION] ?? sync.revision;
  if (hasProgressDeadline(deployment) && getDeploymentCondition(sync.status, 'Progressing') === undefined) {
    progress(sync, 'True', PROGRESS_REASONS.foundNewReplicaSet, `Found new replica set "${existing.metadata.name}"`);
  }
  return current;
}

function create(
  sync: DeploymentSync,
  oldReplicaSets: readonly ReplicaSet[],
  newRevision: number,
  named: (name: string) => ReplicaSet | undefined,
): ReplicaSet | undefined {
  const { deployment, ctx } = sync;
  const replicaSet = replicaSetFor(deployment, oldReplicaSets, newRevision, sync.status.collisionCount);
  const { name } = replicaSet.metadata;
  if (named(name) !== undefined) {
    // The name belongs to another template: with a higher count, the next hash is another.
    sync.status = { ...sync.status, collisionCount: (sync.status.collisionCount ?? 0) + 1 };
    return undefined;
  }
  const writes = [creation(replicaSet, deployment)];
  const { replicas = 0 } = replicaSet.spec;
  if (replicas > 0) writes.push(scalingEvent(deployment, `Scaled up replica set ${name} from 0 to ${replicas}`));
  const failed = ctx.lastFailure?.do === 'create' && ctx.lastFailure.reason !== 'AlreadyExists';
  if (failed && hasProgressDeadline(deployment)) {
    const message = `Failed to create new replica set "${name}": ${ctx.lastFailure.message}`;
    progress(sync, 'False', PROGRESS_REASONS.failedCreate, message);
    sync.retried.push(...writes);
    return undefined;
  }
  sync.first.push(...writes);
  sync.revision = String(newRevision);
  if (hasProgressDeadline(deployment)) {
    progress(sync, 'True', PROGRESS_REASONS.newReplicaSet, `Created new replica set "${name}"`);
  }
  return replicaSet;
}

/** The set as it will be, but for what the server fills in. */
function replicaSetFor(
  deployment: Deployment,
  oldReplicaSets: readonly ReplicaSet[],
  newRevision: number,
  collisionCount: number | undefined,
): ReplicaSet {
  const { template, selector, minReadySeconds = 0 } = deployment.spec;
  const { name, namespace } = deployment.metadata;
  const hash = computeHash(template, collisionCount);
  const labels = { ...template.metadata?.labels, [POD_TEMPLATE_HASH]: hash };
  const metadata: NewMeta = {
    name: `${name}-${hash}`,
    ...(namespace === undefined ? {} : { namespace }),
    labels,
    ownerReferences: [controllerReferenceTo(deployment)],
  };
  const spec = {
    replicas: 0,
    minReadySeconds,
    selector: { ...selector, matchLabels: { ...selector.matchLabels, [POD_TEMPLATE_HASH]: hash } },
    template: { ...template, metadata: { ...template.metadata, labels } },
  };
  // Nobody looks for the fields that are still missing: uid, resource version and the time of creation.
  const bare = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec } as ReplicaSet;
  const replicas = newReplicaSetReplicas(deployment, [...oldReplicaSets, bare], bare);
  const annotations = newReplicaSetAnnotations(deployment, undefined, newRevision, false) ?? {};
  return { ...bare, metadata: { ...bare.metadata, annotations }, spec: { ...spec, replicas } };
}

function creation(replicaSet: ReplicaSet, deployment: Deployment): Action {
  const { namespace, name } = replicaSet.metadata;
  return {
    do: 'create',
    resource: REPLICA_SETS,
    ...(namespace === undefined ? {} : { namespace }),
    object: { ...replicaSet },
    onFailure: {
      about: referenceTo(deployment),
      type: 'Warning',
      reason: PROGRESS_REASONS.failedCreate,
      message: `Failed to create new replica set "${name}": {error}`,
    },
  };
}

function progress(sync: DeploymentSync, value: 'True' | 'False', reason: string, message: string): void {
  const condition = newDeploymentCondition('Progressing', value, reason, message, sync.ctx.time);
  sync.status = setDeploymentCondition(sync.status, condition);
}
