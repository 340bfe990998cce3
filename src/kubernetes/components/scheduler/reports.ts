/** What the scheduler tells of a pod: the condition PodScheduled, and events. */
import type { Context } from '../../../sim/index.ts';
import { findCondition, withCondition } from '../../api/conditions.ts';
import type { ObjectReference, Pod } from '../../api/object.ts';
import { PODS } from '../../api/resource.ts';
import { formatTime } from '../../api/time.ts';
import { apiRequest } from '../../client/api-client.ts';
import { referenceTo } from '../../client/controller/controller.ts';
import { recordEvent } from '../../client/event-recorder.ts';
import type { SchedulerArgs, SchedulerState, SchedulerThen } from './scheduler-state.ts';

export function recordScheduled(state: SchedulerState, about: ObjectReference, node: string, ctx: Context): void {
  const { api } = ctx.args as SchedulerArgs;
  const message = `Successfully assigned ${about.namespace}/${about.name} to ${node}`;
  recordEvent(state.events, api, { about, type: 'Normal', reason: 'Scheduled', message }, ctx);
}

/** Says why, unless that is what is said already. */
export function reportUnschedulable(state: SchedulerState, pod: Pod, message: string, ctx: Context): void {
  const { api } = ctx.args as SchedulerArgs;
  const { name, namespace = '' } = pod.metadata;
  const said = pod.status?.conditions;
  const wanted = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
  const conditions = withCondition(said, wanted, formatTime(ctx.now));
  if (conditions === said) return;
  const then: SchedulerThen = { for: 'report' };
  const patch = { status: { conditions: [findCondition(conditions, 'PodScheduled')] } };
  apiRequest(
    ctx,
    api,
    { verb: 'patch', resource: PODS, namespace, name, subresource: 'status', patchType: 'strategic', patch },
    { then },
  );
  const about = referenceTo(pod);
  recordEvent(state.events, api, { about, type: 'Warning', reason: 'FailedScheduling', message }, ctx);
}
