/** Lists and watches: upstream's storage tests (apiserver/pkg/storage/testing), asked of the whole server. */
import { describe, expect, it } from 'vitest';
import { type Loose, newConfigMap, newPod, ofConfigMap, ofPod, Tank } from '../../../../test/api-server/tank.ts';
import { CONFIG_MAPS, PODS } from '../../api/resource.ts';
import { encodeContinueToken } from './storage/continue-token.ts';

/** store-setups: multiLevel. Answers the versions of the eight writes by number. */
async function multiLevel(): Promise<{ tank: Tank; w: string[] }> {
  const tank = await Tank.start();
  for (const name of ['first', 'second', 'third']) await tank.namespace(name);
  const w: string[] = [''];
  const create = async (namespace: string, name: string): Promise<Loose> => {
    const pod = await tank.create(PODS, newPod(name, { namespace }));
    w.push(pod.metadata.resourceVersion);
    return pod;
  };
  const a = await create('first', 'bar');
  for (const [namespace, name] of [
    ['second', 'bar'],
    ['second', 'foo'],
    ['third', 'barfoo'],
    ['third', 'foo'],
    ['second', 'baz'],
  ] as const) {
    await create(namespace, name);
  }
  const object = { ...a, metadata: { ...a.metadata, labels: { changed: 'yes' } } };
  w.push((await tank.get({ verb: 'update', ...ofPod('bar', 'first'), object })).metadata.resourceVersion);
  await tank.get({ verb: 'delete', ...ofPod('baz', 'second') });
  w.push(String(tank.etcd.revision));
  return { tank, w };
}

const names = ({ items }: { items: readonly { metadata: { namespace?: string; name: string } }[] }): string[] =>
  items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);

describe('list', () => {
  it('answers the same from the cache and from etcd at the current version (store/018, store/022)', async () => {
    const { tank, w } = await multiLevel();
    for (const options of [
      { resourceVersion: '0' },
      {},
      { resourceVersion: w[8] },
      { resourceVersion: w[8], resourceVersionMatch: 'Exact' },
      { resourceVersion: w[8], resourceVersionMatch: 'NotOlderThan' },
    ]) {
      const list = await tank.list({ verb: 'list', resource: PODS, namespace: 'first', ...options } as never);
      expect(names(list)).toEqual(['first/bar']);
      expect(list.kind).toBe('PodList');
      expect(list.metadata.resourceVersion).toBe(w[8]);
      expect(list.items[0]?.metadata.resourceVersion).toBe(w[7]);
    }
  });

  it('is as of an exact version, with what remains (store/034)', async () => {
    const { tank, w } = await multiLevel();
    const options = { limit: 4, resourceVersion: w[7], resourceVersionMatch: 'Exact' } as { resourceVersion: string };
    const list = await tank.list({ verb: 'list', resource: PODS, ...options });
    expect(names(list)).toEqual(['first/bar', 'second/bar', 'second/baz', 'second/foo']);
    expect(list.metadata).toEqual({
      resourceVersion: w[7],
      continue: encodeContinueToken({ revision: Number(w[7]), startKey: 'second/foo\0' }),
      remainingItemCount: 2,
    });
  });

  it('goes on from a token, whatever resource version 0 says (store/026, store/030)', async () => {
    const { tank, w } = await multiLevel();
    const token = encodeContinueToken({ revision: Number(w[8]), startKey: 'bar\0' });
    for (const options of [{}, { resourceVersion: '0' }]) {
      const list = await tank.list({
        verb: 'list',
        resource: PODS,
        namespace: 'second',
        limit: 1,
        continue: token,
        ...options,
      });
      expect(names(list)).toEqual(['second/foo']);
      expect(list.metadata.continue).toBeUndefined();
    }
    const last = encodeContinueToken({ revision: Number(w[8]), startKey: 'third/barfoo' });
    const list = await tank.list({
      verb: 'list',
      resource: PODS,
      fieldSelector: 'metadata.name=foo',
      limit: 2,
      continue: last,
    });
    expect(names(list)).toEqual(['third/foo']);
    expect(list.metadata.continue).toBeUndefined();
  });

  it('refuses tokens that are none (store/038)', async () => {
    const tank = await Tank.start();
    for (const token of [
      encodeContinueToken({ revision: 5, startKey: '' }),
      encodeContinueToken({ revision: 0, startKey: 'first/bar' }),
      '%',
      encodeContinueToken({ revision: 5, startKey: '../x' }),
    ]) {
      expect((await tank.refusal({ verb: 'list', resource: PODS, continue: token })).reason).toBe('BadRequest');
    }
  });

  it('in pages does not show what came between them (store/042), and expires when that is compacted', async () => {
    const tank = await Tank.start();
    for (let i = 0; i < 4; i++) await tank.create(CONFIG_MAPS, newConfigMap(`test-${i}`));
    const of = { verb: 'list', resource: CONFIG_MAPS, namespace: 'default', limit: 1 } as const;
    const seen: string[] = [];
    let calls = 0;
    let token: string | undefined;
    do {
      const page = await tank.list(token === undefined ? of : { ...of, continue: token });
      calls++;
      seen.push(...page.items.map(({ metadata }) => metadata.name));
      token = page.metadata.continue;
      if (calls === 2) await tank.create(CONFIG_MAPS, newConfigMap('test-5'));
    } while (token !== undefined);
    expect({ calls, seen }).toEqual({ calls: 4, seen: ['test-0', 'test-1', 'test-2', 'test-3'] });

    const first = await tank.list(of);
    await tank.create(CONFIG_MAPS, newConfigMap('test-6'));
    await tank.tellEtcd({ op: 'compact', revision: tank.etcd.revision });
    const refusal = await tank.refusal({ ...of, continue: first.metadata.continue ?? '' });
    expect(refusal).toMatchObject({ reason: 'Expired', code: 410 });
  });

  it('of a version that is too new waits three seconds, and says so', async () => {
    const tank = await Tank.start();
    const current = tank.etcd.revision;
    const started = tank.stage.world.nowMs;
    const refusal = await tank.refusal({ verb: 'list', resource: PODS, resourceVersion: String(current + 5) });
    expect(refusal).toMatchObject({
      reason: 'Timeout',
      code: 504,
      message: `Too large resource version: ${current + 5}, current: ${current}`,
    });
    expect(tank.stage.world.nowMs - started).toBeGreaterThanOrEqual(3000);
    const number = tank.post({ verb: 'get', ...ofConfigMap('late'), resourceVersion: String(current + 1) });
    await tank.run(50);
    await tank.create(CONFIG_MAPS, newConfigMap('late'));
    await tank.run(50);
    expect(tank.answerTo(number)?.code).toBe(200);
  });

  it('is consistent when etcd has moved on with keys that the cache does not follow', async () => {
    const tank = await Tank.start();
    await tank.tellEtcd({ op: 'put', key: 'elsewhere', value: '' });
    const list = await tank.list({ verb: 'list', resource: PODS });
    expect(Number(list.metadata.resourceVersion)).toBe(tank.etcd.revision);
  });

  it.each([
    [
      { resourceVersionMatch: 'Exact' },
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ],
    [
      { resourceVersionMatch: 'Exact', resourceVersion: '0' },
      'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ],
    [{ resourceVersion: 'a' }, 'invalid resource version'],
    [{ fieldSelector: 'spec.foo=bar' }, 'field label not supported: spec.foo'],
  ])('refuses options that make no sense: %j', async (options, message) => {
    const tank = await Tank.start();
    expect((await tank.refusal({ verb: 'list', resource: PODS, ...options } as never)).message).toContain(message);
  });
});

describe('watch', () => {
  it('tells changes of a namespace from a version on (store/046)', async () => {
    const tank = await Tank.start();
    await tank.namespace('bad');
    const { metadata } = await tank.list({ verb: 'list', resource: CONFIG_MAPS, namespace: 'default' });
    const { resourceVersion } = metadata;
    const watch = await tank.watch({ resource: CONFIG_MAPS, namespace: 'default', resourceVersion });
    await tank.create(CONFIG_MAPS, newConfigMap('foo', {}, { namespace: 'bad' }));
    const a = await tank.create(CONFIG_MAPS, newConfigMap('foo'));
    const b = await tank.get({ verb: 'update', ...ofConfigMap('foo'), object: { ...a, data: { a: '1' } } });
    expect(watch.events).toEqual([
      { type: 'ADDED', object: a },
      { type: 'MODIFIED', object: b },
    ]);
    const late = await tank.watch({ resource: CONFIG_MAPS, namespace: 'default', resourceVersion });
    expect(late.events).toEqual(watch.events);
  });

  it('from 0 begins with the present, and from the forgotten past with Expired (store/050)', async () => {
    const tank = await Tank.start({ watchCache: { minEvents: 2, maxEvents: 2 } });
    const a = await tank.create(CONFIG_MAPS, newConfigMap('foo'));
    for (const resourceVersion of ['0', undefined]) {
      const of = { resource: CONFIG_MAPS, namespace: 'default', fieldSelector: 'metadata.name=foo' };
      const watch = await tank.watch(resourceVersion === undefined ? of : { ...of, resourceVersion });
      expect(watch.events).toEqual([{ type: 'ADDED', object: a }]);
    }
    for (let i = 0; i < 4; i++) await tank.create(CONFIG_MAPS, newConfigMap(`more-${i}`));
    const old = await tank.watch({ resource: CONFIG_MAPS, resourceVersion: a.metadata.resourceVersion });
    expect(old.events).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }]);
    expect(old.closed).toBe(true);
  });

  it('turns changes into comings and goings of its selection, and reaches only those concerned', async () => {
    const tank = await Tank.start();
    const on = async (node: string) => tank.watch({ resource: PODS, fieldSelector: `spec.nodeName=${node}` });
    const [one, two, unbound] = [await on('node-1'), await on('node-2'), await on('')];
    const labelled = await tank.watch({ resource: PODS, labelSelector: 'app=web' });
    const pod = await tank.create(PODS, newPod('web', { labels: { app: 'web' } }));
    const object = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: 'web' },
      target: { kind: 'Node', name: 'node-1' },
    };
    await tank.get({ verb: 'create', subresource: 'binding', ...ofPod('web'), object });
    const patch = { metadata: { labels: { app: 'db' } } };
    const after = await tank.get({ verb: 'patch', ...ofPod('web'), patchType: 'merge', patch });
    expect(unbound.told).toEqual(['ADDED web', 'DELETED web']);
    expect(one.told).toEqual(['ADDED web', 'MODIFIED web']);
    expect(two.told).toEqual([]);
    expect(labelled.told).toEqual(['ADDED web', 'MODIFIED web', 'DELETED web']);
    // What leaves is told as it was, as of the version of the change.
    const left = labelled.events.at(-1)?.object as Loose;
    expect(left.metadata).toMatchObject({ labels: { app: 'web' }, resourceVersion: after.metadata.resourceVersion });
    expect(left.spec).toEqual({ ...(left.spec as object), nodeName: 'node-1' });
    expect(pod.metadata.name).toBe('web');
  });

  it('tells how far it is, each minute and before its end (store/054)', async () => {
    const tank = await Tank.start();
    const watch = await tank.watch({ resource: PODS, allowWatchBookmarks: true, timeoutSeconds: 100 });
    const without = await tank.watch({ resource: PODS, timeoutSeconds: 100 });
    await tank.run(30_000);
    await tank.create(CONFIG_MAPS, newConfigMap('elsewhere'));
    await tank.run(35_000);
    const [bookmark] = watch.events;
    const resourceVersion = String(tank.etcd.revision);
    expect(bookmark).toEqual({
      type: 'BOOKMARK',
      object: { apiVersion: 'v1', kind: 'Pod', metadata: { resourceVersion } },
    });
    expect(watch.events).toHaveLength(1);
    await tank.run(34_000);
    expect(watch.events).toHaveLength(2);
    expect(watch.closed).toBe(false);
    await tank.run(2000);
    expect(watch.closed).toBe(true);
    expect(without.events).toEqual([]);
    expect(tank.server.watchers.size).toBe(0);
  });

  it('ends for whoever does not keep up', async () => {
    const tank = await Tank.start({ watchCache: { maxBacklog: 3 } });
    const fast = await tank.watch({ resource: CONFIG_MAPS });
    await tank.run(10);
    tank.stage.tell(
      'client/main',
      (ctx) =>
        void ctx.openStream(
          'cp/kube-apiserver',
          { verb: 'watch', user: '', resource: CONFIG_MAPS },
          { then: 'slow', window: 1, channel: 'slow' },
        ),
    );
    await tank.run(20);
    expect(tank.server.watchers.size).toBe(2);
    for (let i = 0; i < 50; i++)
      tank.post({ verb: 'create', resource: CONFIG_MAPS, namespace: 'default', object: newConfigMap(`many-${i}`) });
    await tank.run(500);
    expect(fast.told).toHaveLength(50);
    expect(tank.server.watchers.size).toBe(1);
  });

  it('costs one encoding however many there are', async () => {
    const tank = await Tank.start();
    const watches = [];
    for (let i = 0; i < 5; i++) watches.push(await tank.watch({ resource: CONFIG_MAPS }));
    await tank.create(CONFIG_MAPS, newConfigMap('one'));
    const objects = new Set(watches.map(({ events }) => events[0]));
    expect(objects.size).toBe(1);
  });
});
