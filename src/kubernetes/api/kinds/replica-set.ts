/** ReplicaSet: pkg/registry/apps/replicaset/strategy.go. */
import type { KindDeclaration } from '../kind-declaration.ts';
import type { ReplicaSet } from '../object.ts';
import { REPLICA_SETS } from '../resource.ts';
import { validateReplicaSet, validateReplicaSetUpdate } from '../validation/replicaset-validation.ts';
import { validateReplicaSetStatusUpdate } from '../validation/workload-status-validation.ts';
import { defaultReplicaSet } from './workload-defaults.ts';

export const replicaSet: KindDeclaration<ReplicaSet> = {
  resource: REPLICA_SETS,
  singular: 'replicaset',
  shortNames: ['rs'],
  hasStatus: true,
  hasGeneration: true,
  scale: { specReplicas: '.spec.replicas', statusReplicas: '.status.replicas', selector: '.spec.selector' },
  nameRule: 'dns-subdomain',
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  defaults: defaultReplicaSet,
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
  validateStatusUpdate: validateReplicaSetStatusUpdate,
};
