/**
 * Why a pod has no node, in upstream's words: "0/5 nodes are available: 2 Insufficient cpu, 3 node(s) were unschedulable."
 * (staging kube-scheduler/framework/types.go, FitError.Error; the clause on preemption belongs to a plugin of its own).
 */
import type { Rejection } from './schedule-pod.ts';

export function fitErrorMessage(nodeCount: number, rejections: ReadonlyMap<string, Rejection>): string {
  if (nodeCount === 0) return '0/0 nodes are available: no nodes available to schedule pods.';
  const counts = new Map<string, number>();
  for (const { verdict } of rejections.values()) {
    for (const reason of verdict.reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${nodeCount} nodes are available: ${parts.join(', ')}.`;
}
