/** All kinds that the model knows: adding one is adding its file and a line here. */
import type { KindDeclaration } from '../kind-declaration.ts';
import { apiVersionOf, type Resource } from '../resource.ts';
import { configMap } from './config-map.ts';
import { deployment } from './deployment.ts';
import { endpointSlice } from './endpoint-slice.ts';
import { endpoints } from './endpoints.ts';
import { event } from './event.ts';
import { lease } from './lease.ts';
import { namespace } from './namespace.ts';
import { node } from './node.ts';
import { pod } from './pod.ts';
import { replicaSet } from './replica-set.ts';
import { service } from './service.ts';
import { serviceAccount } from './service-account.ts';

export const KINDS: readonly KindDeclaration[] = [
  namespace,
  node,
  pod,
  service,
  endpoints,
  configMap,
  serviceAccount,
  event,
  replicaSet,
  deployment,
  endpointSlice,
  lease,
  // Each declaration's functions take its own kind of object, and are only ever given that.
] as readonly KindDeclaration[];

const BY_NAME: ReadonlyMap<string, KindDeclaration> = new Map(
  KINDS.map((each) => [nameOf(apiVersionOf(each.resource), each.resource.kind), each]),
);
const BY_PLURAL: ReadonlyMap<string, KindDeclaration> = new Map(KINDS.map((each) => [each.resource.plural, each]));

function nameOf(apiVersion: string, kind: string): string {
  return `${apiVersion} ${kind}`;
}

/** The declaration of `apps/v1` `Deployment`; undefined if there is none. */
export function kindOf(apiVersion: string, kind: string): KindDeclaration | undefined {
  return BY_NAME.get(nameOf(apiVersion, kind));
}

/** The declaration of the collection `deployments`, which no other group has here; undefined if there is none. */
export function kindOfPlural(plural: string): KindDeclaration | undefined {
  return BY_PLURAL.get(plural);
}

/** The declaration of a collection; undefined if there is none. */
export function kindOfResource({
  group,
  version,
  plural,
}: Pick<Resource, 'group' | 'version' | 'plural'>): KindDeclaration | undefined {
  const kind = kindOfPlural(plural);
  return kind?.resource.group === group && kind.resource.version === version ? kind : undefined;
}

/** What a person means by `deploy`, `Deployment`, `deployments`, `deployment.apps` or `deployments.v1.apps`. */
export function kindNamed(text: string): KindDeclaration | undefined {
  const wanted = text.toLowerCase();
  const [name, ...rest] = wanted.split('.');
  const group = rest.join('.');
  return KINDS.find(({ resource, singular, shortNames }) => {
    const names = [resource.plural, singular, ...shortNames, resource.kind.toLowerCase()];
    if (names.includes(wanted)) return true;
    // With a group, as the API's own names have it: no short ones.
    const isQualified = group === resource.group || group === `${resource.version}.${resource.group}`;
    return rest.length > 0 && isQualified && (name === resource.plural || name === singular);
  });
}

/** The words by which a person may call kinds, one each, for suggestions. */
export function kindWords(): string[] {
  return KINDS.map(({ singular }) => singular);
}

/** Every kind with its apiVersion. */
export function knownKinds(): { readonly apiVersion: string; readonly kind: string }[] {
  return KINDS.map(({ resource }) => ({ apiVersion: apiVersionOf(resource), kind: resource.kind }));
}
