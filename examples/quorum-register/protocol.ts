/** What clients and replicas say to each other, and the order of versions on which all of it rests. */

/** A value and its place in the order of all writes. */
export interface Version {
  /** One more than the largest that its writer found. */
  readonly counter: number;
  /** Unique among all writes, so that it also decides between writers that found the same counter. */
  readonly value: string | null;
}

export const FIRST: Version = { counter: 0, value: null };

export function isNewer(a: Version, b: Version): boolean {
  return a.counter !== b.counter ? a.counter > b.counter : (a.value ?? '') > (b.value ?? '');
}

/** What a client asks of each replica. */
export type Ask =
  | { readonly type: 'query' }
  /** Keep this version, unless there is a newer one. */
  | { readonly type: 'store'; readonly version: Version };

/** What a replica answers. */
export type Answer = { readonly type: 'found'; readonly version: Version } | { readonly type: 'stored' };
