/** NodeUnschedulable: no new pods on a cordoned node. Upstream: pkg/scheduler/framework/plugins/nodeunschedulable. */

import { isTolerated } from '../../../api/tolerations.ts';
import { type Plugin, SUCCESS } from '../framework.ts';

const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  filter(pod, { node }) {
    if (node?.spec.unschedulable !== true || isTolerated(TAINT, pod.spec.tolerations ?? [])) return SUCCESS;
    return { code: 'UnschedulableAndUnresolvable', reasons: ['node(s) were unschedulable'] };
  },
  mayHelp: (event) =>
    event.kind === 'node-added' ||
    (event.kind === 'node-updated' &&
      event.previous.spec.unschedulable === true &&
      event.node.spec.unschedulable !== true),
};
