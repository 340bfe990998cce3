/**
 * API objects as they travel and rest: plain JSON in upstream's shapes. The field types come from `kubernetes-types`, which
 * only this file imports; newer fields are added here.
 *
 * Two moments of an object's life have types of their own: `New<Pod>` is what somebody asks to create (no uid yet, the
 * name may be left to the server), `Pod` is what the API server answers and stores, with all that it always fills in.
 * Whatever was received in a message is deeply frozen: copy before changing (`structuredClone`, or by hand).
 */
import type { DeploymentSpec, DeploymentStatus, ReplicaSetSpec, ReplicaSetStatus } from 'kubernetes-types/apps/v1.js';
import type { LeaseSpec } from 'kubernetes-types/coordination/v1.js';
import type {
  Container,
  ContainerState,
  ContainerStatus,
  EndpointSubset,
  EventSource,
  LocalObjectReference,
  NamespaceSpec,
  NamespaceStatus,
  NodeSpec,
  NodeStatus,
  ObjectReference,
  PodCondition,
  PodSpec,
  PodStatus,
  PodTemplateSpec,
  Probe,
  ServicePort,
  ServiceSpec,
  ServiceStatus,
  Taint,
  Toleration,
} from 'kubernetes-types/core/v1.js';
import type { Endpoint, EndpointPort } from 'kubernetes-types/discovery/v1.js';
import type { LabelSelector, OwnerReference, ObjectMeta as UpstreamMeta } from 'kubernetes-types/meta/v1.js';

export type {
  Container,
  ContainerState,
  ContainerStatus,
  DeploymentSpec,
  DeploymentStatus,
  Endpoint,
  EndpointPort,
  EndpointSubset,
  LabelSelector,
  LeaseSpec,
  NodeSpec,
  NodeStatus,
  ObjectReference,
  OwnerReference,
  PodCondition,
  PodSpec,
  PodStatus,
  PodTemplateSpec,
  Probe,
  ReplicaSetSpec,
  ReplicaSetStatus,
  ServicePort,
  ServiceSpec,
  Taint,
  Toleration,
};

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Metadata as a client may send it. */
export type NewMeta = Writable<Omit<UpstreamMeta, 'managedFields'>>;

/** Metadata as the API server stores it. Cluster-scoped objects have no `namespace`. */
export type ObjectMeta = NewMeta & {
  name: string;
  uid: string;
  /** Opaque to clients, who may compare it only for equality; see resource-version.ts for what the server knows. */
  resourceVersion: string;
  /** RFC 3339, whole seconds. */
  creationTimestamp: string;
};

/** Any stored object. Its other fields depend on the kind. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** Any object as a client sends it, before defaults and validation. */
export interface NewObject {
  apiVersion: string;
  kind: string;
  metadata: NewMeta;
  [field: string]: unknown;
}

/** An object of this kind as one asks to create it. */
export type New<T extends KubernetesObject> = Omit<T, 'metadata' | 'status'> & { metadata: NewMeta; status?: unknown };

interface Kind<ApiVersion extends string, Name extends string> {
  apiVersion: ApiVersion;
  kind: Name;
  metadata: ObjectMeta;
}

export interface Namespace extends Kind<'v1', 'Namespace'> {
  spec?: NamespaceSpec;
  status?: NamespaceStatus;
}

export interface Node extends Kind<'v1', 'Node'> {
  spec: NodeSpec;
  status?: NodeStatus;
}

export interface Pod extends Kind<'v1', 'Pod'> {
  spec: PodSpec;
  status?: PodStatus;
}

export interface ReplicaSet extends Kind<'apps/v1', 'ReplicaSet'> {
  spec: ReplicaSetSpec;
  status?: ReplicaSetStatus;
}

export interface Deployment extends Kind<'apps/v1', 'Deployment'> {
  spec: DeploymentSpec;
  status?: DeploymentStatus;
}

export interface Service extends Kind<'v1', 'Service'> {
  spec: ServiceSpec;
  status?: ServiceStatus;
}

export interface EndpointSlice extends Kind<'discovery.k8s.io/v1', 'EndpointSlice'> {
  addressType: 'IPv4' | 'IPv6' | 'FQDN';
  endpoints: Endpoint[];
  ports?: EndpointPort[];
}

export interface Endpoints extends Kind<'v1', 'Endpoints'> {
  subsets?: EndpointSubset[];
}

export interface Lease extends Kind<'coordination.k8s.io/v1', 'Lease'> {
  spec: LeaseSpec;
}

export interface ConfigMap extends Kind<'v1', 'ConfigMap'> {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
  immutable?: boolean;
}

export interface ServiceAccount extends Kind<'v1', 'ServiceAccount'> {
  secrets?: ObjectReference[];
  imagePullSecrets?: LocalObjectReference[];
  automountServiceAccountToken?: boolean;
}

/** An Event of the core group, as components record it. */
export interface Event extends Kind<'v1', 'Event'> {
  involvedObject: ObjectReference;
  reason?: string;
  message?: string;
  type?: 'Normal' | 'Warning';
  count?: number;
  firstTimestamp?: string;
  lastTimestamp?: string;
  source?: EventSource;
  reportingComponent?: string;
  reportingInstance?: string;
}

/** `namespace/name`, or `name` alone for cluster-scoped objects: the key of caches and work queues. */
export function objectKey(object: { metadata: NewMeta }): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? `${name}` : `${namespace}/${name}`;
}

/** The owner that controls an object, if any; there is at most one (apimachinery/pkg/apis/meta/v1/controller_ref.go). */
export function controllerOf(object: { metadata: NewMeta }): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(({ controller }) => controller === true);
}
