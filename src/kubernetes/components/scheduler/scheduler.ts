/**
 * The scheduler: gives each pod without a node the best node for it.
 *
 * 1. Pods are tried one after the other, by priority and then by age. The decision counts at once (the pod is assumed to be
 *    on its node), so that the next one sees it; the binding is asked for meanwhile.
 * 2. A pod that no node can take waits until something happens that may help it by the judgement of the plugins that
 *    rejected it, or for five minutes.
 * 3. A binding that fails is undone, and its pod tried again after a back-off.
 * 4. Why a pod waits is said in its condition PodScheduled and in an event, in upstream's words.
 *
 * Upstream: pkg/scheduler/scheduler.go, schedule_one.go, eventhandlers.go. A cycle takes no virtual time; give the process
 * a service time to make it slow.
 */
import type { Actor, Context } from '../../../sim/index.ts';
import { type Node, objectKey, type Pod } from '../../api/object.ts';
import { NODES, PODS } from '../../api/resource.ts';
import { apiOutcome, apiRequest } from '../../client/api-client.ts';
import { referenceTo } from '../../client/controller/controller.ts';
import { newEventRecorder, receiveEventAnswer } from '../../client/event-recorder.ts';
import { type Delta, Informers } from '../../client/informers.ts';
import { assumePod, cacheNode, cachePod, emptyCache, forgetNode, forgetPod, nodesInOrder } from './cache.ts';
import { fitErrorMessage } from './fit-error.ts';
import type { ClusterEvent } from './framework.ts';
import type { NodeInfo } from './node-info.ts';
import { PLUGINS } from './plugins/plugins.ts';
import { recordScheduled, reportUnschedulable } from './reports.ts';
import { schedulePod } from './schedule-pod.ts';
import type { SchedulerArgs, SchedulerState, SchedulerThen } from './scheduler-state.ts';
import {
  dequeue,
  emptyQueue,
  enqueue,
  flush,
  nextFlush,
  park,
  pop,
  QUEUE_TIMES,
  type QueuedPod,
  type QueueTimes,
  retryLater,
  wake,
} from './scheduling-queue.ts';

const INFORMERS = new Informers({
  pods: { resource: PODS, fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' },
  nodes: { resource: NODES },
});

export const scheduler: Actor<SchedulerState, unknown, unknown> = {
  start(ctx) {
    const { api } = ctx.args as SchedulerArgs;
    const informers = INFORMERS.start(ctx, api);
    return {
      informers,
      cache: emptyCache(),
      queue: emptyQueue(),
      nextStart: 0,
      flushAt: undefined,
      events: newEventRecorder('default-scheduler'),
    };
  },

  receive(state, message, ctx) {
    if (receiveEventAnswer(state.events, (ctx.args as SchedulerArgs).api, message, ctx)) return state;
    const deltas = INFORMERS.receive(state.informers, message, ctx);
    if (deltas !== undefined) for (const delta of deltas) follow(state, delta, ctx);
    else if (message.type === 'response') {
      const then = message.then as SchedulerThen;
      if (then.for === 'bind') bound(state, then, apiOutcome(message).ok, ctx);
    } else if (message.type === 'timer') {
      state.flushAt = undefined;
      flush(state.queue, ctx.monotonic, times(ctx));
    }
    if (INFORMERS.synced(state.informers)) scheduleAll(state, ctx);
    return state;
  },
};

function times(ctx: Context): QueueTimes {
  return { ...QUEUE_TIMES, ...(ctx.args as SchedulerArgs).queue };
}

function follow(state: SchedulerState, { informer, type, object, previous }: Delta, ctx: Context): void {
  if (informer === 'nodes') followNode(state, type, object as Node, previous as Node | undefined, ctx);
  else followPod(state, type, object as Pod, previous as Pod | undefined, ctx);
}

function followNode(
  state: SchedulerState,
  type: Delta['type'],
  node: Node,
  previous: Node | undefined,
  ctx: Context,
): void {
  if (type === 'deleted') {
    forgetNode(state.cache, node.metadata.name);
    return;
  }
  cacheNode(state.cache, node);
  if (previous === undefined) wakeAll(state, { kind: 'node-added', node }, ctx);
  else if (mattersToPods(previous, node)) wakeAll(state, { kind: 'node-updated', node, previous }, ctx);
}

/** Heartbeats change conditions only, and those matter to nobody who waits. */
function mattersToPods(previous: Node, node: Node): boolean {
  const view = ({ spec, metadata, status }: Node) =>
    JSON.stringify([spec.unschedulable, spec.taints, metadata.labels, status?.allocatable]);
  return previous.metadata.resourceVersion !== node.metadata.resourceVersion && view(previous) !== view(node);
}

function followPod(
  state: SchedulerState,
  type: Delta['type'],
  pod: Pod,
  previous: Pod | undefined,
  ctx: Context,
): void {
  const { cache, queue } = state;
  const key = objectKey(pod);
  const isAssigned = (pod.spec.nodeName ?? '') !== '';
  if (type === 'deleted') {
    dequeue(queue, key);
    if (cache.placed.has(key)) {
      forgetPod(cache, key);
      wakeAll(state, { kind: 'assigned-pod-deleted', pod }, ctx);
    }
    return;
  }
  if (isAssigned) {
    dequeue(queue, key);
    cachePod(cache, pod);
    if ((previous?.spec.nodeName ?? '') === '') wakeAll(state, { kind: 'assigned-pod-added', pod }, ctx);
    return;
  }
  const { schedulerName = 'default-scheduler' } = ctx.args as SchedulerArgs;
  if ((pod.spec.schedulerName ?? 'default-scheduler') !== schedulerName) return;
  // A pod that is assumed stays so until its binding is answered; one that is going is not tried any more.
  if (pod.metadata.deletionTimestamp !== undefined) dequeue(queue, key);
  else if (!cache.assumed.has(key)) enqueue(queue, pod, ctx.monotonic, isGated(pod));
}

function isGated(pod: Pod): boolean {
  return PLUGINS.some(({ preEnqueue }) => preEnqueue !== undefined && preEnqueue(pod).code !== 'Success');
}

function wakeAll(state: SchedulerState, event: ClusterEvent, ctx: Context): void {
  for (const [key, entry] of state.queue.pods) {
    if (entry.place !== 'unschedulable') continue;
    const helps = entry.rejectedBy.some((name) => {
      const plugin = PLUGINS.find((each) => each.name === name);
      return plugin?.mayHelp === undefined || plugin.mayHelp(event, entry.pod);
    });
    // One that no plugin rejected was rejected for want of any node.
    if (helps || entry.rejectedBy.length === 0) wake(state.queue, key, entry, ctx.monotonic);
  }
}

function scheduleAll(state: SchedulerState, ctx: Context): void {
  // No node comes or goes meanwhile; pods that are assumed to be on one count in its very record.
  const nodes = nodesInOrder(state.cache);
  for (let entry = pop(state.queue); entry !== undefined; entry = pop(state.queue)) {
    scheduleOne(state, entry, nodes, ctx);
  }
  const due = nextFlush(state.queue, times(ctx));
  if (due === state.flushAt) return;
  state.flushAt = due;
  if (due === undefined) ctx.cancelTimer('flush');
  else ctx.setTimer('flush', Math.max(0, (due - ctx.monotonic) / 1000));
}

function scheduleOne(state: SchedulerState, entry: QueuedPod, nodes: readonly NodeInfo[], ctx: Context): void {
  const { api, percentageOfNodesToScore = 0 } = ctx.args as SchedulerArgs;
  const { pod } = entry;
  const startAt = nodes.length === 0 ? 0 : state.nextStart % nodes.length;
  const decision = schedulePod(pod, nodes, PLUGINS, { startAt, percentageOfNodesToScore }, ctx.random);
  if (nodes.length > 0) state.nextStart = (startAt + decision.evaluated) % nodes.length;
  if (!decision.ok) {
    const plugins = [...new Set(Array.from(decision.rejections.values(), ({ plugin }) => plugin))];
    park(entry, plugins, ctx.monotonic, times(ctx));
    reportUnschedulable(state, pod, fitErrorMessage(nodes.length, decision.rejections), ctx);
    return;
  }
  const { name, namespace = '', uid } = pod.metadata;
  const key = objectKey(pod);
  assumePod(state.cache, pod, decision.node);
  const binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace, uid },
    target: { kind: 'Node', name: decision.node },
  };
  const then: SchedulerThen = { for: 'bind', key, pod: referenceTo(pod), node: decision.node };
  apiRequest(
    ctx,
    api,
    { verb: 'create', resource: PODS, namespace, name, subresource: 'binding', object: binding },
    { then },
  );
}

function bound(state: SchedulerState, then: Extract<SchedulerThen, { for: 'bind' }>, ok: boolean, ctx: Context): void {
  const { cache, queue } = state;
  const entry = queue.pods.get(then.key);
  const same = entry?.pod.metadata.uid === then.pod.uid;
  if (ok) {
    recordScheduled(state, then.pod, then.node, ctx);
    if (same) dequeue(queue, then.key);
    return;
  }
  if (cache.assumed.has(then.key)) {
    const pod = cache.nodes.get(then.node)?.pods.get(then.key);
    forgetPod(cache, then.key);
    if (pod !== undefined) wakeAll(state, { kind: 'assigned-pod-deleted', pod }, ctx);
  }
  if (same && entry !== undefined && entry.place === 'binding') retryLater(entry, ctx.monotonic, times(ctx));
}
