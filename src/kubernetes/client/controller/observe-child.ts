/** A child of an owner that appears or goes is one expected thing less (pkg/controller/replicaset/replica_set.go, addPod, deletePod). */
import { kindOf } from '../../api/kinds/registry.ts';
import { controllerOf, objectKey } from '../../api/object.ts';
import { creationObserved, deletionObserved, type Expectations, forgetExpectations } from '../expectations.ts';
import type { Delta } from '../informers.ts';
import type { Controller, View } from './controller.ts';

/** Lowers what a controller expects by what a change of a cache shows. */
export function observeChild(
  declared: Controller['expectations'],
  expectations: Expectations,
  delta: Delta,
  view: View,
): void {
  if (declared === undefined) return;
  const { informer, type, object, previous, key } = delta;
  if (previous !== undefined && previous.metadata.uid !== object.metadata.uid) {
    // One has gone and another has come under its name, while nobody watched.
    observeChild(declared, expectations, { informer, key, type: 'deleted', object: previous }, view);
    observeChild(declared, expectations, { informer, key, type: 'added', object }, view);
    return;
  }
  if (type === 'deleted' && object.kind === declared.ownerKind) forgetExpectations(expectations, key);
  if (informer !== declared.children) return;
  const owner = controllerOf(object);
  if (owner?.kind !== declared.ownerKind) return;
  const ownerKey = objectKey({ metadata: { ...object.metadata, name: owner.name } });
  const plural = kindOf(owner.apiVersion, owner.kind)?.resource.plural;
  const current = plural === undefined ? undefined : view.get(plural, ownerKey);
  // An owner of the same name that has come since expects nothing of another one's children.
  if (current !== undefined && current.metadata.uid !== owner.uid) return;
  const { uid, deletionTimestamp } = object.metadata;
  if (type === 'added' && deletionTimestamp === undefined) creationObserved(expectations, ownerKey);
  const isGoing = deletionTimestamp !== undefined && previous?.metadata.deletionTimestamp === undefined;
  if (type === 'deleted' || isGoing) deletionObserved(expectations, ownerKey, uid);
}
