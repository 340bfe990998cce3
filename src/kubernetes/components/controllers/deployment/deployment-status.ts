/** What a Deployment says of itself. Upstream: calculateStatus in pkg/controller/deployment/sync.go, and the conditions in
 * pkg/controller/deployment/util/deployment_util.go. */
import { findCondition, withoutCondition } from '../../../api/conditions.ts';
import type { Deployment, DeploymentStatus, ReplicaSet } from '../../../api/object.ts';
import {
  actualReplicaCount,
  availableReplicaCount,
  readyReplicaCount,
  replicaCount,
  replicasOf,
} from './replica-set-counts.ts';
import { maxUnavailable } from './rolling-update-limits.ts';

type DeploymentCondition = NonNullable<DeploymentStatus['conditions']>[number];
export type DeploymentConditionType = 'Available' | 'Progressing' | 'ReplicaFailure';

/** @param status the status so far, whose conditions are carried on. */
export function calculateStatus(
  allReplicaSets: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
  deployment: Deployment,
  status: DeploymentStatus,
  time: string,
): DeploymentStatus {
  const availableReplicas = availableReplicaCount(allReplicaSets);
  const { collisionCount, conditions } = status;
  const next: DeploymentStatus = {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: actualReplicaCount(allReplicaSets),
    updatedReplicas: newReplicaSet === undefined ? 0 : actualReplicaCount([newReplicaSet]),
    readyReplicas: readyReplicaCount(allReplicaSets),
    availableReplicas,
    unavailableReplicas: Math.max(0, replicaCount(allReplicaSets) - availableReplicas),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions === undefined ? {} : { conditions }),
  };
  const enough = availableReplicas >= replicasOf(deployment) - maxUnavailable(deployment);
  return setDeploymentCondition(
    withoutZeros(next),
    enough
      ? newDeploymentCondition('Available', 'True', 'MinimumReplicasAvailable', MINIMUM_AVAILABLE, time)
      : newDeploymentCondition('Available', 'False', 'MinimumReplicasUnavailable', MINIMUM_UNAVAILABLE, time),
  );
}

const MINIMUM_AVAILABLE = 'Deployment has minimum availability.';
const MINIMUM_UNAVAILABLE = 'Deployment does not have minimum availability.';

/** Counts that are 0 are left out, as upstream's encoding does: a status that says the same looks the same. */
function withoutZeros(status: DeploymentStatus): DeploymentStatus {
  return Object.fromEntries(
    Object.entries(status).filter(([field, value]) => field === 'collisionCount' || value !== 0),
  );
}

export function getDeploymentCondition(
  status: DeploymentStatus,
  type: DeploymentConditionType,
): DeploymentCondition | undefined {
  return findCondition(status.conditions, type);
}

export function newDeploymentCondition(
  type: DeploymentConditionType,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
  time: string,
): DeploymentCondition {
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message };
}

/** Nothing changes while status and reason stay; the time of transition is that of the status. */
export function setDeploymentCondition(status: DeploymentStatus, condition: DeploymentCondition): DeploymentStatus {
  const current = findCondition(status.conditions, condition.type);
  if (current !== undefined && current.status === condition.status && current.reason === condition.reason)
    return status;
  const kept =
    current?.status === condition.status && current.lastTransitionTime !== undefined
      ? { ...condition, lastTransitionTime: current.lastTransitionTime }
      : condition;
  const others = withoutCondition(status.conditions, condition.type);
  return { ...status, conditions: [...others, kept] };
}

export function removeDeploymentCondition(status: DeploymentStatus, type: DeploymentConditionType): DeploymentStatus {
  if (getDeploymentCondition(status, type) === undefined) return status;
  const { conditions = [], ...rest } = status;
  return { ...rest, conditions: [...withoutCondition(conditions, type)] };
}

/** Everything is new, and there (DeploymentComplete). */
export function deploymentComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const replicas = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** More is new, ready or available than before, or less is old (DeploymentProgressing). */
export function deploymentProgressing(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number => replicas - updatedReplicas;
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}
