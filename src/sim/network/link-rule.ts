/**
 * Link rules: what faults do to links, as data. A rule holds for every link from one of its hosts to another, never for
 * a host's loopback; each counts the messages that it really touched.
 */
import type { Distribution } from '../kernel/distribution.ts';

/** What a rule does to each of its links. */
export type LinkEffect =
  /** Nothing passes. Datagrams are lost, also those in flight; connections stall, and break if it lasts. */
  | { readonly type: 'cut' }
  /** Nothing enters; it is let through in order when the rule ends. What is in flight arrives. */
  | { readonly type: 'clog' }
  | { readonly type: 'slow'; readonly factor: number; readonly extra: Distribution }
  | { readonly type: 'lose'; readonly probability: number }
  | { readonly type: 'duplicate'; readonly probability: number }
  | { readonly type: 'reorder'; readonly probability: number; readonly windowMs: number };

/** Indices of hosts on either side of a directed set of links. */
export interface Direction {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

export class LinkRule {
  readonly id: number;
  readonly effect: LinkEffect;
  readonly directions: readonly Direction[];
  /** How many messages it has touched. */
  touched = 0;
  readonly #sets: readonly { from: ReadonlySet<number>; to: ReadonlySet<number> }[];

  constructor(id: number, effect: LinkEffect, directions: readonly Direction[]) {
    this.id = id;
    this.effect = effect;
    this.directions = directions;
    this.#sets = directions.map(({ from, to }) => ({ from: new Set(from), to: new Set(to) }));
  }

  matches(from: number, to: number): boolean {
    if (from === to) return false;
    for (const set of this.#sets) if (set.from.has(from) && set.to.has(to)) return true;
    return false;
  }
}
