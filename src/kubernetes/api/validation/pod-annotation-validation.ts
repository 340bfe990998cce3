/**
 * Annotations of pods that mean something: pkg/apis/core/validation/validation.go, ValidatePodSpecificAnnotations,
 * ValidatePodSpecificAnnotationUpdates, validateSeccompAnnotationsAndFields, validateAppArmorAnnotationsAndFieldsMatchOnCreate.
 * Tolerations in annotations, of before v1.6, are not read.
 */
import type { FieldError } from '../field-error.ts';
import type { Container, PodSpec } from '../object.ts';
import { forbidden, invalid } from './mistakes.ts';
import { descendingPath } from './path-validation.ts';

type Annotations = Readonly<Record<string, string>>;

interface Profile {
  readonly type: string;
  readonly localhostProfile?: string;
}

const MIRROR = 'kubernetes.io/config.mirror';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';

const LOCALHOST = 'localhost/';

const MAX_INT32 = 2_147_483_647;

/**
 * @param path the annotations'
 * @param specPath the spec's, for fields that say something else than the annotation
 */
export function validatePodAnnotations(
  annotations: Annotations,
  spec: PodSpec,
  path: string,
  specPath: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const mirror = annotations[MIRROR];
  if (mirror !== undefined && (spec.nodeName ?? '') === '') {
    errors.push(invalid(`${path}[${MIRROR}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set'));
  }
  const cost = annotations[DELETION_COST];
  if (cost !== undefined && !isDeletionCost(cost)) {
    errors.push(invalid(`${path}[${DELETION_COST}]`, cost, 'must be a 32bit integer'));
  }
  for (const [key, value] of Object.entries(annotations)) {
    if (key === SECCOMP_POD || key.startsWith(SECCOMP_CONTAINER)) {
      errors.push(...validateSeccomp(value, `${path}.${key}`));
    } else if (key.startsWith(APP_ARMOR)) errors.push(...validateAppArmor(key, value, spec, `${path}[${key}]`));
  }
  return [...errors, ...validateMatches(annotations, spec, specPath)];
}

/** A pod stays the mirror of a static pod, or none, and keeps its AppArmor annotations. */
export function validatePodAnnotationUpdate(next: Annotations, previous: Annotations, path: string): FieldError[] {
  const what = (key: string): string | undefined => {
    if (key === MIRROR) return 'mirror pod annotation';
    return key.startsWith(APP_ARMOR) ? 'AppArmor annotations' : undefined;
  };
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(previous)) {
    const name = what(key);
    if (name === undefined || next[key] === value) continue;
    errors.push(forbidden(`${path}[${key}]`, `may not remove or update ${name}`));
  }
  for (const key of Object.keys(next)) {
    const name = what(key);
    if (name !== undefined && !Object.hasOwn(previous, key)) {
      errors.push(forbidden(`${path}[${key}]`, `may not add ${name}`));
    }
  }
  return errors;
}

/** No plus sign and no leading zeros: texts that stand for one number are one (GetDeletionCostFromPodAnnotations). */
function isDeletionCost(text: string): boolean {
  if (!/^(?:-\d+|0|[1-9]\d*)$/.test(text)) return false;
  const cost = Number(text);
  return cost >= -MAX_INT32 - 1 && cost <= MAX_INT32;
}

function validateSeccomp(profile: string, field: string): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return [];
  if (profile.startsWith(LOCALHOST)) return descendingPath(profile.slice(LOCALHOST.length), field);
  return [invalid(field, profile, 'must be a valid seccomp profile')];
}

function validateAppArmor(key: string, profile: string, spec: PodSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const name = key.slice(APP_ARMOR.length);
  if (!containersOf(spec).some(([container]) => container.name === name)) {
    errors.push(invalid(field, name, 'container not found'));
  }
  const isKnown = ['', 'runtime/default', 'unconfined'].includes(profile) || profile.startsWith(LOCALHOST);
  if (!isKnown) errors.push(invalid(field, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`));
  return errors;
}

/** What a field and an annotation say of the same container must be the same. */
function validateMatches(annotations: Annotations, spec: PodSpec, specPath: string): FieldError[] {
  const pod = spec.securityContext as { seccompProfile?: Profile; appArmorProfile?: Profile } | undefined;
  const path = `${specPath}.securityContext.seccompProfile`;
  const errors = validateMatch(annotations[SECCOMP_POD], pod?.seccompProfile, 'seccomp', path);
  for (const [container, place] of containersOf(spec)) {
    const own = container.securityContext as { seccompProfile?: Profile; appArmorProfile?: Profile } | undefined;
    const context = `${specPath}.${place}.securityContext`;
    const seccomp = annotations[`${SECCOMP_CONTAINER}${container.name}`];
    errors.push(...validateMatch(seccomp, own?.seccompProfile, 'seccomp', `${context}.seccompProfile`));
    if (spec.os?.name === 'windows') continue;
    const appArmor = annotations[`${APP_ARMOR}${container.name}`];
    const profile = own?.appArmorProfile ?? pod?.appArmorProfile;
    errors.push(...validateMatch(appArmor, profile, 'apparmor', `${context}.appArmorProfile`));
  }
  return errors;
}

function validateMatch(
  annotation: string | undefined,
  profile: Profile | undefined,
  what: 'seccomp' | 'apparmor',
  field: string,
): FieldError[] {
  if (annotation === undefined || profile === undefined) return [];
  const wrongType = forbidden(`${field}.type`, `${what} type in annotation and field must match`);
  switch (profile.type) {
    case 'Unconfined':
      return annotation === 'unconfined' ? [] : [wrongType];
    case 'RuntimeDefault': {
      const isDocker = what === 'seccomp' && annotation === 'docker/default';
      return annotation === 'runtime/default' || isDocker ? [] : [wrongType];
    }
    case 'Localhost':
      if (!annotation.startsWith(LOCALHOST)) return [wrongType];
      if (annotation.slice(LOCALHOST.length) === profile.localhostProfile) return [];
      return [forbidden(`${field}.localhostProfile`, `${what} profile in annotation and field must match`)];
    default:
      return [];
  }
}

/** All containers with their places under the spec. */
function containersOf(spec: PodSpec): readonly (readonly [Container, string])[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    ((spec[list] ?? []) as readonly Container[]).map((container, index) => [container, `${list}[${index}]`] as const),
  );
}
