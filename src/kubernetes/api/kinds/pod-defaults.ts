/** What pods and pod templates are filled in with, in place: pkg/apis/core/v1/defaults.go, zz_generated.defaults.go. */
import type { Container, NewObject, PodSpec, Probe } from '../object.ts';

/** Defaults of a bare Pod: those of a template, and what only a Pod has. */
export function defaultPod(pod: NewObject): void {
  const spec = specOf(pod);
  defaultPodSpec(spec);
  spec.enableServiceLinks ??= true;
  for (const container of containersOf(spec)) {
    if (spec.hostNetwork === true) {
      for (const port of container.ports ?? []) port.hostPort ??= port.containerPort;
    }
    defaultRequests(container);
  }
  defaultPodLevelRequests(spec);
}

/** Defaults of the spec of a pod or a template. */
export function defaultPodSpec(spec: PodSpec): void {
  spec.restartPolicy ??= 'Always';
  spec.terminationGracePeriodSeconds ??= 30;
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.securityContext ??= {};
  spec.schedulerName ??= 'default-scheduler';
  for (const container of containersOf(spec)) defaultContainer(container);
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
}

function defaultContainer(container: Container): void {
  container.imagePullPolicy ??= isLatest(container.image ?? '') ? 'Always' : 'IfNotPresent';
  container.terminationMessagePath ??= '/dev/termination-log';
  container.terminationMessagePolicy ??= 'File';
  container.resources ??= {};
  for (const port of container.ports ?? []) port.protocol ??= 'TCP';
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef !== undefined) valueFrom.fieldRef.apiVersion ??= 'v1';
  }
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (probe !== undefined) defaultProbe(probe);
  }
  for (const handler of [container.lifecycle?.postStart, container.lifecycle?.preStop]) {
    if (handler?.httpGet !== undefined) defaultHttpGet(handler.httpGet);
  }
}

function defaultProbe(probe: Probe): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  if (probe.httpGet !== undefined) defaultHttpGet(probe.httpGet);
  if (probe.grpc !== undefined) probe.grpc.service ??= '';
}

function defaultHttpGet(action: NonNullable<Probe['httpGet']>): void {
  action.path ||= '/';
  action.scheme ||= 'HTTP';
}

type Volume = NonNullable<PodSpec['volumes']>[number];

const FILE_MODE = 0o644;
const TOKEN_EXPIRATION_SECONDS = 3600;

function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).length === 1) volume.emptyDir = {};
  for (const source of [volume.secret, volume.configMap, volume.downwardAPI, volume.projected]) {
    if (source !== undefined) source.defaultMode ??= FILE_MODE;
  }
  if (volume.hostPath !== undefined) volume.hostPath.type ??= '';
  for (const { serviceAccountToken } of volume.projected?.sources ?? []) {
    if (serviceAccountToken !== undefined) serviceAccountToken.expirationSeconds ??= TOKEN_EXPIRATION_SECONDS;
  }
  for (const items of [
    volume.downwardAPI?.items,
    ...(volume.projected?.sources ?? []).map((s) => s.downwardAPI?.items),
  ]) {
    for (const { fieldRef } of items ?? []) if (fieldRef !== undefined) fieldRef.apiVersion ??= 'v1';
  }
}

/** A limit without a request is the request too. */
function defaultRequests({ resources }: Container): void {
  if (resources?.limits === undefined) return;
  const requests: Record<string, string> = { ...resources.requests };
  for (const [resource, limit] of Object.entries(resources.limits)) requests[resource] ??= limit;
  resources.requests = requests;
}

function defaultPodLevelRequests(spec: PodSpec): void {
  const { resources } = spec as { resources?: Container['resources'] };
  if (resources?.limits === undefined) return;
  const requests: Record<string, string> = { ...resources.requests };
  for (const [resource, limit] of Object.entries(resources.limits)) requests[resource] ??= limit;
  resources.requests = requests;
}

/** No tag, or `latest`; a digest is no tag and never the latest (pkg/util/parsers). */
function isLatest(image: string): boolean {
  if (image.includes('@')) return false;
  const name = image.slice(image.lastIndexOf('/') + 1);
  const tag = name.includes(':') ? name.slice(name.indexOf(':') + 1) : 'latest';
  return tag === 'latest';
}

function containersOf({ containers = [], initContainers = [] }: PodSpec): Container[] {
  return [...containers, ...initContainers];
}

function specOf(pod: NewObject): PodSpec {
  pod.spec ??= { containers: [] };
  return pod.spec as PodSpec;
}
