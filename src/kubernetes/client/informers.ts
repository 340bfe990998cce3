/**
 * Informers: local copies of collections, kept up to date by list and watch. One set per actor; client-go's
 * SharedInformerFactory with its reflectors (client-go/tools/cache/reflector.go, shared_informer.go).
 */
import type { Context, Message } from '../../sim/index.ts';
import type { KubernetesObject } from '../api/object.ts';
import type { Resource } from '../api/resource.ts';
import type { ApiAccess } from './api-client.ts';

/** One collection to follow. It is code, not state: functions are allowed. */
export interface InformerSpec {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly labelSelector?: string;
  /** May depend on who watches: a kubelet's `spec.nodeName=…`. */
  readonly fieldSelector?: string | ((ctx: Context) => string);
  /** By name: the values under which an object is to be found again. */
  // biome-ignore lint/suspicious/noExplicitAny: indexes of different kinds stand in one table
  readonly indexes?: Readonly<Record<string, (object: any) => readonly string[]>>;
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
  /** For `updated`: the state before. */
  readonly previous?: T;
}

/** The state of a set of informers: plain data, a field of its actor's state. */
export interface InformersState {
  // (the implementation adds its fields)
  readonly access: ApiAccess;
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
  start(_ctx: Context, _access: ApiAccess): InformersState {
    throw new Error('to be written');
  }

  /** Takes a message. Undefined: it is not the informers'; otherwise what has changed by it, in order (often nothing). */
  receive(_state: InformersState, _message: Message, _ctx: Context): Delta[] | undefined {
    throw new Error('to be written');
  }

  /** Whether each informer has its first complete copy. */
  synced(_state: InformersState): boolean {
    throw new Error('to be written');
  }

  /** One object by its key `namespace/name` (or `name`). */
  get<T extends KubernetesObject>(_state: InformersState, _informer: string, _key: string): T | undefined {
    throw new Error('to be written');
  }

  /** All objects, or those of a namespace, in the order of their keys. */
  list<T extends KubernetesObject>(_state: InformersState, _informer: string, _namespace?: string): T[] {
    throw new Error('to be written');
  }

  /** The objects under a value of an index, in the order of their keys. */
  byIndex<T extends KubernetesObject>(_state: InformersState, _informer: string, _index: string, _value: string): T[] {
    throw new Error('to be written');
  }
}
