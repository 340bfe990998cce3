/**
 * What a pod may not share with its node, or with an operating system that has no such thing:
 * pkg/apis/core/validation/validation.go, validatePodHostNetworkDeps, validateHostUsers, validateHostSysctl, validateOS,
 * validateLinux, validateWindows.
 */
import type { FieldError } from '../field-error.ts';
import type { Container, PodSpec } from '../object.ts';
import { forbidden, invalid, notSupported, required } from './mistakes.ts';

/** @param field `spec`, or `spec.template.spec` */
export function validateHostSharing(spec: PodSpec, field: string): FieldError[] {
  const { hostNetwork, hostPID, hostIPC, hostUsers, shareProcessNamespace, securityContext } = spec;
  const errors: FieldError[] = [];
  if (shareProcessNamespace === true && hostPID === true) {
    const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(`${field}.securityContext.shareProcessNamespace`, true, detail));
  }
  for (const [index, { name = '' }] of (securityContext?.sysctls ?? []).entries()) {
    const path = `${field}.securityContext.sysctls[${index}].name`;
    const namespace = sysctlNamespace(name);
    if (hostNetwork === true && namespace === 'net') {
      errors.push(invalid(path, name, "may not be specified when 'hostNetwork' is true"));
    } else if (hostIPC === true && namespace === 'ipc') {
      errors.push(invalid(path, name, "may not be specified when 'hostIPC' is true"));
    }
  }
  if (hostUsers !== false) return errors;
  // Upstream writes two of the three names with a capital.
  for (const [name, shared] of Object.entries({ hostNetwork, HostPID: hostPID, HostIPC: hostIPC })) {
    if (shared === true) errors.push(forbidden(`${field}.${name}`, 'when `pod.Spec.HostUsers` is false'));
  }
  return errors;
}

/**
 * On the node's network a port is the node's.
 *
 * @param isPod a template may leave the node's port open: it is filled in when the pod is made
 */
export function validateHostPorts(
  { hostNetwork, containers = [] }: PodSpec,
  field: string,
  isPod: boolean,
): FieldError[] {
  if (hostNetwork !== true) return [];
  return containers.flatMap(({ ports = [] }, index) =>
    ports.flatMap(({ containerPort, hostPort = 0 }, at) => {
      if (hostPort === containerPort || (hostPort === 0 && !isPod)) return [];
      const path = `${field}.containers[${index}].ports[${at}].hostPort`;
      return [invalid(path, hostPort, 'must match `containerPort` when `hostNetwork` is true')];
    }),
  );
}

/** The kernel's namespace to which a setting belongs (component-helpers/node/util/sysctl/namespace.go). */
function sysctlNamespace(name: string): 'ipc' | 'net' | undefined {
  // Slashes stand for dots if the first separator is one.
  const first = /[./]/.exec(name)?.[0];
  const dotted = first === '/' ? name.replace(/[./]/g, (letter) => (letter === '/' ? '.' : '/')) : name;
  if (dotted.startsWith('net.')) return 'net';
  return dotted === 'kernel.sem' || /^(?:kernel\.shm|kernel\.msg|fs\.mqueue\.)/.test(dotted) ? 'ipc' : undefined;
}

const OPERATING_SYSTEMS = ['linux', 'windows'];

/** What Windows does not have, of a pod and its security context. */
const LINUX_POD_FIELDS = ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace'] as const;
const LINUX_POD_CONTEXT = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
];
const LINUX_CONTAINER_CONTEXT = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];

export function validateOperatingSystem(spec: PodSpec, field: string): FieldError[] {
  const { os } = spec;
  if (os === undefined) return [];
  if (os.name === '') return [required(`${field}.os.name`, 'cannot be empty')];
  if (!OPERATING_SYSTEMS.includes(os.name)) return [notSupported(`${field}.os`, os.name, OPERATING_SYSTEMS)];
  const path = `${field}.securityContext`;
  if (os.name === 'linux') {
    const detail = 'windows options cannot be set for a linux pod';
    return [
      ...setFields(spec.securityContext, ['windowsOptions'], path, detail),
      ...inContainers(spec, ['windowsOptions'], field, detail),
    ];
  }
  const detail = 'cannot be set for a windows pod';
  const shared = LINUX_POD_FIELDS.filter((name) =>
    name === 'hostPID' || name === 'hostIPC' ? spec[name] === true : spec[name] !== undefined,
  );
  return [
    ...shared.map((name) => forbidden(`${field}.${name}`, detail)),
    ...setFields(spec.securityContext, LINUX_POD_CONTEXT, path, detail),
    ...inContainers(spec, LINUX_CONTAINER_CONTEXT, field, detail),
  ];
}

function inContainers(spec: PodSpec, names: readonly string[], field: string, detail: string): FieldError[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    ((spec[list] ?? []) as readonly Container[]).flatMap(({ securityContext }, index) =>
      setFields(securityContext, names, `${field}.${list}[${index}].securityContext`, detail),
    ),
  );
}

function setFields(context: object | undefined, names: readonly string[], path: string, detail: string): FieldError[] {
  const values = (context ?? {}) as Readonly<Record<string, unknown>>;
  const isSet = (value: unknown): boolean => value !== undefined && !(Array.isArray(value) && value.length === 0);
  return names.filter((name) => isSet(values[name])).map((name) => forbidden(`${path}.${name}`, detail));
}
