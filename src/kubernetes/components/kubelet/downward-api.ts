/**
 * What a pod can be told of itself (pkg/fieldpath/fieldpath.go, podFieldSelectorRuntimeValue in
 * pkg/kubelet/kubelet_pods.go, ExtractContainerResourceValue in pkg/api/v1/resource/helpers.go).
 */

import type { Container, Pod } from '../../api/object.ts';
import { quantityMilli, quantityValue } from '../../api/quantity.ts';

/** What is known of a pod's surroundings when a container is made. */
export interface PodPlace {
  readonly podIp: string;
  readonly hostIp: string;
  /** What a container may use where its limits say nothing. */
  readonly allocatable: Readonly<Record<string, string>>;
}

/** Undefined: there is no such field. */
export function fieldValue(path: string, pod: Pod, { podIp, hostIp }: PodPlace): string | undefined {
  const { metadata, spec } = pod;
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (subscript !== null) return metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2] as string] ?? '';
  switch (path) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid;
    case 'metadata.labels':
      return formatMap(metadata.labels);
    case 'metadata.annotations':
      return formatMap(metadata.annotations);
    case 'spec.nodeName':
      return spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostIp;
    case 'status.podIP':
    case 'status.podIPs':
      return podIp;
    default:
      return undefined;
  }
}

/** `resource`: `limits.cpu`, `requests.memory`, …; in units of `divisor`, rounded up. */
export function resourceValue(
  resource: string,
  divisor: string | undefined,
  { resources = {} }: Container,
  { allocatable }: PodPlace,
): string | undefined {
  const [list, name] = [resource.slice(0, resource.indexOf('.')), resource.slice(resource.indexOf('.') + 1)];
  if (list !== 'limits' && list !== 'requests') return undefined;
  const given = resources[list]?.[name];
  const quantity = given ?? (list === 'limits' ? allocatable[name] : '0') ?? '0';
  const unit = divisor === undefined || divisor === '0' ? '1' : divisor;
  return name === 'cpu'
    ? `${Math.ceil(quantityMilli(quantity) / quantityMilli(unit))}`
    : `${Math.ceil(quantityValue(quantity) / quantityValue(unit))}`;
}

/** A line for each, sorted: `app="web"`. */
function formatMap(map: Readonly<Record<string, string>> = {}): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');
}
