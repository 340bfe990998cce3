/** Statuses of pods: pkg/apis/core/validation/validation.go, ValidatePodStatusUpdate, ValidateContainerStateTransition. */
import type { FieldError } from '../field-error.ts';
import { dnsSubdomainProblems, labelKeyProblems } from '../label-syntax.ts';
import type { ContainerStatus, Pod } from '../object.ts';
import { validateIp } from './ip-validation.ts';
import { forbidden, immutable, invalidFor } from './mistakes.ts';
import { withZeroValues } from './zero-values.ts';

const SYSTEM_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized'];

export function validatePodStatusUpdate(next: Pod, previous: Pod): FieldError[] {
  const {
    nominatedNodeName = '',
    qosClass,
    conditions = [],
    podIPs = [],
    hostIPs = [],
  } = withZeroValues(next).status ?? {};
  const errors = conditions.flatMap(({ type }, index) =>
    SYSTEM_CONDITIONS.includes(type)
      ? []
      : invalidFor(`status.conditions[${index}].Type`, type, labelKeyProblems(type)),
  );
  if (nominatedNodeName !== '' && nominatedNodeName !== previous.status?.nominatedNodeName) {
    errors.push(...invalidFor('status.nominatedNodeName', nominatedNodeName, dnsSubdomainProblems(nominatedNodeName)));
  }
  if (next.spec.nodeName !== previous.spec.nodeName) {
    errors.push(forbidden('status.nodeName', 'may not be changed directly'));
  }
  errors.push(...immutable('status.qosClass', qosClass, previous.status?.qosClass));
  for (const name of ['containerStatuses', 'initContainerStatuses'] as const) {
    errors.push(...validateTransitions(next, previous, name));
  }
  for (const [index, { ip = '' }] of podIPs.entries()) errors.push(...validateIp(ip, `status.podIPs[${index}]`));
  for (const [index, { ip = '' }] of hostIPs.entries()) errors.push(...validateIp(ip, `status.hostIPs[${index}]`));
  return errors;
}

type StatusList = 'containerStatuses' | 'initContainerStatuses';

/** A container that will not be started again stays terminated. */
function validateTransitions(next: Pod, previous: Pod, list: StatusList): FieldError[] {
  const { restartPolicy = 'Always' } = next.spec;
  if (restartPolicy === 'Always') return [];
  const sidecars = (next.spec.initContainers ?? []).filter((each) => each.restartPolicy === 'Always');
  const isSidecar = ({ name }: ContainerStatus): boolean =>
    list === 'initContainerStatuses' && sidecars.some((each) => each.name === name);
  const errors: FieldError[] = [];
  for (const [index, before] of (previous.status?.[list] ?? []).entries()) {
    const ended = before.state?.terminated;
    if (ended === undefined || isSidecar(before)) continue;
    if (ended.exitCode !== 0 && restartPolicy === 'OnFailure') continue;
    const after = next.status?.[list]?.find(({ name }) => name === before.name);
    if (after === undefined || after.state?.terminated !== undefined) continue;
    errors.push(forbidden(`status.${list}[${index}].state`, 'may not be transitioned to non-terminated state'));
  }
  return errors;
}
