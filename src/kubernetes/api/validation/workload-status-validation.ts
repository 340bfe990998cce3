/**
 * Statuses of Deployments and ReplicaSets: pkg/apis/apps/validation/validation.go, ValidateDeploymentStatusUpdate,
 * ValidateReplicaSetStatusUpdate. Counts are not negative, and no part is larger than the whole.
 */
import type { FieldError } from '../field-error.ts';
import type { Deployment, ReplicaSet } from '../object.ts';
import { invalid, nonNegative } from './mistakes.ts';

const DEPLOYMENT_COUNTS = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
];
const REPLICA_SET_COUNTS = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'terminatingReplicas',
  'observedGeneration',
];

type Counts = Readonly<Record<string, number | undefined>>;

export function validateDeploymentStatusUpdate(next: Deployment, previous: Deployment): FieldError[] {
  const counts = (next.status ?? {}) as Counts;
  const errors = validateCounts(counts, DEPLOYMENT_COUNTS, 'updatedReplicas');
  // A hash that has collided is not to be tried again.
  const { collisionCount: before } = previous.status ?? {};
  const { collisionCount: after } = next.status ?? {};
  if (before !== undefined && (after === undefined || after < before)) {
    errors.push(invalid('status.collisionCount', after ?? 0, 'cannot be decremented'));
  }
  return errors;
}

export function validateReplicaSetStatusUpdate({ status }: ReplicaSet): FieldError[] {
  return validateCounts((status ?? {}) as Counts, REPLICA_SET_COUNTS, 'fullyLabeledReplicas');
}

/** @param part a count of its own kind that is part of all replicas */
function validateCounts(counts: Counts, names: readonly string[], part: string): FieldError[] {
  const errors = names.flatMap((name) => nonNegative(`status.${name}`, counts[name]));
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = counts;
  for (const name of [part, 'readyReplicas', 'availableReplicas']) {
    const count = counts[name] ?? 0;
    if (count > replicas) errors.push(invalid(`status.${name}`, count, 'cannot be greater than status.replicas'));
  }
  if (availableReplicas > readyReplicas) {
    errors.push(invalid('status.availableReplicas', availableReplicas, 'cannot be greater than readyReplicas'));
  }
  return errors;
}
