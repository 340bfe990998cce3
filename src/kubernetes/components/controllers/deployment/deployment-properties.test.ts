import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chance, chances, play } from '../../../../../test/kubernetes/chance.ts';
import { Manager, makeReady, Store } from '../../../../../test/kubernetes/controller-cluster.ts';
import type { IntOrString } from '../../../api/int-or-string.ts';
import type { Deployment, Pod, ReplicaSet } from '../../../api/object.ts';
import { isPodReady } from '../../../api/pod-status.ts';
import { DEPLOYMENTS, REPLICA_SETS } from '../../../api/resource.ts';
import { REPLICA_SET_CONTROLLER } from '../replicaset/replicaset.ts';
import { DEPLOYMENT_CONTROLLER } from './deployment.ts';

const KEY = 'default/web';
const REPLICAS = 4;
const TEMPLATE = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'web:1' }] } };

function stage(rollingUpdate: object = {}, options: Record<string, unknown> = {}) {
  const store = new Store();
  const spec = { replicas: REPLICAS, selector: { matchLabels: TEMPLATE.metadata.labels }, template: TEMPLATE };
  const strategy = { type: 'RollingUpdate', rollingUpdate };
  const limits = { revisionHistoryLimit: 1, progressDeadlineSeconds: 600 };
  const metadata = { name: 'web', namespace: 'default' };
  store.add(DEPLOYMENTS, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { ...spec, strategy, ...limits },
  });
  const start = (): Manager => new Manager(store, [DEPLOYMENT_CONTROLLER, REPLICA_SET_CONTROLLER], options);
  return { store, start };
}

const pods = (store: Store): Pod[] => store.list<Pod>('pods');
const wanted = (store: Store): number =>
  store.list<ReplicaSet>('replicasets').reduce((sum, { spec }) => sum + (spec.replicas ?? 1), 0);

function makeNextReady(store: Store): (() => void)[] {
  const next = pods(store).find((pod) => !isPodReady(pod));
  return next === undefined ? [] : [() => makeReady(store, `default/${next.metadata.name}`)];
}

function rollOut(store: Store, manager: Manager): void {
  manager.settle();
  for (let [ready] = makeNextReady(store); ready !== undefined; [ready] = makeNextReady(store)) {
    store.now += 1_000_000;
    ready();
    manager.settle();
  }
}

type Limits = [surge: IntOrString, unavailable: IntOrString, most: number, least: number];
const limits = fc.constantFrom<Limits[]>(
  [1, 0, 5, 4],
  [0, 1, 4, 3],
  ['50%', '25%', 6, 3],
  // Both 0 would be stuck: one may be unavailable.
  ['0%', '10%', 4, 3],
);

function setImage(store: Store, image: string): void {
  store.change('deployments', KEY, ({ spec }) => Object.assign(spec.template.spec.containers[0], { image }));
}

function expectComplete(store: Store): void {
  const { spec, status } = store.get<Deployment>('deployments', KEY) as Deployment;
  const image = spec.template.spec?.containers[0]?.image;
  expect(pods(store).map((pod) => pod.spec.containers[0]?.image)).toEqual(Array(REPLICAS).fill(image));
  expect(status).toMatchObject({ replicas: REPLICAS, updatedReplicas: REPLICAS, availableReplicas: REPLICAS });
  // The new one, and as many old ones as revisionHistoryLimit says.
  expect(store.list('replicasets').length).toBeLessThanOrEqual(2);
}

describe('a rolling update', () => {
  /** `images`: what is rolled out on the way. */
  function late(list: readonly Chance[], [maxSurge, maxUnavailable, most]: Limits, images: string[]) {
    const { store, start } = stage({ maxSurge, maxUnavailable });
    rollOut(store, start());
    const world = () => [
      ...images.slice(0, 1).map((image) => () => setImage(store, images.shift() ?? image)),
      ...makeNextReady(store),
    ];
    // What the sets ask for: a pod that an old one gives up may still be there when the new one gets its own. A second
    // template may come before the set of the first is seen, and then takes its surge once more, as upstream's does.
    const alone = images.length === 1;
    const manager = play(store, start, list, world, () => {
      if (alone) expect(wanted(store)).toBeLessThanOrEqual(most);
    });
    rollOut(store, manager);
    expectComplete(store);
  }

  it('asks for no more than maxSurge allows and ends, whatever is late, fails, is lost or crashes', () => {
    fc.assert(
      fc.property(chances(200), limits, (list, of) => late(list, of, ['web:2'])),
      { numRuns: 60 },
    );
  });

  it('ends also when it is overtaken by another, or taken back', () => {
    fc.assert(
      fc.property(chances(200), limits, (list, of) => late(list, of, ['web:2', 'web:1', 'web:3'])),
      { numRuns: 60 },
    );
  });

  it('leaves as many pods ready as maxUnavailable says, while the ReplicaSet controller keeps up', () => {
    const moves = fc.array(fc.nat(20), { minLength: 10, maxLength: 40 });
    const run = (list: number[], [maxSurge, maxUnavailable, most, least]: Limits) => {
      const { store, start } = stage({ maxSurge, maxUnavailable });
      const manager = start();
      rollOut(store, manager);
      const images = ['web:2', 'web:3', 'web:1'];
      store.refuse = () => {
        expect(pods(store).filter(isPodReady).length).toBeGreaterThanOrEqual(least);
        expect(wanted(store)).toBeLessThanOrEqual(most);
        return undefined;
      };
      for (const choice of list) {
        store.now += 1_000_000;
        const waiting = pods(store).filter((pod) => !isPodReady(pod));
        const next = waiting[choice % Math.max(1, waiting.length)];
        if (next === undefined || choice > 17) setImage(store, images.shift() ?? 'web:4');
        else makeReady(store, `default/${next.metadata.name}`);
        manager.settle();
      }
      rollOut(store, manager);
      expectComplete(store);
    };
    fc.assert(fc.property(moves, limits, run), { numRuns: 60 });
  });
});

it('is read live before it adopts: a cache may not know that it is going (adoptionRecheck)', () => {
  for (const adoptionRecheck of [true, false]) {
    const { store, start } = stage({ maxSurge: 1, maxUnavailable: 0 }, { adoptionRecheck });
    const manager = start();
    manager.deliver('deployments');
    const spec = { replicas: 1, selector: { matchLabels: TEMPLATE.metadata.labels }, template: TEMPLATE };
    const metadata = { name: 'orphan', namespace: 'default', labels: TEMPLATE.metadata.labels };
    store.add(REPLICA_SETS, { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec });
    manager.deliver('replicasets');
    store.delete('deployments', KEY, 'Orphan');
    manager.step(`deployment-controller ${KEY}`);
    const orphan = store.get<ReplicaSet>('replicasets', 'default/orphan');
    expect(orphan?.metadata.ownerReferences !== undefined).toBe(!adoptionRecheck);
  }
});
