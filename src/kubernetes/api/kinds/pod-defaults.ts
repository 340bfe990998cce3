/**
 * What pods and pod templates are filled in with, in place: pkg/apis/core/v1/defaults.go, zz_generated.defaults.go. An empty text
 * and a zero count as left out where upstream's types have no pointer.
 */
import type { Container, NewObject, PodSpec, Probe } from '../object.ts';
import { isLatest } from './image-tag.ts';
import { defaultPodLevelResources } from './pod-level-resource-defaults.ts';
import { type ResourceList, roundResourceList, roundResources } from './resource-list-defaults.ts';
import { defaultVolume } from './volume-defaults.ts';

/** Defaults of a bare Pod: those of a template, and what only a Pod has. */
export function defaultPod(pod: NewObject): void {
  const spec = specOf(pod);
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    defaultRequests(container);
    if (spec.hostNetwork !== true) continue;
    for (const port of container.ports ?? []) port.hostPort ||= port.containerPort;
  }
  defaultPodLevelResources(spec);
  spec.enableServiceLinks ??= true;
  defaultPodSpec(spec);
}

/** Defaults of the spec of a pod or a template. */
export function defaultPodSpec(spec: PodSpec): void {
  spec.restartPolicy ||= 'Always';
  spec.terminationGracePeriodSeconds ??= 30;
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.securityContext ??= {};
  spec.schedulerName ||= 'default-scheduler';
  const { containers = [], initContainers = [], ephemeralContainers = [], volumes = [] } = spec;
  for (const container of containers) defaultContainer(container);
  for (const container of initContainers) defaultContainer(container);
  for (const container of ephemeralContainers) defaultContainer(container as Container);
  for (const volume of volumes) defaultVolume(volume);
  roundResourceList(spec.overhead);
  roundResources((spec as { resources?: { limits?: ResourceList; requests?: ResourceList } }).resources);
}

function defaultContainer(container: Container): void {
  container.imagePullPolicy ||= isLatest(container.image ?? '') ? 'Always' : 'IfNotPresent';
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  container.resources ??= {};
  roundResources(container.resources);
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef !== undefined) valueFrom.fieldRef.apiVersion ||= 'v1';
    const { fileKeyRef } = (valueFrom ?? {}) as { fileKeyRef?: { optional?: boolean } };
    if (fileKeyRef !== undefined) fileKeyRef.optional ??= false;
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

/** A limit without a request is the request too. */
function defaultRequests({ resources }: Container): void {
  if (resources?.limits === undefined) return;
  const requests: Record<string, string> = { ...resources.requests };
  for (const [resource, limit] of Object.entries(resources.limits)) requests[resource] ??= limit;
  resources.requests = requests;
}

function specOf(pod: NewObject): PodSpec {
  pod.spec ??= { containers: [] };
  return pod.spec as PodSpec;
}
