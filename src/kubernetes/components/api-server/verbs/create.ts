/**
 * A new object: its namespace must be there and not on its way out, its name must be free, and what it claims besides
 * must be too, all in one transaction.
 *
 * Upstream: apiserver/pkg/registry/generic/registry/store.go (Create), admission/plugin/namespace/lifecycle/admission.go.
 */
import type { Context } from '../../../../sim/index.ts';
import type { KubernetesObject, Namespace, NewObject } from '../../../api/object.ts';
import { NAMESPACES } from '../../../api/resource.ts';
import type { CreateRequest } from '../../../protocol/api.ts';
import type { Compare, EtcdOperation } from '../../../protocol/etcd.ts';
import { prepareForCreate } from '../admission/before-create.ts';
import { generateName, newUid } from '../admission/identity.ts';
import { granted, PENDING, refused } from '../answer.ts';
import type { Call, Creation, Done, Then } from '../continuation.ts';
import { servedKind } from '../known-kinds.ts';
import {
  alreadyExists,
  badRequest,
  forbidden,
  generatedNamesTaken,
  internalError,
  invalid,
  notFound,
  requestTimeout,
} from '../refusal.ts';
import { type ApiServerState, collectionOf } from '../server-state.ts';
import { allocateForCreate } from '../services/allocate.ts';
import { claimsOf } from '../services/claims-of.ts';
import { claimValue, noteClaim } from '../services/taken.ts';
import { askEtcd, type EtcdOutcome, rangeOf, txnOf } from '../storage/ask-etcd.ts';
import { objectKeyInStore } from '../storage/registry-key.ts';
import { atRevision, decodeObject, encodeObject } from '../storage/stored-object.ts';

/** How many generated names are tried (maxNameGenerationCreateAttempts). */
const MAX_TRIES = 8;

export function create(state: ApiServerState, ctx: Context<Then>, call: Call<CreateRequest>): readonly Done[] {
  const { namespace, object } = call.request;
  const said = object.metadata.namespace;
  if (said !== undefined && said !== '' && said !== namespace) {
    const message = 'the namespace of the provided object does not match the namespace sent on the request';
    return [refused(call, badRequest(message))];
  }
  if (namespace === undefined) return begin(state, ctx, call);
  const key = objectKeyInStore(NAMESPACES, undefined, namespace);
  const known = collectionOf(state, NAMESPACES.plural).objects.get(key);
  if (known !== undefined) return within(state, ctx, call, known);
  // The cache may be behind: etcd decides.
  askEtcd(state, ctx, { op: 'range', key }, { step: 'namespace', call }, call.deadlineUs);
  return PENDING;
}

/** Goes on with the namespace as etcd has it. */
export function namespaceRead(
  state: ApiServerState,
  ctx: Context<Then>,
  call: Call<CreateRequest>,
  outcome: EtcdOutcome,
): readonly Done[] {
  if (!outcome.ok) return [refused(call, internalError(outcome.message))];
  const [kv] = rangeOf(outcome.response).kvs;
  if (kv !== undefined) return within(state, ctx, call, decodeObject(kv));
  return [refused(call, notFound(NAMESPACES, call.request.namespace ?? ''))];
}

function within(
  state: ApiServerState,
  ctx: Context<Then>,
  call: Call<CreateRequest>,
  namespace: KubernetesObject,
): readonly Done[] {
  const { metadata, status } = namespace as Namespace;
  if (metadata.deletionTimestamp === undefined && status?.phase !== 'Terminating') return begin(state, ctx, call);
  const { resource, object } = call.request;
  const why = `unable to create new content in namespace ${metadata.name} because it is being terminated`;
  const name = object.metadata.name ?? object.metadata.generateName ?? '';
  return [refused(call, forbidden(resource, name, why, 'NamespaceTerminating'))];
}

/** @param tries how many names have been taken already */
function begin(state: ApiServerState, ctx: Context<Then>, call: Call<CreateRequest>, tries = 0): readonly Done[] {
  const { resource, namespace, object: sent, name: onUrl } = call.request;
  const { name = '', generateName: base = '' } = sent.metadata;
  if (onUrl !== undefined && name !== '' && name !== onUrl) {
    const message = `the name of the object (${name}) does not match the name on the URL (${onUrl})`;
    return [refused(call, badRequest(message))];
  }
  const kind = servedKind(resource.plural);
  const identity = { uid: newUid(ctx), name: name === '' && base !== '' ? generateName(ctx, base) : name };
  const prepared = prepareForCreate(kind, sent, namespace, identity, state.options, { nowUs: ctx.now });
  if ('status' in prepared) return [refused(call, prepared.status)];
  return put(state, ctx, { call, object: prepared.object, tries });
}

/** Allocates what it needs, and writes. */
function put(state: ApiServerState, ctx: Context<Then>, creation: Creation): readonly Done[] {
  const { call, object } = creation;
  const { request } = call;
  const kind = servedKind(request.resource.plural);
  const name = object.metadata.name ?? '';
  const errors = allocateForCreate(state, ctx, object);
  if (errors.length > 0) return [refused(call, invalid(kind.resource, name, errors))];

  const key = objectKeyInStore(kind.resource, object.metadata.namespace, name);
  const claims = claimsOf(object as KubernetesObject);
  const guarded = state.options.guards.allocationsInStore ? claims : [];
  const free = (which: string): Compare => ({ target: 'modRevision', key: which, result: 'equal', value: 0 });
  const writes: EtcdOperation[] = [{ op: 'put', key, value: encodeObject(object) }];
  for (const claim of claims) {
    writes.push({ op: 'put', key: claim, value: claimValue(claim, object.metadata.namespace ?? '', name) });
  }
  const look: EtcdOperation[] = [key, ...guarded].map((which) => ({ op: 'range', key: which }));
  const compare = [key, ...guarded].map(free);
  // A dry run looks, and writes nothing.
  const success = request.dryRun === true ? [] : writes;
  const step = { step: 'create', creation, claims: guarded } as const;
  askEtcd(state, ctx, { op: 'txn', compare, success, failure: look }, step, call.deadlineUs);
  return PENDING;
}

/** Goes on when etcd has written, or has found something in its place. */
export function created(
  state: ApiServerState,
  ctx: Context<Then>,
  creation: Creation,
  claims: readonly string[],
  outcome: EtcdOutcome,
): readonly Done[] {
  const { call, object, tries } = creation;
  if (!outcome.ok) return [refused(call, internalError(outcome.message))];
  const { succeeded, responses } = txnOf(outcome.response);
  if (succeeded) {
    const { dryRun } = call.request;
    return [granted(call, dryRun === true ? asStored(object) : atRevision(object, outcome.revision), 201)];
  }
  if (ctx.monotonic >= call.deadlineUs) return [refused(call, requestTimeout())];
  const [there] = rangeOf(responses[0]).kvs;
  if (there !== undefined) return nameTaken(state, ctx, call, object, tries, decodeObject(there));
  claims.forEach((claim, i) => {
    if (rangeOf(responses[i + 1]).kvs.length > 0) noteClaim(state.taken, claim, true);
  });
  // What the client left to the server is drawn anew; what it asked for is refused now.
  return begin(state, ctx, call, tries);
}

function nameTaken(
  state: ApiServerState,
  ctx: Context<Then>,
  call: Call<CreateRequest>,
  object: NewObject,
  tries: number,
  there: KubernetesObject,
): readonly Done[] {
  const { resource, object: sent } = call.request;
  const name = object.metadata.name ?? '';
  const generated = (sent.metadata.name ?? '') === '';
  if (!generated) return [refused(call, alreadyExists(resource, name, there.metadata.deletionTimestamp !== undefined))];
  if (tries + 1 >= MAX_TRIES) return [refused(call, generatedNamesTaken(resource, name))];
  return begin(state, ctx, call, tries + 1);
}

/** The object of a dry run: it has no version. */
function asStored(object: NewObject): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: '' } } as KubernetesObject;
}
