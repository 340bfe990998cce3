/**
 * What every cluster has from the beginning: the system's namespaces, and the Service of the API itself. Each server makes
 * what is missing; of several, the first wins.
 *
 * Upstream: pkg/controlplane/controller/systemnamespaces, pkg/controlplane/controller/kubernetesservice. Left out: the endpoints of
 * the `kubernetes` Service.
 */
import type { Context } from '../../../sim/index.ts';
import { formatIp, parseCidr } from '../../api/ip-address.ts';
import type { NewObject } from '../../api/object.ts';
import { NAMESPACES, type Resource, SERVICES } from '../../api/resource.ts';
import type { CreateRequest } from '../../protocol/api.ts';
import type { Answer, Call, Then } from './continuation.ts';
import { type ApiServerState, collectionOf } from './server-state.ts';
import { objectKeyInStore } from './storage/registry-key.ts';

const NAMES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
const RETRY_MS = 1000;
const USER = 'system:apiserver';

/** The calls that make what is missing. */
export function bootstrapCalls(state: ApiServerState, ctx: Context<Then>): readonly Call<CreateRequest>[] {
  const missing: Call<CreateRequest>[] = [];
  const want = (resource: Resource, namespace: string | undefined, object: NewObject): void => {
    const key = objectKeyInStore(resource, namespace, object.metadata.name ?? '');
    if (collectionOf(state, resource.plural).objects.has(key)) return;
    const where = namespace === undefined ? {} : { namespace };
    missing.push({
      caller: { kind: 'bootstrap' },
      request: { verb: 'create', resource, user: USER, object, ...where },
      deadlineUs: ctx.monotonic + state.options.requestTimeoutMs * 1000,
    });
  };
  for (const name of NAMES) want(NAMESPACES, undefined, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  want(SERVICES, 'default', apiService(state.options.serviceCidr));
  return missing;
}

/** One of them is there, or has to be tried again. */
export function bootstrapped(ctx: Context<Then>, { response }: Answer): void {
  if (response.code < 400 || response.code === 409) return;
  ctx.setTimer('bootstrap', RETRY_MS, { kind: 'bootstrap' });
}

/** `kubernetes`, at the first address of the range. */
function apiService(serviceCidr: string): NewObject {
  const range = parseCidr(serviceCidr);
  if (range === undefined) throw new Error(`The API server's serviceCidr ${serviceCidr} is no block of addresses.`);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      clusterIP: formatIp(range.base + 1),
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
  };
}
