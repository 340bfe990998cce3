/**
 * The node as the kubelet describes it (initialNode in pkg/kubelet/kubelet_node_status.go, pkg/kubelet/nodestatus/setters.go,
 * pkg/kubelet/runtime.go). Pure.
 *
 * Left out: images, volumes, pressure: the conditions for it are always False.
 */

import { findCondition } from '../../api/conditions.ts';
import type { New, Node, NodeStatus } from '../../api/object.ts';
import { amountsOf } from '../../api/pod-resources.ts';
import type { KubeletConfig, NodeArgs } from './kubelet-args.ts';
import type { NodeConditions, RuntimeRecord } from './kubelet-state.ts';

export const KUBELET_VERSION = 'v1.34.0';

/** With the labels that every node has. */
export function newNode(name: string, { labels, annotations, taints = [] }: NodeArgs, status: NodeStatus): New<Node> {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: nodeLabels(name, labels),
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true', ...annotations },
    },
    spec: taints.length === 0 ? {} : { taints: [...taints] },
    status,
  };
}

export function nodeLabels(name: string, labels: Readonly<Record<string, string>>): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    ...labels,
  };
}

export function nodeStatus(name: string, args: NodeArgs, conditions: NodeConditions): NodeStatus {
  return {
    addresses: [
      { type: 'InternalIP', address: args.internalIP },
      { type: 'Hostname', address: name },
    ],
    capacity: { ...args.capacity },
    allocatable: allocatableOf(args),
    conditions,
    nodeInfo: {
      architecture: 'amd64',
      bootID: name,
      containerRuntimeVersion: 'containerd://2.1.0',
      kernelVersion: '6.8.0',
      kubeProxyVersion: '',
      kubeletVersion: KUBELET_VERSION,
      machineID: name,
      operatingSystem: 'linux',
      osImage: 'Wavetank',
      systemUUID: name,
    },
    daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
  };
}

/** The capacity without what is reserved. */
export function allocatableOf({ capacity, reserved = {} }: NodeArgs): Record<string, string> {
  const [all, less] = [amountsOf(capacity), amountsOf(reserved)];
  const allocatable: Record<string, string> = {};
  for (const [name, quantity] of Object.entries(capacity)) {
    const taken = less[name] ?? 0;
    const left = Math.max(0, (all[name] ?? 0) - taken);
    allocatable[name] = taken === 0 ? quantity : name === 'cpu' ? `${left}m` : `${left}`;
  }
  return allocatable;
}

/**
 * Why the node is not ready; empty: it is. `now` on the monotonic clock, microseconds
 * (runtimeState in pkg/kubelet/runtime.go).
 */
export function readinessErrors(runtime: RuntimeRecord, config: KubeletConfig, now: number): string[] {
  const { answeredAt, silent, runtimeReady, networkReady, listedAt } = runtime;
  const errors: string[] = [];
  const lateUs = config.runtimeThresholdSeconds * 1_000_000;
  if (answeredAt < 0 || (silent && now - answeredAt > lateUs)) {
    errors.push('container runtime is down');
  } else if (!runtimeReady) errors.push('container runtime not ready: RuntimeReady=false reason: message:');
  if (listedAt < 0) errors.push('PLEG is not healthy: pleg has yet to be successful');
  else if (config.pleg === 'relist' && now - listedAt > config.relistThresholdSeconds * 1_000_000) {
    const ago = Math.floor((now - listedAt) / 1_000_000);
    const threshold = config.relistThresholdSeconds;
    errors.push(`PLEG is not healthy: pleg was last seen active ${ago}s ago; threshold is ${threshold}s`);
  }
  if (!networkReady) {
    errors.push(
      'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady ' +
        'message:Network plugin returns error: cni plugin not initialized',
    );
  }
  return errors;
}

/** `previous` keeps the times of transitions; `time` is RFC 3339. */
export function nodeConditions(errors: readonly string[], previous: NodeConditions, time: string): NodeConditions {
  const message = errors.length > 1 ? `[${errors.join(', ')}]` : errors.join('');
  const made = [
    condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    errors.length === 0
      ? condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status')
      : condition('Ready', 'False', 'KubeletNotReady', message),
  ];
  return made.map((each) => {
    const old = findCondition(previous, each.type);
    const lastTransitionTime = old?.status === each.status ? (old.lastTransitionTime ?? time) : time;
    return { ...each, lastHeartbeatTime: time, lastTransitionTime };
  });
}

/** Whether the conditions say the same, apart from when. */
export function sameConditions(a: NodeConditions, b: NodeConditions): boolean {
  return a.every(({ type, status, reason, message }) => {
    const other = b.find((each) => each.type === type);
    return other?.status === status && other.reason === reason && other.message === message;
  });
}

function condition(type: string, status: string, reason: string, message: string) {
  return { type, status, reason, message };
}
