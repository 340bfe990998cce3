/** Deployment: pkg/registry/apps/deployment/strategy.go. */
import type { KindDeclaration } from '../kind-declaration.ts';
import type { Deployment } from '../object.ts';
import { DEPLOYMENTS } from '../resource.ts';
import { validateDeployment, validateDeploymentUpdate } from '../validation/deployment-validation.ts';
import { validateDeploymentStatusUpdate } from '../validation/workload-status-validation.ts';
import { defaultDeployment } from './workload-defaults.ts';

export const deployment: KindDeclaration<Deployment> = {
  resource: DEPLOYMENTS,
  singular: 'deployment',
  shortNames: ['deploy'],
  hasStatus: true,
  hasGeneration: true,
  scale: { specReplicas: '.spec.replicas', statusReplicas: '.status.replicas', selector: '.spec.selector' },
  nameRule: 'dns-subdomain',
  defaults: defaultDeployment,
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
  validateStatusUpdate: validateDeploymentStatusUpdate,
};
