/**
 * One pass over a Deployment while it is being thought out: what is to become of its ReplicaSets and of its status. Nothing
 * is done before `actionsOf`; what upstream writes in several steps to one object becomes one write.
 *
 * Upstream: the client calls in pkg/controller/deployment/sync.go.
 */
import type { Deployment, DeploymentStatus, ReplicaSet } from '../../../api/object.ts';
import { DEPLOYMENTS, REPLICA_SETS } from '../../../api/resource.ts';
import { type Action, type ReconcileContext, referenceTo } from '../../../client/controller/controller.ts';
import { targetOf } from '../claim-objects.ts';
import { semanticEqual } from '../semantic-equal.ts';
import { REVISION, replicasAnnotationsNeedUpdate, withReplicasAnnotations } from './replica-set-annotations.ts';
import { replicasOf } from './replica-set-counts.ts';
import { maxSurge } from './rolling-update-limits.ts';

export interface DeploymentSync {
  readonly deployment: Deployment;
  readonly ctx: Pick<ReconcileContext, 'now' | 'time' | 'lastFailure'>;
  /** The status to be; replaced, never changed in place. */
  status: DeploymentStatus;
  /** The Deployment's own revision annotation to be. */
  revision: string | undefined;
  /** Sets that change, by name, each as it is to be. */
  readonly changed: Map<string, ReplicaSet>;
  /** What is written before the changes, and before the status. */
  readonly first: Action[];
  readonly events: Action[];
  readonly last: Action[];
  /** What may fail again: written after the status, which tells of the failure before. */
  readonly retried: Action[];
}

export function beginSync(
  deployment: Deployment,
  ctx: Pick<ReconcileContext, 'now' | 'time' | 'lastFailure'>,
): DeploymentSync {
  const status = deployment.status ?? {};
  const revision = deployment.metadata.annotations?.[REVISION];
  return { deployment, ctx, status, revision, changed: new Map(), first: [], events: [], last: [], retried: [] };
}

/** A set as it is to be. */
export function asChanged(sync: DeploymentSync, replicaSet: ReplicaSet): ReplicaSet {
  return sync.changed.get(replicaSet.metadata.name) ?? replicaSet;
}

/** Whether the size had to change (scaleReplicaSetAndRecordEvent). */
export function scaleReplicaSetAndRecordEvent(sync: DeploymentSync, replicaSet: ReplicaSet, replicas: number): boolean {
  return replicasOf(asChanged(sync, replicaSet)) === replicas ? false : scaleReplicaSet(sync, replicaSet, replicas);
}

/** As above; renews the annotations even when the size stays (scaleReplicaSet). */
export function scaleReplicaSet(sync: DeploymentSync, replicaSet: ReplicaSet, replicas: number): boolean {
  const { deployment } = sync;
  const current = asChanged(sync, replicaSet);
  const before = replicasOf(current);
  const desired = replicasOf(deployment);
  const stale = replicasAnnotationsNeedUpdate(current, desired, desired + maxSurge(deployment));
  if (before === replicas && !stale) return false;
  const { metadata, spec } = current;
  const { name } = metadata;
  sync.changed.set(name, {
    ...current,
    metadata: { ...metadata, annotations: withReplicasAnnotations(metadata.annotations, deployment) },
    spec: { ...spec, replicas },
  });
  if (before === replicas) return false;
  const direction = before < replicas ? 'up' : 'down';
  sync.events.push(scalingEvent(deployment, `Scaled ${direction} replica set ${name} from ${before} to ${replicas}`));
  return true;
}

export function scalingEvent(deployment: Deployment, message: string): Action {
  return { do: 'event', about: referenceTo(deployment), type: 'Normal', reason: 'ScalingReplicaSet', message };
}

/** All that is to be written, the status late: a failure on the way leaves it as it was, as upstream does. */
export function actionsOf(sync: DeploymentSync): Action[] {
  const { deployment, status, revision } = sync;
  const actions = [...sync.first];
  for (const object of sync.changed.values()) actions.push({ do: 'update', resource: REPLICA_SETS, object });
  actions.push(...sync.events, ...sync.last);
  if (!semanticEqual(deployment.status ?? {}, status)) {
    actions.push({ do: 'update-status', resource: DEPLOYMENTS, object: { ...deployment, status } as Deployment });
  }
  if (revision !== deployment.metadata.annotations?.[REVISION]) {
    const patch = { metadata: { annotations: { [REVISION]: revision } } };
    actions.push({ do: 'patch', patchType: 'merge', patch, ...targetOf(deployment, DEPLOYMENTS) });
  }
  return [...actions, ...sync.retried];
}
