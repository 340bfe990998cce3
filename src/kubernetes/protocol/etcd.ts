/**
 * The conversation with etcd: its v3 API (api/etcdserverpb/rpc.proto in etcd-io/etcd) as data. Keys and values are strings;
 * keys are ordered by their UTF-16 code units.
 */

/** One key with its value and versions, as mvccpb.KeyValue. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
  /** The revision of the last creation. */
  readonly createRevision: number;
  /** The revision of the last change. */
  readonly modRevision: number;
  /** How often it was written since its creation; 1 is the creation. */
  readonly version: number;
}

/** `[key, rangeEnd)`; without `rangeEnd` the one key. A rangeEnd of '\0' means all keys from `key` on. */
export interface RangeRequest {
  readonly op: 'range';
  readonly key: string;
  readonly rangeEnd?: string;
  readonly limit?: number;
  /** At this revision; absent: the latest. A revision that is compacted or in the future is an error. */
  readonly revision?: number;
  readonly keysOnly?: boolean;
  readonly countOnly?: boolean;
}

export interface PutRequest {
  readonly op: 'put';
  readonly key: string;
  readonly value: string;
  readonly prevKv?: boolean;
}

export interface DeleteRangeRequest {
  readonly op: 'deleteRange';
  readonly key: string;
  readonly rangeEnd?: string;
  readonly prevKv?: boolean;
}

export interface Compare {
  readonly target: 'version' | 'createRevision' | 'modRevision' | 'value';
  readonly key: string;
  readonly result: 'equal' | 'notEqual' | 'greater' | 'less';
  /** What the target is compared with; a key that does not exist has version and revisions 0. */
  readonly value: number | string;
}

/** If all comparisons hold, `success`, otherwise `failure`; one revision for all its writes. */
export interface TxnRequest {
  readonly op: 'txn';
  readonly compare: readonly Compare[];
  readonly success: readonly EtcdOperation[];
  readonly failure: readonly EtcdOperation[];
}

export type EtcdOperation = RangeRequest | PutRequest | DeleteRangeRequest | TxnRequest;

/** Forgets what was before `revision`; ranges and watches before it are errors from then on. */
export interface CompactRequest {
  readonly op: 'compact';
  readonly revision: number;
}

export interface StatusRequest {
  readonly op: 'status';
}

export type EtcdRequest = EtcdOperation | CompactRequest | StatusRequest;

export interface ResponseHeader {
  /** The store's revision when the answer was made. */
  readonly revision: number;
}

export interface RangeResponse {
  readonly op: 'range';
  readonly kvs: readonly KeyValue[];
  /** Whether there are more than `limit`. */
  readonly more: boolean;
  /** How many are in the range, whatever the limit. */
  readonly count: number;
}

export interface PutResponse {
  readonly op: 'put';
  readonly prevKv?: KeyValue;
}

export interface DeleteRangeResponse {
  readonly op: 'deleteRange';
  readonly deleted: number;
  readonly prevKvs?: readonly KeyValue[];
}

export interface TxnResponse {
  readonly op: 'txn';
  readonly succeeded: boolean;
  readonly responses: readonly OperationResponse[];
}

export type OperationResponse = RangeResponse | PutResponse | DeleteRangeResponse | TxnResponse;

/** Why etcd refuses; upstream: api/v3rpc/rpctypes/error.go. */
export type EtcdErrorCode =
  /** The revision has been compacted. */
  | 'Compacted'
  /** The revision is still to come. */
  | 'FutureRevision'
  /** A transaction writes one key twice. */
  | 'DuplicateKey'
  | 'EmptyKey'
  | 'RequestTooLarge'
  | 'NoSpace'
  /** The member cannot serve: it recovers, or its disk fails. It has not happened unless the disk failed meanwhile. */
  | 'Unavailable';

/** The body of every reply. */
export type EtcdResponse =
  | {
      readonly ok: true;
      readonly header: ResponseHeader;
      readonly response: OperationResponse | { readonly op: 'compact' | 'status' };
    }
  | {
      readonly ok: false;
      readonly header: ResponseHeader;
      readonly error: EtcdErrorCode;
      readonly message: string;
      /** With `Compacted`: the oldest revision that can be read. */
      readonly compactRevision?: number;
    };

/** What opens a watch (`ctx.openStream`). Only etcd sends on the stream. */
export interface EtcdWatchRequest {
  readonly watch: {
    readonly key: string;
    readonly rangeEnd?: string;
    /** The first revision to be told. Absent: from the next on. */
    readonly startRevision?: number;
    readonly prevKv?: boolean;
    /** Tells the revision from time to time (10 min, upstream) and after the first catch-up even when nothing changes. */
    readonly progressNotify?: boolean;
  };
}

/** All of the events of one revision stand in one message; messages come in the order of revisions. */
export type EtcdWatchMessage =
  | { readonly kind: 'created'; readonly header: ResponseHeader }
  | { readonly kind: 'events'; readonly header: ResponseHeader; readonly events: readonly EtcdEvent[] }
  /** Everything up to `header.revision` has been told. */
  | { readonly kind: 'progress'; readonly header: ResponseHeader }
  /** The watch is over: with `compactRevision`, because it asked for what has been compacted. */
  | {
      readonly kind: 'canceled';
      readonly header: ResponseHeader;
      readonly reason: string;
      readonly compactRevision?: number;
    };

/** What a watcher may send on its stream: asks for a `progress` now. */
export interface EtcdProgressRequest {
  readonly progressRequest: true;
}

export type EtcdEvent =
  | { readonly type: 'put'; readonly kv: KeyValue; readonly prevKv?: KeyValue }
  /** `modRevision` is the revision of the deletion. */
  | { readonly type: 'delete'; readonly key: string; readonly modRevision: number; readonly prevKv?: KeyValue };
