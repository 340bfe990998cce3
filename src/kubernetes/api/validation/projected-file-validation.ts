/**
 * Files that volumes make of objects: pkg/apis/core/validation/validation.go, validateConfigMapVolumeSource,
 * validateSecretVolumeSource, validateDownwardAPIVolumeSource.
 */
import type { FieldError } from '../field-error.ts';
import {
  type FieldRef,
  type ResourceFieldRef,
  validateFieldRef,
  validateResourceFieldRef,
} from './field-ref-validation.ts';
import { invalid, required } from './mistakes.ts';
import { nonReservedPath } from './path-validation.ts';

export interface KeyToPath {
  readonly key: string;
  readonly path: string;
  readonly mode?: number;
}

export interface DownwardFile {
  readonly path: string;
  readonly mode?: number;
  readonly fieldRef?: FieldRef;
  readonly resourceFieldRef?: ResourceFieldRef;
}

interface FilesSource<T> {
  readonly defaultMode?: number;
  readonly items?: readonly T[];
}

/** A ConfigMap or a Secret: each key a file. That it has a name is checked with the other sources. */
export function validateKeyedSource(source: FilesSource<KeyToPath>, field: string): FieldError[] {
  return [
    ...validateMode(source.defaultMode, `${field}.defaultMode`),
    ...(source.items ?? []).flatMap((item, index) => validateKeyToPath(item, `${field}.items[${index}]`)),
  ];
}

export function validateDownwardApiSource(source: FilesSource<DownwardFile>, field: string): FieldError[] {
  return [
    ...validateMode(source.defaultMode, `${field}.defaultMode`),
    // Upstream names the volume, not the item, in these.
    ...(source.items ?? []).flatMap((item) => validateDownwardFile(item, field)),
  ];
}

export function validateMode(mode: number | undefined, field: string): FieldError[] {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return [];
  return [invalid(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];
}

export function validateKeyToPath({ key, path, mode }: KeyToPath, field: string): FieldError[] {
  const errors = key === '' ? [required(`${field}.key`)] : [];
  if (path === '') errors.push(required(`${field}.path`));
  return [...errors, ...nonReservedPath(path, `${field}.path`), ...validateMode(mode, `${field}.mode`)];
}

const VOLUME_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

export function validateDownwardFile(file: DownwardFile, field: string): FieldError[] {
  const { path, mode, fieldRef, resourceFieldRef } = file;
  const errors = path === '' ? [required(`${field}.path`)] : [];
  errors.push(...nonReservedPath(path, `${field}.path`));
  if (fieldRef !== undefined) {
    errors.push(...validateFieldRef(fieldRef, `${field}.fieldRef`, VOLUME_FIELDS));
    if (resourceFieldRef !== undefined) {
      const detail = 'fieldRef and resourceFieldRef can not be specified simultaneously';
      errors.push(invalid(field, 'resource', detail));
    }
  } else if (resourceFieldRef !== undefined) {
    errors.push(...validateResourceFieldRef(resourceFieldRef, `${field}.resourceFieldRef`, true));
  } else errors.push(required(field, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...validateMode(mode, `${field}.mode`)];
}
