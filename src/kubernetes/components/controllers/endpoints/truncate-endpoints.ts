/** Endpoints hold 1,000 addresses at most. Upstream: truncateEndpoints in pkg/controller/endpoint/endpoints_controller.go. */
import type { EndpointSubset } from '../../../api/object.ts';
import { subsetOf } from './repack-subsets.ts';

export const MAX_CAPACITY = 1000;
export const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';

/** How many addresses there are, ready or not. */
export function countAddresses(subsets: readonly EndpointSubset[]): number {
  return subsets.reduce((sum, subset) => sum + ready(subset).length + notReady(subset).length, 0);
}

/** The subsets with no more addresses than fit, ready ones first, each subset giving up its share; undefined: all fit. */
export function truncateEndpoints(
  subsets: readonly EndpointSubset[],
  capacity: number = MAX_CAPACITY,
): EndpointSubset[] | undefined {
  if (countAddresses(subsets) <= capacity) return undefined;
  const totalReady = subsets.reduce((sum, subset) => sum + ready(subset).length, 0);
  const truncateReady = totalReady > capacity;
  const room = truncateReady ? capacity : capacity - totalReady;
  const total = truncateReady ? totalReady : countAddresses(subsets) - totalReady;
  let left = room;
  return subsets.map((subset) => {
    const candidates = truncateReady ? ready(subset) : notReady(subset);
    const share = Math.min(left, Math.ceil((candidates.length / total) * room));
    const kept = candidates.slice(0, share);
    left -= kept.length;
    const ports = [...(subset.ports ?? [])];
    return truncateReady ? subsetOf(kept, [], ports) : subsetOf([...ready(subset)], kept, ports);
  });
}

const ready = ({ addresses = [] }: EndpointSubset) => addresses;
const notReady = ({ notReadyAddresses = [] }: EndpointSubset) => notReadyAddresses;
