/**
 * NodeAffinity: a pod runs only on nodes that its node selector and its required affinity describe; those that it prefers
 * are better. Upstream: pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go.
 */
import { matchesNode, matchesTerm } from '../../../api/node-affinity.ts';
import { MAX_NODE_SCORE, type Plugin, SUCCESS } from '../framework.ts';

export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  weight: 2,
  filter(pod, { node }) {
    if (node !== undefined && matchesNode(pod, node)) return SUCCESS;
    return {
      code: 'UnschedulableAndUnresolvable',
      reasons: ["node(s) didn't match Pod's node affinity/selector"],
    };
  },
  score(pod, { node }) {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    let sum = 0;
    for (const { weight, preference } of preferred) {
      if (node !== undefined && matchesTerm(preference, node)) sum += weight;
    }
    return sum;
  },
  normalize(scores) {
    const most = Math.max(...scores);
    return scores.map((score) => (most === 0 ? 0 : Math.floor((score * MAX_NODE_SCORE) / most)));
  },
  mayHelp(event, pod) {
    return (event.kind === 'node-added' || event.kind === 'node-updated') && matchesNode(pod, event.node);
  },
};
