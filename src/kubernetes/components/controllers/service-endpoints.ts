/**
 * Which pods stand behind a Service, and what of a pod a Service's endpoints show. Shared by the controllers of Endpoints and
 * of EndpointSlices; upstream: staging/src/k8s.io/endpointslice/util/controller_utils.go and .../utils.go.
 */
import { objectKey, type Pod, type Service, type ServicePort } from '../../api/object.ts';
import { isPodReady, podCondition } from '../../api/pod-status.ts';
import type { View } from '../../client/controller/controller.ts';
import type { Delta } from '../../client/informers.ts';
import { sameMap, semanticEqual } from './semantic-equal.ts';

const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';
export const HEADLESS = 'service.kubernetes.io/headless';

/** Whether the controllers look after a Service's endpoints at all: without a selector somebody else does. */
export function hasManagedEndpoints({ spec }: Service): boolean {
  return spec.selector !== undefined && spec.type !== 'ExternalName';
}

/** Whether a Service has an address of its own. */
export function isHeadless({ spec }: Service): boolean {
  return spec.clusterIP === 'None' || spec.clusterIP === undefined || spec.clusterIP === '';
}

/** A Service's selector is a plain map, and an empty one selects all pods of the namespace. */
export function selectsPod({ spec }: Service, labels: Readonly<Record<string, string>> | undefined): boolean {
  return Object.entries(spec.selector ?? {}).every(([label, value]) => labels?.[label] === value);
}

export function podsOfService(service: Service, view: View): Pod[] {
  return view
    .list<Pod>('pods', service.metadata.namespace)
    .filter(({ metadata }) => selectsPod(service, metadata.labels));
}

/** The Services whose endpoints a change of a pod may concern (GetServicesToUpdateOnPodChange). */
export function servicesOfPod({ type, object, previous }: Delta<Pod>, view: View): readonly string[] {
  const labelsChanged = previous !== undefined && !sameMap(object.metadata.labels, previous.metadata.labels);
  if (type === 'updated' && previous !== undefined && !labelsChanged && !podEndpointsChanged(previous, object))
    return [];
  const keys: string[] = [];
  for (const service of view.list<Service>('services', object.metadata.namespace)) {
    if (!hasManagedEndpoints(service)) continue;
    const selected =
      selectsPod(service, object.metadata.labels) || (labelsChanged && selectsPod(service, previous.metadata.labels));
    if (selected) keys.push(objectKey(service));
  }
  return keys;
}

/** Whether anything has changed that endpoints show. */
function podEndpointsChanged(before: Pod, after: Pod): boolean {
  return (
    before.metadata.uid !== after.metadata.uid ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    isPodReady(before) !== isPodReady(after) ||
    isTerminal(before) !== isTerminal(after) ||
    before.spec.nodeName !== after.spec.nodeName ||
    before.spec.hostname !== after.spec.hostname ||
    before.spec.subdomain !== after.spec.subdomain ||
    !semanticEqual(podAddresses(before), podAddresses(after))
  );
}

export function shouldPodBeInEndpoints(pod: Pod, includeTerminating: boolean): boolean {
  if (isTerminal(pod) || podAddresses(pod).length === 0) return false;
  return includeTerminating || pod.metadata.deletionTimestamp === undefined;
}

function isTerminal({ status }: Pod): boolean {
  return status?.phase === 'Failed' || status?.phase === 'Succeeded';
}

export function podAddresses({ status }: Pod): string[] {
  const addresses = (status?.podIPs ?? []).flatMap(({ ip }) => (ip === undefined || ip === '' ? [] : [ip]));
  if (addresses.length > 0) return addresses;
  return status?.podIP === undefined || status.podIP === '' ? [] : [status.podIP];
}

/** Whether the pod has a name of its own in the Service's domain. */
export function shouldSetHostname({ metadata, spec }: Pod, service: Service): boolean {
  const { hostname = '', subdomain } = spec;
  return hostname !== '' && subdomain === service.metadata.name && metadata.namespace === service.metadata.namespace;
}

/** The number behind a Service's port on a pod; undefined: no container has a port of that name (FindPort). */
export function findPort({ spec }: Pod, port: ServicePort): number | undefined {
  const { targetPort = port.port, protocol = 'TCP' } = port;
  if (typeof targetPort === 'number') return targetPort;
  // A port that is a number in quotes is a name all the same.
  const sidecars = (spec.initContainers ?? []).filter((container) => isSidecar(container));
  for (const { ports = [] } of [...spec.containers, ...sidecars]) {
    const found = ports.find(({ name, protocol: offered = 'TCP' }) => name === targetPort && offered === protocol);
    if (found !== undefined) return found.containerPort;
  }
  return undefined;
}

function isSidecar(container: { restartPolicy?: string }): boolean {
  return container.restartPolicy === 'Always';
}

/** When what a pod shows came about: when it became ready or stopped being so. */
export function podTriggerTime(pod: Pod): string | undefined {
  return podCondition(pod, 'Ready')?.lastTransitionTime;
}

/** The earliest of times that are all written alike. */
export function earliest(times: readonly (string | undefined)[]): string | undefined {
  let first: string | undefined;
  for (const time of times) {
    if (time !== undefined && (first === undefined || time < first)) first = time;
  }
  return first;
}

/** Annotations with the trigger time, or without one where there is nothing new to tell. */
export function withTriggerTime(
  annotations: Readonly<Record<string, string>> | undefined,
  time: string | undefined,
): Record<string, string> {
  const { [TRIGGER_TIME]: _, ...others } = annotations ?? {};
  return time === undefined ? others : { ...others, [TRIGGER_TIME]: time };
}
