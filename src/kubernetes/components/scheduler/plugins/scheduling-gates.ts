/** SchedulingGates: a pod with gates is not tried. Upstream: pkg/scheduler/framework/plugins/schedulinggates. */
import { type Plugin, SUCCESS } from '../framework.ts';

export const schedulingGates: Plugin = {
  name: 'SchedulingGates',
  preEnqueue({ spec }) {
    const gates = (spec.schedulingGates ?? []).map(({ name }) => name);
    if (gates.length === 0) return SUCCESS;
    return {
      code: 'UnschedulableAndUnresolvable',
      reasons: [`waiting for scheduling gates: ${JSON.stringify(gates)}`],
    };
  },
  mayHelp: () => false,
};
