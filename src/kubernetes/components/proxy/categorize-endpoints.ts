/**
 * Which endpoints of a service a node uses: for traffic that may go anywhere in the cluster, and for traffic that must stay
 * on the node.
 *
 * 1. Ready endpoints are used; where there are none, those that terminate and still serve. The two lists fall back each by
 *    itself.
 * 2. Hints narrow cluster traffic to endpoints that are meant for this node, or else for its zone: only if every ready
 *    endpoint has such a hint, and at least one is meant for here. Local traffic does not look at hints.
 *
 * Upstream: pkg/proxy/topology.go (CategorizeEndpoints, topologyModeFromHints), pkg/proxy/serviceport.go (the policies).
 */

/** An endpoint as the proxy sees it: one address and port of a slice. */
export interface ProxyEndpoint {
  readonly ip: string;
  readonly port: number;
  readonly isLocal: boolean;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

export interface TrafficPolicies {
  readonly internalTrafficPolicy: 'Cluster' | 'Local';
  readonly externalTrafficPolicy: 'Cluster' | 'Local';
  /** Whether it has a node port or another address that is reached from outside. */
  readonly externallyAccessible: boolean;
}

/** Lists are in the order of the endpoints. */
export interface CategorizedEndpoints {
  /** Undefined: no traffic of the service may go to the whole cluster. */
  readonly cluster: readonly ProxyEndpoint[] | undefined;
  /** Undefined: no traffic of the service must stay on the node. */
  readonly local: readonly ProxyEndpoint[] | undefined;
  /** Both together, each endpoint once. */
  readonly all: readonly ProxyEndpoint[];
  /** Whether any node has an endpoint that it may use. */
  readonly anywhere: boolean;
}

/** @param zone of the node; '' if it has none */
export function categorizeEndpoints(
  endpoints: readonly ProxyEndpoint[],
  policies: TrafficPolicies,
  nodeName: string,
  zone: string,
): CategorizedEndpoints {
  const cluster = usesCluster(policies) ? usable(endpoints, isHinted(endpoints, nodeName, zone)) : undefined;
  const local = usesLocal(policies) ? usable(endpoints, ({ isLocal }) => isLocal) : undefined;
  const all = endpoints.filter(
    (endpoint) => cluster?.includes(endpoint) === true || local?.includes(endpoint) === true,
  );
  const anywhere = endpoints.some(({ ready, serving, terminating }) => ready || (serving && terminating));
  return { cluster, local, all, anywhere };
}

/** External traffic that begins on the node goes anywhere in the cluster, whatever the policy for the rest of it is. */
function usesCluster({ internalTrafficPolicy, externallyAccessible }: TrafficPolicies): boolean {
  return internalTrafficPolicy === 'Cluster' || externallyAccessible;
}

function usesLocal({ internalTrafficPolicy, externalTrafficPolicy, externallyAccessible }: TrafficPolicies): boolean {
  return internalTrafficPolicy === 'Local' || (externallyAccessible && externalTrafficPolicy === 'Local');
}

type Suits = (endpoint: ProxyEndpoint) => boolean;

function usable(endpoints: readonly ProxyEndpoint[], suits: Suits): readonly ProxyEndpoint[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready && suits(endpoint));
  if (ready.length > 0) return ready;
  return endpoints.filter((endpoint) => endpoint.serving && endpoint.terminating && suits(endpoint));
}

/** With hints that count, some ready endpoint suits; so what falls back to terminating ones never had any. */
function isHinted(endpoints: readonly ProxyEndpoint[], nodeName: string, zone: string): Suits {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  if (countsFor(ready, ({ nodeHints }) => nodeHints, nodeName)) return ({ nodeHints }) => nodeHints.includes(nodeName);
  if (countsFor(ready, ({ zoneHints }) => zoneHints, zone)) return ({ zoneHints }) => zoneHints.includes(zone);
  return () => true;
}

function countsFor(
  ready: readonly ProxyEndpoint[],
  hintsOf: (endpoint: ProxyEndpoint) => readonly string[],
  here: string,
): boolean {
  return (
    ready.every((endpoint) => hintsOf(endpoint).length > 0) &&
    ready.some((endpoint) => hintsOf(endpoint).includes(here))
  );
}
