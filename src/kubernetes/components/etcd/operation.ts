/**
 * The three plain operations on the store. They change it under the revision that comes next, and say which keys they changed;
 * whoever calls them then advances the revision (mvcc-store.ts), and has checked before that the revisions can be read.
 *
 * Upstream: server/etcdserver/txn/txn.go, server/storage/mvcc/kvstore_txn.go.
 */
import type {
  DeleteRangeRequest,
  DeleteRangeResponse,
  KeyValue,
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
} from '../../protocol/etcd.ts';
import { keyRange } from './key-range.ts';
import { visitKeys } from './sorted-keys.ts';
import { addVersion, getKey, type MvccStore } from './store-state.ts';

export type PlainOperation = RangeRequest | PutRequest | DeleteRangeRequest;

/** @param changed gets the keys that were changed, in order */
export function executeOperation(
  store: MvccStore,
  operation: PlainOperation,
  changed: string[],
): RangeResponse | PutResponse | DeleteRangeResponse {
  switch (operation.op) {
    case 'range':
      return range(store, operation);
    case 'put':
      return put(store, operation, changed);
    case 'deleteRange':
      return deleteRange(store, operation, changed);
    default:
      return operation satisfies never;
  }
}

/** Without a revision a range sees what the transaction around it has changed so far. */
function range(store: MvccStore, request: RangeRequest): RangeResponse {
  const { limit = 0, keysOnly = false, countOnly = false } = request;
  const kvs: KeyValue[] = [];
  let count = 0;
  visitLive(store, request, request.revision, (kv) => {
    count++;
    if (countOnly || (limit > 0 && count > limit)) return;
    kvs.push(keysOnly ? { ...kv, value: '' } : kv);
  });
  return { op: 'range', kvs, more: !countOnly && count > kvs.length, count };
}

function put(store: MvccStore, request: PutRequest, changed: string[]): PutResponse {
  const previous = getKey(store, request.key);
  const revision = store.revision + 1;
  const key = previous?.key ?? request.key;
  addVersion(store, {
    key,
    value: request.value,
    createRevision: previous?.createRevision ?? revision,
    modRevision: revision,
    version: (previous?.version ?? 0) + 1,
  });
  changed.push(key);
  return request.prevKv === true && previous !== undefined ? { op: 'put', prevKv: previous } : { op: 'put' };
}

function deleteRange(store: MvccStore, request: DeleteRangeRequest, changed: string[]): DeleteRangeResponse {
  const deleted: KeyValue[] = [];
  visitLive(store, request, undefined, (kv) => deleted.push(kv));
  const revision = store.revision + 1;
  for (const { key } of deleted) {
    addVersion(store, { key, value: '', createRevision: 0, modRevision: revision, version: 0 });
    changed.push(key);
  }
  const response = { op: 'deleteRange', deleted: deleted.length } as const;
  return request.prevKv === true ? { ...response, prevKvs: deleted } : response;
}

/** Calls back with the keys of a request that exist at the revision, ascending. */
function visitLive(
  store: MvccStore,
  request: { readonly key: string; readonly rangeEnd?: string },
  revision: number | undefined,
  visit: (kv: KeyValue) => void,
): void {
  const at = revision === undefined || revision <= 0 ? undefined : revision;
  const visitKey = (key: string): void => {
    const kv = getKey(store, key, at);
    if (kv !== undefined) visit(kv);
  };
  if (request.rangeEnd === undefined || request.rangeEnd === '') visitKey(request.key);
  else visitKeys(store.keys, keyRange(request.key, request.rangeEnd), visitKey);
}
