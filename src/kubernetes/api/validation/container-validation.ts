/**
 * Containers of all three sorts: pkg/apis/core/validation/validation.go, validateContainers, validateInitContainers,
 * validateEphemeralContainers. Names are unique over all of them.
 */
import type { FieldError } from '../field-error.ts';
import { dnsLabelProblems } from '../label-syntax.ts';
import type { Container, PodSpec } from '../object.ts';
import { hostPortConflicts, validateContainerPorts } from './container-port-validation.ts';
import { validateEnv, validateEnvFrom } from './env-validation.ts';
import { duplicate, forbidden, invalid, invalidFor, notSupported, required } from './mistakes.ts';
import { validateLifecycle, validateProbes } from './probe-validation.ts';
import { type ResourceRequirements, validateResourceRequirements } from './resource-validation.ts';
import { validateSecurityContext } from './security-context-validation.ts';
import { type Volume, validateVolumeDevices, validateVolumeMounts } from './volume-mount-validation.ts';

/** What the containers of a pod share. */
interface Surroundings {
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly claims: ReadonlySet<string>;
  readonly graceSeconds: number | undefined;
  readonly hostUsers: boolean;
  readonly restartPolicy: string | undefined;
  /** Of all containers that came before. */
  readonly names: Set<string>;
}

/**
 * @param volumes those that may be mounted, by name
 * @param field the spec's path
 */
export function validateAllContainers(
  spec: PodSpec,
  volumes: ReadonlyMap<string, Volume>,
  field: string,
): FieldError[] {
  const { resourceClaims = [], hostUsers } = spec as PodSpec & PodExtras;
  const shared: Surroundings = {
    volumes,
    claims: new Set(resourceClaims.map(({ name }) => name)),
    graceSeconds: spec.terminationGracePeriodSeconds,
    hostUsers: hostUsers !== false,
    restartPolicy: spec.restartPolicy,
    names: new Set(),
  };
  const { containers = [], initContainers = [], ephemeralContainers = [] } = spec;
  return [
    ...validateContainers(containers, shared, `${field}.containers`),
    ...validateInitContainers(initContainers, shared, `${field}.initContainers`),
    ...(ephemeralContainers as Container[]).flatMap((container, index) => {
      const path = `${field}.ephemeralContainers[${index}]`;
      return [...validateContainer(container, shared, path), ...validateUnique(container, shared, path)];
    }),
  ];
}

interface PodExtras {
  readonly resourceClaims?: readonly { readonly name: string }[];
  readonly hostUsers?: boolean;
}

function validateContainers(containers: readonly Container[], shared: Surroundings, field: string): FieldError[] {
  if (containers.length === 0) return [required(field)];
  const errors = containers.flatMap((container, index) => {
    const path = `${field}[${index}]`;
    const found = [
      ...validateContainer(container, shared, path),
      ...validateUnique(container, shared, path),
      ...validateLifecycle(container.lifecycle, shared.graceSeconds, `${path}.lifecycle`),
      ...validateProbes(container, path),
    ];
    if (container.restartPolicy !== undefined) {
      found.push(forbidden(`${path}.restartPolicy`, 'may not be set for non-init containers'));
    }
    return found;
  });
  return [...errors, ...hostPortConflicts(containers, field)];
}

/** Only those that restart (sidecars) have a life to watch over. */
function validateInitContainers(containers: readonly Container[], shared: Surroundings, field: string): FieldError[] {
  return containers.flatMap((container, index) => {
    const path = `${field}[${index}]`;
    const { restartPolicy } = container;
    const errors = validateContainer(container, shared, path);
    if (restartPolicy !== undefined && restartPolicy !== 'Always') {
      errors.push(notSupported(`${path}.restartPolicy`, restartPolicy, ['Always']));
    }
    // They run one by one: each conflicts with itself only, and upstream reports it as the first of the list.
    errors.push(...validateUnique(container, shared, path), ...hostPortConflicts([container], field));
    if (restartPolicy === 'Always') {
      errors.push(
        ...validateLifecycle(container.lifecycle, shared.graceSeconds, `${path}.lifecycle`),
        ...validateProbes(container, path),
      );
      return errors;
    }
    for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      if (container[name] === undefined) continue;
      errors.push(forbidden(`${path}.${name}`, 'may not be set for init containers without restartPolicy=Always'));
    }
    return errors;
  });
}

function validateUnique({ name }: Container, { names }: Surroundings, path: string): FieldError[] {
  const errors = names.has(name) ? [duplicate(`${path}.name`, name)] : [];
  if (name !== '') names.add(name);
  return errors;
}

const MESSAGE_POLICIES = ['FallbackToLogsOnError', 'File'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

/** What holds for all sorts (validateContainerCommon). */
function validateContainer(container: Container, shared: Surroundings, path: string): FieldError[] {
  const { name, image = '', terminationMessagePolicy, imagePullPolicy, securityContext } = container;
  const errors = name === '' ? [required(`${path}.name`)] : invalidFor(`${path}.name`, name, dnsLabelProblems(name));
  if (image === '') errors.push(required(`${path}.image`));
  errors.push(
    ...oneOf(terminationMessagePolicy, MESSAGE_POLICIES, `${path}.terminationMessagePolicy`),
    ...validateContainerPorts(container.ports, `${path}.ports`),
    ...validateEnv(container.env ?? [], `${path}.env`),
    ...validateEnvFrom(container.envFrom ?? [], `${path}.envFrom`),
    ...validateVolumeMounts(container, shared.volumes, `${path}.volumeMounts`),
    ...validateVolumeDevices(container, shared.volumes, `${path}.volumeDevices`),
    ...oneOf(imagePullPolicy, PULL_POLICIES, `${path}.imagePullPolicy`),
    ...validateResourceRequirements(
      container.resources as ResourceRequirements | undefined,
      `${path}.resources`,
      shared.claims,
    ),
    ...validateResizePolicy(container, shared.restartPolicy, `${path}.resizePolicy`),
    ...validateSecurityContext(securityContext, shared.hostUsers, `${path}.securityContext`),
  );
  return errors;
}

/** Required, and one of these. */
export function oneOf(value: string | undefined, allowed: readonly string[], field: string): FieldError[] {
  if (value === undefined || value === '') return [required(field)];
  return allowed.includes(value) ? [] : [notSupported(field, value, allowed)];
}

function validateResizePolicy(container: Container, podRestartPolicy: string | undefined, field: string): FieldError[] {
  type Policy = { readonly resourceName: string; readonly restartPolicy: string };
  const { resizePolicy = [] } = container as { resizePolicy?: readonly Policy[] };
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, { resourceName, restartPolicy }] of resizePolicy.entries()) {
    if (seen.has(resourceName)) errors.push(duplicate(`${field}[${index}]`, resourceName));
    seen.add(resourceName);
    errors.push(
      ...oneOf(resourceName, ['cpu', 'memory'], field),
      ...oneOf(restartPolicy, ['NotRequired', 'RestartContainer'], field),
    );
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      errors.push(invalid(field, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"));
    }
  }
  return errors;
}
