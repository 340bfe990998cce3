/** From a request and the object as it is to what is to be done: which rule answers which verb. */
import type { KindDeclaration } from '../../../api/kind-declaration.ts';
import type { KubernetesObject, NewObject, Pod } from '../../../api/object.ts';
import type { PatchRequest, UpdateRequest } from '../../../protocol/api.ts';
import { proposeDeletion } from '../admission/before-delete.ts';
import { proposeUpdate } from '../admission/before-update.ts';
import { proposeBinding } from '../admission/bind-pod.ts';
import { proposeNamespaceDeletion } from '../admission/delete-namespace.ts';
import type { ChangeRequest } from '../continuation.ts';
import { badRequest } from '../refusal.ts';
import type { ApiServerGuards } from '../server-options.ts';
import { patched } from './patch.ts';
import type { Moment, Proposal } from './proposal.ts';
import { scaled, scaleOf } from './scale.ts';

export function propose(
  kind: KindDeclaration,
  existing: KubernetesObject,
  request: ChangeRequest,
  moment: Moment,
  guards: ApiServerGuards,
): Proposal {
  switch (request.verb) {
    case 'create':
      return proposeBinding(existing as Pod, request.object, moment, guards.bindOnce);
    case 'update':
    case 'patch':
      return request.subresource === 'scale'
        ? proposeScale(kind, existing, request, moment)
        : proposeReplacement(kind, existing, request, moment);
    case 'delete':
      return kind.resource.kind === 'Namespace'
        ? proposeNamespaceDeletion(kind, existing, request.options ?? {}, moment)
        : proposeDeletion(kind, existing, request.options ?? {}, moment);
    default:
      throw new Error(`'${String((request satisfies never as ChangeRequest).verb)}' changes no object.`);
  }
}

function proposeReplacement(
  kind: KindDeclaration,
  existing: KubernetesObject,
  request: UpdateRequest | PatchRequest,
  moment: Moment,
): Proposal {
  const { subresource } = request;
  if (subresource === 'scale') throw new Error('A scale is no replacement.');
  if (request.verb === 'update') {
    return proposeUpdate(kind, existing, request.object, subresource, moment);
  }
  const result = patched(existing, request);
  if ('status' in result) return { do: 'refuse', status: result.status };
  return proposeUpdate(kind, existing, result.object, subresource, moment);
}

function proposeScale(
  kind: KindDeclaration,
  existing: KubernetesObject,
  request: UpdateRequest | PatchRequest,
  moment: Moment,
): Proposal {
  let wanted: NewObject;
  if (request.verb === 'update') {
    wanted = request.object;
  } else {
    const result = patched(scaleOf(kind, existing), request);
    if ('status' in result) return { do: 'refuse', status: result.status };
    wanted = result.object;
  }
  const next = scaled(kind, existing, wanted);
  if (typeof next === 'string') return { do: 'refuse', status: badRequest(next) };
  return proposeUpdate(kind, existing, next, undefined, moment);
}
