/**
 * What the API says of the node's pods, turned into the lives of pods (HandlePodAdditions and the others in
 * pkg/kubelet/kubelet.go).
 *
 * 1. Nothing is started or killed before the kubelet knows its pods, from a list that is not out of date
 *    (`consistentFirstList`), and what runs.
 * 2. A pod that does not fit is rejected; its phase is Failed.
 * 3. One pod of a name at a time: a new one waits for the end of the one before (`waitForSameName`).
 */
import { equalJson } from '../../api/json-value.ts';
import type { Node, Pod } from '../../api/object.ts';
import { formatTime, parseTime } from '../../api/time.ts';
import type { Delta } from '../../client/informers.ts';
import { recordPodEvent } from './events.ts';
import { INFORMERS } from './kubelet-informers.ts';
import { argsOf, type KubeletContext, type KubeletState } from './kubelet-state.ts';
import { nodeLabels } from './node-status.ts';
import { NOTHING_OBSERVED, type ObservedPod } from './observed-pod.ts';
import { hostPortsOf, rejectPod } from './pod-admission.ts';
import { isTerminalPhase, rejectedPodStatus } from './pod-status.ts';
import { newPodWorker, type PodWorker } from './pod-worker.ts';
import { hurry, refreshStatus, requestSync, terminate } from './pod-workers.ts';
import { reconcilePodStatus, sendPodStatus, setPodStatus } from './status-manager.ts';

export function podChanged(state: KubeletState, delta: Delta<Pod>, ctx: KubeletContext): void {
  const { object, previous, type } = delta;
  if (!state.podsKnown) return;
  if (type === 'deleted') {
    podGone(state, object.metadata.uid, ctx);
    return;
  }
  // Another pod of the same name: that the old one went was not seen.
  if (previous !== undefined && previous.metadata.uid !== object.metadata.uid)
    podGone(state, previous.metadata.uid, ctx);
  const worker = state.workers.get(object.metadata.uid);
  if (worker === undefined) addPod(state, object, NOTHING_OBSERVED, ctx);
  else updatePod(state, worker, object, ctx);
}

/** Takes a pod on, or rejects it. `observed` is what the runtime has of it already. */
export function addPod(state: KubeletState, pod: Pod, observed: ObservedPod, ctx: KubeletContext): void {
  const worker = newPodWorker(pod, true);
  worker.observed = observed;
  state.workers.set(worker.uid, worker);
  if (isOver(pod)) {
    terminate(state, worker, ctx);
    return;
  }
  const rejection = state.settings.guards.admission ? judge(state, worker, ctx) : undefined;
  if (rejection !== undefined) {
    const { reason, message } = rejection;
    worker.stage = 'terminated';
    recordPodEvent(state, worker, 'Warning', reason, message, ctx);
    setPodStatus(state, worker, rejectedPodStatus(pod, reason, message, formatTime(ctx.now)), ctx);
    return;
  }
  worker.admitted = true;
  const { cpu: cpuMilli = 0, memory: memoryBytes = 0 } = worker.requests;
  ctx.note('pod-admitted', { uid: worker.uid, pod: worker.key, cpuMilli, memoryBytes });
  if (state.settings.guards.waitForSameName && hasPredecessor(state, worker)) return;
  worker.stage = 'running';
  requestSync(state, worker, ctx);
}

/** In the order in which they were created: the older ones have the first right to the node's resources. */
export function byCreation(a: Pod, b: Pod): number {
  const [left, right] = [a, b].map(({ metadata }) => parseTime(metadata.creationTimestamp) ?? 0) as [number, number];
  return left - right;
}

function updatePod(state: KubeletState, worker: PodWorker, pod: Pod, ctx: KubeletContext): void {
  const before = worker.pod;
  worker.pod = pod;
  worker.inApi = true;
  if (isOver(pod)) {
    if (worker.stage === 'terminated') sendPodStatus(state, worker, ctx);
    else if (worker.stage === 'terminating') {
      const grace = before.metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY;
      if ((pod.metadata.deletionGracePeriodSeconds ?? grace) < grace && isOver(before)) hurry(state, worker, ctx);
    } else terminate(state, worker, ctx);
    return;
  }
  if (specChanged(before, pod)) requestSync(state, worker, ctx);
  else if (pod.spec.readinessGates !== undefined && worker.status !== undefined && worker.stage === 'running') {
    refreshStatus(state, worker, false, ctx);
  }
  reconcilePodStatus(state, worker, ctx);
}

function podGone(state: KubeletState, uid: string, ctx: KubeletContext): void {
  const worker = state.workers.get(uid);
  if (worker === undefined) return;
  worker.inApi = false;
  terminate(state, worker, ctx);
  requestSync(state, worker, ctx);
}

/** Whether it is to end: its deletion has begun, or its phase is terminal. */
function isOver({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined || isTerminalPhase(status?.phase);
}

function specChanged(before: Pod, pod: Pod): boolean {
  const { generation, labels, annotations } = pod.metadata;
  if (generation !== before.metadata.generation) return true;
  return (
    !equalJson(labels, before.metadata.labels) ||
    !equalJson(annotations, before.metadata.annotations) ||
    (generation === undefined && !equalJson(pod.spec, before.spec))
  );
}

function judge(state: KubeletState, { pod, uid }: PodWorker, ctx: KubeletContext) {
  const others = [...state.workers.values()].filter((other) => other.admitted && other.uid !== uid);
  const { node } = argsOf(ctx);
  const seen = INFORMERS.get<Node>(state.informers, 'nodes', ctx.host);
  const self = seen ?? {
    metadata: { name: ctx.host, labels: nodeLabels(ctx.host, node.labels) } as Node['metadata'],
    spec: { taints: [...(node.taints ?? [])] },
  };
  return rejectPod(pod, self, state.settings.room, {
    requests: others.map(({ requests }) => requests),
    hostPorts: others.flatMap((other) => hostPortsOf(other.pod)),
  });
}

/** Whether a pod of the same name is still here. */
function hasPredecessor(state: KubeletState, { key, uid }: PodWorker): boolean {
  for (const other of state.workers.values()) {
    if (other.key === key && other.uid !== uid && other.stage !== 'terminated') return true;
  }
  return false;
}
