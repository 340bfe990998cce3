/** What the API server remembers: its caches, who watches, and what waits. All of it is lost in a crash, and may be. */
import type { Address } from '../../../sim/index.ts';
import type { KindDeclaration } from '../../api/kind-declaration.ts';
import type { FreshRead } from './continuation.ts';
import type { ServerOptions } from './server-options.ts';
import { noneTaken, type Taken } from './services/taken.ts';
import type { CollectionDeletion } from './verbs/collection-deletion.ts';
import { type Collection, newCollection } from './watch-cache/collection.ts';
import type { Watcher } from './watching/watcher.ts';

export interface ApiServerState {
  readonly options: ServerOptions;
  /** Which member of etcd is asked; counts up with each change, modulo their number. */
  member: number;
  /** Numbers for timers and collections' deletions. */
  nextNumber: number;
  readonly cache: CacheState;
  /** By the number of their stream. */
  readonly watchers: Map<number, Watcher>;
  /** Whether the timer for bookmarks runs: it does while somebody wants them. */
  bookmarking: boolean;
  /** Reads that wait for the cache to become fresh enough, in the order of arrival. */
  waiting: WaitingRead[];
  /** Deletions of collections under way. */
  readonly deletions: Map<number, CollectionDeletion>;
  /** Addresses and ports of Services that are taken, as the cache has it. */
  readonly taken: Taken;
  /** Whether the timer runs that asks etcd for its progress: it does while reads wait. */
  progressing: boolean;
  /** The latest compaction that this server has seen: a count that all servers compare and raise, and a revision. */
  compaction: { time: number; revision: number };
}

export interface CacheState {
  /** Everything up to here is in the collections. 0: nothing was read yet. */
  revision: number;
  /** Whether reads and watches may be served: false until first filled, and while it is filled again. */
  ready: boolean;
  /** Tells one attempt to fill and follow from the next. */
  generation: number;
  /** How many attempts in a row have failed. */
  failures: number;
  /** The watch on etcd; absent while there is none. */
  stream: { readonly id: number; readonly to: Address } | undefined;
  /** When the watch last said anything, on the monotonic clock. */
  heardUs: number;
  readonly collections: Map<string, Collection>;
}

/** A read that knows how fresh it must be. */
export interface WaitingRead {
  readonly read: FreshRead;
  readonly revision: number;
  /** On the monotonic clock, in microseconds: waited for no longer. */
  readonly untilUs: number;
}

export function newState(options: ServerOptions, kinds: readonly KindDeclaration[]): ApiServerState {
  return {
    options,
    member: 0,
    nextNumber: 1,
    cache: {
      revision: 0,
      ready: false,
      generation: 0,
      failures: 0,
      stream: undefined,
      heardUs: 0,
      collections: new Map(kinds.map(({ resource }) => [resource.plural, newCollection(options.watchCache.minEvents)])),
    },
    watchers: new Map(),
    bookmarking: false,
    waiting: [],
    deletions: new Map(),
    taken: noneTaken(),
    progressing: false,
    compaction: { time: 0, revision: 0 },
  };
}

/** The collection of a resource; the server has one for each kind that it knows. */
export function collectionOf(state: ApiServerState, plural: string): Collection {
  const collection = state.cache.collections.get(plural);
  if (collection === undefined) throw new Error(`The API server keeps no collection of ${plural}.`);
  return collection;
}
