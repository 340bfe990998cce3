/**
 * Hints by which proxies keep traffic close, as `spec.trafficDistribution` asks for it: the zone, or the node, that each
 * endpoint is in. Upstream: staging/src/k8s.io/endpointslice/trafficdist/trafficdist.go. The older annotation
 * `service.kubernetes.io/topology-mode` is left out.
 */
import type { Endpoint } from '../../../api/object.ts';
import { semanticEqual } from '../semantic-equal.ts';
import type { Slice } from './slice-labels.ts';

interface HintedSlices<T> {
  readonly create: T[];
  readonly update: T[];
}

type Hints = Endpoint['hints'] & { forNodes?: { name: string }[] };

/** Slices to be written with their hints; slices that would stay as they are join the updates if their hints change. */
export function reconcileHints<T extends Pick<Slice, 'endpoints'>>(
  trafficDistribution: string | undefined,
  create: readonly T[],
  update: readonly T[],
  unchanged: readonly T[],
): HintedSlices<T> {
  const hinted = (slice: T): T => withHints(slice, trafficDistribution);
  return {
    create: create.map(hinted),
    update: [...update.map(hinted), ...unchanged.map(hinted).filter((slice, at) => slice !== unchanged[at])],
  };
}

function withHints<T extends Pick<Slice, 'endpoints'>>(slice: T, trafficDistribution: string | undefined): T {
  const endpoints = slice.endpoints.map((endpoint) => {
    const { hints, ...others } = endpoint;
    // Traffic does not go to an endpoint that is not ready; its hints can wait until it is.
    if (trafficDistribution !== undefined && endpoint.conditions?.ready === false) return endpoint;
    const next = hintsFor(endpoint, trafficDistribution);
    if (semanticEqual(next, hints)) return endpoint;
    return next === undefined ? others : { ...others, hints: next };
  });
  return endpoints.every((endpoint, at) => endpoint === slice.endpoints[at]) ? slice : { ...slice, endpoints };
}

function hintsFor({ zone, nodeName }: Endpoint, trafficDistribution: string | undefined): Hints | undefined {
  const forZones = zone === undefined ? {} : { forZones: [{ name: zone }] };
  switch (trafficDistribution) {
    case 'PreferClose':
    case 'PreferSameZone':
      return zone === undefined ? undefined : forZones;
    case 'PreferSameNode':
      return nodeName === undefined ? undefined : { ...forZones, forNodes: [{ name: nodeName }] };
    default:
      return undefined;
  }
}
