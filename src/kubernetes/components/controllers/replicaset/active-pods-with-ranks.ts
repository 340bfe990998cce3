/**
 * Which of two pods is the better one to delete: whichever is less use today. The first rule that tells them apart decides.
 *
 * Ages are compared by the order of magnitude, so that the youngest are not always the ones to go; within one order the uid
 * decides, which is as good as chance (the gate LogarithmicScaleDown, on since 1.22).
 *
 * Upstream: ActivePodsWithRanks in pkg/controller/controller_utils.go.
 */
import type { Pod } from '../../../api/object.ts';
import { isPodReady, podCondition } from '../../../api/pod-status.ts';
import { parseTime } from '../../../api/time.ts';

export const POD_DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/** A pod, and how many active related pods are on its node. */
export interface RankedPod {
  readonly pod: Pod;
  readonly rank: number;
}

const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * Negative if `a` should be deleted before `b`, positive if after, 0 if nothing tells them apart. `now` is in microseconds;
 * without it, ages are compared exactly.
 */
export function compareActivePodsWithRanks(a: RankedPod, b: RankedPod, now: number | undefined): number {
  const left = a.pod;
  const right = b.pod;
  const assigned = Number(isAssigned(left)) - Number(isAssigned(right));
  if (assigned !== 0) return assigned;
  const phase = phaseOrder(left) - phaseOrder(right);
  if (phase !== 0) return phase;
  const ready = Number(isPodReady(left)) - Number(isPodReady(right));
  if (ready !== 0) return ready;
  const cost = deletionCost(left) - deletionCost(right);
  if (cost !== 0) return cost;
  if (a.rank !== b.rank) return b.rank - a.rank;
  if (isPodReady(left)) {
    const age = compareAges(readySince(left), readySince(right), now, left, right);
    if (age !== 0) return age;
  }
  const restarts = compareMaxContainerRestarts(left, right);
  if (restarts !== 0) return restarts;
  return compareAges(created(left), created(right), now, left, right);
}

const isAssigned = ({ spec }: Pod): boolean => spec.nodeName !== undefined && spec.nodeName !== '';
const phaseOrder = ({ status }: Pod): number => PHASE_ORDER[status?.phase ?? ''] ?? 0;
const created = ({ metadata }: Pod): number | undefined => time(metadata.creationTimestamp);
const readySince = (pod: Pod): number | undefined => time(podCondition(pod, 'Ready')?.lastTransitionTime);
const time = (text: string | undefined): number | undefined => (text === undefined ? undefined : parseTime(text));

/** Pods that cost less go first. What is not a 32-bit whole number counts as 0 (GetDeletionCostFromPodAnnotations). */
function deletionCost({ metadata }: Pod): number {
  const text = metadata.annotations?.[POD_DELETION_COST] ?? '0';
  if (!/^(?:0|-?[1-9]\d{0,9})$/.test(text)) return 0;
  const cost = Number(text);
  return cost >= -(2 ** 31) && cost < 2 ** 31 ? cost : 0;
}

/** No time at all comes before a later time, which comes before an earlier one. */
function compareAges(a: number | undefined, b: number | undefined, now: number | undefined, left: Pod, right: Pod) {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  if (now === undefined) return b - a;
  const rank = orderOfMagnitude(now - a) - orderOfMagnitude(now - b);
  if (rank !== 0) return rank;
  return left.metadata.uid < right.metadata.uid ? -1 : 1;
}

/** The whole part of the binary logarithm of an age, which is counted in nanoseconds; -1 for what lies in the future. */
function orderOfMagnitude(ageUs: number): number {
  let order = -1;
  for (let rest = ageUs * 1000; rest >= 1; rest /= 2) order++;
  return order;
}

function compareMaxContainerRestarts(a: Pod, b: Pod): number {
  const left = maxContainerRestarts(a);
  const right = maxContainerRestarts(b);
  return right.regular - left.regular || right.sidecar - left.sidecar;
}

function maxContainerRestarts({ spec, status }: Pod): { regular: number; sidecar: number } {
  let regular = 0;
  let sidecar = 0;
  for (const { restartCount } of status?.containerStatuses ?? []) regular = Math.max(regular, restartCount);
  const sidecars = new Set((spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  for (const { name, restartCount } of status?.initContainerStatuses ?? []) {
    if (sidecars.has(name)) sidecar = Math.max(sidecar, restartCount);
  }
  return { regular, sidecar };
}

/** An init container that keeps running. */
function isSidecar(container: { restartPolicy?: string }): boolean {
  return container.restartPolicy === 'Always';
}
