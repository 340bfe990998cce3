/**
 * Which objects a controller's object owns, and how it comes to own them: it adopts orphans that its selector matches, and
 * releases what it owns but no longer matches.
 *
 * 1. What another controller owns is never touched.
 * 2. An owner that is being deleted adopts and releases nothing.
 * 3. An orphan that is being deleted is not adopted.
 * 4. Each patch names the uid that it means, so that it cannot hit a successor of the same name.
 *
 * Before the first adoption, the owner is read live: a cache may not know yet that it is gone. This is the guard
 * `adoptionRecheck`.
 *
 * Upstream: pkg/controller/controller_ref_manager.go.
 */
import { controllerOf, type KubernetesObject } from '../../api/object.ts';
import type { Resource } from '../../api/resource.ts';
import type { Action, Target } from '../../client/controller/controller.ts';
import { controllerReferenceTo } from './owner-reference.ts';

export interface Claims<T> {
  /** What the owner owns once the actions have been done, in the order of the candidates. */
  readonly claimed: T[];
  readonly actions: Action[];
}

export interface ClaimOptions<T> {
  readonly owner: KubernetesObject;
  readonly ownerResource: Resource;
  /** Of what kind the candidates are. */
  readonly resource: Resource;
  readonly candidates: readonly T[];
  matches(candidate: T): boolean;
  /** Default true. */
  readonly adoptionRecheck?: boolean;
}

export function claimObjects<T extends KubernetesObject>(options: ClaimOptions<T>): Claims<T> {
  const { owner, ownerResource, resource, candidates, matches, adoptionRecheck = true } = options;
  const ownerIsGoing = owner.metadata.deletionTimestamp !== undefined;
  const claimed: T[] = [];
  const adoptions: Action[] = [];
  const releases: Action[] = [];
  for (const candidate of candidates) {
    const controller = controllerOf(candidate);
    if (controller !== undefined) {
      if (controller.uid !== owner.metadata.uid) continue;
      if (matches(candidate)) claimed.push(candidate);
      else if (!ownerIsGoing) releases.push(release(candidate, resource, owner));
      continue;
    }
    if (ownerIsGoing || candidate.metadata.deletionTimestamp !== undefined || !matches(candidate)) continue;
    claimed.push(candidate);
    adoptions.push(adopt(candidate, resource, owner));
  }
  const recheck: Action[] =
    adoptions.length > 0 && adoptionRecheck
      ? [{ do: 'check', expect: 'alive', uid: owner.metadata.uid, ...targetOf(owner, ownerResource) }]
      : [];
  return { claimed, actions: [...releases, ...recheck, ...adoptions] };
}

function adopt(candidate: KubernetesObject, resource: Resource, owner: KubernetesObject): Action {
  const metadata = { uid: candidate.metadata.uid, ownerReferences: [controllerReferenceTo(owner)] };
  return { do: 'patch', patchType: 'strategic', patch: { metadata }, ...targetOf(candidate, resource) };
}

/** That it is gone, or no longer refers to the owner, is as good. */
function release(candidate: KubernetesObject, resource: Resource, owner: KubernetesObject): Action {
  const { uid } = candidate.metadata;
  const metadata = { uid, ownerReferences: [{ $patch: 'delete', uid: owner.metadata.uid }] };
  const ignore = ['NotFound', 'Invalid'];
  return { do: 'patch', patchType: 'strategic', patch: { metadata }, ignore, ...targetOf(candidate, resource) };
}

/** How an action names an object. */
export function targetOf(object: KubernetesObject, resource: Resource): Target {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? { resource, name } : { resource, namespace, name };
}
