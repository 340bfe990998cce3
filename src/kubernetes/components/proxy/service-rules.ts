/**
 * From a Service and its EndpointSlices to rules: the pure function in kube-proxy.
 *
 * Upstream: pkg/proxy/serviceport.go and endpointslicecache.go (what is read), pkg/proxy/topology.go (which endpoints are
 * used), pkg/proxy/iptables/proxier.go (what external traffic meets, and that traffic which finds no endpoint on its node is
 * dropped while there are some elsewhere). Services of another proxy are left alone (pkg/proxy/apis/well_known_labels.go).
 */
import { type Endpoint, type EndpointSlice, objectKey, type Service, type ServicePort } from '../../api/object.ts';
import type { ServiceRule } from '../../protocol/node-network.ts';
import { categorizeEndpoints, type ProxyEndpoint } from './categorize-endpoints.ts';

const AFFINITY_SECONDS = 10_800;

const OTHER_PROXY = 'service.kubernetes.io/service-proxy-name';

/** The types of the library are older than hints for nodes. */
type Hints = (Endpoint['hints'] & { readonly forNodes?: readonly { readonly name: string }[] }) | undefined;

/** The node whose rules they are. */
export interface Here {
  readonly nodeName: string;
  /** '' if it has none, or is not known yet. */
  readonly zone: string;
}

/** One rule for each port of the service; none for headless services and external names. */
export function serviceRules(service: Service, slices: readonly EndpointSlice[], here: Here): ServiceRule[] {
  const { spec, metadata } = service;
  const { clusterIP } = spec;
  if (metadata.labels?.[OTHER_PROXY] !== undefined) return [];
  if (spec.type === 'ExternalName' || clusterIP === undefined || clusterIP === '' || clusterIP === 'None') return [];
  const affinitySeconds =
    spec.sessionAffinity === 'ClientIP'
      ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS)
      : 0;
  return (spec.ports ?? []).flatMap((port) => {
    const protocol = port.protocol ?? 'TCP';
    if (protocol !== 'TCP' && protocol !== 'UDP') return [];
    return {
      name: `${objectKey(service)}:${port.name ?? port.port}`,
      protocol,
      clusterIp: clusterIP,
      port: port.port,
      nodePort: port.nodePort ?? 0,
      affinitySeconds,
      ...backends(service, port, slices, here),
    };
  });
}

type Backends = Pick<ServiceRule, 'endpoints' | 'nodePortEndpoints' | 'externalEndpoints' | 'dropsWithoutEndpoints'>;

function backends({ spec }: Service, port: ServicePort, slices: readonly EndpointSlice[], here: Here): Backends {
  const { internalTrafficPolicy = 'Cluster', externalTrafficPolicy = 'Cluster' } = spec;
  const externallyAccessible = (port.nodePort ?? 0) !== 0;
  const policies = {
    internalTrafficPolicy: internalTrafficPolicy === 'Local' ? 'Local' : 'Cluster',
    externalTrafficPolicy: externalTrafficPolicy === 'Local' ? 'Local' : 'Cluster',
    externallyAccessible,
  } as const;
  const { nodeName, zone } = here;
  const endpoints = endpointsOf(port, slices, nodeName);
  const { cluster = [], local = [], anywhere } = categorizeEndpoints(endpoints, policies, nodeName, zone);
  const [internal, external] = [
    addresses(policies.internalTrafficPolicy === 'Local' ? local : cluster),
    addresses(policies.externalTrafficPolicy === 'Local' ? local : cluster),
  ];
  return {
    endpoints: internal,
    ...(externallyAccessible && policies.internalTrafficPolicy === 'Local'
      ? { nodePortEndpoints: addresses(cluster) }
      : {}),
    ...(externallyAccessible && policies.externalTrafficPolicy === 'Local' ? { externalEndpoints: external } : {}),
    ...(anywhere && (internal.length === 0 || (externallyAccessible && external.length === 0))
      ? { dropsWithoutEndpoints: true }
      : {}),
  };
}

/** Each address and port once, sorted. Of two slices that have one, the later counts. */
function endpointsOf(port: ServicePort, slices: readonly EndpointSlice[], nodeName: string): ProxyEndpoint[] {
  const found = new Map<string, ProxyEndpoint>();
  for (const { ports = [], endpoints, addressType } of slices) {
    if (addressType !== 'IPv4') continue;
    const match = ports.find(
      (each) => (each.name ?? '') === (port.name ?? '') && (each.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
    );
    if (match?.port === undefined) continue;
    for (const { addresses: ips, conditions = {}, hints, nodeName: node } of endpoints) {
      const [ip] = ips;
      if (ip === undefined) continue;
      // A condition that is absent counts as true, but `terminating` as false.
      const ready = conditions.ready ?? true;
      found.set(`${ip}:${match.port}`, {
        ip,
        port: match.port,
        isLocal: node === nodeName,
        ready,
        serving: conditions.serving ?? ready,
        terminating: conditions.terminating ?? false,
        zoneHints: (hints?.forZones ?? []).map(({ name }) => name),
        nodeHints: ((hints as Hints)?.forNodes ?? []).map(({ name }) => name),
      });
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, endpoint]) => endpoint);
}

function addresses(endpoints: readonly ProxyEndpoint[]): { ip: string; port: number }[] {
  return endpoints.map(({ ip, port }) => ({ ip, port }));
}
