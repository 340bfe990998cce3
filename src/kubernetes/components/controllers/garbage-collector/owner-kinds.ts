/** Kinds that can own, kinds that can be owned, and how they find each other. */
import type { KubernetesObject, OwnerReference } from '../../../api/object.ts';
import {
  apiVersionOf,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  ENDPOINTS,
  NODES,
  PODS,
  REPLICA_SETS,
  type Resource,
  SERVICES,
} from '../../../api/resource.ts';
import type { View } from '../../../client/controller/controller.ts';
import type { InformerSpec } from '../../../client/informers.ts';

/** Objects by the uids of all their owners, controllers or not. */
export function garbageCollectorOwners({ metadata }: KubernetesObject): readonly string[] {
  return (metadata.ownerReferences ?? []).map(({ uid }) => uid);
}

const DEPENDENTS: readonly Resource[] = [PODS, REPLICA_SETS, ENDPOINT_SLICES, ENDPOINTS];
const OWNERS: readonly Resource[] = [DEPLOYMENTS, REPLICA_SETS, SERVICES, PODS, NODES];

export const GRAPH_INFORMERS: Readonly<Record<string, InformerSpec>> = Object.fromEntries([
  ...OWNERS.map((resource) => [resource.plural, { resource }] as const),
  ...DEPENDENTS.map((resource) => {
    return [resource.plural, { resource, indexes: { garbageCollectorOwners } }] as const;
  }),
]);

/** What the graph knows of an owner. `unknown`: it is of a kind that the graph does not see. */
export type Owner =
  | { readonly found: 'present'; readonly resource: Resource; readonly object: KubernetesObject }
  | { readonly found: 'absent'; readonly resource: Resource; readonly key: string }
  | { readonly found: 'unknown' };

/**
 * Whether the object that a reference means is there: of this name, in the same namespace, and with this uid. A kind of the same
 * name in another group or version is another kind, and nothing is known of it.
 */
export function findOwner(view: View, reference: OwnerReference, namespace: string | undefined): Owner {
  const { apiVersion, kind, name, uid } = reference;
  const resource = OWNERS.find((owner) => owner.kind === kind && apiVersionOf(owner) === apiVersion);
  if (resource === undefined) return { found: 'unknown' };
  const key = resource.namespaced ? `${namespace}/${name}` : name;
  const object = view.get<KubernetesObject>(resource.plural, key);
  return object?.metadata.uid === uid ? { found: 'present', resource, object } : { found: 'absent', resource, key };
}

/** An object that some other owns, and its kind. */
export interface Dependent {
  readonly resource: Resource;
  readonly object: KubernetesObject;
}

export function dependentsOf(view: View, uid: string): Dependent[] {
  return DEPENDENTS.flatMap((resource) =>
    view
      .byIndex<KubernetesObject>(resource.plural, 'garbageCollectorOwners', uid)
      .map((object) => ({ resource, object })),
  );
}
