/**
 * A change of one object, as upstream's GuaranteedUpdate: computed from the cached copy, written on condition that it is
 * still the one in etcd, and computed again from what etcd has if it is not.
 *
 * 1. What is written follows from exactly the version that it replaces.
 * 2. Nothing is refused, and nothing is left undone, because of a copy that is too old: either is decided on what etcd has.
 * 3. A change that changes nothing writes nothing, and the resource version stays.
 *
 * Upstream: apiserver/pkg/storage/etcd3/store.go (GuaranteedUpdate, conditionalDelete), cacher/cacher.go.
 */

import type { Context } from '../../../../sim/index.ts';
import { equalJson } from '../../../api/json-value.ts';
import type { KubernetesObject } from '../../../api/object.ts';
import type { Compare, EtcdOperation, KeyValue, TxnRequest } from '../../../protocol/etcd.ts';
import { granted, PENDING, refused } from '../answer.ts';
import type { Change, Done, Step, Then } from '../continuation.ts';
import { servedKind } from '../known-kinds.ts';
import { internalError, invalid, notFound, requestTimeout } from '../refusal.ts';
import { type ApiServerState, collectionOf } from '../server-state.ts';
import { allocateForUpdate } from '../services/allocate.ts';
import { claimsOf } from '../services/claims-of.ts';
import { claimValue, noteClaim } from '../services/taken.ts';
import { askEtcd, type EtcdOutcome, rangeOf, txnOf } from '../storage/ask-etcd.ts';
import { objectKeyInStore } from '../storage/registry-key.ts';
import { atRevision, decodeObject, encodeObject, revisionOf } from '../storage/stored-object.ts';
import { propose } from './propose.ts';
import { scaleOf } from './scale.ts';

type Write = Extract<Step, { step: 'write' }>;

/** Begins with the cached copy, if there is one. */
export function changeObject(state: ApiServerState, ctx: Context<Then>, change: Change): readonly Done[] {
  const cached = collectionOf(state, change.call.request.resource.plural).objects.get(keyOf(change));
  return cached === undefined ? readAgain(state, ctx, change) : attempt(state, ctx, change, cached, false);
}

/** Goes on with what etcd has. */
export function changeRead(
  state: ApiServerState,
  ctx: Context<Then>,
  change: Change,
  outcome: EtcdOutcome,
): readonly Done[] {
  if (!outcome.ok) return [refused(change.call, internalError(outcome.message))];
  return withCurrent(state, ctx, change, rangeOf(outcome.response).kvs[0]);
}

/** Goes on when etcd has written, or has found something else. */
export function changeWritten(
  state: ApiServerState,
  ctx: Context<Then>,
  { change, object, how, claims }: Write,
  outcome: EtcdOutcome,
): readonly Done[] {
  const { call } = change;
  if (!outcome.ok) return [refused(call, internalError(outcome.message))];
  const { succeeded, responses } = txnOf(outcome.response);
  if (succeeded) {
    const written = atRevision(object, outcome.revision);
    return how === 'mark'
      ? attempt(state, ctx, { ...change, marked: written, call: meaning(call, written) }, written, true)
      : [answer(change, written)];
  }
  if (ctx.monotonic >= call.deadlineUs) return [refused(call, requestTimeout())];
  // What somebody else has claimed is known from here on.
  claims.forEach((claim, i) => {
    if (rangeOf(responses[i + 1]).kvs.length > 0) noteClaim(state.taken, claim, true);
  });
  return withCurrent(state, ctx, change, rangeOf(responses[0]).kvs[0]);
}

/** A deletion that meant an object as of one revision means it as of its own mark (store.go Delete). */
function meaning(call: Change['call'], marked: KubernetesObject): Change['call'] {
  const { request } = call;
  if (request.verb !== 'delete' || request.options?.preconditions?.resourceVersion === undefined) return call;
  const { resourceVersion } = marked.metadata;
  const preconditions = { ...request.options.preconditions, resourceVersion };
  return { ...call, request: { ...request, options: { ...request.options, preconditions } } };
}

function withCurrent(
  state: ApiServerState,
  ctx: Context<Then>,
  change: Change,
  kv: KeyValue | undefined,
): readonly Done[] {
  if (kv !== undefined) return attempt(state, ctx, change, decodeObject(kv), true);
  const { call, marked } = change;
  // Somebody else was faster to remove what was marked to go.
  if (marked !== undefined) return [granted(call, marked)];
  const { resource, name = '' } = call.request;
  return [refused(call, notFound(resource, name))];
}

/** @param current whether `existing` comes from etcd, and not from the cache */
function attempt(
  state: ApiServerState,
  ctx: Context<Then>,
  change: Change,
  existing: KubernetesObject,
  current: boolean,
): readonly Done[] {
  const { call } = change;
  const { request } = call;
  const kind = servedKind(request.resource.plural);
  const { guards } = state.options;
  const proposal = propose(kind, existing, request, { nowUs: ctx.now }, guards);
  if (proposal.do === 'refuse') {
    return current ? [refused(call, proposal.status)] : readAgain(state, ctx, change);
  }
  if (proposal.do === 'keep') {
    return current ? [answer(change, proposal.object)] : readAgain(state, ctx, change);
  }
  const { object } = proposal;
  const removes = proposal.do === 'delete';
  if (!removes) {
    const errors = allocateForUpdate(state, ctx, object, existing);
    if (errors.length > 0) {
      return current
        ? [refused(call, invalid(kind.resource, object.metadata.name, errors))]
        : readAgain(state, ctx, change);
    }
    if (equalJson(object, existing)) {
      return current ? [answer(change, existing)] : readAgain(state, ctx, change);
    }
  }
  if (request.verb !== 'create' && request.dryRun === true) {
    return current ? [answer(change, object)] : readAgain(state, ctx, change);
  }
  write(state, ctx, change, existing, { object, how: proposal.do });
  return PENDING;
}

function write(
  state: ApiServerState,
  ctx: Context<Then>,
  change: Change,
  existing: KubernetesObject,
  { object, how }: Pick<Write, 'object' | 'how'>,
): void {
  const key = keyOf(change);
  const held = claimsOf(existing);
  const wanted = how === 'delete' ? [] : claimsOf(object);
  const claims = wanted.filter((claim) => !held.includes(claim));
  const { namespace = '', name } = object.metadata;
  const put: EtcdOperation[] =
    how === 'delete' ? [{ op: 'deleteRange', key }] : [{ op: 'put', key, value: encodeObject(object) }];
  for (const claim of claims) put.push({ op: 'put', key: claim, value: claimValue(claim, namespace, name) });
  for (const claim of held) if (!wanted.includes(claim)) put.push({ op: 'deleteRange', key: claim });

  const guarded = state.options.guards.allocationsInStore ? claims : [];
  const compare: Compare[] = [
    { target: 'modRevision', key, result: 'equal', value: revisionOf(existing) },
    ...guarded.map((claim): Compare => ({ target: 'createRevision', key: claim, result: 'equal', value: 0 })),
  ];
  const look: EtcdOperation[] = [
    { op: 'range', key },
    ...guarded.map((claim) => ({ op: 'range', key: claim }) as const),
  ];
  const txn: TxnRequest = { op: 'txn', compare, success: put, failure: look };
  askEtcd(state, ctx, txn, { step: 'write', change, object, how, claims: guarded }, change.call.deadlineUs);
}

function readAgain(state: ApiServerState, ctx: Context<Then>, change: Change): readonly Done[] {
  askEtcd(state, ctx, { op: 'range', key: keyOf(change) }, { step: 'read', change }, change.call.deadlineUs);
  return PENDING;
}

function answer({ call }: Change, object: KubernetesObject): Done {
  const { request } = call;
  if (request.verb === 'create') return granted(call, object, 201);
  const scale = request.verb !== 'delete' && request.subresource === 'scale';
  return granted(call, scale ? scaleOf(servedKind(request.resource.plural), object) : object);
}

function keyOf({ call }: Change): string {
  const { resource, namespace, name } = call.request;
  if (name === undefined) throw new Error('A change is of one object, by its name.');
  return objectKeyInStore(resource, namespace, name);
}
