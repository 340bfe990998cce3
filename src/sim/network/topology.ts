/** Which link lies between two hosts: by distance, then by the last route that matches. */
import type { Host } from '../kernel/host.ts';
import { LinkKind } from './link.ts';
import { DEFAULT_NETWORK, type LinkSpec, type NetworkSpec, type Place } from './network-spec.ts';

interface Route {
  readonly from: Place;
  readonly to: Place;
  readonly kind: LinkKind;
}

export class Topology {
  readonly #loopback: LinkKind;
  readonly #zone: LinkKind;
  readonly #region: LinkKind;
  readonly #world: LinkKind;
  readonly #routes: readonly Route[];

  constructor(spec: NetworkSpec) {
    this.#loopback = kindOf(spec.loopback, DEFAULT_NETWORK.loopback);
    this.#zone = kindOf(spec.zone, DEFAULT_NETWORK.zone);
    this.#region = kindOf(spec.region, DEFAULT_NETWORK.region);
    this.#world = kindOf(spec.world, DEFAULT_NETWORK.world);
    const routes: Route[] = [];
    for (const { from, to, both, link } of spec.routes ?? []) {
      const kind = new LinkKind(link);
      routes.unshift({ from, to, kind });
      if (both !== false) routes.unshift({ from: to, to: from, kind });
    }
    this.#routes = routes;
  }

  between(from: Host, to: Host): LinkKind {
    if (from === to) return this.#loopback;
    for (const route of this.#routes) {
      if (isAt(from, route.from) && isAt(to, route.to)) return route.kind;
    }
    if (from.region !== to.region) return this.#world;
    return from.zone === to.zone ? this.#zone : this.#region;
  }
}

function kindOf(given: LinkSpec | undefined, standard: LinkSpec): LinkKind {
  return new LinkKind(given ?? standard);
}

function isAt(host: Host, place: Place): boolean {
  if (place.zone !== undefined && place.zone !== host.zone) return false;
  return place.region === undefined || place.region === host.region;
}
