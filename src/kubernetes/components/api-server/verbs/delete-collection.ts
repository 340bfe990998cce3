/** Deletes all that was listed, one after the other; what is gone by then is well (generic/registry/store.go, DeleteCollection). */
import type { Context } from '../../../../sim/index.ts';
import { granted, PENDING, refused } from '../answer.ts';
import type { Answer, Call, Done, ListedForDeletion, Then } from '../continuation.ts';
import { requestTimeout } from '../refusal.ts';
import type { ApiServerState } from '../server-state.ts';
import { changeObject } from './change-object.ts';
import type { CollectionDeletion } from './collection-deletion.ts';

/** Begins with the first. */
export function deleteListed(
  state: ApiServerState,
  ctx: Context<Then>,
  { toDelete, call }: ListedForDeletion,
): readonly Done[] {
  const id = state.nextNumber++;
  const { items, metadata } = toDelete;
  const deletion: CollectionDeletion = {
    call,
    objects: items,
    resourceVersion: metadata.resourceVersion,
    next: 0,
  };
  state.deletions.set(id, deletion);
  return deleteNext(state, ctx, id, deletion);
}

/** One of them is deleted, or could not be. */
export function deletedOne(
  state: ApiServerState,
  ctx: Context<Then>,
  id: number,
  { response }: Answer,
): readonly Done[] {
  const deletion = state.deletions.get(id);
  if (deletion === undefined) throw new Error(`There is no deletion ${id} of a collection.`);
  const { object, code } = response;
  if (code >= 400 && code !== 404) {
    state.deletions.delete(id);
    return [{ caller: deletion.call.caller, response: { code, object } } as Answer];
  }
  deletion.next++;
  return deleteNext(state, ctx, id, deletion);
}

function deleteNext(
  state: ApiServerState,
  ctx: Context<Then>,
  id: number,
  { call, objects, next, resourceVersion }: CollectionDeletion,
): readonly Done[] {
  const { request, deadlineUs } = call;
  const object = objects[next];
  if (object === undefined) {
    state.deletions.delete(id);
    const [first] = objects;
    const kind = `${first?.kind ?? ''}List`;
    return [
      granted(call, { apiVersion: first?.apiVersion ?? 'v1', kind, metadata: { resourceVersion }, items: objects }),
    ];
  }
  if (ctx.monotonic >= deadlineUs) {
    state.deletions.delete(id);
    return [refused(call, requestTimeout())];
  }
  const { resource, user, options } = request;
  const { name, namespace } = object.metadata;
  const one: Call<Extract<Call['request'], { verb: 'delete' }>> = {
    caller: { kind: 'collection', id },
    deadlineUs,
    request: {
      verb: 'delete',
      resource,
      user,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(options === undefined ? {} : { options }),
    },
  };
  const done = changeObject(state, ctx, { call: one });
  return done.length === 0 ? PENDING : done;
}
