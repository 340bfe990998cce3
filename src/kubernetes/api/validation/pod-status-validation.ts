/** Statuses of pods: pkg/apis/core/validation/validation.go, ValidatePodStatusUpdate, ValidateContainerStateTransition. */
import type { FieldError } from '../field-error.ts';
import { ipFamily } from '../ip-address.ts';
import { dnsSubdomainProblems, labelKeyProblems } from '../label-syntax.ts';
import type { ContainerStatus, Pod } from '../object.ts';
import { validateIp } from './ip-validation.ts';
import { duplicate, forbidden, immutable, invalid, invalidFor } from './mistakes.ts';
import { validatePodAnnotationUpdate } from './pod-annotation-validation.ts';
import { withZeroValues } from './zero-values.ts';

const SYSTEM_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized'];

export function validatePodStatusUpdate(next: Pod, previous: Pod): FieldError[] {
  const status = withZeroValues(next).status ?? {};
  const { nominatedNodeName = '', qosClass, conditions = [], podIPs = [], hostIP = '', hostIPs = [] } = status;
  const errors = validatePodAnnotationUpdate(
    next.metadata.annotations ?? {},
    previous.metadata.annotations ?? {},
    'metadata.annotations',
  );
  for (const [index, { type }] of conditions.entries()) {
    if (SYSTEM_CONDITIONS.includes(type)) continue;
    // Upstream reports conditions as if they were metadata, and their type with a capital.
    errors.push(...invalidFor(`metadata.conditions[${index}].Type`, type, labelKeyProblems(type)));
  }
  if (nominatedNodeName !== '' && nominatedNodeName !== previous.status?.nominatedNodeName) {
    errors.push(...invalidFor('status.nominatedNodeName', nominatedNodeName, dnsSubdomainProblems(nominatedNodeName)));
  }
  if (next.spec.nodeName !== previous.spec.nodeName) {
    errors.push(forbidden('status.nodeName', 'may not be changed directly'));
  }
  errors.push(...immutable('status.qosClass', qosClass, previous.status?.qosClass));
  for (const name of ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const) {
    errors.push(...validateTransitions(next, previous, name));
  }
  const first = hostIPs[0]?.ip ?? '';
  if (hostIPs.length > 0 && first !== hostIP) {
    errors.push(invalid('status.hostIPs[0].ip', first, 'must be equal to `hostIP`'));
  }
  return [...errors, ...validateIps(podIPs, 'status.podIPs'), ...validateIps(hostIPs, 'status.hostIPs')];
}

/** At most one address of each family. */
function validateIps(addresses: readonly { readonly ip?: string }[], field: string): FieldError[] {
  const ips = addresses.map(({ ip = '' }) => ip);
  const errors = ips.flatMap((ip, index) => {
    const again = ips.indexOf(ip) < index ? [duplicate(`${field}[${index}]`, { ip })] : [];
    return [...validateIp(ip, `${field}[${index}]`), ...again];
  });
  const families = ips.map(ipFamily);
  if (ips.length > 2 || (ips.length === 2 && families[0] === families[1])) {
    errors.push(invalid(field, addresses, 'may specify no more than one IP for each IP family'));
  }
  return errors;
}

type StatusList = 'containerStatuses' | 'initContainerStatuses' | 'ephemeralContainerStatuses';

/** A container that will not be started again stays terminated; an ephemeral one never is. */
function validateTransitions(next: Pod, previous: Pod, list: StatusList): FieldError[] {
  const restartPolicy = list === 'ephemeralContainerStatuses' ? 'Never' : (previous.spec.restartPolicy ?? 'Always');
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
