/** What is said of a network: links by distance, exceptions by zone and region, and how connections behave. Plain data. */
import type { Distribution } from '../kernel/distribution.ts';

/** One direction between two hosts. */
export interface LinkSpec {
  readonly latency: Distribution;
  /** Probability that a packet is lost: datagrams vanish, connections send again (see `retransmitMs`). Default 0. */
  readonly loss?: number;
  /** Probability that a datagram arrives twice. Default 0. */
  readonly duplication?: number;
  /** Probability that a datagram is held back for up to `windowMs` more, and so overtaken. */
  readonly reordering?: { readonly probability: number; readonly windowMs: number };
  /** How fast bytes leave; each message waits for those before it. Default: without limit. */
  readonly bytesPerSecond?: number;
}

/** Which hosts a route speaks of; both fields must match where both are given. */
export interface Place {
  readonly zone?: string;
  readonly region?: string;
}

/**
 * A network. The link between two hosts is that of their distance (same host, same zone, same region, elsewhere), unless
 * a route says otherwise; the last route that matches wins. What is stored grows with the pairs that really talk.
 */
export interface NetworkSpec {
  /** Default: 20 µs. */
  readonly loopback?: LinkSpec;
  /** Between hosts of one zone. Default: lognormal, median 0.25 ms, sigma 0.25. */
  readonly zone?: LinkSpec;
  /** Between zones of one region. Default: lognormal, median 0.8 ms, sigma 0.25. */
  readonly region?: LinkSpec;
  /** Between regions. Default: lognormal, median 40 ms, sigma 0.1. */
  readonly world?: LinkSpec;
  /** `both` (default true): in both directions. */
  readonly routes?: readonly {
    readonly from: Place;
    readonly to: Place;
    readonly both?: boolean;
    readonly link: LinkSpec;
  }[];
  /** What a message costs on the wire besides its body. Default 60 bytes. */
  readonly headerBytes?: number;
  /** How long a lost packet of a connection takes to be sent again, and a mended connection to notice. Default 200. */
  readonly retransmitMs?: number;
  /** After how long without getting anything through a connection breaks, at the side that tries. Default 30,000. */
  readonly breakAfterMs?: number;
}

export const DEFAULT_NETWORK = {
  loopback: { latency: { constant: 0.02 } },
  zone: { latency: { lognormal: { medianMs: 0.25, sigma: 0.25 } } },
  region: { latency: { lognormal: { medianMs: 0.8, sigma: 0.25 } } },
  world: { latency: { lognormal: { medianMs: 40, sigma: 0.1 } } },
  routes: [],
  headerBytes: 60,
  retransmitMs: 200,
  breakAfterMs: 30_000,
} as const satisfies NetworkSpec;
