/**
 * The difference between what the kubelet says of a pod and what the API has, and the patch that closes it
 * (needsReconcile in pkg/kubelet/status/status_manager.go, PatchPodStatus in pkg/util/pod/pod.go). Pure.
 */
import { equalJson } from '../../api/json-value.ts';
import type { Pod, PodCondition, PodStatus } from '../../api/object.ts';
import { isOwnedByKubelet } from './pod-conditions.ts';
import type { KubeletPodStatus } from './pod-status.ts';

/** The fields that are the kubelet's: what it does not say, must not be there. */
const OWNED = [
  'observedGeneration',
  'phase',
  'reason',
  'message',
  'hostIP',
  'hostIPs',
  'podIP',
  'podIPs',
  'startTime',
  'qosClass',
  'initContainerStatuses',
  'containerStatuses',
] as const satisfies readonly (keyof KubeletPodStatus)[];

/** Whether the API has already what the kubelet says. */
export function saysTheSame(status: KubeletPodStatus, api: KubeletPodStatus = {}): boolean {
  if (OWNED.some((field) => !equalJson(status[field], api[field]))) return false;
  const owned = (api.conditions ?? []).filter(({ type }) => isOwnedByKubelet(type));
  const conditions = status.conditions ?? [];
  return (
    owned.length === conditions.length &&
    conditions.every((condition) => {
      const other = owned.find(({ type }) => type === condition.type);
      return other !== undefined && equalJson(essence(condition), essence(other));
    })
  );
}

/**
 * A strategic merge patch for the pod's status. It names the uid, so that it fails for another pod of the same name.
 * `api` is the status as it was last seen. What a condition no longer says is named, since conditions are merged by type.
 */
export function statusPatch(pod: Pod, status: KubeletPodStatus, api: PodStatus = {}): unknown {
  const patch: Record<string, unknown> = {};
  for (const field of OWNED) {
    const value = status[field];
    if (value !== undefined) patch[field] = value;
    else if ((api as KubeletPodStatus)[field] !== undefined) patch[field] = null;
  }
  for (const field of ['hostIPs', 'podIPs'] as const) {
    // These lists are merged by address: what is gone has to be named.
    const gone = (api[field] ?? []).filter(({ ip }) => !status[field]?.some((each) => each.ip === ip));
    if (status[field] === undefined || gone.length === 0) continue;
    patch[field] = [...status[field], ...gone.map(({ ip }) => ({ $patch: 'delete', ip }))];
  }
  patch.conditions = (status.conditions ?? []).map((condition) => {
    const old = (api.conditions ?? []).find(({ type }) => type === condition.type);
    const gone = (['reason', 'message'] as const).filter(
      (field) => old?.[field] !== undefined && !(field in condition),
    );
    return { ...condition, ...Object.fromEntries(gone.map((field) => [field, null])) };
  });
  return { metadata: { uid: pod.metadata.uid }, status: patch };
}

function essence({ type, status, reason, message, ...rest }: PodCondition): unknown {
  const { observedGeneration } = rest as { observedGeneration?: number };
  return { type, status, reason, message, observedGeneration };
}
