/** Kubernetes on the tank: clusters from data, and what is needed to add controllers, programs and checks of one's own. */
export type {
  ConfigMap,
  Deployment,
  EndpointSlice,
  Endpoints,
  Event,
  KubernetesObject,
  Lease,
  Namespace,
  NewObject,
  Node,
  Pod,
  ReplicaSet,
  Service,
  ServiceAccount,
} from './api/object.ts';
export {
  apiVersionOf,
  CONFIG_MAPS,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  ENDPOINTS,
  EVENTS,
  LEASES,
  NAMESPACES,
  NODES,
  PODS,
  REPLICA_SETS,
  type Resource,
  SERVICE_ACCOUNTS,
  SERVICES,
} from './api/resource.ts';
export { type ApiAccess, type ApiOutcome, apiOutcome, apiRequest } from './client/api-client.ts';
export {
  type Action,
  type Controller,
  type ReconcileContext,
  referenceTo,
  type View,
} from './client/controller/controller.ts';
export { type Delta, type InformerSpec, Informers, type InformersState } from './client/informers.ts';
export { CLUSTER_CHECKS } from './cluster/checks/cluster-checks.ts';
export type { ClusterSpec, NodeGroup } from './cluster/cluster-spec.ts';
export { type ClusterOptions, clusterHosts, clusterWorld } from './cluster/cluster-world.ts';
export type {
  ContainerArgs,
  ExecRequest,
  ExecResult,
  HttpRequest,
  HttpResponse,
  IncomingTraffic,
  ListenRequest,
  Packet,
  Signal,
  TrafficRequest,
  TrafficResult,
} from './protocol/container.ts';
export type { ImageRule } from './protocol/registry.ts';
