import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chance, chances, play } from '../../../../../test/kubernetes/chance.ts';
import { Manager, makeReady, Store } from '../../../../../test/kubernetes/controller-cluster.ts';
import type { Pod, ReplicaSet } from '../../../api/object.ts';
import { REPLICA_SETS } from '../../../api/resource.ts';
import { REPLICA_SET_CONTROLLER } from './replicaset.ts';

const KEY = 'default/web';

/** A set of three that is scaled up and down. Returns whether there were ever more, or fewer, pods than it can explain. */
function run(list: readonly Chance[], sizes: readonly number[], options: Record<string, unknown> = {}): boolean {
  const store = new Store();
  store.add(REPLICA_SETS, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'web:1' }] } },
    },
  });
  const start = (): Manager => new Manager(store, [REPLICA_SET_CONTROLLER], options);
  start().settle();
  const pods = (): Pod[] => store.list<Pod>('pods');
  const left = [...sizes];
  let [least, most] = [3, 3];
  let good = true;
  const world = () => [
    ...left.slice(0, 1).map((replicas) => () => {
      left.shift();
      least = Math.min(least, replicas);
      most = Math.max(most, replicas);
      store.change('replicasets', KEY, ({ spec }) => Object.assign(spec, { replicas }));
    }),
    ...pods()
      .filter(({ status }) => status?.conditions === undefined)
      .slice(0, 1)
      .map(
        ({ metadata }) =>
          () =>
            makeReady(store, `default/${metadata.name}`),
      ),
  ];
  const manager = play(store, start, list, world, ({ creations, deletions }) => {
    // Whoever is told that something failed, though it was done, does it again, perhaps to another pod.
    if (pods().length > most + creations || pods().length < least - deletions) good = false;
  });
  manager.settle();
  const { spec, status } = store.get<ReplicaSet>('replicasets', KEY) as ReplicaSet;
  expect(pods()).toHaveLength(spec.replicas ?? 1);
  expect(status?.replicas ?? 0).toBe(spec.replicas);
  return good;
}

describe('whatever is late, fails, is lost or crashes', () => {
  const sizes = fc.array(fc.nat(6), { maxLength: 4 });

  it('a ReplicaSet comes to its number, and is never above or below all that was asked of it', () => {
    fc.assert(
      fc.property(chances(), sizes, (list, some) => run(list, some)),
      { numRuns: 200 },
    );
  });

  it('without expectations it would be (the guard is worth something)', () => {
    const outcome = fc.check(
      fc.property(chances(), sizes, (list, some) => run(list, some, { expectations: false })),
      { numRuns: 200 },
    );
    expect(outcome.failed).toBe(true);
  });
});
