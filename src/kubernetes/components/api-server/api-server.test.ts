/** The verbs, one client at a time: what is answered, and what etcd holds afterwards. */
import { describe, expect, it } from 'vitest';
import { API, newConfigMap, newPod, ofConfigMap, ofPod, Tank } from '../../../../test/api-server/tank.ts';
import { CONFIG_MAPS, DEPLOYMENTS, NAMESPACES, NODES, PODS, SERVICES } from '../../api/resource.ts';

describe('start', () => {
  it('makes the system namespaces and the kubernetes Service', async () => {
    const tank = await Tank.start();
    const { items } = await tank.list({ verb: 'list', resource: NAMESPACES });
    expect(items.map(({ metadata }) => metadata.name)).toEqual([
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
    ]);
    const service = await tank.get({ verb: 'get', resource: SERVICES, namespace: 'default', name: 'kubernetes' });
    expect(service.spec).toMatchObject({ clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1'] });
    expect(tank.stage.panics()).toEqual([]);
  });
});

describe('create', () => {
  it('fills in what only the server may say', async () => {
    const tank = await Tank.start();
    const sent = newPod('web', { uid: 'mine', creationTimestamp: '1999-01-01T00:00:00Z', generation: 7 });
    const pod = await tank.create(PODS, { ...sent, status: { phase: 'Running' } });
    expect(pod.metadata).toMatchObject({ name: 'web', namespace: 'default', generation: 1 });
    expect(pod.metadata.creationTimestamp).toMatch(/^2025-01-01T00:00:0\dZ$/);
    expect(pod.metadata.uid).not.toBe('mine');
    expect(pod.status.phase).toBe('Pending');
    expect(Number(pod.metadata.resourceVersion)).toBe(tank.etcd.revision);
    const kv = tank.etcd.kvs.get('/registry/pods/default/web');
    expect(JSON.parse(kv?.value ?? '').metadata).not.toHaveProperty('resourceVersion');
    expect(await tank.get({ verb: 'get', ...ofPod('web') })).toEqual(pod);
  });

  it.each([
    ['twice', newPod('web'), 'default', 'AlreadyExists', 'pods "web" already exists'],
    ['in no such namespace', newPod('x'), 'nowhere', 'NotFound', 'namespaces "nowhere" not found'],
    [
      'with a resource version',
      newPod('x', { resourceVersion: '1' }),
      'default',
      'InternalError',
      'resourceVersion should not be set on objects to be created',
    ],
    [
      'for another namespace',
      newPod('x', { namespace: 'kube-system' }),
      'default',
      'BadRequest',
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
  ])('refuses an object %s', async (_, object, namespace, reason, message) => {
    const tank = await Tank.start();
    await tank.create(PODS, newPod('web'));
    expect(await tank.refusal({ verb: 'create', resource: PODS, namespace, object })).toMatchObject({
      reason,
      message,
    });
  });

  it('takes the status of a node, which registers with its capacity', async () => {
    const tank = await Tank.start();
    const status = { capacity: { cpu: '4' } };
    const object = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, spec: {}, status };
    const node = await tank.get({ verb: 'create', resource: NODES, object });
    expect(node.status).toMatchObject(status);
  });

  it('draws a name, and writes nothing in a dry run', async () => {
    const tank = await Tank.start();
    const named = await tank.create(CONFIG_MAPS, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { generateName: 'conf-' },
    });
    expect(named.metadata.name).toMatch(/^conf-.{5}$/);
    const before = tank.etcd.revision;
    const object = newConfigMap('dry');
    await tank.get({ verb: 'create', resource: CONFIG_MAPS, namespace: 'default', object, dryRun: true });
    expect(tank.etcd.revision).toBe(before);
  });

  it('refuses new content in a namespace that is being terminated', async () => {
    const tank = await Tank.start();
    await tank.namespace('old');
    const gone = await tank.get({ verb: 'delete', resource: NAMESPACES, name: 'old' });
    expect(gone.status.phase).toBe('Terminating');
    expect(gone.metadata.deletionTimestamp).toBeDefined();
    const request = { verb: 'create', resource: PODS, namespace: 'old', object: newPod('x') } as const;
    expect(await tank.refusal(request)).toMatchObject({
      reason: 'Forbidden',
      message: 'pods "x" is forbidden: unable to create new content in namespace old because it is being terminated',
    });
    const object = { ...gone, spec: { finalizers: [] } };
    await tank.get({ verb: 'update', resource: NAMESPACES, name: 'old', subresource: 'finalize', object });
    expect((await tank.refusal({ verb: 'get', resource: NAMESPACES, name: 'old' })).reason).toBe('NotFound');
  });
});

describe('update', () => {
  it('replaces what it was read from, and nothing else', async () => {
    const tank = await Tank.start();
    const first = await tank.create(CONFIG_MAPS, newConfigMap('conf', { a: '1' }));
    const second = await tank.get({ verb: 'update', ...ofConfigMap('conf'), object: { ...first, data: { a: '2' } } });
    expect(Number(second.metadata.resourceVersion)).toBeGreaterThan(Number(first.metadata.resourceVersion));
    const stale = { verb: 'update', ...ofConfigMap('conf'), object: { ...first, data: { a: '3' } } } as const;
    expect(await tank.refusal(stale)).toMatchObject({
      reason: 'Conflict',
      code: 409,
      message:
        'Operation cannot be fulfilled on configmaps "conf": the object has been modified; please apply your changes to the latest version and try again',
    });
    const free = newConfigMap('conf', { a: '4' });
    expect((await tank.get({ verb: 'update', ...ofConfigMap('conf'), object: free })).data).toEqual({ a: '4' });
    const other = newConfigMap('conf', { a: '5' }, { uid: 'other' });
    expect((await tank.refusal({ verb: 'update', ...ofConfigMap('conf'), object: other })).message).toContain(
      'Precondition failed: UID in precondition: other, UID in object meta: ',
    );
  });

  it('writes nothing when nothing changes, whatever the order of fields', async () => {
    const tank = await Tank.start();
    const pod = await tank.create(PODS, newPod('web'));
    const before = tank.etcd.revision;
    const { status, spec, metadata, kind, apiVersion } = pod;
    const again = await tank.get({
      verb: 'update',
      ...ofPod('web'),
      object: { spec, status, metadata, kind, apiVersion } as never,
    });
    expect(again).toEqual(pod);
    expect(tank.etcd.revision).toBe(before);
  });

  it('keeps the status, and counts changes of the spec only', async () => {
    const tank = await Tank.start();
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: deploymentSpec(2) };
    const created = await tank.create(DEPLOYMENTS, object);
    const of = { resource: DEPLOYMENTS, namespace: 'default', name: 'web' } as const;
    const labelled = { ...created, metadata: { ...created.metadata, labels: { a: 'b' } }, status: { replicas: 9 } };
    const one = await tank.get({ verb: 'update', ...of, object: labelled });
    expect(one.metadata.generation).toBe(1);
    expect(one.status?.replicas).not.toBe(9);
    const two = await tank.get({ verb: 'update', ...of, object: { ...one, spec: deploymentSpec(3) } });
    expect(two.metadata.generation).toBe(2);
    const said = { ...two, spec: deploymentSpec(7), status: { ...two.status, replicas: 3 } };
    const three = await tank.get({ verb: 'update', ...of, subresource: 'status', object: said });
    expect(three).toMatchObject({ spec: { replicas: 3 }, status: { replicas: 3 }, metadata: { generation: 2 } });
    const scale = await tank.get({ verb: 'get', ...of, subresource: 'scale' });
    expect(scale).toMatchObject({ kind: 'Scale', spec: { replicas: 3 }, status: { replicas: 3, selector: 'app=web' } });
    const patch = { spec: { replicas: 5 } };
    const more = await tank.get({ verb: 'patch', ...of, subresource: 'scale', patchType: 'merge', patch });
    expect(more.spec).toEqual({ replicas: 5 });
    expect(await tank.get({ verb: 'get', ...of })).toMatchObject({
      spec: { replicas: 5 },
      metadata: { generation: 3 },
    });
  });

  it('computes a patch again when somebody else was faster', async () => {
    const tank = await Tank.start();
    await tank.create(CONFIG_MAPS, newConfigMap('conf'));
    const patches = ['a', 'b', 'c'].map((key) =>
      tank.post({ verb: 'patch', ...ofConfigMap('conf'), patchType: 'merge', patch: { data: { [key]: '1' } } }),
    );
    await tank.run(100);
    expect(patches.map((number) => tank.answerTo(number)?.code)).toEqual([200, 200, 200]);
    expect((await tank.get({ verb: 'get', ...ofConfigMap('conf') })).data).toEqual({ a: '1', b: '1', c: '1' });
  });
});

function deploymentSpec(replicas: number) {
  const containers = [{ name: 'main', image: 'web:1' }];
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers } };
  return { replicas, selector: { matchLabels: { app: 'web' } }, template };
}

describe('binding', () => {
  const bind = (node: string) =>
    ({
      verb: 'create',
      subresource: 'binding',
      ...ofPod('web'),
      object: { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'web' }, target: { kind: 'Node', name: node } },
    }) as const;

  it('gives a pod its node once', async () => {
    const tank = await Tank.start();
    await tank.create(PODS, newPod('web'));
    await tank.get(bind('node-1'));
    const pod = await tank.get({ verb: 'get', ...ofPod('web') });
    expect(pod.spec.nodeName).toBe('node-1');
    expect(pod.status.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }]);
    expect(await tank.refusal(bind('node-2'))).toMatchObject({
      reason: 'Conflict',
      message: 'Operation cannot be fulfilled on pods/binding "web": pod web is already assigned to node "node-1"',
    });
    await tank.get({ verb: 'delete', ...ofPod('web') });
    expect((await tank.refusal(bind('node-2'))).message).toContain('is being deleted, cannot be assigned to a host');
  });

  it('is decided by etcd when two servers bind at once', async () => {
    const tank = await Tank.start();
    await tank.create(PODS, newPod('web'));
    const numbers = [tank.post(bind('node-1'), API), tank.post(bind('node-2'), 'cp2/kube-apiserver')];
    await tank.run(100);
    const codes = numbers.map((number) => tank.answerTo(number)?.code);
    expect(new Set(codes)).toEqual(new Set([201, 409]));
  });
});
