/**
 * TaintToleration: taints that are not tolerated keep a pod away; fewer PreferNoSchedule taints are better.
 * Upstream: pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go.
 */
import type { Pod, Taint } from '../../../api/object.ts';
import { isTolerated } from '../../../api/tolerations.ts';
import { type ClusterEvent, MAX_NODE_SCORE, type Plugin, SUCCESS } from '../framework.ts';

export const taintToleration: Plugin = {
  name: 'TaintToleration',
  weight: 3,
  filter(pod, { node }) {
    const taint = untolerated(node?.spec.taints ?? [], pod);
    if (taint === undefined) return SUCCESS;
    const { key, value = '' } = taint;
    return {
      code: 'UnschedulableAndUnresolvable',
      reasons: [`node(s) had untolerated taint {${key}: ${value}}`],
    };
  },
  score(pod, { node }) {
    const tolerations = (pod.spec.tolerations ?? []).filter(
      ({ effect = '' }) => effect === '' || effect === 'PreferNoSchedule',
    );
    const taints = (node?.spec.taints ?? []).filter(({ effect }) => effect === 'PreferNoSchedule');
    return taints.filter((taint) => !isTolerated(taint, tolerations)).length;
  },
  normalize(scores) {
    const most = Math.max(...scores);
    return scores.map((score) =>
      most === 0 ? MAX_NODE_SCORE : MAX_NODE_SCORE - Math.floor((score * MAX_NODE_SCORE) / most),
    );
  },
  mayHelp(event: ClusterEvent, pod: Pod) {
    if (event.kind !== 'node-added' && event.kind !== 'node-updated') return false;
    return untolerated(event.node.spec.taints ?? [], pod) === undefined;
  },
};

function untolerated(taints: readonly Taint[], pod: Pod): Taint | undefined {
  return taints.find(
    (taint) =>
      (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') &&
      !isTolerated(taint, pod.spec.tolerations ?? []),
  );
}
