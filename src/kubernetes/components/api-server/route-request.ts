/** From a request to the verb that answers it; what makes no sense is refused here, before anything is read. */
import type { Context, RequestId } from '../../../sim/index.ts';
import type { KindDeclaration } from '../../api/kind-declaration.ts';
import { kindOfResource } from '../../api/kinds/registry.ts';
import type { NewObject } from '../../api/object.ts';
import { failureStatus, type Status } from '../../api/status.ts';
import type { ApiRequest } from '../../protocol/api.ts';
import { refused } from './answer.ts';
import type { Call, Done, Then } from './continuation.ts';
import { badRequest, notReady, unknownResource } from './refusal.ts';
import type { ApiServerState } from './server-state.ts';
import { changeObject } from './verbs/change-object.ts';
import { create } from './verbs/create.ts';
import { get } from './verbs/get.ts';
import { list } from './verbs/list.ts';

export function routeRequest(
  state: ApiServerState,
  ctx: Context<Then>,
  id: RequestId,
  request: ApiRequest,
): readonly Done[] {
  const deadlineUs = ctx.monotonic + state.options.requestTimeoutMs * 1000;
  const call: Call = { caller: { kind: 'client', id }, request, deadlineUs };
  const status = whyNot(state, request);
  return status === undefined ? begin(state, ctx, call) : [refused(call, status)];
}

/** Answers a call that may be answered. */
export function begin(state: ApiServerState, ctx: Context<Then>, call: Call): readonly Done[] {
  const { request } = call;
  switch (request.verb) {
    case 'get':
      return get(state, ctx, { ...call, request });
    case 'list':
    case 'deletecollection':
      return list(state, ctx, { ...call, request });
    case 'create':
      return request.subresource === 'binding'
        ? changeObject(state, ctx, { call: { ...call, request } })
        : create(state, ctx, { ...call, request });
    case 'update':
    case 'patch':
    case 'delete':
      return changeObject(state, ctx, { call: { ...call, request } });
    default:
      return [refused(call, methodNotAllowed((request satisfies never as ApiRequest)?.verb))];
  }
}

function whyNot(state: ApiServerState, request: ApiRequest): Status | undefined {
  const kind = request?.resource === undefined ? undefined : kindOfResource(request.resource);
  if (kind === undefined) return unknownResource();
  const place = placeProblem(kind, request) ?? subresourceProblem(kind, request);
  if (place !== undefined) return place;
  if ((request.verb === 'create' || request.verb === 'update') && !hasMetadata(request.object)) {
    return badRequest('the body of the request is no object with metadata');
  }
  // Until it has seen the store once, the server knows no namespace and no object.
  return state.cache.revision === 0 ? notReady() : undefined;
}

/** The body is what a client has sent, whatever its type says. */
function hasMetadata(object: NewObject | undefined): boolean {
  return typeof object?.metadata === 'object' && object.metadata !== null && !Array.isArray(object.metadata);
}

function placeProblem({ resource }: KindDeclaration, request: ApiRequest): Status | undefined {
  const { namespace, verb } = request;
  if (!resource.namespaced) {
    return namespace === undefined ? undefined : unknownResource();
  }
  if (verb !== 'list' && (namespace === undefined || namespace === '')) {
    return badRequest('an empty namespace may not be set when a resource name is provided');
  }
  return undefined;
}

function subresourceProblem(kind: KindDeclaration, request: ApiRequest): Status | undefined {
  const named = request.verb === 'list' || request.verb === 'deletecollection' || request.verb === 'create';
  if (!named && !request.name) return badRequest('a name is required');
  if (!('subresource' in request) || request.subresource === undefined) return undefined;
  switch (request.subresource) {
    case 'status':
      return kind.hasStatus ? undefined : unknownResource();
    case 'scale':
      return kind.scale === undefined ? unknownResource() : undefined;
    case 'finalize':
      return kind.resource.kind === 'Namespace' ? undefined : unknownResource();
    case 'binding':
      if (kind.resource.kind !== 'Pod') return unknownResource();
      return request.name ? undefined : badRequest('a name is required');
    default:
      return unknownResource();
  }
}

function methodNotAllowed(verb: unknown): Status {
  return failureStatus(
    'MethodNotAllowed',
    `the server does not allow this method on the requested resource: ${String(verb)}`,
  );
}
