/**
 * The contract of a controller: a declaration and a pure function. The generic actor (controller-actor.ts) does the rest:
 * reflectors and caches (shared by all controllers of a process), the work queue with its rate limits, workers,
 * expectations, retries.
 *
 * A controller holds no state. What it decides follows from the caches, the clock and its options; a later event brings the
 * next decision.
 */
import type { RandomStream } from '../../../sim/index.ts';
import type { KubernetesObject, NewObject, ObjectReference } from '../../api/object.ts';
import type { Resource } from '../../api/resource.ts';
import type { PatchType } from '../../protocol/api.ts';
import type { Delta, InformerSpec } from '../informers.ts';

/**
 * @example
 * // Labels each node with the zone that its name begins with.
 * const ZONE_LABELLER: Controller = {
 *   name: 'zone-labeller',
 *   informers: { nodes: { resource: NODES } },
 *   keysFor: ({ key }) => [key],
 *   reconcile(key, view) {
 *     const node = view.get<Node>('nodes', key);
 *     const zone = key.split('-')[0] ?? '';
 *     if (node === undefined || node.metadata.labels?.zone === zone) return [];
 *     const patch = { metadata: { labels: { zone } } };
 *     return [{ do: 'patch', resource: NODES, name: key, patchType: 'merge', patch }];
 *   },
 * };
 * // Its program: controllerManager({ 'zone-labeller': ZONE_LABELLER }); its process' args: { api } (ControllerManagerArgs).
 */
export interface Controller {
  /** As upstream calls it: `deployment-controller`. */
  readonly name: string;
  /**
   * What it looks at, by informer name; the name is the resource's plural. Controllers of a process share informers:
   * the same plural is the same informer, and its indexes are the union of what controllers declare (prefix the names of
   * your own, the same name must be the same function; `byControllerUid` (controller-indexes.ts) is for all).
   */
  readonly informers: Readonly<Record<string, InformerSpec>>;
  /** Which keys a change concerns. */
  keysFor(delta: Delta, view: View): readonly string[];
  /** How many keys may be worked on at a time. Default 5. */
  readonly workers?: number;
  /** What is to be done about one key. An empty list: all is well. */
  reconcile(key: string, view: View, ctx: ReconcileContext): Action[];
  /**
   * Whether creations and deletions of children are expected to be seen in the cache before the key is reconciled with
   * full effect again (`ctx.expectationsSatisfied`); upstream's ControllerExpectations (pkg/controller/controller_utils.go).
   * `children` is the informer of the children; they count for the key of their controller owner (`ownerKind`).
   */
  readonly expectations?: { readonly children: string; readonly ownerKind: string };
  /** Reconciles every object of this informer again so often, as a resync does. Default: never. */
  readonly resync?: { readonly informer: string; readonly everyMs: number };
}

/** The caches, as reconcile sees them. Objects are frozen. Lists are in the order of keys. */
export interface View {
  get<T extends KubernetesObject>(informer: string, key: string): T | undefined;
  list<T extends KubernetesObject>(informer: string, namespace?: string): T[];
  byIndex<T extends KubernetesObject>(informer: string, index: string, value: string): T[];
}

export interface ReconcileContext {
  /** Microseconds on the host's clock. */
  readonly now: number;
  /** The same as RFC 3339. */
  readonly time: string;
  readonly random: RandomStream;
  /** False while created or deleted children are still missing from, or still in, the cache. */
  readonly expectationsSatisfied: boolean;
  /** How often this key has failed in a row. */
  readonly failures: number;
  /** Which action failed the last time, and why; absent unless `failures` is positive. */
  readonly lastFailure?: {
    readonly do: Action['do'];
    /** A reason of the API, or one that the action's own description names. */
    readonly reason: string;
    readonly message: string;
  };
  /** Options and guards of the controller by name, from the cluster's spec; absent: the default. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Anything by name. */
export interface Target {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly name: string;
}

/**
 * What a reconcile wants done. Actions run one after the other, each after the answer to the one before; when one fails, the
 * rest is left out (except those that say `always`) and the key comes again after a back-off. Conflict and, for creations,
 * AlreadyExists are failures like others: the next reconcile sees a newer cache. NotFound for a deletion is success.
 */
export type Action = ActionKind & {
  /** Runs also when an earlier action has failed. */
  readonly always?: boolean;
  /** These reasons of refusal count as success. */
  readonly ignore?: readonly string[];
  /** Recorded when it has succeeded; `{name}` in the message stands for the name of the object in the answer. */
  readonly onSuccess?: EventRecord;
  /**
   * Recorded when it has failed, unless with Conflict or AlreadyExists, which only say that the cache was behind; `{error}` in
   * the message stands for what the failure says.
   */
  readonly onFailure?: EventRecord;
};

/** An Event about an object, as `event` and the outcomes of actions record it. */
export interface EventRecord {
  readonly about: ObjectReference;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

type ActionKind =
  | {
      readonly do: 'create';
      readonly resource: Resource;
      readonly namespace?: string;
      readonly object: NewObject;
      /** Counts for the key's expectations. */
      readonly expect?: boolean;
    }
  | { readonly do: 'update'; readonly resource: Resource; readonly object: KubernetesObject }
  | { readonly do: 'update-status'; readonly resource: Resource; readonly object: KubernetesObject }
  | ({
      readonly do: 'patch';
      readonly patchType: PatchType;
      readonly patch: unknown;
      readonly subresource?: 'status';
    } & Target)
  | ({
      readonly do: 'delete';
      readonly uid?: string;
      readonly gracePeriodSeconds?: number;
      readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
      /** Counts for the key's expectations. Needs `uid`. */
      readonly expect?: boolean;
    } & Target)
  /**
   * Runs these at the same time; with `slowStart` in batches of 1, 2, 4, …, each only when the one before succeeded whole
   * (slowStartBatch in pkg/controller/replicaset/replica_set.go).
   */
  | { readonly do: 'together'; readonly slowStart?: boolean; readonly actions: readonly Action[] }
  /** Records an Event about an object; not waited for, and its failure is nobody's. Repeated ones are counted up, as upstream's correlator does. */
  | ({ readonly do: 'event' } & EventRecord)
  /**
   * A live read, for what a cache may not know yet. `alive` fails (reason `NotAlive`) unless the object is there with this
   * uid and is not being deleted; `absent` fails (reason `NotAbsent`) if an object of this uid is there.
   */
  | ({ readonly do: 'check'; readonly uid: string; readonly expect: 'alive' | 'absent' } & Target)
  /** Deletes all objects of a namespace's collection in one request. */
  | { readonly do: 'delete-collection'; readonly resource: Resource; readonly namespace: string }
  /** A live list: fails (reason `ItemsRemain`) while anything is left of the collection. */
  | { readonly do: 'check-empty'; readonly resource: Resource; readonly namespace: string }
  /** Reconciles the key again after this time, whatever else happens. */
  | { readonly do: 'requeue'; readonly afterMs: number };

/** What `event` is about, from an object. */
export function referenceTo(object: KubernetesObject): ObjectReference {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace, uid, resourceVersion } = metadata;
  return { apiVersion, kind, name, uid, resourceVersion, ...(namespace === undefined ? {} : { namespace }) };
}
