/** Pod: pkg/registry/core/pod/strategy.go. */
import type { KindDeclaration } from '../kind-declaration.ts';
import type { Pod, PodCondition } from '../object.ts';
import { podQosClass } from '../pod-resources.ts';
import { isPodTerminal } from '../pod-status.ts';
import { PODS } from '../resource.ts';
import { validatePod, validatePodStatusUpdate, validatePodUpdate } from '../validation/pod-validation.ts';
import { applyMatchLabelKeys } from './match-label-keys.ts';
import { defaultPod } from './pod-defaults.ts';

const DEFAULT_GRACE_SECONDS = 30;

export const pod: KindDeclaration<Pod> = {
  resource: PODS,
  singular: 'pod',
  shortNames: ['po'],
  hasStatus: true,
  hasGeneration: true,
  nameRule: 'dns-subdomain',
  selectableFields: {
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec.restartPolicy ?? '',
    'spec.schedulerName': ({ spec }) => spec.schedulerName ?? '',
    'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec.hostNetwork ?? false),
    'status.phase': ({ status }) => status?.phase ?? '',
    'status.podIP': ({ status }) => status?.podIPs?.[0]?.ip ?? status?.podIP ?? '',
    'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
  },
  defaults: defaultPod,
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  validateStatusUpdate: validatePodStatusUpdate,
  prepareForCreate(object) {
    object.status = { phase: 'Pending', qosClass: podQosClass(object) };
    if ((object.spec.schedulingGates ?? []).length > 0) object.status.conditions = [SCHEDULING_GATED];
    applyMatchLabelKeys(object);
  },
  prepareForStatusUpdate: keepFromStatus,
  /** A pod without a node, or one that has ended, has nothing to wait for. */
  gracePeriodSeconds(object, requested) {
    if ((object.spec.nodeName ?? '') === '' || isPodTerminal(object)) return 0;
    const period = requested ?? object.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
    // Negative grace means at once, and 0 would delete without the kubelet.
    return period < 0 ? 1 : period;
  },
};

/** A gated pod says so itself: the scheduler does not look at it (applySchedulingGatedCondition). */
const SCHEDULING_GATED: PodCondition = Object.freeze({
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
});

interface Observed {
  observedGeneration?: number;
}

/** The class of quality stays, and so do generations once they have been observed (preserveOldObservedGeneration). */
function keepFromStatus(next: Pod, { status: before }: Pod): void {
  const { status } = next;
  if (status === undefined || before === undefined) return;
  if ((status.qosClass ?? '') === '' && before.qosClass !== undefined) status.qosClass = before.qosClass;
  keepGeneration(status as Observed, before as Observed);
  const left = [...(before.conditions ?? [])];
  for (const condition of status.conditions ?? []) {
    const index = left.findIndex(({ type }) => type === condition.type);
    if (index >= 0) keepGeneration(condition as Observed, left.splice(index, 1)[0] as Observed);
  }
}

function keepGeneration(next: Observed, before: Observed): void {
  const { observedGeneration = 0 } = before;
  if ((next.observedGeneration ?? 0) === 0 && observedGeneration > 0) next.observedGeneration = observedGeneration;
}
