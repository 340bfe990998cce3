/**
 * Security contexts of pods and containers: pkg/apis/core/validation/validation.go, ValidateSecurityContext,
 * validatePodSpecSecurityContext. Privileged containers are allowed, as kubeadm sets up its API server. Windows' options are
 * not looked into.
 */
import type { FieldError } from '../field-error.ts';
import type { Container, PodSpec } from '../object.ts';
import { duplicate, invalid, notSupported, required } from './mistakes.ts';

type ContainerContext = NonNullable<Container['securityContext']> & { readonly appArmorProfile?: Profile };
type PodContext = NonNullable<PodSpec['securityContext']> & {
  readonly appArmorProfile?: Profile;
  readonly supplementalGroupsPolicy?: string;
  readonly seLinuxChangePolicy?: string;
};

interface Profile {
  readonly type: string;
  readonly localhostProfile?: string;
}

export function validateSecurityContext(
  context: ContainerContext | undefined,
  hostUsers: boolean,
  field: string,
): FieldError[] {
  if (context === undefined) return [];
  const { runAsUser, runAsGroup, procMount, capabilities } = context;
  const errors = [...validateId(runAsUser, `${field}.runAsUser`), ...validateId(runAsGroup, `${field}.runAsGroup`)];
  if (procMount !== undefined && procMount !== 'Default' && procMount !== 'Unmasked') {
    errors.push(notSupported(`${field}.procMount`, procMount, ['Default', 'Unmasked']));
  }
  if (procMount === 'Unmasked' && hostUsers) {
    errors.push(invalid(`${field}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'));
  }
  errors.push(...validateProfiles(context, field));
  if (context.allowPrivilegeEscalation !== false) return errors;
  if (context.privileged === true) {
    const detail = 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true';
    errors.push(invalid(field, context, detail));
  }
  if ((capabilities?.add ?? []).includes('CAP_SYS_ADMIN')) {
    const detail = 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN';
    errors.push(invalid(field, context, detail));
  }
  return errors;
}

export function validatePodSecurityContext(context: PodContext | undefined, field: string): FieldError[] {
  if (context === undefined) return [];
  const { fsGroup, runAsUser, runAsGroup, supplementalGroups = [], fsGroupChangePolicy, sysctls = [] } = context;
  const errors = [
    ...validateId(fsGroup, `${field}.fsGroup`),
    ...validateId(runAsUser, `${field}.runAsUser`),
    ...validateId(runAsGroup, `${field}.runAsGroup`),
    ...supplementalGroups.flatMap((group, index) => validateId(group, `${field}.supplementalGroups[${index}]`)),
  ];
  const seen = new Set<string>();
  for (const [index, { name }] of sysctls.entries()) {
    const path = `${field}.sysctls[${index}].name`;
    if (name === '') errors.push(required(path));
    else if (name.length > MAX_SYSCTL || !SYSCTL.test(name)) {
      const detail = `must have at most ${MAX_SYSCTL} characters and match regex ${SYSCTL.source}`;
      errors.push(invalid(path, name, detail));
    } else if (seen.has(name)) errors.push(duplicate(path, name));
    seen.add(name);
  }
  if (fsGroupChangePolicy !== undefined && !['Always', 'OnRootMismatch'].includes(fsGroupChangePolicy)) {
    errors.push(notSupported(`${field}.fsGroupChangePolicy`, fsGroupChangePolicy, ['Always', 'OnRootMismatch']));
  }
  const { supplementalGroupsPolicy, seLinuxChangePolicy } = context;
  if (supplementalGroupsPolicy !== undefined && !['Merge', 'Strict'].includes(supplementalGroupsPolicy)) {
    errors.push(notSupported(`${field}.supplementalGroupsPolicy`, supplementalGroupsPolicy, ['Merge', 'Strict']));
  }
  if (seLinuxChangePolicy !== undefined && !['MountOption', 'Recursive'].includes(seLinuxChangePolicy)) {
    errors.push(notSupported(`${field}.seLinuxChangePolicy`, seLinuxChangePolicy, ['MountOption', 'Recursive']));
  }
  return [...errors, ...validateProfiles(context, field)];
}

const MAX_ID = 2_147_483_647;
const MAX_SYSCTL = 253;
const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;

/** IsValidUserID, IsValidGroupID. */
function validateId(id: number | undefined, field: string): FieldError[] {
  if (id === undefined || (id >= 0 && id <= MAX_ID)) return [];
  return [invalid(field, id, `must be between 0 and ${MAX_ID}, inclusive`)];
}

function validateProfiles(
  { seccompProfile, appArmorProfile }: { seccompProfile?: Profile; appArmorProfile?: Profile },
  field: string,
): FieldError[] {
  return [
    ...validateProfile(seccompProfile, 'seccomp', `${field}.seccompProfile`),
    ...validateProfile(appArmorProfile, 'AppArmor', `${field}.appArmorProfile`),
  ];
}

function validateProfile(profile: Profile | undefined, what: string, field: string): FieldError[] {
  if (profile === undefined) return [];
  const { type, localhostProfile } = profile;
  const path = `${field}.localhostProfile`;
  if (type === 'Localhost') {
    if (localhostProfile !== undefined && localhostProfile !== '') return [];
    return [required(path, `must be set when ${what} type is Localhost`)];
  }
  const errors: FieldError[] = [];
  if (localhostProfile !== undefined) {
    errors.push(invalid(path, localhostProfile, `can only be set when ${what} type is Localhost`));
  }
  if (type === '') return [...errors, required(`${field}.type`, 'type is required when profile is set')];
  if (type === 'RuntimeDefault' || type === 'Unconfined') return errors;
  return [...errors, notSupported(`${field}.type`, type, ['Localhost', 'RuntimeDefault', 'Unconfined'])];
}
