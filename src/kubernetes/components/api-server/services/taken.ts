/**
 * Which addresses and ports of Services are taken, and the keys in etcd that say so.
 *
 * Each claim is a key of its own, written in the transaction that writes the Service and removed in the one that removes
 * it: two Services never hold the same, whichever servers they came through, and nothing is left behind by a crash. The
 * address is upstream's IPAddress object (pkg/registry/core/service/ipallocator/ipallocator.go, KEP-1880); upstream keeps ports in
 * one bitmap, `/registry/ranges/servicenodeports`, and both apart from the Service, with a controller to repair the rest.
 */
import { REGISTRY } from '../storage/registry-key.ts';

/** As this server's cache has it: behind the store, which decides. */
export interface Taken {
  readonly addresses: Set<string>;
  readonly nodePorts: Set<number>;
}

export function noneTaken(): Taken {
  return { addresses: new Set(), nodePorts: new Set() };
}

const ADDRESSES = `${REGISTRY}ipaddresses/`;
const NODE_PORTS = `${REGISTRY}ranges/servicenodeports/`;

export const addressClaim = (address: string): string => ADDRESSES + address;
export const nodePortClaim = (port: number): string => `${NODE_PORTS}${port}`;

/** The address or port of a claim, for people. */
export function claimed(key: string): { readonly address: string } | { readonly nodePort: number } | undefined {
  if (key.startsWith(ADDRESSES)) return { address: key.slice(ADDRESSES.length) };
  if (key.startsWith(NODE_PORTS)) return { nodePort: Number(key.slice(NODE_PORTS.length)) };
  return undefined;
}

/** Takes notice of a key of etcd that has come or gone. False: it is no claim. */
export function noteClaim(taken: Taken, key: string, exists: boolean): boolean {
  const claim = claimed(key);
  if (claim === undefined) return false;
  if ('address' in claim) {
    if (exists) taken.addresses.add(claim.address);
    else taken.addresses.delete(claim.address);
  } else if (exists) taken.nodePorts.add(claim.nodePort);
  else taken.nodePorts.delete(claim.nodePort);
  return true;
}

/** What stands under a claim: who holds it. */
export function claimValue(key: string, namespace: string, name: string): string {
  const parentRef = { group: '', resource: 'services', namespace, name };
  const claim = claimed(key);
  if (claim === undefined) throw new Error(`${key} is no claim of a Service.`);
  if ('nodePort' in claim) return JSON.stringify({ parentRef });
  const metadata = { name: claim.address, labels: { 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' } };
  return JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'IPAddress', metadata, spec: { parentRef } });
}
