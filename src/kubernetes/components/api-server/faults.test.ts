/** What breaks: the way to etcd, the server, etcd's memory. */
import { describe, expect, it } from 'vitest';
import { ETCD, newConfigMap, ofConfigMap, Tank } from '../../../../test/api-server/tank.ts';
import { CONFIG_MAPS, NAMESPACES, PODS } from '../../api/resource.ts';
import { COMPACT_KEY } from './storage/compact.ts';

const API_2 = 'cp2/kube-apiserver';
const APART = { kind: 'partition', sides: ['cp', 'cp2'] } as const;

describe('without etcd', () => {
  it('says that requests time out, and serves what it has cached', async () => {
    const tank = await Tank.start();
    await tank.create(CONFIG_MAPS, newConfigMap('conf'));
    await tank.run(100);
    tank.stage.world.inject(APART, { forMs: 200_000 });
    const started = tank.stage.world.nowMs;
    const write = { verb: 'create', resource: CONFIG_MAPS, namespace: 'default', object: newConfigMap('b') } as const;
    expect(await tank.refusal(write, API_2)).toMatchObject({
      code: 500,
      reason: 'InternalError',
      message: 'etcdserver: request timed out',
    });
    expect(tank.stage.world.nowMs - started).toBeLessThan(8000);
    expect((await tank.get({ verb: 'get', ...ofConfigMap('conf'), resourceVersion: '0' }, API_2)).metadata.name).toBe(
      'conf',
    );
    expect((await tank.refusal({ verb: 'list', resource: CONFIG_MAPS }, API_2)).message).toBe(
      'etcdserver: request timed out',
    );
    await tank.run(240_000);
    expect((await tank.ask(write, API_2)).code).toBe(201);
    expect(tank.stage.panics()).toEqual([]);
  });

  it('goes on where it was: watchers miss nothing and notice nothing', async () => {
    const tank = await Tank.start();
    const watch = await tank.watch({ resource: CONFIG_MAPS }, API_2);
    tank.stage.world.inject(APART, { forMs: 40_000 });
    await tank.create(CONFIG_MAPS, newConfigMap('a'));
    const b = await tank.create(CONFIG_MAPS, newConfigMap('b'));
    await tank.get({ verb: 'update', ...ofConfigMap('b'), object: { ...b, data: { b: '1' } } });
    expect(watch.told).toEqual([]);
    await tank.run(60_000);
    expect(watch.told).toEqual(['ADDED a', 'ADDED b', 'MODIFIED b']);
    expect(watch.closed).toBe(false);
  });

  it('reads everything again when it has missed what is compacted, and ends its watches', async () => {
    const tank = await Tank.start();
    const watch = await tank.watch({ resource: CONFIG_MAPS }, API_2);
    tank.stage.world.inject({ kind: 'reset', from: 'cp', to: 'cp2' });
    tank.stage.world.inject(APART, { forMs: 40_000 });
    for (let i = 0; i < 5; i++) await tank.create(CONFIG_MAPS, newConfigMap(`a-${i}`));
    await tank.tellEtcd({ op: 'compact', revision: tank.etcd.revision });
    await tank.run(60_000);
    expect(watch.closed).toBe(true);
    const list = await tank.list({ verb: 'list', resource: CONFIG_MAPS, resourceVersion: '0' }, API_2);
    expect(list.items).toHaveLength(5);
    const again = await tank.watch({ resource: CONFIG_MAPS, resourceVersion: list.metadata.resourceVersion }, API_2);
    await tank.create(CONFIG_MAPS, newConfigMap('b'));
    await tank.run(20);
    expect(again.told).toEqual(['ADDED b']);
  });

  it('answers 503 at its start, and begins when it can', async () => {
    const tank = await Tank.start();
    tank.stage.world.inject(APART, { forMs: 30_000 });
    tank.stage.world.inject({ kind: 'restart', processes: API_2 });
    await tank.run(500);
    expect((await tank.refusal({ verb: 'list', resource: NAMESPACES }, API_2)).code).toBe(503);
    const watch = await tank.watch({ resource: PODS }, API_2);
    expect(watch.events).toMatchObject([{ type: 'ERROR', object: { code: 503 } }]);
    await tank.run(90_000);
    expect((await tank.list({ verb: 'list', resource: NAMESPACES }, API_2)).items).toHaveLength(4);
  });
});

describe('a stale server', () => {
  it('is caught up with by a consistent list, not by one of resource version 0', async () => {
    const tank = await Tank.start();
    tank.stage.world.inject({ kind: 'clog', from: 'cp', to: 'cp2' }, { forMs: 2000 });
    await tank.create(CONFIG_MAPS, newConfigMap('new'));
    const stale = tank.post({ verb: 'list', resource: CONFIG_MAPS, resourceVersion: '0' }, API_2);
    const fresh = tank.post({ verb: 'list', resource: CONFIG_MAPS }, API_2);
    await tank.run(100);
    expect(tank.answerTo(stale)?.object).toMatchObject({ items: [] });
    expect(tank.answerTo(fresh)).toBeUndefined();
    await tank.run(4000);
    expect(tank.answerTo(fresh)?.object).toMatchObject({ items: [{ metadata: { name: 'new' } }] });
  });

  it('refuses nothing because of its stale copy', async () => {
    const tank = await Tank.start();
    const conf = await tank.create(CONFIG_MAPS, newConfigMap('conf'));
    await tank.run(100);
    // etcd and the server hear of both in the same millisecond, and the server of etcd's change in the next.
    const key = '/registry/configmaps/default/conf';
    const value = tank.etcd.kvs.get(key)?.value ?? '';
    tank.stage.tell('client/main', (ctx) => ctx.request(ETCD, { op: 'put', key, value }));
    const metadata = { ...conf.metadata, resourceVersion: String(tank.etcd.revision + 1) };
    const object = { ...conf, metadata, data: { a: '1' } };
    const number = tank.post({ verb: 'update', ...ofConfigMap('conf'), object }, API_2);
    await tank.run(50);
    expect(tank.answerTo(number)).toMatchObject({ code: 200, object: { data: { a: '1' } } });
  });

  it('answers what it has when consistent reads are switched off', async () => {
    const tank = await Tank.start({ guards: { consistentReads: false } });
    tank.stage.world.inject({ kind: 'clog', from: 'cp', to: 'cp2' }, { forMs: 2000 });
    await tank.create(CONFIG_MAPS, newConfigMap('new'));
    expect((await tank.list({ verb: 'list', resource: CONFIG_MAPS }, API_2)).items).toEqual([]);
    expect((await tank.refusal({ verb: 'get', ...ofConfigMap('new') }, API_2)).reason).toBe('NotFound');
  });
});

describe('compaction', () => {
  it('cuts the history to where it was five minutes ago, once for all servers', async () => {
    const tank = await Tank.start();
    await tank.create(CONFIG_MAPS, newConfigMap('a'));
    await tank.run(301_000);
    expect(tank.etcd.compacted).toBe(0);
    const then = tank.etcd.revision;
    await tank.create(CONFIG_MAPS, newConfigMap('b'));
    await tank.run(300_000);
    expect(tank.etcd.compacted).toBeGreaterThan(0);
    expect(tank.etcd.compacted).toBeLessThanOrEqual(then);
    await tank.run(900_000);
    expect(tank.etcd.kvs.get(COMPACT_KEY)?.version).toBe(5);
    expect(tank.etcd.compacted).toBeGreaterThan(then);
  });
});

describe('two runs of one seed', () => {
  it('are the same, through a crash and a partition', async () => {
    const run = async (): Promise<string> => {
      const tank = await Tank.start();
      const watch = await tank.watch({ resource: CONFIG_MAPS, allowWatchBookmarks: true }, API_2);
      for (let i = 0; i < 10; i++) {
        const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'conf-' } };
        tank.post(
          { verb: 'create', resource: CONFIG_MAPS, namespace: 'default', object },
          i % 2 === 0 ? API_2 : undefined,
        );
        if (i === 3) tank.stage.world.inject(APART, { forMs: 15_000 });
        if (i === 7) tank.stage.world.inject({ kind: 'crash', processes: 'cp/kube-apiserver' }, { forMs: 2000 });
        await tank.run(3000);
      }
      await tank.run(60_000);
      expect(watch.told.length).toBeGreaterThan(3);
      expect(tank.stage.panics()).toEqual([]);
      return tank.stage.world.report().digest;
    };
    expect(await run()).toBe(await run());
  });
});
