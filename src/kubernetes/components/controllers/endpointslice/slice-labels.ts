/** What a Service's EndpointSlices are called and how they are marked. Upstream: staging/src/k8s.io/endpointslice/utils.go. */
import type { EndpointPort, EndpointSlice, NewMeta, Service } from '../../../api/object.ts';
import { controllerReferenceTo } from '../owner-reference.ts';
import { sameMap } from '../semantic-equal.ts';
import { HEADLESS, isHeadless } from '../service-endpoints.ts';

export const SERVICE_NAME = 'kubernetes.io/service-name';
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const CONTROLLER_NAME = 'endpointslice-controller.k8s.io';

export type AddressType = EndpointSlice['addressType'];

/** A slice that exists, or is about to: then without name, uid and version. */
export interface Slice {
  readonly apiVersion: EndpointSlice['apiVersion'];
  readonly kind: EndpointSlice['kind'];
  readonly metadata: NewMeta;
  readonly addressType: AddressType;
  readonly endpoints: EndpointSlice['endpoints'];
  readonly ports?: EndpointPort[];
}

export function newEndpointSlice(service: Service, addressType: AddressType, ports: EndpointPort[]): Slice {
  const { name, namespace } = service.metadata;
  const metadata: NewMeta = {
    generateName: endpointSlicePrefix(name),
    ...(namespace === undefined ? {} : { namespace }),
    labels: endpointSliceLabels(service),
    ownerReferences: [controllerReferenceTo(service)],
  };
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, addressType, endpoints: [], ports };
}

/** The Service's labels, and those by which one finds a Service's slices. */
export function endpointSliceLabels(service: Service): Record<string, string> {
  return {
    ...withoutReserved(service.metadata.labels),
    ...(isHeadless(service) ? { [HEADLESS]: '' } : {}),
    [SERVICE_NAME]: service.metadata.name,
    [MANAGED_BY]: CONTROLLER_NAME,
  };
}

/** Whether a slice lacks a label of its Service, or has one that the Service no longer has. */
export function labelsChanged(slice: Slice, service: Service): boolean {
  return !sameMap(withoutReserved(slice.metadata.labels), withoutReserved(service.metadata.labels));
}

export function ownedBy({ metadata }: Slice, service: Service): boolean {
  return (metadata.ownerReferences ?? []).some(
    ({ uid, kind, apiVersion }) => uid === service.metadata.uid && kind === 'Service' && apiVersion === 'v1',
  );
}

function withoutReserved(labels: Readonly<Record<string, string>> | undefined): Record<string, string> {
  const { [SERVICE_NAME]: _name, [MANAGED_BY]: _by, [HEADLESS]: _headless, ...others } = labels ?? {};
  return others;
}

/** With the dash, unless that makes too long a name. */
function endpointSlicePrefix(serviceName: string): string {
  return serviceName.length < 253 ? `${serviceName}-` : serviceName;
}
