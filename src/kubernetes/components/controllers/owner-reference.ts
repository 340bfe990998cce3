/** References from an object to the controller that owns it; upstream: apimachinery/pkg/apis/meta/v1/controller_ref.go. */
import type { KubernetesObject, OwnerReference } from '../../api/object.ts';

/** What an object that `owner` controls says of its owner. */
export function controllerReferenceTo(owner: KubernetesObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
}
