/** What volumes of pods are filled in with, in place: pkg/apis/core/v1/defaults.go, zz_generated.defaults.go. */
import type { PodSpec } from '../object.ts';
import { isLatest } from './image-tag.ts';
import { roundResources } from './resource-list-defaults.ts';

type Volume = NonNullable<PodSpec['volumes']>[number];

interface ImageVolume {
  image?: { readonly reference?: string; pullPolicy?: string };
}

const FILE_MODE = 0o644;
const TOKEN_EXPIRATION_SECONDS = 3600;

export function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume.emptyDir = {};
  for (const source of [volume.secret, volume.configMap, volume.downwardAPI, volume.projected]) {
    if (source !== undefined) source.defaultMode ??= FILE_MODE;
  }
  if (volume.hostPath !== undefined) volume.hostPath.type ??= '';
  const { image } = volume as ImageVolume;
  if (image !== undefined) image.pullPolicy ||= isLatest(image.reference ?? '') ? 'Always' : 'IfNotPresent';
  defaultFiles(volume);
  defaultClaim(volume.ephemeral?.volumeClaimTemplate?.spec);
  defaultOldSources(volume);
}

function defaultFiles({ downwardAPI, projected }: Volume): void {
  const sources = projected?.sources ?? [];
  for (const { serviceAccountToken } of sources) {
    if (serviceAccountToken !== undefined) serviceAccountToken.expirationSeconds ??= TOKEN_EXPIRATION_SECONDS;
  }
  for (const items of [downwardAPI?.items, ...sources.map((source) => source.downwardAPI?.items)]) {
    for (const { fieldRef } of items ?? []) if (fieldRef !== undefined) fieldRef.apiVersion ||= 'v1';
  }
}

type Claim = NonNullable<NonNullable<Volume['ephemeral']>['volumeClaimTemplate']>['spec'];

function defaultClaim(spec: Claim | undefined): void {
  if (spec === undefined) return;
  spec.volumeMode ??= 'Filesystem';
  roundResources(spec.resources);
}

/** Kinds of storage that nothing here mounts; an object that names them reads as upstream's does. */
function defaultOldSources({ azureDisk, iscsi, rbd, scaleIO }: Volume): void {
  if (azureDisk !== undefined) {
    azureDisk.cachingMode ??= 'ReadWrite';
    azureDisk.kind ??= 'Shared';
    azureDisk.fsType ??= 'ext4';
    azureDisk.readOnly ??= false;
  }
  if (iscsi !== undefined) iscsi.iscsiInterface ||= 'default';
  if (rbd !== undefined) {
    rbd.pool ||= 'rbd';
    rbd.user ||= 'admin';
    rbd.keyring ||= '/etc/ceph/keyring';
  }
  if (scaleIO !== undefined) {
    scaleIO.storageMode ||= 'ThinProvisioned';
    scaleIO.fsType ||= 'xfs';
  }
}
