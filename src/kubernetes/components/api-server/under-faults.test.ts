/** What holds whatever happens to the network and the servers: no update is lost, and watches tell the truth. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { API, type Loose, newConfigMap, ofConfigMap, Tank } from '../../../../test/api-server/tank.ts';
import type { Fault } from '../../../sim/index.ts';
import { CONFIG_MAPS } from '../../api/resource.ts';

const SERVERS = [API, 'cp2/kube-apiserver'];

const fault: fc.Arbitrary<Fault> = fc.constantFrom<Fault>(
  { kind: 'partition', sides: ['cp', 'cp2'] },
  { kind: 'partition-one-way', from: 'cp', to: 'cp2' },
  { kind: 'partition-one-way', from: 'cp2', to: 'cp' },
  { kind: 'clog', from: 'cp', to: 'cp2' },
  { kind: 'reset', from: 'cp', to: 'cp2' },
  { kind: 'half-open', from: 'cp2', to: 'cp' },
  { kind: 'crash', processes: 'cp/kube-apiserver' },
  { kind: 'crash', processes: 'cp2/kube-apiserver' },
  { kind: 'pause', processes: 'cp2/kube-apiserver' },
);

const step = fc.record({
  server: fc.constantFrom(...SERVERS),
  verb: fc.constantFrom('update', 'patch', 'delete', 'compact'),
  waitMs: fc.constantFrom(0, 5, 100, 3000),
  fault: fc.option(fc.record({ fault, forMs: fc.constantFrom(50, 3000, 20_000) }), { freq: 4, nil: undefined }),
});

describe('whatever happens', () => {
  it('no update is lost, versions only grow, and each watch that lives has told the present state', async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const tank = await Tank.start({}, { trace: { keep: 'none' } } as never);
      await tank.create(CONFIG_MAPS, newConfigMap('counter', { count: '0' }));
      const taps = [];
      for (const server of SERVERS) taps.push(await tank.watch({ resource: CONFIG_MAPS }, server));
      const writes: number[] = [];
      for (const { server, verb, waitMs, fault: planned } of steps) {
        if (planned !== undefined) {
          const atOnce = planned.fault.kind === 'reset' || planned.fault.kind === 'half-open';
          tank.stage.world.inject(planned.fault, atOnce ? {} : { forMs: planned.forMs });
        }
        if (verb === 'update' || verb === 'patch') {
          // What is written follows from what etcd has; a conflict is an honest answer.
          const kv = tank.etcd.kvs.get('/registry/configmaps/default/counter');
          const { metadata, data } = JSON.parse(kv?.value ?? '{}') as Loose;
          const next = { count: String(Number(data.count) + 1) };
          const object = {
            ...newConfigMap('counter', next),
            metadata: { ...metadata, resourceVersion: String(kv?.modRevision) },
          };
          const patch = { metadata: { resourceVersion: String(kv?.modRevision) }, data: next };
          writes.push(
            verb === 'update'
              ? tank.post({ verb, ...ofConfigMap('counter'), object: object as never }, server)
              : tank.post({ verb, ...ofConfigMap('counter'), patchType: 'merge', patch }, server),
          );
        } else if (verb === 'delete') {
          tank.post(
            { verb: 'create', resource: CONFIG_MAPS, namespace: 'default', object: newConfigMap('other') },
            server,
          );
          tank.post({ verb: 'delete', ...ofConfigMap('other') }, server);
        } else {
          await tank.tellEtcd({ op: 'compact', revision: tank.etcd.revision });
        }
        await tank.run(waitMs);
      }
      tank.stage.world.heal();
      await tank.run(120_000);

      const counter = await tank.get({ verb: 'get', ...ofConfigMap('counter') });
      const outcomes = writes.map((number) => tank.outcomeOf(number));
      const granted = outcomes.filter((outcome) => outcome === 'granted').length;
      const unknown = outcomes.filter((outcome) => outcome === 'unknown').length;
      const count = Number(counter.data.count);
      expect(count).toBeGreaterThanOrEqual(granted);
      expect(count).toBeLessThanOrEqual(granted + unknown);

      for (const tap of taps) {
        const told = new Map<string, string>();
        let latest = 0;
        for (const event of tap.events) {
          if (event.type === 'ERROR' || event.type === 'BOOKMARK') continue;
          const { name, resourceVersion } = event.object.metadata;
          // The first events are the state at the beginning, in the order of names.
          const version = Number(resourceVersion);
          if (told.size > 1) expect(version).toBeGreaterThan(latest);
          latest = Math.max(latest, version);
          if (event.type === 'DELETED') told.delete(name);
          else told.set(name, resourceVersion);
        }
        if (tap.closed) continue;
        expect(told.get('counter')).toBe(counter.metadata.resourceVersion);
      }
      for (const server of SERVERS) {
        const list = await tank.list({ verb: 'list', resource: CONFIG_MAPS, resourceVersion: '0' }, server);
        const there = list.items.find(({ metadata }) => metadata.name === 'counter');
        expect(there?.metadata.resourceVersion).toBe(counter.metadata.resourceVersion);
      }
      expect(tank.stage.panics()).toEqual([]);
    });
    await fc.assert(property, { seed: 1, numRuns: 60 });
  });
});
