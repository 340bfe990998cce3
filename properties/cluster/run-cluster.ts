/** A small cluster with a Deployment and a Service, run through a plan of faults, and what it has come to in the end. */
import {
  ClusterMirror,
  type ClusterSpec,
  clusterWorld,
  type Deployment,
  type EndpointSlice,
  type Node,
  type Pod,
} from 'wavetank';
import type { Plan, World } from 'wavetank/sim';
import { FAULTS_MS } from './random-plan.ts';

/** Virtual time after the heal within which all must be well. */
const SETTLES_MS = 180_000;

const REPLICAS = 3;

const LABELS = { app: 'web' };

const MANIFESTS = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: REPLICAS,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          containers: [
            {
              name: 'web',
              image: 'wavetank/echo:1',
              ports: [{ name: 'http', containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 5 },
              resources: { requests: { cpu: '500m', memory: '64Mi' } },
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: LABELS, ports: [{ port: 80, targetPort: 'http' }] },
  },
];

const SPEC: ClusterSpec = { nodes: [{ name: 'node', count: 3, zones: ['zone-a', 'zone-b'] }] };

export interface ClusterRun {
  readonly world: World;
  readonly mirror: ClusterMirror;
}

/** A cluster to which the manifests are applied while a plan strikes it; nothing is done to it later on. */
export async function clusterUnder(seed: number, plan: Plan): Promise<World> {
  const world = clusterWorld(SPEC, { seed, plan, trace: { keep: 'none' } });
  await world.run({ untilMs: FAULTS_MS.from });
  world.post('workstation/kubectl', { id: 1, action: { do: 'apply', objects: MANIFESTS } });
  return world;
}

/** Boots, applies, runs through the faults, heals, and waits; meanwhile people do things, unless told otherwise. */
export async function runCluster(seed: number, plan: Plan, { people = true } = {}): Promise<ClusterRun> {
  const world = clusterWorld(SPEC, { seed, plan, trace: { keep: 'none' } });
  const mirror = new ClusterMirror(world);
  let id = 0;
  const kubectl = (action: object): void => world.post('workstation/kubectl', { id: ++id, action });
  await world.run({ untilMs: FAULTS_MS.from });
  kubectl({ do: 'apply', objects: MANIFESTS });
  for (let second = 8; people && second * 1000 < FAULTS_MS.to; second += 8) {
    await world.run({ untilMs: second * 1000 });
    kubectl(whatPeopleDo(second / 8, mirror));
  }
  await world.run({ untilMs: FAULTS_MS.to + 1 });
  // Whoever saw the first attempt fail tries again.
  kubectl({ do: 'apply', objects: MANIFESTS });
  kubectl({ do: 'scale', ref: WEB, replicas: REPLICAS });
  await world.run({ untilMs: FAULTS_MS.to + SETTLES_MS });
  await world.finish();
  return { world, mirror };
}

const WEB = { kind: 'deployment', name: 'web', namespace: 'default' };

/** More pods, other pods, fewer pods, and a pod that somebody deletes: every eight seconds something else. */
function whatPeopleDo(turn: number, mirror: ClusterMirror): object {
  const [pod] = mirror.ofKind<Pod>('Pod');
  switch (turn % 4) {
    case 0:
      return { do: 'scale', ref: WEB, replicas: 6 };
    case 1:
      return { do: 'scale', ref: WEB, replicas: 1 };
    case 2: {
      const template = { metadata: { annotations: { turn: String(turn) } } };
      return { do: 'patch', ref: WEB, patchType: 'merge', patch: { spec: { template } } };
    }
    default: {
      const name = pod?.metadata.name ?? 'none';
      return { do: 'delete', refs: [{ kind: 'pod', name, namespace: 'default' }] };
    }
  }
}

/** What is not as it should be, one line each; empty: all is well. */
export function trouble({ world, mirror }: ClusterRun): string[] {
  const { panics, violations } = world.report();
  return [
    ...panics.map(({ address, message }) => `${address} panicked: ${message}`),
    ...violations.map(({ check, message }) => `${check}: ${message}`),
    ...unsettled(mirror),
  ];
}

function unsettled(mirror: ClusterMirror): string[] {
  const lines: string[] = [];
  const deployment = mirror.get<Deployment>('Deployment', 'default', 'web');
  const { availableReplicas, updatedReplicas, replicas } = deployment?.status ?? {};
  if (availableReplicas !== REPLICAS || updatedReplicas !== REPLICAS || replicas !== REPLICAS) {
    lines.push(`the deployment has ${replicas} replicas, ${updatedReplicas} updated, ${availableReplicas} available`);
  }
  const pods = mirror.ofKind<Pod>('Pod');
  const ready = pods.filter((pod) => isTrue(pod, 'Ready') && pod.metadata.deletionTimestamp === undefined);
  if (pods.length !== REPLICAS || ready.length !== REPLICAS) {
    lines.push(`there are ${pods.length} pods, ${ready.length} ready: ${pods.map(shown).join('; ')}`);
  }
  for (const node of mirror.ofKind<Node>('Node')) {
    if (!isTrue(node, 'Ready')) lines.push(`node ${node.metadata.name} is not ready`);
  }
  const addresses = (objects: (string | undefined)[]): string => objects.sort().join(' ');
  const slices = mirror
    .ofKind<EndpointSlice>('EndpointSlice')
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'web');
  const served = slices.flatMap(({ endpoints }) =>
    endpoints.filter(({ conditions }) => conditions?.ready === true).flatMap((endpoint) => endpoint.addresses),
  );
  const wanted = addresses(ready.map(({ status }) => status?.podIP));
  if (addresses([...served]) !== wanted) lines.push(`the service has ${addresses([...served])}, its pods ${wanted}`);
  return lines;
}

function isTrue(object: Pod | Node, type: string): boolean {
  const conditions: readonly { readonly type: string; readonly status: string }[] = object.status?.conditions ?? [];
  return conditions.some((condition) => condition.type === type && condition.status === 'True');
}

function shown({ metadata, spec, status }: Pod): string {
  const waits = (status?.containerStatuses ?? []).map(({ state }) => JSON.stringify(state));
  return `${metadata.name} on ${spec.nodeName ?? 'no node'} ${status?.phase} ${waits.join(' ')}`;
}
