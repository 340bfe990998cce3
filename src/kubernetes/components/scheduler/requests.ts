/**
 * What a pod requests, as numbers by resource; cpu in thousandths, everything else in whole units.
 *
 * The filter asks once a node, so the sums of a pod are kept for as long as the pod is: a pod that came in a message is
 * frozen, and the sums are a function of it alone. A memory of the process, not of the actor: it decides nothing.
 */
import type { Pod } from '../../api/object.ts';
import { nonZeroPodRequests, podRequests } from '../../api/pod-resources.ts';

export type Requests = Record<string, number>;

const REQUESTS = new WeakMap<Pod, Readonly<Requests>>();
const NON_ZERO_REQUESTS = new WeakMap<Pod, Readonly<Requests>>();

export function requestsOf(pod: Pod): Readonly<Requests> {
  return remembered(REQUESTS, pod, podRequests);
}

/** As `requestsOf`, where each container without a request of cpu or memory counts as a small one. */
export function nonZeroRequests(pod: Pod): Readonly<Requests> {
  return remembered(NON_ZERO_REQUESTS, pod, nonZeroPodRequests);
}

export function addRequests(sum: Requests, requests: Readonly<Requests>): void {
  for (const [resource, amount] of Object.entries(requests)) sum[resource] = (sum[resource] ?? 0) + amount;
}

export function subtractRequests(sum: Requests, requests: Readonly<Requests>): void {
  for (const [resource, amount] of Object.entries(requests)) sum[resource] = (sum[resource] ?? 0) - amount;
}

function remembered(
  memory: WeakMap<Pod, Readonly<Requests>>,
  pod: Pod,
  sum: (pod: Pod) => Requests,
): Readonly<Requests> {
  if (!Object.isFrozen(pod)) return sum(pod);
  let requests = memory.get(pod);
  if (requests === undefined) {
    requests = Object.freeze(sum(pod));
    memory.set(pod, requests);
  }
  return requests;
}
