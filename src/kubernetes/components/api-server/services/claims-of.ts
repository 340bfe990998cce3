/** What a Service holds besides its own place in the store: its address, and its ports on nodes. */
import type { KubernetesObject, Service } from '../../../api/object.ts';
import { addressClaim, nodePortClaim } from './taken.ts';

/** The keys of the claims; none for other kinds. Each once. */
export function claimsOf(object: KubernetesObject): readonly string[] {
  if (object.kind !== 'Service') return NONE;
  const { spec } = object as Service;
  if (spec?.type === 'ExternalName') return NONE;
  const claims = new Set<string>();
  for (const address of spec?.clusterIPs ?? [spec?.clusterIP ?? '']) {
    if (address !== '' && address !== 'None') claims.add(addressClaim(address));
  }
  for (const { nodePort } of spec?.ports ?? []) {
    if (nodePort !== undefined && nodePort !== 0) claims.add(nodePortClaim(nodePort));
  }
  return [...claims];
}

const NONE: readonly string[] = Object.freeze([]);
