/** NodeName: a pod that names its node runs there or nowhere. Upstream: pkg/scheduler/framework/plugins/nodename. */
import { type Plugin, SUCCESS } from '../framework.ts';

export const nodeName: Plugin = {
  name: 'NodeName',
  filter(pod, { name }) {
    const wanted = pod.spec.nodeName ?? '';
    if (wanted === '' || wanted === name) return SUCCESS;
    return { code: 'UnschedulableAndUnresolvable', reasons: ["node(s) didn't match the requested node name"] };
  },
  mayHelp: (event) => event.kind === 'node-added',
};
