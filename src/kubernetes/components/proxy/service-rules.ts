/**
 * From a Service and its EndpointSlices to rules: the pure function in kube-proxy.
 *
 * Upstream: pkg/proxy/serviceport.go and endpointslicecache.go (what is read), pkg/proxy/topology.go CategorizeEndpoints
 * (which endpoints are used: the ready ones; if there are none, those that terminate but still serve).
 */
import type { Endpoint, EndpointSlice, Service, ServicePort } from '../../api/object.ts';
import type { ServiceRule } from '../../protocol/node-network.ts';

const AFFINITY_SECONDS = 10_800;

/** One rule for each port of the service; none for headless services and external names. */
export function serviceRules(service: Service, slices: readonly EndpointSlice[], nodeName: string): ServiceRule[] {
  const { spec, metadata } = service;
  const { clusterIP } = spec;
  if (spec.type === 'ExternalName' || clusterIP === undefined || clusterIP === '' || clusterIP === 'None') return [];
  const affinitySeconds =
    spec.sessionAffinity === 'ClientIP'
      ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS)
      : 0;
  return (spec.ports ?? []).flatMap((port) => {
    const protocol = port.protocol ?? 'TCP';
    if (protocol !== 'TCP' && protocol !== 'UDP') return [];
    return {
      name: `${metadata.namespace}/${metadata.name}:${port.name ?? port.port}`,
      protocol,
      clusterIp: clusterIP,
      port: port.port,
      nodePort: port.nodePort ?? 0,
      affinitySeconds,
      endpoints: endpointsFor(port, slices, spec.internalTrafficPolicy === 'Local' ? nodeName : undefined),
    };
  });
}

/** @param onlyNode takes only endpoints of this node */
function endpointsFor(port: ServicePort, slices: readonly EndpointSlice[], onlyNode: string | undefined) {
  const ready = new Map<string, { ip: string; port: number }>();
  const serving = new Map<string, { ip: string; port: number }>();
  for (const { ports = [], endpoints, addressType } of slices) {
    if (addressType !== 'IPv4') continue;
    const match = ports.find(
      (each) => (each.name ?? '') === (port.name ?? '') && (each.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
    );
    if (match?.port === undefined) continue;
    for (const endpoint of endpoints) {
      const [ip] = endpoint.addresses;
      if (ip === undefined || (onlyNode !== undefined && endpoint.nodeName !== onlyNode)) continue;
      const group = groupOf(endpoint);
      if (group === undefined) continue;
      (group === 'ready' ? ready : serving).set(`${ip}:${match.port}`, { ip, port: match.port });
    }
  }
  const used = ready.size > 0 ? ready : serving;
  return [...used].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, endpoint]) => endpoint);
}

/** A condition that is absent counts as true, but `terminating` as false. */
function groupOf({ conditions = {} }: Endpoint): 'ready' | 'serving' | undefined {
  if (conditions.ready ?? true) return 'ready';
  return (conditions.serving ?? false) && (conditions.terminating ?? false) ? 'serving' : undefined;
}
