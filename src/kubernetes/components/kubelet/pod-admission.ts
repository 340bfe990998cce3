/**
 * Whether a pod may run here: what the scheduler should have seen to, checked again by the node itself (generalFilter in
 * pkg/kubelet/lifecycle/predicate.go, AdmissionCheck in pkg/scheduler/eventhandlers.go). Pure; messages are upstream's.
 */
import { matchesNode } from '../../api/node-affinity.ts';
import type { Node, Pod } from '../../api/object.ts';
import { podRequests, type ResourceAmounts } from '../../api/pod-resources.ts';
import { isTolerated } from '../../api/tolerations.ts';

export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/** What is taken on the node already. */
export interface Taken {
  /** Of admitted pods that have not finished. */
  readonly requests: readonly ResourceAmounts[];
  readonly hostPorts: readonly HostPort[];
}

export interface HostPort {
  readonly port: number;
  readonly protocol: string;
  /** '0.0.0.0' is every address. */
  readonly ip: string;
}

/** Undefined: welcome. `allocatable` in the units of api/pod-resources.ts. */
export function rejectPod(
  pod: Pod,
  node: Pick<Node, 'metadata' | 'spec'>,
  allocatable: ResourceAmounts,
  taken: Taken,
): Rejection | undefined {
  return (
    insufficient(pod, allocatable, taken.requests) ??
    (matchesNode(pod, node)
      ? undefined
      : failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector")) ??
    (hostPortsOf(pod).some((port) => taken.hostPorts.some((other) => conflict(port, other)))
      ? failed('NodePorts', "node(s) didn't have free ports for the requested pod ports")
      : undefined) ??
    ((node.spec.taints ?? []).some(
      (taint) => taint.effect === 'NoExecute' && !isTolerated(taint, pod.spec.tolerations ?? []),
    )
      ? failed('TaintToleration', "node(s) had taints that the pod didn't tolerate")
      : undefined)
  );
}

export function hostPortsOf({ spec }: Pod): HostPort[] {
  return spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, protocol = 'TCP', hostIP = '' }) =>
      hostPort === 0 ? [] : [{ port: hostPort, protocol, ip: hostIP === '' ? '0.0.0.0' : hostIP }],
    ),
  );
}

function insufficient(
  pod: Pod,
  allocatable: ResourceAmounts,
  others: readonly ResourceAmounts[],
): Rejection | undefined {
  const requested: ResourceAmounts = { pods: 1, ...podRequests(pod) };
  const names = ['pods', 'cpu', 'memory', 'ephemeral-storage'];
  names.push(...Object.keys(requested).filter((name) => !names.includes(name)));
  for (const name of names) {
    const amount = requested[name] ?? 0;
    const capacity = allocatable[name];
    // Resources that this node does not know are somebody else's.
    if (amount === 0 || capacity === undefined) continue;
    const used = name === 'pods' ? others.length : others.reduce((sum, each) => sum + (each[name] ?? 0), 0);
    if (used + amount <= capacity) continue;
    const numbers = `requested: ${amount}, used: ${used}, capacity: ${capacity}`;
    return { reason: `OutOf${name}`, message: `Node didn't have enough resource: ${name}, ${numbers}` };
  }
  return undefined;
}

function failed(predicate: string, description: string): Rejection {
  return { reason: predicate, message: `Predicate ${predicate} failed: ${description}` };
}

function conflict(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0';
}
