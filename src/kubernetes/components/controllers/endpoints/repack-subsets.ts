/**
 * The canonical layout of an Endpoints object: addresses that offer the same ports stand together, and each address stands
 * once for a port. Upstream: pkg/api/v1/endpoints/util.go.
 */
import { byCodeUnits } from '../../../api/json-value.ts';
import type { EndpointSubset } from '../../../api/object.ts';

export type EndpointAddress = NonNullable<EndpointSubset['addresses']>[number];
export type SubsetPort = NonNullable<EndpointSubset['ports']>[number];

interface Offer {
  /** Undefined: the addresses offer no port at all. */
  readonly port: SubsetPort | undefined;
  /** By the addresses' keys: whether they are ready. */
  readonly ready: Map<string, boolean>;
}

export function repackSubsets(subsets: readonly EndpointSubset[]): EndpointSubset[] {
  const addresses = new Map<string, EndpointAddress>();
  const offers = new Map<string, Offer>();
  for (const subset of subsets) {
    const ports = subset.ports === undefined || subset.ports.length === 0 ? [undefined] : subset.ports;
    for (const port of ports) {
      for (const address of subset.addresses ?? []) offer(addresses, offers, address, port, true);
      for (const address of subset.notReadyAddresses ?? []) offer(addresses, offers, address, port, false);
    }
  }
  const byAddresses = new Map<string, { ready: Map<string, boolean>; ports: SubsetPort[] }>();
  for (const { port, ready } of offers.values()) {
    const key = JSON.stringify([...ready].sort(([a], [b]) => (a < b ? -1 : 1)));
    const group = byAddresses.get(key) ?? { ready, ports: [] };
    if (port !== undefined) group.ports.push(port);
    byAddresses.set(key, group);
  }
  const packed = [...byAddresses.values()].map(({ ready, ports }) => {
    const those = (wanted: boolean) =>
      [...ready.entries()]
        .filter(([, isReady]) => isReady === wanted)
        .flatMap(([key]) => addresses.get(key) ?? [])
        .sort(compareAddresses);
    return subsetOf(those(true), those(false), ports.sort(compareJson));
  });
  return packed.sort(compareJson);
}

/** An address that is anywhere said not to be ready for a port is not. */
function offer(
  addresses: Map<string, EndpointAddress>,
  offers: Map<string, Offer>,
  address: EndpointAddress,
  port: SubsetPort | undefined,
  ready: boolean,
): void {
  const key = `${address.ip} ${address.targetRef?.uid ?? ''}`;
  if (!addresses.has(key)) addresses.set(key, address);
  const portKey = JSON.stringify(port ?? null);
  const offered = offers.get(portKey) ?? { port, ready: new Map() };
  offers.set(portKey, offered);
  offered.ready.set(key, ready && (offered.ready.get(key) ?? true));
}

/** Lists that are empty are left out, as upstream's encoding does. */
export function subsetOf(ready: EndpointAddress[], notReady: EndpointAddress[], ports: SubsetPort[]): EndpointSubset {
  return {
    ...(ready.length === 0 ? {} : { addresses: ready }),
    ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
    ...(ports.length === 0 ? {} : { ports }),
  };
}

function compareAddresses(a: EndpointAddress, b: EndpointAddress): number {
  return byCodeUnits(a.ip, b.ip) || byCodeUnits(a.targetRef?.uid ?? '', b.targetRef?.uid ?? '');
}

/** Upstream orders by hashes: any order will do that is always the same. */
function compareJson(a: unknown, b: unknown): number {
  return byCodeUnits(JSON.stringify(a), JSON.stringify(b));
}
