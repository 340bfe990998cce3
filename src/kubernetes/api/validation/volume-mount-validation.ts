/** What containers mount: pkg/apis/core/validation/validation.go, ValidateVolumeMounts, ValidateVolumeDevices. */
import type { FieldError } from '../field-error.ts';
import type { Container, PodSpec } from '../object.ts';
import { forbidden, invalid, notSupported, required } from './mistakes.ts';
import { backsteps, descendingPath } from './path-validation.ts';

export type Volume = NonNullable<PodSpec['volumes']>[number];
type VolumeMount = NonNullable<Container['volumeMounts']>[number] & { readonly recursiveReadOnly?: string };

/** @param volumes the pod's, by name */
export function validateVolumeMounts(
  container: Container,
  volumes: ReadonlyMap<string, Volume>,
  field: string,
): FieldError[] {
  const { volumeMounts = [], volumeDevices = [] } = container;
  const errors: FieldError[] = [];
  const paths = new Set<string>();
  for (const [index, mount] of (volumeMounts as VolumeMount[]).entries()) {
    const path = `${field}[${index}]`;
    const { name, mountPath, subPath = '', subPathExpr = '' } = mount;
    if (name === '') errors.push(required(`${path}.name`));
    if (!volumes.has(name)) errors.push(notFound(`${path}.name`, name));
    if (mountPath === '') errors.push(required(`${path}.mountPath`));
    if (paths.has(mountPath)) errors.push(invalid(`${path}.mountPath`, mountPath, 'must be unique'));
    paths.add(mountPath);
    if (volumeDevices.some((device) => device.name === name)) {
      errors.push(invalid(`${path}.name`, name, 'must not already exist in volumeDevices'));
    }
    if (volumeDevices.some(({ devicePath }) => devicePath === mountPath)) {
      errors.push(invalid(`${path}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    }
    // Upstream names the list, not the item, from here on.
    if (subPath !== '') errors.push(...descendingPath(subPath, `${field}.subPath`));
    if (subPathExpr !== '') {
      if (subPath !== '') {
        const detail = 'subPathExpr and subPath are mutually exclusive';
        errors.push(invalid(`${path}.subPathExpr`, subPathExpr, detail));
      }
      errors.push(...descendingPath(subPathExpr, `${field}.subPathExpr`));
    }
    errors.push(...validatePropagation(mount, container, field));
  }
  return errors;
}

function validatePropagation(
  { mountPropagation, recursiveReadOnly, readOnly = false }: VolumeMount,
  { securityContext }: Container,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const modes = ['Bidirectional', 'HostToContainer', 'None'];
  if (mountPropagation !== undefined && !modes.includes(mountPropagation)) {
    errors.push(notSupported(`${field}.mountPropagation`, mountPropagation, modes));
  }
  if (mountPropagation === 'Bidirectional' && securityContext?.privileged !== true) {
    const detail = 'Bidirectional mount propagation is available only to privileged containers';
    errors.push(forbidden(`${field}.mountPropagation`, detail));
  }
  const path = `${field}.recursiveReadOnly`;
  if (recursiveReadOnly === 'Enabled' || recursiveReadOnly === 'IfPossible') {
    if (!readOnly) errors.push(forbidden(path, 'may only be specified when readOnly is true'));
    if (mountPropagation !== undefined && mountPropagation !== 'None') {
      errors.push(forbidden(path, 'may only be specified when mountPropagation is None or not specified'));
    }
  } else if (recursiveReadOnly !== undefined && recursiveReadOnly !== 'Disabled') {
    errors.push(notSupported(path, recursiveReadOnly, ['Disabled', 'Enabled', 'IfPossible']));
  }
  return errors;
}

/** Raw devices come from claims only. */
export function validateVolumeDevices(
  { volumeDevices = [], volumeMounts = [] }: Container,
  volumes: ReadonlyMap<string, Volume>,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [index, { name, devicePath }] of volumeDevices.entries()) {
    const path = `${field}[${index}]`;
    const volume = volumes.get(name);
    if (name === '') errors.push(required(`${path}.name`));
    if (names.has(name)) errors.push(invalid(`${path}.name`, name, 'must be unique'));
    if (volume === undefined) errors.push(notFound(`${path}.name`, name));
    else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
      const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalid(`${path}.name`, name, detail));
    }
    if (devicePath === '') errors.push(required(`${path}.devicePath`));
    if (paths.has(devicePath)) errors.push(invalid(`${path}.devicePath`, devicePath, 'must be unique'));
    if (backsteps(devicePath)) {
      errors.push(invalid(`${path}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    } else paths.add(devicePath);
    if (volumeMounts.some(({ mountPath }) => mountPath === devicePath)) {
      errors.push(invalid(`${path}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (volumeMounts.some((mount) => mount.name === name)) {
      errors.push(invalid(`${path}.name`, name, 'must not already exist in volumeMounts'));
    }
    if (name !== '') names.add(name);
  }
  return errors;
}

function notFound(field: string, value: string): FieldError {
  return { type: 'FieldValueNotFound', field, detail: '', value };
}
