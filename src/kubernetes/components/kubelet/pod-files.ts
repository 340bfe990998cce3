/**
 * The files that a container finds in its mounts: config maps and what the pod is told of itself
 * (pkg/volume/{configmap,downwardapi,projected}). They are written when the container is made; later changes of a config
 * map do not reach it. Other volumes are taken to be there, and empty.
 */
import type { Container, Pod } from '../../api/object.ts';
import { fieldValue, type PodPlace, resourceValue } from './downward-api.ts';
import type { FindConfigMap } from './environment.ts';

type Volume = NonNullable<Pod['spec']['volumes']>[number];
type Files = Record<string, string>;

/** A volume that cannot be set up: the pod's containers wait for it. */
export function missingVolume(
  pod: Pod,
  find: FindConfigMap,
): { readonly volume: string; readonly message: string } | undefined {
  for (const volume of pod.spec.volumes ?? []) {
    for (const { name = '', items, optional } of configMapsOfVolume(volume)) {
      if (optional === true) continue;
      const map = find(name);
      if (map === undefined) return { volume: volume.name, message: `configmap "${name}" not found` };
      const absent = items?.find(({ key }) => map.data?.[key] === undefined);
      if (absent !== undefined) {
        return { volume: volume.name, message: `configmap references non-existent config key: ${absent.key}` };
      }
    }
  }
  return undefined;
}

/** By absolute path. */
export function filesOf(pod: Pod, container: Container, place: PodPlace, find: FindConfigMap): Files {
  const files: Files = {};
  for (const { name, mountPath, subPath = '' } of container.volumeMounts ?? []) {
    const volume = pod.spec.volumes?.find((each) => each.name === name);
    if (volume === undefined) continue;
    for (const [path, content] of Object.entries(contentOf(volume, pod, container, place, find))) {
      if (subPath === '') files[`${mountPath}/${path}`] = content;
      else if (path === subPath) files[mountPath] = content;
      else if (path.startsWith(`${subPath}/`)) files[`${mountPath}${path.slice(subPath.length)}`] = content;
    }
  }
  return files;
}

function configMapsOfVolume({ configMap, projected }: Volume) {
  const inProjected = (projected?.sources ?? []).flatMap((source) =>
    source.configMap === undefined ? [] : [source.configMap],
  );
  return configMap === undefined ? inProjected : [configMap, ...inProjected];
}

function contentOf(volume: Volume, pod: Pod, container: Container, place: PodPlace, find: FindConfigMap): Files {
  const files: Files = {};
  for (const { name = '', items } of configMapsOfVolume(volume)) {
    const data = find(name)?.data ?? {};
    const chosen = items ?? Object.keys(data).map((key) => ({ key, path: key }));
    for (const { key, path } of chosen) {
      const content = data[key];
      if (content !== undefined) files[path] = content;
    }
  }
  const sources = [volume.downwardAPI, ...(volume.projected?.sources ?? []).map(({ downwardAPI }) => downwardAPI)];
  for (const { path, fieldRef, resourceFieldRef } of sources.flatMap((source) => source?.items ?? [])) {
    if (fieldRef !== undefined) files[path] = fieldValue(fieldRef.fieldPath, pod, place) ?? '';
    if (resourceFieldRef !== undefined) {
      const { resource, divisor } = resourceFieldRef;
      files[path] = resourceValue(resource, divisor, container, place) ?? '';
    }
  }
  return files;
}
