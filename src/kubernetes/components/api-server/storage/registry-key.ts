/**
 * Where objects lie in etcd: `/registry/pods/default/web`. As upstream, a resource of the built-in groups lies under its
 * plural, but for a few old ones (pkg/kubeapiserver/default_storage_factory_builder.go).
 */
import type { Resource } from '../../../api/resource.ts';

export const REGISTRY = '/registry/';
/** The first key after all that begin with `REGISTRY`. */
export const REGISTRY_END = '/registry0';

const SPECIAL: Readonly<Record<string, string>> = {
  services: 'services/specs',
  endpoints: 'services/endpoints',
  nodes: 'minions',
};

type Where = Pick<Resource, 'plural'>;

/** `/registry/pods/`: the beginning of the keys of a whole collection. */
export function collectionPrefix({ plural }: Where): string {
  return `${REGISTRY}${SPECIAL[plural] ?? plural}/`;
}

/** The beginning of the keys of a collection, or of what a namespace has of it. */
export function scopePrefix(resource: Where, namespace: string | undefined): string {
  return namespace === undefined ? collectionPrefix(resource) : `${collectionPrefix(resource)}${namespace}/`;
}

export function objectKeyInStore(resource: Where, namespace: string | undefined, name: string): string {
  return scopePrefix(resource, namespace) + name;
}

/** The first key after all that begin with `prefix` (clientv3.GetPrefixRangeEnd). Prefixes end in a slash. */
export function prefixEnd(prefix: string): string {
  if (!prefix.endsWith('/')) throw new Error(`${prefix} is no prefix of a collection.`);
  return `${prefix.slice(0, -1)}0`;
}

/** To which collection's folder a key belongs: `pods`, `services/specs`. */
export function folderOf(key: string): string {
  const first = key.indexOf('/', REGISTRY.length);
  if (first === -1) return '';
  const folder = key.slice(REGISTRY.length, first);
  if (folder !== 'services') return folder;
  const second = key.indexOf('/', first + 1);
  return second === -1 ? folder : key.slice(REGISTRY.length, second);
}

/** The folder of a resource, as `folderOf` says it. */
export function folderOfResource(resource: Where): string {
  return collectionPrefix(resource).slice(REGISTRY.length, -1);
}
