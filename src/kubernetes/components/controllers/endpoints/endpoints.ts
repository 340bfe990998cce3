/**
 * The Endpoints controller: the older of the two records of the pods behind a Service, one object for each Service.
 *
 * Upstream: pkg/controller/endpoint/endpoints_controller.go. The trigger time is that of the pods whose addresses are new,
 * where upstream remembers what it has seen.
 */
import type { EndpointSubset, Endpoints, Pod, Service } from '../../../api/object.ts';
import { isPodReady } from '../../../api/pod-status.ts';
import { ENDPOINTS, PODS, SERVICES } from '../../../api/resource.ts';
import { type Action, type Controller, referenceTo, type View } from '../../../client/controller/controller.ts';
import type { Delta } from '../../../client/informers.ts';
import { targetOf } from '../claim-objects.ts';
import { sameMap, semanticEqual } from '../semantic-equal.ts';
import {
  earliest,
  findPort,
  HEADLESS,
  hasManagedEndpoints,
  isHeadless,
  podAddresses,
  podsOfService,
  podTriggerTime,
  servicesOfPod,
  shouldPodBeInEndpoints,
  shouldSetHostname,
  withTriggerTime,
} from '../service-endpoints.ts';
import { type EndpointAddress, repackSubsets, type SubsetPort } from './repack-subsets.ts';
import { countAddresses, MAX_CAPACITY, OVER_CAPACITY, truncateEndpoints } from './truncate-endpoints.ts';

export const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';

export const ENDPOINTS_CONTROLLER: Controller = {
  name: 'endpoint-controller',
  informers: {
    services: { resource: SERVICES },
    pods: { resource: PODS },
    endpoints: { resource: ENDPOINTS },
  },
  keysFor,
  reconcile,
};

function keysFor(delta: Delta, view: View): readonly string[] {
  switch (delta.informer) {
    case 'services':
      return [delta.key];
    case 'pods':
      return servicesOfPod(delta as Delta<Pod>, view);
    default:
      // Ones that were made here may have outlived their Service; others may be waiting for theirs.
      return delta.type === 'deleted' || delta.object.metadata.labels?.[MANAGED_BY] !== undefined ? [delta.key] : [];
  }
}

function reconcile(key: string, view: View): Action[] {
  const service = view.get<Service>('services', key);
  const current = view.get<Endpoints>('endpoints', key);
  if (service === undefined) {
    return current === undefined ? [] : [{ do: 'delete', uid: current.metadata.uid, ...targetOf(current, ENDPOINTS) }];
  }
  if (!hasManagedEndpoints(service)) return [];
  const pods = podsOfService(service, view);
  const subsets = subsetsOf(service, pods);
  if (current !== undefined && isUpToDate(current, service, subsets)) return [];
  return [write(service, current, subsets, pods)];
}

/** What the Endpoints of a Service should be, before they are cut to size. */
export function subsetsOf(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const { ports = [], publishNotReadyAddresses = false } = service.spec;
  const subsets: EndpointSubset[] = [];
  for (const pod of pods) {
    if (!shouldPodBeInEndpoints(pod, publishNotReadyAddresses)) continue;
    const address = podToEndpointAddress(pod, service);
    if (address === undefined) continue;
    const add = (offered: SubsetPort[]) =>
      subsets.push(
        publishNotReadyAddresses || isPodReady(pod)
          ? { addresses: [address], ports: offered }
          : { notReadyAddresses: [address], ports: offered },
      );
    if (ports.length === 0 && isHeadless(service)) add([]);
    for (const servicePort of ports) {
      const port = findPort(pod, servicePort);
      if (port === undefined) continue;
      const { name, protocol = 'TCP', appProtocol } = servicePort;
      const named = name === undefined || name === '' ? {} : { name };
      add([{ ...named, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }]);
    }
  }
  return repackSubsets(subsets);
}

/** Undefined if the pod has no address of the Service's family. */
function podToEndpointAddress(pod: Pod, service: Service): EndpointAddress | undefined {
  const wantsIPv6 = service.spec.ipFamilies?.[0] === 'IPv6';
  const ip = podAddresses(pod).find((address) => address.includes(':') === wantsIPv6);
  if (ip === undefined) return undefined;
  const { name, namespace, uid } = pod.metadata;
  const { nodeName, hostname } = pod.spec;
  return {
    ip,
    ...(hostname !== undefined && shouldSetHostname(pod, service) ? { hostname } : {}),
    ...(nodeName === undefined ? {} : { nodeName }),
    targetRef: { kind: 'Pod', ...(namespace === undefined ? {} : { namespace }), name, uid },
  };
}

function isUpToDate(current: Endpoints, service: Service, subsets: readonly EndpointSubset[]): boolean {
  const { [HEADLESS]: _headless, [MANAGED_BY]: _by, ...labels } = current.metadata.labels ?? {};
  return (
    semanticEqual(current.subsets, truncateEndpoints(subsets) ?? subsets) &&
    sameMap(labels, service.metadata.labels) &&
    countAddresses(subsets) > MAX_CAPACITY === (current.metadata.annotations?.[OVER_CAPACITY] !== undefined)
  );
}

function write(
  service: Service,
  current: Endpoints | undefined,
  subsets: readonly EndpointSubset[],
  pods: readonly Pod[],
): Action {
  const truncated = truncateEndpoints(subsets);
  const { name, namespace } = service.metadata;
  const { [OVER_CAPACITY]: _, ...kept } = current?.metadata.annotations ?? {};
  const metadata = {
    ...(current?.metadata ?? { name, ...(namespace === undefined ? {} : { namespace }) }),
    labels: {
      ...service.metadata.labels,
      ...(isHeadless(service) ? { [HEADLESS]: '' } : {}),
      [MANAGED_BY]: 'endpoint-controller',
    },
    annotations: {
      ...withTriggerTime(kept, triggerTimeOf(current, subsets, pods)),
      ...(truncated === undefined ? {} : { [OVER_CAPACITY]: 'truncated' }),
    },
  };
  const object = { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets: truncated ?? [...subsets] };
  const failed = (reason: string, message: string) => {
    return { onFailure: { about: referenceTo(service), type: 'Warning', reason, message } } as const;
  };
  if (current === undefined) {
    const message = `Failed to create endpoint for service ${namespace}/${name}: {error}`;
    const place = { resource: ENDPOINTS, ...(namespace === undefined ? {} : { namespace }) };
    return { do: 'create', ...place, object, ...failed('FailedToCreateEndpoint', message) };
  }
  const message = `Failed to update endpoint ${namespace}/${name}: {error}`;
  return {
    do: 'update',
    resource: ENDPOINTS,
    object: object as Endpoints,
    ...failed('FailedToUpdateEndpoint', message),
  };
}

/** Of the pods that are listed for the first time, or now under ready instead of not ready, or the other way round. */
function triggerTimeOf(
  current: Endpoints | undefined,
  subsets: readonly EndpointSubset[],
  pods: readonly Pod[],
): string | undefined {
  const before = states(current?.subsets ?? []);
  const after = states(subsets);
  return earliest(
    pods
      .filter(({ metadata: { uid } }) => after.has(uid) && after.get(uid) !== before.get(uid))
      .map((pod) => podTriggerTime(pod)),
  );
}

/** By uid of the pods: whether they are listed as ready. */
function states(subsets: readonly EndpointSubset[]): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const { addresses = [], notReadyAddresses = [] } of subsets) {
    for (const { targetRef } of notReadyAddresses) if (targetRef?.uid !== undefined) found.set(targetRef.uid, false);
    for (const { targetRef } of addresses) if (targetRef?.uid !== undefined) found.set(targetRef.uid, true);
  }
  return found;
}
