/**
 * From the endpoints that a Service should have, and the slices that there are, to the slices to create, change and delete.
 *
 * 1. An endpoint that stays, stays in its slice.
 * 2. As few slices are written as possible: new endpoints go first to slices that change anyway, then whole into one that
 *    has room, and only then to new ones.
 * 3. A Service without endpoints has one empty slice.
 *
 * Upstream: staging/src/k8s.io/endpointslice/reconciler.go.
 */
import type { Endpoint, EndpointPort, Node, Pod, Service } from '../../../api/object.ts';
import { semanticEqual } from '../semantic-equal.ts';
import { shouldPodBeInEndpoints } from '../service-endpoints.ts';
import { endpointKey, endpointsEqualBeyondHash, getEndpointPorts, podToEndpoint, portMapKey } from './pod-endpoint.ts';
import {
  type AddressType,
  endpointSliceLabels,
  labelsChanged,
  newEndpointSlice,
  ownedBy,
  type Slice,
} from './slice-labels.ts';

/** Upstream's MaxEndpointsPerSlice. */
export const MAX_ENDPOINTS_PER_SLICE = 100;

export interface SliceChanges {
  create: Slice[];
  update: Slice[];
  delete: Slice[];
  added: number;
  removed: number;
}

/** The endpoints that a Service should have in slices of the same ports, by their keys. */
interface Desired {
  readonly ports: EndpointPort[];
  readonly endpoints: Map<string, Endpoint>;
}

export interface ReconcileSlicesOptions {
  readonly service: Service;
  readonly addressType: AddressType;
  readonly pods: readonly Pod[];
  readonly existing: readonly Slice[];
  nodeOf(name: string): Node | undefined;
  readonly maxEndpointsPerSlice?: number;
}

/** `skippedPods` are on nodes that nobody knows; they come in when the node does. */
export function reconcileByAddressType(options: ReconcileSlicesOptions): SliceChanges & { skippedPods: number } {
  const { service, addressType, existing, maxEndpointsPerSlice = MAX_ENDPOINTS_PER_SLICE } = options;
  const changes: SliceChanges = { create: [], update: [], delete: [], added: 0, removed: 0 };
  const existingByPorts = new Map<string, Slice[]>();
  for (const slice of existing) {
    if (!ownedBy(slice, service)) {
      changes.delete.push(slice);
      continue;
    }
    const key = portMapKey(slice.ports);
    const slices = existingByPorts.get(key);
    if (slices === undefined) existingByPorts.set(key, [slice]);
    else slices.push(slice);
  }
  const { byPorts, skippedPods } = desiredEndpoints(options);
  for (const [key, desired] of byPorts) {
    const slices = existingByPorts.get(key) ?? [];
    reconcileByPortMapping(changes, service, addressType, slices, desired, maxEndpointsPerSlice);
  }
  for (const [key, slices] of existingByPorts) {
    if (!byPorts.has(key)) changes.delete.push(...slices);
  }
  if (existing.length === changes.delete.length && changes.create.length === 0) {
    const placeholder = newEndpointSlice(service, addressType, []);
    const [only] = changes.delete;
    if (changes.delete.length === 1 && only !== undefined && isPlaceholder(only, placeholder)) changes.delete = [];
    else changes.create.push(placeholder);
  }
  return { ...changes, skippedPods };
}

function desiredEndpoints({ service, addressType, pods, nodeOf }: ReconcileSlicesOptions) {
  const byPorts = new Map<string, Desired>();
  let skippedPods = 0;
  for (const pod of pods) {
    if (!shouldPodBeInEndpoints(pod, true)) continue;
    const ports = getEndpointPorts(service, pod);
    const key = portMapKey(ports);
    let desired = byPorts.get(key);
    if (desired === undefined) {
      desired = { ports, endpoints: new Map() };
      byPorts.set(key, desired);
    }
    const node = nodeOf(pod.spec.nodeName ?? '');
    if (node === undefined && service.spec.publishNotReadyAddresses !== true) {
      skippedPods++;
      continue;
    }
    const endpoint = podToEndpoint(pod, node, service, addressType);
    if (endpoint.addresses.length > 0) desired.endpoints.set(endpointKey(endpoint), endpoint);
  }
  return { byPorts, skippedPods };
}

function reconcileByPortMapping(
  changes: SliceChanges,
  service: Service,
  addressType: AddressType,
  existing: readonly Slice[],
  { ports, endpoints: wanted }: Desired,
  max: number,
): void {
  const changed: { slice: Slice; endpoints: Endpoint[] }[] = [];
  const unchanged: Slice[] = [];
  for (const slice of existing) {
    const kept = keepWanted(slice, wanted);
    changes.removed += slice.endpoints.length - kept.endpoints.length;
    const differs = kept.updated || kept.endpoints.length !== slice.endpoints.length;
    if (differs && kept.endpoints.length === 0) changes.delete.push(slice);
    else if (differs || labelsChanged(slice, service)) changed.push({ slice, endpoints: kept.endpoints });
    else unchanged.push(slice);
  }
  const remaining = [...wanted.values()];
  changes.added += remaining.length;
  changed.sort((a, b) => b.endpoints.length - a.endpoints.length);
  for (const { endpoints } of changed) endpoints.push(...remaining.splice(0, Math.max(0, max - endpoints.length)));
  while (remaining.length > 0) {
    const target = remaining.length < max ? getSliceToFill(unchanged, remaining.length, max) : undefined;
    if (target === undefined) {
      const slice = newEndpointSlice(service, addressType, ports);
      changes.create.push({ ...slice, endpoints: remaining.splice(0, max) });
      continue;
    }
    unchanged.splice(unchanged.indexOf(target), 1);
    changed.push({ slice: target, endpoints: [...target.endpoints, ...remaining.splice(0)] });
  }
  for (const { slice, endpoints } of changed) {
    changes.update.push({ ...slice, metadata: { ...slice.metadata, labels: endpointSliceLabels(service) }, endpoints });
  }
}

/** A slice's endpoints as they are to be; what it has is no longer wanted elsewhere. */
function keepWanted(slice: Slice, wanted: Map<string, Endpoint>): { endpoints: Endpoint[]; updated: boolean } {
  const endpoints: Endpoint[] = [];
  let updated = false;
  for (const endpoint of slice.endpoints) {
    const key = endpointKey(endpoint);
    const next = wanted.get(key);
    if (next === undefined) continue;
    wanted.delete(key);
    if (endpointsEqualBeyondHash(next, endpoint)) endpoints.push(endpoint);
    else {
      endpoints.push(next);
      updated = true;
    }
  }
  return { endpoints, updated };
}

/** The slice that comes closest to being full; undefined: none has room for all. */
function getSliceToFill(slices: readonly Slice[], count: number, max: number): Slice | undefined {
  let closest: Slice | undefined;
  let closestRoom = max;
  for (const slice of slices) {
    const room = max - count - slice.endpoints.length;
    if (room < 0 || room >= closestRoom) continue;
    closest = slice;
    closestRoom = room;
  }
  return closest;
}

function isPlaceholder(slice: Slice, placeholder: Slice): boolean {
  const content = ({ metadata, endpoints, ports, addressType }: Slice) => {
    const owners = (metadata.ownerReferences ?? []).map(({ uid }) => uid);
    return [metadata.namespace ?? '', metadata.labels ?? {}, owners, endpoints, ports ?? [], addressType];
  };
  return semanticEqual(content(slice), content(placeholder));
}
