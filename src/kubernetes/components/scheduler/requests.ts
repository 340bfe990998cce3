/** What a pod requests, as numbers by resource; cpu in thousandths, everything else in whole units. */
import type { Pod } from '../../api/object.ts';
import { nonZeroPodRequests, podRequests } from '../../api/pod-resources.ts';

export type Requests = Record<string, number>;

export function requestsOf(pod: Pod): Requests {
  return podRequests(pod);
}

/** As `requestsOf`, where each container without a request of cpu or memory counts as a small one. */
export function nonZeroRequests(pod: Pod): Requests {
  return nonZeroPodRequests(pod);
}

export function addRequests(sum: Requests, requests: Requests): void {
  for (const [resource, amount] of Object.entries(requests)) sum[resource] = (sum[resource] ?? 0) + amount;
}

export function subtractRequests(sum: Requests, requests: Requests): void {
  for (const [resource, amount] of Object.entries(requests)) sum[resource] = (sum[resource] ?? 0) - amount;
}
