/**
 * The EndpointSlice controller: writes down, for each Service with a selector, which pods stand behind it.
 *
 * While slices that it has created or deleted are still unseen, it waits (the guard `endpointSliceTracker`): otherwise a cache
 * that lags behind would make it create the same slices again.
 *
 * Options: `maxEndpointsPerSlice` (100), and the guard. Slices of a Service that is gone are the garbage collector's.
 * The trigger time is that of the pods whose endpoints are new or differ, where upstream remembers what it has seen.
 * Upstream: pkg/controller/endpointslice/endpointslice_controller.go.
 */
import type { EndpointSlice, Node, Pod, Service } from '../../../api/object.ts';
import { ENDPOINT_SLICES, NODES, PODS, SERVICES } from '../../../api/resource.ts';
import type { Action, Controller, ReconcileContext, View } from '../../../client/controller/controller.ts';
import { byControllerUid } from '../../../client/controller/controller-indexes.ts';
import type { Delta } from '../../../client/informers.ts';
import { targetOf } from '../claim-objects.ts';
import {
  earliest,
  hasManagedEndpoints,
  podsOfService,
  podTriggerTime,
  servicesOfPod,
  withTriggerTime,
} from '../service-endpoints.ts';
import { endpointKey, endpointsEqualBeyondHash } from './pod-endpoint.ts';
import { MAX_ENDPOINTS_PER_SLICE, reconcileByAddressType } from './reconcile-slices.ts';
import { type AddressType, CONTROLLER_NAME, MANAGED_BY, ownedBy, SERVICE_NAME, type Slice } from './slice-labels.ts';
import { reconcileHints } from './topology-hints.ts';

export const ENDPOINT_SLICE_CONTROLLER: Controller = {
  name: 'endpointslice-controller',
  informers: {
    services: { resource: SERVICES },
    pods: { resource: PODS, indexes: { byControllerUid, endpointslicePodsOfNode } },
    nodes: { resource: NODES },
    endpointslices: { resource: ENDPOINT_SLICES, indexes: { byControllerUid, endpointslicesOfService } },
  },
  expectations: { children: 'endpointslices', ownerKind: 'Service' },
  keysFor,
  reconcile,
};

/** The key of the Service whose slice it is. */
export function endpointslicesOfService({ metadata }: EndpointSlice): readonly string[] {
  const service = metadata.labels?.[SERVICE_NAME];
  return service === undefined ? [] : [`${metadata.namespace}/${service}`];
}

export function endpointslicePodsOfNode({ spec }: Pod): readonly string[] {
  return spec.nodeName === undefined ? [] : [spec.nodeName];
}

function keysFor(delta: Delta, view: View): readonly string[] {
  switch (delta.informer) {
    case 'services':
      return delta.type === 'deleted' ? [] : [delta.key];
    case 'pods':
      return servicesOfPod(delta as Delta<Pod>, view);
    case 'nodes':
      return delta.type === 'added' ? servicesOfNode(delta.object.metadata.name, view) : [];
    default: {
      const slice = delta.object as EndpointSlice;
      return slice.metadata.labels?.[MANAGED_BY] === CONTROLLER_NAME ? endpointslicesOfService(slice) : [];
    }
  }
}

/** Pods whose node was unknown had been left out. */
function servicesOfNode(node: string, view: View): readonly string[] {
  const keys = view
    .byIndex<Pod>('pods', 'endpointslicePodsOfNode', node)
    .flatMap((object) => servicesOfPod({ informer: 'pods', type: 'added', key: '', object }, view));
  return [...new Set(keys)];
}

function reconcile(key: string, view: View, ctx: ReconcileContext): Action[] {
  const service = view.get<Service>('services', key);
  if (service === undefined || !hasManagedEndpoints(service)) return [];
  if (!ctx.expectationsSatisfied && ctx.options.endpointSliceTracker !== false) return [];
  const pods = podsOfService(service, view);
  const existing = view
    .byIndex<EndpointSlice>('endpointslices', 'endpointslicesOfService', key)
    .filter(({ metadata }) => metadata.labels?.[MANAGED_BY] === CONTROLLER_NAME && !metadata.deletionTimestamp);
  const types = addressTypesOf(service);
  const { maxEndpointsPerSlice } = ctx.options;
  const max = typeof maxEndpointsPerSlice === 'number' ? maxEndpointsPerSlice : MAX_ENDPOINTS_PER_SLICE;
  const actions: Action[] = [];
  for (const addressType of types) {
    const ofType = existing.filter((slice) => slice.addressType === addressType);
    const nodeOf = (name: string) => view.get<Node>('nodes', name);
    const options = { service, addressType, pods, existing: ofType, nodeOf, maxEndpointsPerSlice: max };
    const changes = reconcileByAddressType(options);
    const touched = new Set([...changes.update, ...changes.delete].map(({ metadata }) => metadata.name));
    const unchanged = ofType.filter(({ metadata }) => !touched.has(metadata.name));
    const { trafficDistribution } = service.spec as { trafficDistribution?: string };
    const { create, update } = reconcileHints<Slice>(trafficDistribution, changes.create, changes.update, unchanged);
    const triggerTime = triggerTimeOf([...create, ...update], ofType, pods);
    actions.push(...finalize(service, create, update, changes.delete, triggerTime));
  }
  for (const slice of existing) {
    if (!types.includes(slice.addressType)) actions.push(deleteSlice(slice));
  }
  return actions;
}

/**
 * The writes. A slice to delete is written over with one to create, where that is allowed; a Service that is being deleted
 * gets no new slices, for its garbage collector could miss them.
 */
export function finalize(
  service: Service,
  create: readonly Slice[],
  update: readonly Slice[],
  toDelete: readonly Slice[],
  triggerTime: string | undefined,
): Action[] {
  const creations = [...create];
  const updates = [...update];
  const deletions: Slice[] = [];
  for (const old of toDelete) {
    const next = creations.at(-1);
    if (next === undefined || next.addressType !== old.addressType || !ownedBy(old, service)) {
      deletions.push(old);
      continue;
    }
    creations.pop();
    const { generateName: _, ...described } = next.metadata;
    updates.push({ ...old, ...next, metadata: { ...old.metadata, ...described } });
  }
  const written = (slice: Slice): Slice => {
    const annotations = withTriggerTime(slice.metadata.annotations, triggerTime);
    return { ...slice, metadata: { ...slice.metadata, annotations } };
  };
  const { namespace, deletionTimestamp } = service.metadata;
  const place = { resource: ENDPOINT_SLICES, ...(namespace === undefined ? {} : { namespace }) };
  const creating = deletionTimestamp === undefined ? creations : [];
  return [
    ...creating.map((slice): Action => ({ do: 'create', ...place, object: { ...written(slice) }, expect: true })),
    ...updates.map(
      (slice): Action => ({ do: 'update', resource: ENDPOINT_SLICES, object: written(slice) as EndpointSlice }),
    ),
    ...deletions.map(deleteSlice),
  ];
}

function deleteSlice(slice: Slice): Action {
  const { uid } = slice.metadata;
  const target = targetOf(slice as EndpointSlice, ENDPOINT_SLICES);
  return { do: 'delete', ...target, ...(uid === undefined ? {} : { uid, expect: true }) };
}

/** Of the pods whose endpoints are written for the first time, or otherwise than before. */
function triggerTimeOf(
  written: readonly Slice[],
  existing: readonly Slice[],
  pods: readonly Pod[],
): string | undefined {
  if (written.length === 0) return undefined;
  const before = new Map(
    existing.flatMap(({ endpoints }) => endpoints.map((endpoint) => [endpointKey(endpoint), endpoint])),
  );
  const changed = new Set<string | undefined>();
  for (const endpoint of written.flatMap(({ endpoints }) => endpoints)) {
    const old = before.get(endpointKey(endpoint));
    if (old === undefined || !endpointsEqualBeyondHash(old, endpoint)) changed.add(endpoint.targetRef?.uid);
  }
  return earliest(pods.filter(({ metadata }) => changed.has(metadata.uid)).map(podTriggerTime));
}

/** A Service that names no family is an IPv4 one. */
function addressTypesOf({ spec }: Service): AddressType[] {
  const families = (spec.ipFamilies ?? []).filter((family) => family === 'IPv4' || family === 'IPv6');
  return families.length === 0 ? ['IPv4'] : [...new Set<AddressType>(families)];
}
