/** All controllers in one process, at a real API server. */
import { describe, expect, it } from 'vitest';
import { API, type Loose, newPod, ofPod, Tank } from '../../../../test/api-server/tank.ts';
import type { NewObject } from '../../api/object.ts';
import * as resources from '../../api/resource.ts';
import type { ControllerManagerArgs } from '../../client/controller/controller-actor.ts';
import { controllerManager } from '../../client/controller/controller-actor.ts';
import { CONTROLLERS } from './controllers.ts';

const {
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  ENDPOINTS,
  EVENTS,
  NAMESPACES,
  NODES,
  PODS,
  REPLICA_SETS,
  SERVICE_ACCOUNTS,
  SERVICES,
} = resources;
const MANAGER = 'cm/kube-controller-manager';

const deployment = (replicas: number): NewObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'web:1' }] } },
  },
});
const service: NewObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
};
const node = (name: string): NewObject => ({ apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {} });

function start(seed = 'controllers'): Promise<Tank> {
  const args: ControllerManagerArgs = { api: { servers: [API], user: 'system:kube-controller-manager' } };
  const processes = [{ name: 'kube-controller-manager', program: 'manager', args }];
  return Tank.start(
    {},
    { seed, programs: { manager: controllerManager(CONTROLLERS) }, hosts: [{ name: 'cm', processes }] },
  );
}

const inDefault = async (tank: Tank, resource: resources.Resource): Promise<Loose[]> =>
  (await tank.list({ verb: 'list', resource, namespace: 'default' })).items as unknown as Loose[];

/** What a kubelet would say of the Deployment's pods. */
async function makeReady(tank: Tank): Promise<void> {
  for (const [index, { metadata }] of (await inDefault(tank, PODS)).entries()) {
    const podIP = `10.244.0.${index + 2}`;
    const status = {
      phase: 'Running',
      podIP,
      podIPs: [{ ip: podIP }],
      conditions: [{ type: 'Ready', status: 'True' }],
    };
    const patch = { patchType: 'merge', patch: { status, metadata: { uid: metadata.uid } } } as const;
    await tank.ask({ verb: 'patch', ...ofPod(metadata.name), subresource: 'status', ...patch });
  }
}

async function walk(seed?: string): Promise<Tank> {
  const tank = await start(seed);
  for (const name of ['node-1', 'node-2']) await tank.get({ verb: 'create', resource: NODES, object: node(name) });
  await tank.create(SERVICES, service);
  await tank.create(DEPLOYMENTS, deployment(3));
  return tank;
}

describe('the controllers together', () => {
  it('make pods of a Deployment, stand them behind a Service, and say so', async () => {
    const tank = await walk();
    await tank.run(3000);
    const pods = await inDefault(tank, PODS);
    expect(pods).toHaveLength(3);
    for (const { metadata } of pods) {
      await tank.ask({
        verb: 'create',
        ...ofPod(metadata.name),
        subresource: 'binding',
        object: {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name: metadata.name },
          target: { kind: 'Node', name: 'node-1' },
        },
      });
    }
    await makeReady(tank);
    await tank.run(5000);
    const web = await tank.get({ verb: 'get', resource: DEPLOYMENTS, namespace: 'default', name: 'web' });
    expect(web.status).toMatchObject({ observedGeneration: 1, replicas: 3, updatedReplicas: 3, availableReplicas: 3 });
    expect(web.status.conditions.map(({ type, reason }: Loose) => `${type} ${reason}`).sort()).toEqual([
      'Available MinimumReplicasAvailable',
      'Progressing NewReplicaSetAvailable',
    ]);
    expect(web.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '1' });
    const [slice] = (await inDefault(tank, ENDPOINT_SLICES)).filter(({ metadata }) => metadata.generateName === 'web-');
    expect(slice?.endpoints).toHaveLength(3);
    const endpoints = await tank.get({ verb: 'get', resource: ENDPOINTS, namespace: 'default', name: 'web' });
    expect(endpoints.subsets).toMatchObject([{ addresses: [{}, {}, {}], ports: [{ port: 8080 }] }]);
    const nodes = (await tank.list({ verb: 'list', resource: NODES })).items as unknown as Loose[];
    expect(nodes.map(({ spec }) => spec.podCIDR)).toEqual(['10.244.0.0/24', '10.244.1.0/24']);
    expect((await inDefault(tank, SERVICE_ACCOUNTS)).map(({ metadata }) => metadata.name)).toEqual(['default']);
    const events = (await inDefault(tank, EVENTS)).map(({ reason, message }) => `${reason}: ${message}`);
    const [set] = await inDefault(tank, REPLICA_SETS);
    expect(events).toContain(`ScalingReplicaSet: Scaled up replica set ${set?.metadata.name} from 0 to 3`);
    for (const { metadata } of pods) expect(events).toContain(`SuccessfulCreate: Created pod: ${metadata.name}`);
    expect(tank.stage.panics()).toEqual([]);
  });

  it.each(['Background', 'Foreground'] as const)('take all of it away (%s)', async (propagationPolicy) => {
    const tank = await walk();
    await tank.run(3000);
    const name = 'web';
    await tank.ask({
      verb: 'delete',
      resource: DEPLOYMENTS,
      namespace: 'default',
      name,
      options: { propagationPolicy },
    });
    await tank.ask({ verb: 'delete', resource: SERVICES, namespace: 'default', name });
    await tank.run(10_000);
    for (const resource of [DEPLOYMENTS, REPLICA_SETS, PODS, ENDPOINTS]) {
      expect([resource.plural, await inDefault(tank, resource)]).toEqual([resource.plural, []]);
    }
    const slices = await inDefault(tank, ENDPOINT_SLICES);
    expect(slices.filter(({ metadata }) => metadata.generateName === 'web-')).toEqual([]);
  });

  it('empty a namespace that is deleted, and let it go', async () => {
    const tank = await start();
    await tank.namespace('shop');
    await tank.create(PODS, newPod('single', { namespace: 'shop' }));
    await tank.create(DEPLOYMENTS, { ...deployment(2), metadata: { name: 'web', namespace: 'shop' } });
    await tank.run(2000);
    await tank.ask({ verb: 'delete', resource: NAMESPACES, name: 'shop' });
    await tank.run(30_000);
    const answer = await tank.refusal({ verb: 'get', resource: NAMESPACES, name: 'shop' });
    expect(answer.reason).toBe('NotFound');
    const left = [...tank.etcd.kvs.keys()].filter((key) => key.includes('/shop/'));
    expect(left).toEqual([]);
  });

  it('come to the same end through a partition and a crash, and twice to the same digest', async () => {
    const run = async (): Promise<string> => {
      const tank = await start('faults');
      const { world } = tank.stage;
      for (const name of ['node-1', 'node-2', 'node-3'])
        await tank.get({ verb: 'create', resource: NODES, object: node(name) });
      await tank.create(SERVICES, service);
      tank.post({ verb: 'create', resource: DEPLOYMENTS, namespace: 'default', object: deployment(30) });
      await tank.run(30);
      world.inject({ kind: 'partition', sides: ['cm', 'cp'] }, { forMs: 20_000 });
      await tank.run(25_000);
      await tank.get({
        verb: 'update',
        resource: DEPLOYMENTS,
        namespace: 'default',
        name: 'web',
        object: deployment(40),
      });
      await tank.run(300);
      world.inject({ kind: 'crash', processes: MANAGER }, { forMs: 1000 });
      await tank.run(400);
      world.inject({ kind: 'crash', processes: API }, { forMs: 500 });
      world.heal();
      await tank.run(120_000);
      expect(await inDefault(tank, PODS)).toHaveLength(40);
      expect(await inDefault(tank, REPLICA_SETS)).toHaveLength(1);
      const nodes = (await tank.list({ verb: 'list', resource: NODES })).items as unknown as Loose[];
      expect(new Set(nodes.map(({ spec }) => spec.podCIDR)).size).toBe(3);
      expect(tank.stage.panics()).toEqual([]);
      return world.digest;
    };
    expect(await run()).toBe(await run());
  }, 60_000);
});
