/** A cluster with one large Deployment, all of whose pods are ready: what goes on is leases and heartbeats. */
import { ClusterMirror, clusterWorld, type NewObject, type Pod, type World } from 'wavetank';

export async function restingCluster({ nodes, pods }: { nodes: number; pods: number }): Promise<World> {
  const world = clusterWorld(
    { nodes: [{ name: 'node', count: nodes, zones: ['zone-a', 'zone-b', 'zone-c'], capacity: { cpu: '16' } }] },
    { seed: 1 },
  );
  const mirror = new ClusterMirror(world);
  world.post('workstation/kubectl', { id: 1, action: { do: 'apply', objects: [deployment(pods)] } });
  let seen = -1;
  const ready = (): boolean => {
    if (mirror.version === seen) return false;
    seen = mirror.version;
    return mirror.ofKind<Pod>('Pod').filter(isReady).length === pods;
  };
  await world.run({ forMs: 600_000, until: ready });
  const there = mirror.ofKind<Pod>('Pod').filter(isReady).length;
  if (there !== pods) throw new Error(`${there} of ${pods} pods are ready.`);
  return world;
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}

function deployment(replicas: number): NewObject {
  const labels = { app: 'load' };
  const requests = { cpu: '100m', memory: '64Mi' };
  const containers = [{ name: 'main', image: 'example.com/load:1', resources: { requests } }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'load' },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
}
