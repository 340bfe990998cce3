/**
 * A collection, or what a selection leaves of it: from the cache where that is right, otherwise from etcd at a revision.
 *
 * | resource version | match | limit | comes from |
 * |---|---|---|---|
 * | none | | | the cache, as new as etcd is now |
 * | `0` | | ignored | the cache as it is |
 * | n | none, NotOlderThan | none | the cache, n or newer |
 * | n | NotOlderThan | any | the cache, n or newer |
 * | n | Exact, or none with a limit | any | etcd at n |
 * | in a continue token | | any | etcd at that |
 *
 * Upstream: apiserver/pkg/storage/cacher/delegator.go (shouldDelegateList), etcd3/store.go (GetList). Left out: snapshots of the
 * cache for exact reads, and the inconsistent continuation of an expired list.
 */
import type { Context } from '../../../../sim/index.ts';
import type { KubernetesObject } from '../../../api/object.ts';
import { apiVersionOf } from '../../../api/resource.ts';
import { parseResourceVersion } from '../../../api/resource-version.ts';
import type { DeleteCollectionRequest, ListRequest, ObjectList } from '../../../protocol/api.ts';
import { granted, PENDING, refused } from '../answer.ts';
import type { Call, Done, PageRead, Then } from '../continuation.ts';
import { servedKind } from '../known-kinds.ts';
import { badRequest, expiredList, internalError, invalid, notReady } from '../refusal.ts';
import { parseSelection, type Selection, selects } from '../selection.ts';
import { type ApiServerState, collectionOf } from '../server-state.ts';
import { askEtcd, type EtcdOutcome, rangeOf } from '../storage/ask-etcd.ts';
import { decodeContinueToken, encodeContinueToken } from '../storage/continue-token.ts';
import { prefixEnd, scopePrefix } from '../storage/registry-key.ts';
import { decodeObject } from '../storage/stored-object.ts';
import { keysUnder } from '../watch-cache/collection.ts';
import { askRevision, isFreshOrWaits } from '../watch-cache/fresh-reads.ts';
import { listOptionErrors } from './list-options.ts';

type ListCall = Call<ListRequest | DeleteCollectionRequest>;

export function list(state: ApiServerState, ctx: Context<Then>, call: ListCall): readonly Done[] {
  const { request } = call;
  if (selectionOf(request) === undefined) return [refused(call, badRequest(selectionProblem(request)))];
  // What is to be deleted is read like any consistent list.
  const options: Partial<ListRequest> = request.verb === 'list' ? request : {};
  const errors = listOptionErrors(options);
  if (errors.length > 0) {
    return [refused(call, invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors))];
  }
  const revision = parseResourceVersion(options.resourceVersion ?? '');
  if (revision === undefined)
    return [refused(call, badRequest(`invalid resource version: "${options.resourceVersion}"`))];
  if (options.continue) return continueList(state, ctx, call, options.continue, revision);

  const { resourceVersionMatch: match, limit = 0 } = options;
  if (match === 'Exact' || (match === undefined && limit > 0 && revision > 0)) {
    return readPage(state, ctx, call, { revision, continued: false });
  }
  const consistent = options.resourceVersion === undefined || options.resourceVersion === '';
  if (consistent && state.options.guards.consistentReads) {
    if (!state.cache.ready) return readPage(state, ctx, call, { continued: false });
    askRevision(state, ctx, { call, fallback: true });
    return PENDING;
  }
  if (!state.cache.ready) return [refused(call, notReady())];
  return isFreshOrWaits(state, ctx, { call, fallback: false }, revision) ? [listFromCache(state, call)] : PENDING;
}

function continueList(
  state: ApiServerState,
  ctx: Context<Then>,
  call: ListCall,
  text: string,
  revision: number,
): readonly Done[] {
  const token = decodeContinueToken(text);
  if (typeof token === 'string') return [refused(call, badRequest(token))];
  if (revision !== 0) {
    const message = 'specifying resource version is not allowed when using continue';
    return [refused(call, badRequest(message))];
  }
  return readPage(state, ctx, call, { revision: token.revision, startKey: token.startKey, continued: true });
}

/** Reads from etcd: at a revision, or the latest. */
export function readPage(
  state: ApiServerState,
  ctx: Context<Then>,
  call: ListCall,
  page: { readonly revision?: number; readonly startKey?: string; readonly continued: boolean },
): readonly Done[] {
  const { revision, startKey = '', continued } = page;
  const prefix = scopePrefix(call.request.resource, call.request.namespace);
  const at = revision === undefined ? {} : { revision };
  const read: PageRead = { call, key: prefix + startKey, rangeEnd: prefixEnd(prefix), prefix, continued, ...at };
  const limit = limitOf(call.request);
  // With a selection, nobody knows how much has to be read for a full page.
  const most = limit > 0 && isWhole(selectionOf(call.request)) ? { limit } : {};
  const { key, rangeEnd } = read;
  askEtcd(state, ctx, { op: 'range', key, rangeEnd, ...at, ...most }, { step: 'list', read }, call.deadlineUs);
  return PENDING;
}

/** The page that etcd has sent. */
export function pageRead(read: PageRead, outcome: EtcdOutcome): Done {
  const { call, prefix, revision, continued } = read;
  if (!outcome.ok) {
    return refused(call, outcome.error === 'Compacted' ? expiredList(continued) : internalError(outcome.message));
  }
  const { kvs, count } = rangeOf(outcome.response);
  const selection = selectionOf(call.request);
  const limit = limitOf(call.request);
  const items: KubernetesObject[] = [];
  let examined = 0;
  for (const kv of kvs) {
    if (limit > 0 && items.length === limit) break;
    examined++;
    const object = decodeObject(kv);
    if (selection !== undefined && selects(selection, object)) items.push(object);
  }
  const last = kvs[examined - 1];
  const after = count > examined && last !== undefined ? last.key.slice(prefix.length) : undefined;
  return listed(call, items, revision ?? outcome.revision, after, isWhole(selection) ? count - examined : undefined);
}

/** The list as the cache has it. */
export function listFromCache(state: ApiServerState, call: ListCall): Done {
  const { request } = call;
  const collection = collectionOf(state, request.resource.plural);
  const selection = selectionOf(request);
  const prefix = scopePrefix(request.resource, request.namespace);
  const limit = request.verb === 'list' && request.resourceVersion === '0' ? 0 : limitOf(request);
  const keys = keysUnder(collection, prefix);
  const items: KubernetesObject[] = [];
  let examined = 0;
  for (const key of keys) {
    if (limit > 0 && items.length === limit) break;
    examined++;
    const object = collection.objects.get(key);
    if (object !== undefined && selection !== undefined && selects(selection, object)) items.push(object);
  }
  const last = keys[examined - 1];
  const after = examined < keys.length && last !== undefined ? last.slice(prefix.length) : undefined;
  return listed(call, items, state.cache.revision, after, isWhole(selection) ? keys.length - examined : undefined);
}

/** @param after the last key of the page, if there are more; @param remaining how many, if that is known */
function listed(
  call: ListCall,
  items: readonly KubernetesObject[],
  revision: number,
  after: string | undefined,
  remaining: number | undefined,
): Done {
  const { request } = call;
  const { resource } = servedKind(request.resource.plural);
  const more =
    after === undefined
      ? {}
      : {
          continue: encodeContinueToken({ revision, startKey: `${after}\0` }),
          ...(remaining === undefined ? {} : { remainingItemCount: remaining }),
        };
  const metadata = { resourceVersion: String(revision), ...more };
  const object: ObjectList = { apiVersion: apiVersionOf(resource), kind: `${resource.kind}List`, metadata, items };
  if (request.verb === 'deletecollection') return { toDelete: object, call: { ...call, request } };
  return granted(call, object);
}

function limitOf(request: ListRequest | DeleteCollectionRequest): number {
  return request.verb === 'list' ? Math.max(0, request.limit ?? 0) : 0;
}

function isWhole(selection: Selection | undefined): boolean {
  return selection !== undefined && selection.labels === undefined && selection.fields === undefined;
}

function selectionOf(request: ListRequest | DeleteCollectionRequest): Selection | undefined {
  const selection = parseSelection(servedKind(request.resource.plural), request);
  return typeof selection === 'string' ? undefined : selection;
}

function selectionProblem(request: ListRequest | DeleteCollectionRequest): string {
  const selection = parseSelection(servedKind(request.resource.plural), request);
  return typeof selection === 'string' ? selection : '';
}
