/**
 * How the kubelet learns what runs: lists of everything, and the runtime's events in between
 * (pkg/kubelet/pleg/{generic,evented}.go, HandlePodCleanups in pkg/kubelet/kubelet_pods.go).
 */
import type { Response } from '../../../sim/index.ts';
import type { Pod } from '../../api/object.ts';
import type { ContainerEvent, ContainerInfo, PodSandbox } from '../../protocol/cri.ts';
import { askRuntime, criAnswer, nextNumber } from './ask.ts';
import { POD_UID_LABEL } from './container-config.ts';
import type { KubeletContext, KubeletState, Then } from './kubelet-state.ts';
import { NOTHING_OBSERVED, type ObservedPod, observedPod } from './observed-pod.ts';
import { newPodWorker } from './pod-worker.ts';
import { requestSync, terminate } from './pod-workers.ts';

export function beginRelist(state: KubeletState, ctx: KubeletContext): void {
  const { runtime } = state;
  runtime.listing = nextNumber(state);
  runtime.sandboxes = undefined;
  runtime.containers = undefined;
  const { listing } = runtime;
  askRuntime(state, { call: 'ListPodSandbox' }, { to: 'relist', step: 'sandboxes', listing }, ctx);
  askRuntime(state, { call: 'ListContainers' }, { to: 'relist', step: 'containers', listing }, ctx);
}

/** Whether the list is complete now. */
export function relistAnswered(
  state: KubeletState,
  { step, listing }: Extract<Then, { to: 'relist' }>,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): boolean {
  const { runtime } = state;
  if (listing !== runtime.listing) return false;
  if (step === 'sandboxes') {
    const outcome = criAnswer(message, 'ListPodSandbox');
    if (outcome.ok) runtime.sandboxes = outcome.result.items;
    else return again(state, ctx);
  } else {
    const outcome = criAnswer(message, 'ListContainers');
    if (outcome.ok) runtime.containers = outcome.result.containers;
    else return again(state, ctx);
  }
  if (runtime.sandboxes === undefined || runtime.containers === undefined) return false;
  runtime.listedAt = ctx.monotonic;
  const { config } = state.settings;
  schedule(ctx, config.pleg === 'relist' ? config.relistSeconds : config.slowRelistSeconds);
  return true;
}

/** Compares a list with what was known. What runs for no pod is ended, once the pods are known. */
export function takeRelist(state: KubeletState, known: ReadonlySet<string>, ctx: KubeletContext): void {
  const observed = observedByUid(state);
  for (const worker of state.workers.values()) {
    const now = observed.get(worker.uid) ?? NOTHING_OBSERVED;
    if (worker.sync === undefined && signature(now) === signature(worker.observed)) continue;
    worker.stale = true;
    requestSync(state, worker, ctx);
  }
  for (const [uid, pod] of observed) if (!known.has(uid) && !state.workers.has(uid)) endOrphan(state, pod, ctx);
  // Lists are looked at once.
  state.runtime.sandboxes = undefined;
  state.runtime.containers = undefined;
}

export function observedByUid({ runtime }: KubeletState): Map<string, ObservedPod> {
  const pods = new Map<string, { readonly sandboxes: PodSandbox[]; readonly containers: ContainerInfo[] }>();
  const of = (uid: string) => {
    const found = pods.get(uid) ?? { sandboxes: [], containers: [] };
    pods.set(uid, found);
    return found;
  };
  const owners = new Map<string, string>();
  for (const sandbox of runtime.sandboxes ?? []) {
    owners.set(sandbox.id, sandbox.metadata.uid);
    of(sandbox.metadata.uid).sandboxes.push(sandbox);
  }
  for (const container of runtime.containers ?? []) {
    const uid = owners.get(container.podSandboxId) ?? container.labels[POD_UID_LABEL];
    if (uid !== undefined) of(uid).containers.push(container);
  }
  const observed = new Map<string, ObservedPod>();
  for (const [uid, { sandboxes, containers }] of pods) observed.set(uid, observedPod(sandboxes, containers));
  return observed;
}

/** Something has happened to a container or a sandbox. That one was made or removed calls for no action. */
export function containerEvent(state: KubeletState, { podUid, type }: ContainerEvent, ctx: KubeletContext): void {
  const worker = state.workers.get(podUid);
  if (worker === undefined) return;
  worker.stale = true;
  if (type === 'CONTAINER_STARTED' || type === 'CONTAINER_STOPPED') requestSync(state, worker, ctx);
}

/** A pod of which only the runtime knows: as much of it as is needed to end it. */
function endOrphan(state: KubeletState, observed: ObservedPod, ctx: KubeletContext): void {
  const [sandbox] = observed.sandboxes;
  if (sandbox === undefined) return;
  const { name, namespace, uid } = sandbox.metadata;
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid, resourceVersion: '', creationTimestamp: '' },
    spec: { containers: [] },
  };
  const worker = newPodWorker(pod, false);
  worker.observed = observed;
  state.workers.set(uid, worker);
  terminate(state, worker, ctx);
}

function again({ runtime }: KubeletState, ctx: KubeletContext): false {
  runtime.listing = 0;
  schedule(ctx, 1);
  return false;
}

function schedule(ctx: KubeletContext, seconds: number): void {
  ctx.setTimer('relist', seconds * 1000, { to: 'relist', step: 'begin', listing: 0 });
}

function signature({ sandboxes, containers }: ObservedPod): string {
  return [...sandboxes, ...containers].map(({ id, state }) => `${id}=${state}`).join(' ');
}
