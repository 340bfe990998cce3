/**
 * The conversation with the API server. A verb is one request with one answer, a watch is one stream. It is upstream's REST
 * API with its URLs, bodies and answers as data; there is no HTTP under it.
 *
 * Every answer of the server, good or bad, is a reply with a code. That the connection broke, or nothing came in time, is
 * said by the network (`ok: false` responses, `closed` streams).
 */
import type { KubernetesObject, NewObject } from '../api/object.ts';
import type { Resource } from '../api/resource.ts';
import type { Status } from '../api/status.ts';

interface Target {
  readonly resource: Pick<Resource, 'group' | 'version' | 'plural'>;
  /** Absent for cluster-scoped resources, and for list and watch over all namespaces. */
  readonly namespace?: string;
  /** Who asks: a user name as upstream has them, `system:node:node-1`, `system:kube-scheduler`, `kubernetes-admin`. */
  readonly user: string;
}

export type Subresource = 'status' | 'scale' | 'binding' | 'finalize';

export interface GetRequest extends Target {
  readonly verb: 'get';
  readonly name: string;
  readonly subresource?: 'scale';
  /** Absent: a consistent read from the store; '0': whatever the server has cached; other: at least as new. */
  readonly resourceVersion?: string;
}

export interface ListRequest extends Target {
  readonly verb: 'list';
  /** As in URLs: `app=web,tier in (a,b),!old`. */
  readonly labelSelector?: string;
  /** `spec.nodeName=node-1,status.phase!=Failed`. */
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'NotOlderThan' | 'Exact';
  readonly limit?: number;
  readonly continue?: string;
}

export interface CreateRequest extends Target {
  readonly verb: 'create';
  readonly object: NewObject;
  /** `binding` takes a Binding for the pod `name`. */
  readonly subresource?: 'binding';
  readonly name?: string;
  readonly dryRun?: boolean;
}

export interface UpdateRequest extends Target {
  readonly verb: 'update';
  readonly name: string;
  /** With `metadata.resourceVersion`, fails with Conflict unless that is the current one. */
  readonly object: NewObject;
  /** `finalize`, of namespaces: only `spec.finalizers` changes. */
  readonly subresource?: 'status' | 'scale' | 'finalize';
  readonly dryRun?: boolean;
}

export type PatchType = 'json' | 'merge' | 'strategic';

export interface PatchRequest extends Target {
  readonly verb: 'patch';
  readonly name: string;
  readonly patchType: PatchType;
  /** A list of operations for `json`, otherwise an object. */
  readonly patch: unknown;
  readonly subresource?: 'status' | 'scale';
  readonly dryRun?: boolean;
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
}

export interface DeleteRequest extends Target {
  readonly verb: 'delete';
  readonly name: string;
  readonly options?: DeleteOptions;
  readonly dryRun?: boolean;
}

export interface DeleteCollectionRequest extends Target {
  readonly verb: 'deletecollection';
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly options?: DeleteOptions;
}

export type ApiRequest =
  | GetRequest
  | ListRequest
  | CreateRequest
  | UpdateRequest
  | PatchRequest
  | DeleteRequest
  | DeleteCollectionRequest;

/** A list, as upstream's `PodList`. */
export interface ObjectList<T extends KubernetesObject = KubernetesObject> {
  readonly apiVersion: string;
  /** `PodList`. */
  readonly kind: string;
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly T[];
}

/** The body of every reply. */
export type ApiResponse =
  | { readonly code: 200 | 201; readonly object: KubernetesObject | ObjectList }
  /** The code is the Status' own. */
  | { readonly code: number; readonly object: Status };

/** What opens a watch: the body of `ctx.openStream`. Only the server sends on the stream; it closes it when the time is up. */
export interface WatchRequest extends Target {
  readonly verb: 'watch';
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Events after this one. Absent or '0': begins with the present state as ADDED events. */
  readonly resourceVersion?: string;
  readonly allowWatchBookmarks?: boolean;
  /** After how long the server ends it regularly. Default: drawn between 30 and 60 min, as upstream's min-request-timeout. */
  readonly timeoutSeconds?: number;
}

/** What the server sends on a watch, in the order of resource versions. */
export type WatchEvent =
  /** An object that enters or leaves the selection by a change is ADDED or DELETED. DELETED carries the last state. */
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubernetesObject }
  /** Nothing before this resource version is still to come. */
  | {
      readonly type: 'BOOKMARK';
      readonly object: {
        readonly apiVersion: string;
        readonly kind: string;
        readonly metadata: { readonly resourceVersion: string };
      };
    }
  /** The watch is over; `Expired` (410) means that the client must list again. */
  | { readonly type: 'ERROR'; readonly object: Status };
