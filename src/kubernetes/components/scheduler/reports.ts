/** What the scheduler tells of a pod: the condition PodScheduled, and events. */
import type { Context } from '../../../sim/index.ts';
import type { Pod } from '../../api/object.ts';
import { EVENTS, PODS } from '../../api/resource.ts';
import { formatTime } from '../../api/time.ts';
import { apiRequest } from '../../client/api-client.ts';
import { referenceTo } from '../../client/controller/controller.ts';
import type { SchedulerArgs, SchedulerState, SchedulerThen } from './scheduler-state.ts';

export function recordScheduled(state: SchedulerState, pod: Pod, node: string, ctx: Context): void {
  const { name, namespace = '' } = pod.metadata;
  record(state, pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${node}`, ctx);
}

/** Says why, unless that is what is said already. */
export function reportUnschedulable(state: SchedulerState, pod: Pod, message: string, ctx: Context): void {
  const { api } = ctx.args as SchedulerArgs;
  const { name, namespace = '' } = pod.metadata;
  const now = formatTime(ctx.now);
  const before = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (before?.status === 'False' && before.reason === 'Unschedulable' && before.message === message) return;
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastTransitionTime: before?.status === 'False' ? (before.lastTransitionTime ?? now) : now,
  };
  const then: SchedulerThen = { for: 'report' };
  const patch = { status: { conditions: [condition] } };
  apiRequest(
    ctx,
    api,
    { verb: 'patch', resource: PODS, namespace, name, subresource: 'status', patchType: 'strategic', patch },
    { then },
  );
  record(state, pod, 'Warning', 'FailedScheduling', message, ctx);
}

function record(
  state: SchedulerState,
  pod: Pod,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  ctx: Context,
): void {
  const { api } = ctx.args as SchedulerArgs;
  const { name, namespace = '' } = pod.metadata;
  const now = formatTime(ctx.now);
  const then: SchedulerThen = { for: 'report' };
  const object = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${ctx.monotonic.toString(16)}${state.events++}`, namespace },
    involvedObject: referenceTo(pod),
    reason,
    message,
    type,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    source: { component: 'default-scheduler' },
    reportingComponent: 'default-scheduler',
    reportingInstance: '',
  };
  apiRequest(ctx, api, { verb: 'create', resource: EVENTS, namespace, object }, { then });
}
