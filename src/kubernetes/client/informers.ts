/**
 * Informers: local copies of collections, kept up to date by list and watch (reflector.ts). One set per actor; client-go's
 * SharedInformerFactory (client-go/tools/cache/shared_informer.go, delta_fifo.go).
 *
 * 1. The deltas, applied in order, give the copy; an object that a new list shows unchanged gives none.
 * 2. A copy is always a state that the server had, possibly a late one, and never goes back.
 * 3. A new list tells what came, changed or went while nobody watched: first what is there, in the order of the list, then
 *    what is gone, in the order of keys, with its last known state.
 */
import type { Context, Message } from '../../sim/index.ts';
import { type KubernetesObject, objectKey } from '../api/object.ts';
import type { Resource } from '../api/resource.ts';
import type { ApiAccess } from './api-client.ts';
import {
  emptyStore,
  type IndexFunctions,
  indexedObjects,
  listObjects,
  type ObjectStore,
  putObject,
  removeObject,
} from './object-store.ts';
import {
  type News,
  type ReflectorMessage,
  type ReflectorState,
  receiveReflected,
  startReflector,
} from './reflector.ts';

/** One collection to follow. It is code, not state: functions are allowed. */
export interface InformerSpec {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly labelSelector?: string;
  /** May depend on who watches: a kubelet's `spec.nodeName=…`. */
  readonly fieldSelector?: string | ((ctx: Context) => string);
  /** By name: the values under which an object is to be found again. */
  readonly indexes?: IndexFunctions;
}

/** What a change of a copy tells: objects are frozen and shared. */
export interface Delta<T extends KubernetesObject = KubernetesObject> {
  /** The informer's name. */
  readonly informer: string;
  readonly type: 'added' | 'updated' | 'deleted';
  /** The object's key, `namespace/name`. */
  readonly key: string;
  /** The new state; for `deleted` the last that is known. */
  readonly object: T;
  /** For `updated`: the state before. It may have another uid, if the object was replaced while nobody watched. */
  readonly previous?: T;
}

/** The state of a set of informers: plain data, a field of its actor's state. */
export interface InformersState {
  readonly access: ApiAccess;
  /** By name. */
  readonly informers: Map<string, { readonly reflector: ReflectorState; readonly store: ObjectStore }>;
}

/**
 * @example
 * const INFORMERS = new Informers({ pods: { resource: PODS, fieldSelector: 'spec.nodeName=' } });
 * // start:   const state = { informers: INFORMERS.start(ctx, args.api) };
 * // receive: const deltas = INFORMERS.receive(state.informers, message, ctx);
 * //          if (deltas !== undefined) { …; return state; }   // the message was the informers' own
 */
export class Informers {
  readonly specs: Readonly<Record<string, InformerSpec>>;

  constructor(specs: Readonly<Record<string, InformerSpec>>) {
    this.specs = specs;
  }

  /** Begins to list and watch; call it in `start`. */
  start(ctx: Context, access: ApiAccess): InformersState {
    const informers: InformersState['informers'] = new Map();
    for (const [name, { resource, namespace, labelSelector, fieldSelector }] of Object.entries(this.specs)) {
      const fields = typeof fieldSelector === 'function' ? fieldSelector(ctx) : fieldSelector;
      const reflector = startReflector(ctx, access, {
        name,
        resource,
        ...(namespace === undefined ? {} : { namespace }),
        ...(labelSelector === undefined ? {} : { labelSelector }),
        ...(fields === undefined ? {} : { fieldSelector: fields }),
      });
      informers.set(name, { reflector, store: emptyStore() });
    }
    return { access, informers };
  }

  /** Takes a message. Undefined: it is not the informers'; otherwise what has changed by it, in order (often nothing). */
  receive(state: InformersState, message: Message, ctx: Context): Delta[] | undefined {
    const name = informerOf(message);
    if (name === undefined) return undefined;
    const informer = state.informers.get(name);
    if (informer === undefined) return undefined;
    const { reflector, store } = informer;
    const news = receiveReflected(reflector, state.access, message as ReflectorMessage, ctx);
    return news === undefined ? [] : apply(store, this.specs[name]?.indexes ?? {}, name, news);
  }

  /** Whether each informer has its first complete copy. */
  synced(state: InformersState): boolean {
    for (const { reflector } of state.informers.values()) if (!reflector.synced) return false;
    return true;
  }

  /** One object by its key `namespace/name` (or `name`). */
  get<T extends KubernetesObject>(state: InformersState, informer: string, key: string): T | undefined {
    return storeOf(state, informer).objects.get(key) as T | undefined;
  }

  /** All objects, or those of a namespace, in the order of their keys. */
  list<T extends KubernetesObject>(state: InformersState, informer: string, namespace?: string): T[] {
    return listObjects(storeOf(state, informer), namespace) as T[];
  }

  /** The objects under a value of an index, in the order of their keys. */
  byIndex<T extends KubernetesObject>(state: InformersState, informer: string, index: string, value: string): T[] {
    if (this.specs[informer]?.indexes?.[index] === undefined) {
      throw new Error(`The informer "${informer}" has no index "${index}".`);
    }
    return indexedObjects(storeOf(state, informer), index, value) as T[];
  }
}

/** What an informer knows, for checks that see everything. */
export interface InformerView {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** '' before the first list. */
  readonly lastResourceVersion: string;
  readonly synced: boolean;
  /** The resource version of each object, by its key. */
  readonly resourceVersions: ReadonlyMap<string, string>;
}

/** By the informers' names. */
export function informerViews(state: InformersState): Map<string, InformerView> {
  const views = new Map<string, InformerView>();
  for (const [name, { reflector, store }] of state.informers) {
    const { resource, namespace, labelSelector, fieldSelector, lastResourceVersion, synced } = reflector;
    const resourceVersions = new Map<string, string>();
    for (const key of store.keys) resourceVersions.set(key, store.objects.get(key)?.metadata.resourceVersion ?? '');
    views.set(name, {
      resource,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
      lastResourceVersion,
      synced,
      resourceVersions,
    });
  }
  return views;
}

/** The name in a continuation of a reflector; undefined for all other messages. */
function informerOf(message: Message): string | undefined {
  if (message.type !== 'response' && message.type !== 'timer' && message.type !== 'stream') return undefined;
  const then: unknown = 'then' in message ? message.then : undefined;
  if (typeof then !== 'object' || then === null) return undefined;
  const { informers } = then as { readonly informers?: unknown };
  return typeof informers === 'string' ? informers : undefined;
}

function storeOf({ informers }: InformersState, name: string): ObjectStore {
  const informer = informers.get(name);
  if (informer === undefined) throw new Error(`There is no informer "${name}".`);
  return informer.store;
}

function apply(store: ObjectStore, functions: IndexFunctions, informer: string, news: News): Delta[] {
  if ('all' in news) return replace(store, functions, informer, news.all);
  const { type, object } = news;
  if (type !== 'DELETED') return [put(store, functions, informer, object)];
  const key = objectKey(object);
  return removeObject(store, functions, key) === undefined ? [] : [{ informer, type: 'deleted', key, object }];
}

function replace(
  store: ObjectStore,
  functions: IndexFunctions,
  informer: string,
  all: readonly KubernetesObject[],
): Delta[] {
  const deltas: Delta[] = [];
  const listed = new Set<string>();
  for (const object of all) {
    const key = objectKey(object);
    listed.add(key);
    const { uid, resourceVersion } = store.objects.get(key)?.metadata ?? {};
    if (object.metadata.resourceVersion === resourceVersion && object.metadata.uid === uid) continue;
    deltas.push(put(store, functions, informer, object));
  }
  for (const key of [...store.keys]) {
    if (listed.has(key)) continue;
    const object = removeObject(store, functions, key) as KubernetesObject;
    deltas.push({ informer, type: 'deleted', key, object });
  }
  return deltas;
}

function put(store: ObjectStore, functions: IndexFunctions, informer: string, object: KubernetesObject): Delta {
  const previous = putObject(store, functions, object);
  const key = objectKey(object);
  if (previous === undefined) return { informer, type: 'added', key, object };
  return { informer, type: 'updated', key, object, previous };
}
