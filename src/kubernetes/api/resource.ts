/** Which collection a request speaks of, as in the path of upstream's URLs: `/apis/apps/v1/…/deployments`. */
export interface Resource {
  /** '' is the core group. */
  readonly group: string;
  readonly version: string;
  /** The plural, lower case: `deployments`. Unique over the groups that the model knows. */
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const core = (plural: string, kind: string, namespaced = true): Resource => {
  return { group: '', version: 'v1', plural, kind, namespaced };
};
const named = (group: string, plural: string, kind: string): Resource => {
  return { group, version: 'v1', plural, kind, namespaced: true };
};

export const NAMESPACES = core('namespaces', 'Namespace', false);
export const NODES = core('nodes', 'Node', false);
export const PODS = core('pods', 'Pod');
export const SERVICES = core('services', 'Service');
export const ENDPOINTS = core('endpoints', 'Endpoints');
export const CONFIG_MAPS = core('configmaps', 'ConfigMap');
export const SERVICE_ACCOUNTS = core('serviceaccounts', 'ServiceAccount');
export const EVENTS = core('events', 'Event');
export const REPLICA_SETS = named('apps', 'replicasets', 'ReplicaSet');
export const DEPLOYMENTS = named('apps', 'deployments', 'Deployment');
export const ENDPOINT_SLICES = named('discovery.k8s.io', 'endpointslices', 'EndpointSlice');
export const LEASES = named('coordination.k8s.io', 'leases', 'Lease');

/** `v1`, `apps/v1`. */
export function apiVersionOf({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}
