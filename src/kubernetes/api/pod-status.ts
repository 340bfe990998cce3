/** How a pod stands: pkg/api/v1/pod/util.go, pkg/controller/controller_utils.go. */
import { findCondition, isConditionTrue } from './conditions.ts';
import type { Pod, PodCondition } from './object.ts';
import { parseTime } from './time.ts';

export function podCondition({ status }: Pick<Pod, 'status'>, type: string): PodCondition | undefined {
  return findCondition(status?.conditions, type);
}

export function isPodReady({ status }: Pick<Pod, 'status'>): boolean {
  return isConditionTrue(status?.conditions, 'Ready');
}

/** It has ended, well or badly, and will not run again. */
export function isPodTerminal({ status }: Pick<Pod, 'status'>): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** Neither ended nor being deleted: what counts as a replica (IsPodActive). */
export function isPodActive(pod: Pick<Pod, 'status' | 'metadata'>): boolean {
  return !isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Ready, and has been for `minReadySeconds`; `now` is RFC 3339 or microseconds (IsPodAvailable). */
export function isPodAvailable(pod: Pick<Pod, 'status'>, minReadySeconds: number, now: string | number): boolean {
  const ready = podCondition(pod, 'Ready');
  if (ready?.status !== 'True') return false;
  if (minReadySeconds === 0) return true;
  const since = parseTime(ready.lastTransitionTime ?? '');
  const nowUs = typeof now === 'number' ? now : parseTime(now);
  return since !== undefined && nowUs !== undefined && since + minReadySeconds * 1_000_000 <= nowUs;
}
