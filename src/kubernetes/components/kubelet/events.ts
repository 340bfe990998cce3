/** What the kubelet tells people: Events about pods and the node (pkg/kubelet/events/event.go). */
import { recordEvent } from '../../client/event-recorder.ts';
import { argsOf, type KubeletContext, type KubeletState } from './kubelet-state.ts';
import type { PodWorker } from './pod-worker.ts';

/** About a pod, or one of its containers. */
export function recordPodEvent(
  state: KubeletState,
  { pod, inApi }: PodWorker,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  ctx: KubeletContext,
  container?: string,
): void {
  if (!inApi) return;
  const { name, namespace, uid, resourceVersion } = pod.metadata;
  const fieldPath = container === undefined ? {} : { fieldPath: fieldPathOf(pod, container) };
  const about = {
    apiVersion: 'v1',
    kind: 'Pod',
    name,
    uid,
    resourceVersion,
    ...(namespace === undefined ? {} : { namespace }),
    ...fieldPath,
  };
  recordEvent(state.events, argsOf(ctx).api, { about, type, reason, message }, ctx);
}

/** About the node itself; upstream takes its name for its uid here. */
export function recordNodeEvent(state: KubeletState, reason: string, message: string, ctx: KubeletContext): void {
  const about = { apiVersion: 'v1', kind: 'Node', name: ctx.host, uid: ctx.host };
  recordEvent(state.events, argsOf(ctx).api, { about, type: 'Normal', reason, message }, ctx);
}

function fieldPathOf({ spec }: PodWorker['pod'], container: string): string {
  const list = (spec.initContainers ?? []).some(({ name }) => name === container) ? 'initContainers' : 'containers';
  return `spec.${list}{${container}}`;
}
