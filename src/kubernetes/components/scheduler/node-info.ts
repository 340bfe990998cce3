/**
 * What the scheduler knows of a node: the Node and the pods that are, or are assumed to be, on it, with sums kept up to
 * date. Upstream: staging kube-scheduler/framework/types.go NodeInfo.
 */
import { type Node, objectKey, type Pod } from '../../api/object.ts';
import { amountsOf } from '../../api/pod-resources.ts';
import { addRequests, nonZeroRequests, type Requests, requestsOf, subtractRequests } from './requests.ts';

export interface NodeInfo {
  readonly name: string;
  /** Undefined while pods name a node that is not known (yet, or any more). */
  node: Node | undefined;
  /** By `namespace/name`. */
  readonly pods: Map<string, Pod>;
  /** Whole units by resource; cpu in thousandths. */
  allocatable: Requests;
  /** What its pods request. */
  readonly requested: Requests;
  /** The same, where a container without a request of cpu or memory counts as a small one; for scores only. */
  readonly nonZeroRequested: Requests;
}

export function emptyNodeInfo(name: string): NodeInfo {
  return { name, node: undefined, pods: new Map(), allocatable: {}, requested: {}, nonZeroRequested: {} };
}

export function setNode(info: NodeInfo, node: Node | undefined): void {
  info.node = node;
  info.allocatable = amountsOf(node?.status?.allocatable);
}

export function addPod(info: NodeInfo, pod: Pod): void {
  const key = objectKey(pod);
  removePod(info, key);
  info.pods.set(key, pod);
  addRequests(info.requested, requestsOf(pod));
  addRequests(info.nonZeroRequested, nonZeroRequests(pod));
}

export function removePod(info: NodeInfo, key: string): void {
  const pod = info.pods.get(key);
  if (pod === undefined) return;
  info.pods.delete(key);
  subtractRequests(info.requested, requestsOf(pod));
  subtractRequests(info.nonZeroRequested, nonZeroRequests(pod));
}
