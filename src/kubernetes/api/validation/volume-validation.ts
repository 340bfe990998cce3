/**
 * Volumes of pods: pkg/apis/core/validation/validation.go, ValidateVolumes, validateVolumeSource. Of the sources that the model
 * cannot mount only the required fields are looked at.
 */
import type { FieldError } from '../field-error.ts';
import { dnsLabelProblems } from '../label-syntax.ts';
import { parseQuantity } from '../quantity.ts';
import { duplicate, forbidden, invalid, invalidFor, notSupported, required } from './mistakes.ts';
import { withoutBacksteps } from './path-validation.ts';
import { validateDownwardApiSource, validateKeyedSource } from './projected-file-validation.ts';
import { validateProjectedSource } from './projected-volume-validation.ts';
import type { Volume } from './volume-mount-validation.ts';

export interface CheckedVolumes {
  readonly errors: FieldError[];
  /** Those that may be mounted, by name: a volume with a mistake counts as not there. */
  readonly sound: ReadonlyMap<string, Volume>;
}

export function validateVolumes(volumes: readonly Volume[], field: string): CheckedVolumes {
  const errors: FieldError[] = [];
  const sound = new Map<string, Volume>();
  for (const [index, volume] of volumes.entries()) {
    const path = `${field}[${index}]`;
    const { name } = volume;
    const own = validateSource(volume, path);
    if (name === '') own.push(required(`${path}.name`));
    else own.push(...invalidFor(`${path}.name`, name, dnsLabelProblems(name)));
    if (sound.has(name)) own.push(duplicate(`${path}.name`, name));
    if (own.length === 0) sound.set(name, volume);
    errors.push(...own);
  }
  return { errors, sound };
}

/** What must be there, of the sources for which nothing else is checked; in upstream's order of all sources. */
const REQUIRED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  emptyDir: [],
  hostPath: ['path'],
  gitRepo: ['repository'],
  gcePersistentDisk: ['pdName'],
  awsElasticBlockStore: ['volumeID'],
  secret: ['secretName'],
  nfs: ['server', 'path'],
  iscsi: ['targetPortal', 'iqn'],
  glusterfs: ['endpoints', 'path'],
  flocker: [],
  persistentVolumeClaim: ['claimName'],
  rbd: ['monitors', 'image'],
  cinder: ['volumeID'],
  cephfs: ['monitors'],
  quobyte: ['registry', 'volume'],
  downwardAPI: [],
  fc: [],
  flexVolume: ['driver'],
  configMap: ['name'],
  azureFile: ['secretName', 'shareName'],
  vsphereVolume: ['volumePath'],
  photonPersistentDisk: ['pdID'],
  portworxVolume: ['volumeID'],
  azureDisk: ['diskName', 'diskURI'],
  storageos: ['volumeName'],
  projected: [],
  scaleIO: ['gateway', 'system', 'volumeName'],
  csi: ['driver'],
  ephemeral: ['volumeClaimTemplate'],
  image: [],
};

function validateSource(volume: Volume, field: string): FieldError[] {
  // The type names each source; here they are gone through by name.
  const sources = volume as unknown as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  const errors: FieldError[] = [];
  let found = 0;
  for (const [name, needed] of Object.entries(REQUIRED_FIELDS)) {
    const source = sources[name];
    if (source === undefined) continue;
    found++;
    if (found > 1) {
      errors.push(forbidden(`${field}.${name}`, 'may not specify more than 1 volume type'));
      continue;
    }
    for (const each of needed) if (isMissing(source[each])) errors.push(required(`${field}.${name}.${each}`));
    errors.push(...validateMore(volume, field));
  }
  return found === 0 ? [required(field, 'must specify a volume type')] : errors;
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** What is checked besides required fields, of the first source only. */
function validateMore(volume: Volume, field: string): FieldError[] {
  const { emptyDir, hostPath, secret, configMap, downwardAPI, projected, nfs } = volume;
  if (emptyDir !== undefined) {
    const limit = parseQuantity(String(emptyDir.sizeLimit ?? '0'));
    if (limit !== undefined && limit.nano >= 0n) return [];
    return [forbidden(`${field}.emptyDir.sizeLimit`, 'SizeLimit field must be a valid resource quantity')];
  }
  if (hostPath !== undefined) return validateHostPath(hostPath, `${field}.hostPath`);
  if (secret !== undefined) return validateKeyedSource(secret, `${field}.secret`);
  if (nfs !== undefined && nfs.path !== '' && !nfs.path.startsWith('/')) {
    return [invalid(`${field}.nfs.path`, nfs.path, 'must be an absolute path')];
  }
  if (downwardAPI !== undefined) return validateDownwardApiSource(downwardAPI, `${field}.downwardAPI`);
  if (configMap !== undefined) return validateKeyedSource(configMap, `${field}.configMap`);
  return projected === undefined ? [] : validateProjectedSource(projected, `${field}.projected`);
}

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

function validateHostPath({ path, type = '' }: NonNullable<Volume['hostPath']>, field: string): FieldError[] {
  if (path === '') return [];
  const errors = withoutBacksteps(path, `${field}.path`);
  if (!HOST_PATH_TYPES.includes(type)) errors.push(notSupported(`${field}.type`, type, HOST_PATH_TYPES));
  return errors;
}
