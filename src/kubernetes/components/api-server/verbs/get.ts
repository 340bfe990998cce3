/**
 * One object: from etcd if no resource version is given, otherwise from the cache, once it is new enough
 * (apiserver/pkg/storage/cacher/delegator.go, Get).
 */
import type { Context } from '../../../../sim/index.ts';
import type { KindDeclaration } from '../../../api/kind-declaration.ts';
import type { KubernetesObject } from '../../../api/object.ts';
import { parseResourceVersion } from '../../../api/resource-version.ts';
import type { GetRequest } from '../../../protocol/api.ts';
import { granted, PENDING, refused } from '../answer.ts';
import type { Call, Done, Then } from '../continuation.ts';
import { servedKind } from '../known-kinds.ts';
import { badRequest, internalError, notFound, notReady } from '../refusal.ts';
import { type ApiServerState, collectionOf } from '../server-state.ts';
import { askEtcd, type EtcdOutcome, rangeOf } from '../storage/ask-etcd.ts';
import { objectKeyInStore } from '../storage/registry-key.ts';
import { decodeObject } from '../storage/stored-object.ts';
import { isFreshOrWaits } from '../watch-cache/fresh-reads.ts';
import { scaleOf } from './scale.ts';

export function get(state: ApiServerState, ctx: Context<Then>, call: Call<GetRequest>): readonly Done[] {
  const { request, deadlineUs } = call;
  const revision = parseResourceVersion(request.resourceVersion ?? '');
  if (revision === undefined)
    return [refused(call, badRequest(`invalid resource version: "${request.resourceVersion}"`))];
  const unversioned = request.resourceVersion === undefined || request.resourceVersion === '';
  if (unversioned ? state.options.guards.consistentReads : revision === 0 && !state.cache.ready) {
    askEtcd(state, ctx, { op: 'range', key: keyOf(request) }, { step: 'get', call }, deadlineUs);
    return PENDING;
  }
  if (!state.cache.ready) return [refused(call, notReady())];
  return isFreshOrWaits(state, ctx, { call, fallback: false }, revision) ? [getFromCache(state, call)] : PENDING;
}

export function getFromCache(state: ApiServerState, call: Call<GetRequest>): Done {
  const { plural } = call.request.resource;
  return found(call, collectionOf(state, plural).objects.get(keyOf(call.request)));
}

/** What etcd has of it. */
export function gotFromEtcd(call: Call<GetRequest>, outcome: EtcdOutcome): Done {
  if (!outcome.ok) return refused(call, internalError(outcome.message));
  const [kv] = rangeOf(outcome.response).kvs;
  return found(call, kv === undefined ? undefined : decodeObject(kv));
}

function found(call: Call<GetRequest>, object: KubernetesObject | undefined): Done {
  const { resource, name, subresource } = call.request;
  if (object === undefined) return refused(call, notFound(resource, name));
  if (subresource === undefined) return granted(call, object);
  const kind: KindDeclaration = servedKind(resource.plural);
  return granted(call, scaleOf(kind, object));
}

function keyOf({ resource, namespace, name }: GetRequest): string {
  return objectKeyInStore(resource, namespace, name);
}
