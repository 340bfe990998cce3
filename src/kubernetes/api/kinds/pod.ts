/** Pod: pkg/registry/core/pod/strategy.go. */
import type { KindDeclaration } from '../kind-declaration.ts';
import type { Pod } from '../object.ts';
import { podQosClass } from '../pod-resources.ts';
import { isPodTerminal } from '../pod-status.ts';
import { PODS } from '../resource.ts';
import { validatePod, validatePodStatusUpdate, validatePodUpdate } from '../validation/pod-validation.ts';
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
    'status.podIP': ({ status }) => status?.podIP ?? '',
    'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
  },
  defaults: defaultPod,
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  validateStatusUpdate: validatePodStatusUpdate,
  prepareForCreate(object) {
    object.status = { phase: 'Pending', qosClass: podQosClass(object) };
  },
  /** A pod without a node, or one that has ended, has nothing to wait for. */
  gracePeriodSeconds(object, requested) {
    if ((object.spec.nodeName ?? '') === '' || isPodTerminal(object)) return 0;
    const period = requested ?? object.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
    // Negative grace means at once, and 0 would delete without the kubelet.
    return period < 0 ? 1 : period;
  },
};
