/**
 * What remains to be done when etcd has answered, as data: the `then` of the server's requests and timers.
 *
 * A call is one request of a client (or of the server itself) on its way. It ends with exactly one answer, which goes to its
 * caller; see settle.ts.
 */
import type { RequestId } from '../../../sim/index.ts';
import type { KubernetesObject, NewObject } from '../../api/object.ts';
import type {
  ApiRequest,
  ApiResponse,
  CreateRequest,
  DeleteCollectionRequest,
  DeleteRequest,
  GetRequest,
  ListRequest,
  ObjectList,
  PatchRequest,
  UpdateRequest,
} from '../../protocol/api.ts';
import type { EtcdRequest } from '../../protocol/etcd.ts';

/** Who waits for the answer. */
export type Caller =
  | { readonly kind: 'client'; readonly id: RequestId }
  /** A deletion of a whole collection, by its number in the state: it goes on with its next object. */
  | { readonly kind: 'collection'; readonly id: number }
  /** The server itself, which wants the objects of every cluster to exist. */
  | { readonly kind: 'bootstrap' };

export interface Call<Request extends ApiRequest = ApiRequest> {
  readonly caller: Caller;
  readonly request: Request;
  /** On the monotonic clock, in microseconds: no answer helps after it. */
  readonly deadlineUs: number;
}

/** The end of a call. */
export interface Answer {
  readonly caller: Caller;
  readonly response: ApiResponse;
}

/** What has been listed so that it is deleted. */
export interface ListedForDeletion {
  readonly toDelete: ObjectList;
  readonly call: Call<DeleteCollectionRequest>;
}

/** What a step of the server comes to, besides new questions. */
export type Done = Answer | ListedForDeletion;

/** A request that changes one object that exists. */
export type ChangeRequest = UpdateRequest | PatchRequest | DeleteRequest | CreateRequest;

/** A change under way: it is computed from the object as known, and written if that is still the object. */
export interface Change {
  readonly call: Call<ChangeRequest>;
  /** Set between the two steps of a deletion without grace: the object has been marked, and goes now. */
  readonly marked?: KubernetesObject;
}

/** How a list is read from etcd. */
export interface PageRead {
  readonly call: Call<ListRequest | DeleteCollectionRequest>;
  readonly key: string;
  readonly rangeEnd: string;
  /** The collection's first key: what continue tokens are relative to. */
  readonly prefix: string;
  /** Absent: the latest. */
  readonly revision?: number;
  readonly continued: boolean;
}

/** A read of the cache that must not be older than a revision. */
export interface FreshRead {
  readonly call: Call<GetRequest | ListRequest | DeleteCollectionRequest>;
  /** Whether etcd is asked instead when the cache does not catch up in time. */
  readonly fallback: boolean;
}

/** A new object on its way, with the places of the store that it claims besides its own. */
export interface Creation {
  readonly call: Call<CreateRequest>;
  readonly object: NewObject;
  /** How many names were tried. */
  readonly tries: number;
}

export type Step =
  | { readonly step: 'get'; readonly call: Call<GetRequest> }
  | { readonly step: 'list'; readonly read: PageRead }
  | { readonly step: 'revision'; readonly read: FreshRead }
  | { readonly step: 'namespace'; readonly call: Call<CreateRequest> }
  | { readonly step: 'create'; readonly creation: Creation; readonly claims: readonly string[] }
  | { readonly step: 'read'; readonly change: Change }
  | {
      readonly step: 'write';
      readonly change: Change;
      /** What is answered when the write has succeeded, but for its resource version. */
      readonly object: KubernetesObject;
      /** What is written: the object, nothing (it is deleted), or the object, which is deleted next. */
      readonly how: 'put' | 'delete' | 'mark';
      readonly claims: readonly string[];
    }
  | { readonly step: 'fill-cache'; readonly generation: number }
  | { readonly step: 'compact-check'; readonly time: number }
  | { readonly step: 'compact' };

/** A question to etcd, asked until it is answered, refused for good, or late. */
export interface Question {
  readonly request: EtcdRequest;
  readonly deadlineUs: number;
  /** How often it has been asked. */
  readonly tries: number;
  readonly step: Step;
}

export type Then =
  | { readonly kind: 'etcd'; readonly question: Question }
  /** The stream from which the cache lives; older ones are ignored by their generation. */
  | { readonly kind: 'cache-watch'; readonly generation: number }
  | { readonly kind: 'ask-again'; readonly question: Question }
  | { readonly kind: 'fill-cache' | 'follow' }
  | { readonly kind: 'progress' }
  /** `stream` was asked whether it lives, or is to be asked. */
  | { readonly kind: 'keep-alive'; readonly stream: number; readonly asked: boolean }
  | { readonly kind: 'bookmarks' }
  | { readonly kind: 'watch-bookmark' | 'watch-end'; readonly stream: number }
  | { readonly kind: 'bootstrap' }
  | { readonly kind: 'compact' };
