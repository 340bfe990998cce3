/**
 * The environment variables by which containers find services: those that there are when a container starts
 * (pkg/kubelet/envvars/envvars.go, getServiceEnvVarMap in pkg/kubelet/kubelet_pods.go).
 */
import type { Pod, Service } from '../../api/object.ts';

/** The API's own service is announced in every namespace. */
const MASTER_SERVICES: ReadonlySet<string> = new Set(['kubernetes']);
const MASTER_NAMESPACE = 'default';

/** `services`: those of the pod's namespace and of `default`, in the order of their keys. */
export function serviceEnvironment(pod: Pod, services: readonly Service[]): Record<string, string> {
  const links = pod.spec.enableServiceLinks ?? true;
  const chosen = new Map<string, Service>();
  for (const service of services) {
    const { name, namespace } = service.metadata;
    if (!hasClusterIp(service)) continue;
    if (namespace === MASTER_NAMESPACE && MASTER_SERVICES.has(name)) {
      if (!chosen.has(name)) chosen.set(name, service);
    } else if (namespace === pod.metadata.namespace && links) chosen.set(name, service);
  }
  const variables: Record<string, string> = {};
  for (const service of chosen.values()) addService(variables, service);
  return variables;
}

function hasClusterIp({ spec }: Service): boolean {
  return spec.clusterIP !== undefined && spec.clusterIP !== '' && spec.clusterIP !== 'None';
}

function addService(variables: Record<string, string>, { metadata, spec }: Service): void {
  const prefix = variableName(metadata.name);
  const ip = spec.clusterIP ?? '';
  const [first] = spec.ports ?? [];
  if (first === undefined) return;
  variables[`${prefix}_SERVICE_HOST`] = ip;
  variables[`${prefix}_SERVICE_PORT`] = `${first.port}`;
  for (const { name, port } of spec.ports ?? []) {
    if (name !== undefined && name !== '') variables[`${prefix}_SERVICE_PORT_${variableName(name)}`] = `${port}`;
  }
  for (const [index, { protocol = 'TCP', port }] of (spec.ports ?? []).entries()) {
    const url = `${protocol.toLowerCase()}://${ip}:${port}`;
    const portPrefix = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
    if (index === 0) variables[`${prefix}_PORT`] = url;
    variables[portPrefix] = url;
    variables[`${portPrefix}_PROTO`] = protocol.toLowerCase();
    variables[`${portPrefix}_PORT`] = `${port}`;
    variables[`${portPrefix}_ADDR`] = ip;
  }
}

function variableName(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}
