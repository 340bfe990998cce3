/** One pod as an endpoint of a Service. Upstream: staging/src/k8s.io/endpointslice/utils.go. */
import type { Endpoint, EndpointPort, Node, Pod, Service } from '../../../api/object.ts';
import { isPodReady } from '../../../api/pod-status.ts';
import { semanticEqual } from '../semantic-equal.ts';
import { findPort, podAddresses, shouldSetHostname } from '../service-endpoints.ts';
import type { AddressType } from './slice-labels.ts';

const ZONE = 'topology.kubernetes.io/zone';

/** The addresses can be none, if the pod has none of this type. */
export function podToEndpoint(pod: Pod, node: Node | undefined, service: Service, addressType: AddressType): Endpoint {
  const { name, namespace, uid, deletionTimestamp } = pod.metadata;
  const { nodeName, hostname } = pod.spec;
  const serving = isPodReady(pod);
  const terminating = deletionTimestamp !== undefined;
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const zone = node?.metadata.labels?.[ZONE];
  return {
    addresses: podAddresses(pod).filter((address) => address.includes(':') === (addressType === 'IPv6')),
    conditions: { ready, serving, terminating },
    targetRef: { kind: 'Pod', ...(namespace === undefined ? {} : { namespace }), name, uid },
    ...(nodeName === undefined || nodeName === '' ? {} : { nodeName }),
    ...(zone === undefined || zone === '' ? {} : { zone }),
    ...(hostname !== undefined && shouldSetHostname(pod, service) ? { hostname } : {}),
  };
}

/** The Service's ports as this pod offers them. Ports that it does not have are left out. */
export function getEndpointPorts(service: Service, pod: Pod): EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((servicePort) => {
    const port = findPort(pod, servicePort);
    if (port === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    return [{ name, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

/** Equal for ports that can share slices, in whatever order they stand (NewPortMapKey). */
export function portMapKey(ports: readonly EndpointPort[] | undefined): string {
  const keys = (ports ?? []).map(({ name, port, protocol, appProtocol }) =>
    JSON.stringify([name ?? '', port ?? null, protocol ?? 'TCP', appProtocol ?? null]),
  );
  return keys.sort((a, b) => (a < b ? -1 : 1)).join();
}

/** Equal for endpoints that are the same one, whatever their state (hashEndpoint in .../util/endpointset.go). */
export function endpointKey({ addresses, targetRef }: Endpoint): string {
  const sorted = [...addresses].sort((a, b) => (a < b ? -1 : 1));
  return JSON.stringify([sorted, targetRef?.kind ?? '', targetRef?.namespace ?? '', targetRef?.name ?? '']);
}

/** Whether two endpoints of one key say the same (EndpointsEqualBeyondHash). Hints do not count. */
export function endpointsEqualBeyondHash(a: Endpoint, b: Endpoint): boolean {
  return (
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    a.targetRef?.uid === b.targetRef?.uid &&
    semanticEqual(a.conditions, b.conditions)
  );
}
