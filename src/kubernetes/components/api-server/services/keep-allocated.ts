/**
 * An update of a Service that leaves out its address and its ports on nodes does not give them up, unless the type of the
 * Service does (pkg/registry/core/service/storage/storage.go, patchAllocatedValues).
 */
import type { KubernetesObject, Service, ServicePort } from '../../../api/object.ts';

/** Takes over what is left out, in place; other kinds have nothing of the sort. */
export function keepAllocated(next: KubernetesObject, existing: KubernetesObject): void {
  if (next.kind !== 'Service') return;
  const spec = (next as Service).spec as Service['spec'] | undefined;
  const before = (existing as Service).spec;
  if (spec === undefined || spec.type === 'ExternalName' || before.type === 'ExternalName') return;
  if ((spec.clusterIP ?? '') === '' && (spec.clusterIPs?.length ?? 0) === 0 && before.clusterIP !== undefined) {
    spec.clusterIP = before.clusterIP;
    spec.clusterIPs = [before.clusterIP];
  }
  if (before.ipFamilies !== undefined) spec.ipFamilies ??= [...before.ipFamilies];
  if (before.ipFamilyPolicy !== undefined) spec.ipFamilyPolicy ??= before.ipFamilyPolicy;
  if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') return;
  for (const port of spec.ports ?? []) {
    const had = before.ports?.find((each) => isSame(each, port))?.nodePort;
    if (port.nodePort === undefined && had !== undefined) port.nodePort = had;
  }
}

function isSame(one: ServicePort, other: ServicePort): boolean {
  return one.port === other.port && (one.protocol ?? 'TCP') === (other.protocol ?? 'TCP');
}
