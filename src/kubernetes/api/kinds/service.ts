/** Service: pkg/registry/core/service/strategy.go, pkg/apis/core/v1/defaults.go. Cluster addresses are the API server's to give. */
import type { KindDeclaration } from '../kind-declaration.ts';
import type { NewObject, Service, ServiceSpec } from '../object.ts';
import { SERVICES } from '../resource.ts';
import { validateService, validateServiceUpdate } from '../validation/service-validation.ts';

const AFFINITY_SECONDS = 10_800;

export const service: KindDeclaration<Service> = {
  resource: SERVICES,
  singular: 'service',
  shortNames: ['svc'],
  hasStatus: true,
  hasGeneration: false,
  nameRule: 'dns-1035-label',
  selectableFields: {
    'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '',
    'spec.type': ({ spec }) => spec.type ?? '',
  },
  defaults: defaultService,
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  prepareForCreate(object) {
    object.status = { loadBalancer: {} };
  },
};

function defaultService(object: NewObject): void {
  object.spec ??= {};
  const spec = object.spec as ServiceSpec;
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  else if (spec.sessionAffinity === 'ClientIP') {
    spec.sessionAffinityConfig ??= {};
    spec.sessionAffinityConfig.clientIP ??= {};
    spec.sessionAffinityConfig.clientIP.timeoutSeconds ??= AFFINITY_SECONDS;
  }
  spec.type ||= 'ClusterIP';
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP';
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port;
  }
  const isExternal = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  if (isExternal || (spec.externalIPs ?? []).length > 0) spec.externalTrafficPolicy ||= 'Cluster';
  if (isExternal || spec.type === 'ClusterIP') spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type !== 'LoadBalancer') return;
  spec.allocateLoadBalancerNodePorts ??= true;
  for (const ingress of (object.status as Service['status'])?.loadBalancer?.ingress ?? []) {
    if ((ingress.ip ?? '') !== '') (ingress as { ipMode?: string }).ipMode ??= 'VIP';
  }
}
