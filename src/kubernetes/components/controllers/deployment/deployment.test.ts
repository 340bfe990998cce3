import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Manager, makeReady, Store } from '../../../../../test/kubernetes/controller-cluster.ts';
import type { Deployment, Pod, ReplicaSet } from '../../../api/object.ts';
import { DEPLOYMENTS, REPLICA_SETS } from '../../../api/resource.ts';
import { REPLICA_SET_CONTROLLER } from '../replicaset/replicaset.ts';
import { DEPLOYMENT_CONTROLLER } from './deployment.ts';

const KEY = 'default/web';
const CONTROLLERS = [DEPLOYMENT_CONTROLLER, REPLICA_SET_CONTROLLER];

function deployment(spec: object = {}) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', annotations: { team: 'shop' } },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'web:1' }] } },
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      ...spec,
    },
  };
}

function stage(spec: object = {}) {
  const store = new Store();
  store.add(DEPLOYMENTS, deployment(spec));
  return { store, manager: new Manager(store, CONTROLLERS) };
}

const sets = (store: Store) => store.list<ReplicaSet>('replicasets');
const pods = (store: Store) => store.list<Pod>('pods');
const get = (store: Store) => store.get<Deployment>('deployments', KEY) as Deployment;
const conditions = (store: Store) =>
  Object.fromEntries(
    (get(store).status?.conditions ?? []).map(({ type, status, reason }) => [type, `${status} ${reason}`]),
  );
const isReady = (pod: Pod) => pod.status?.conditions !== undefined;

function change(store: Store, how: (spec: Deployment['spec']) => void): void {
  store.change('deployments', KEY, ({ spec }) => how(spec));
}

function setImage(store: Store, image: string): void {
  change(store, ({ template }) => {
    Object.assign(template.spec?.containers[0] ?? {}, { image });
  });
}

/** Until all pods are ready and nobody wants more. */
function rollOut(store: Store, manager: Manager, watch: () => void = () => undefined): void {
  manager.settle();
  for (let next = pods(store).find((pod) => !isReady(pod)); next; next = pods(store).find((pod) => !isReady(pod))) {
    store.now += 1_000_000;
    makeReady(store, `default/${next.metadata.name}`);
    manager.settle();
    watch();
  }
}

describe('a Deployment', () => {
  it('makes a ReplicaSet of its template, and tells how that goes', () => {
    const { store, manager } = stage();
    manager.settle();
    const [set] = sets(store);
    const hash = set?.metadata.labels?.['pod-template-hash'];
    expect(set?.metadata).toMatchObject({
      name: `web-${hash}`,
      labels: { app: 'web', 'pod-template-hash': hash },
      annotations: {
        team: 'shop',
        'deployment.kubernetes.io/revision': '1',
        'deployment.kubernetes.io/desired-replicas': '3',
        'deployment.kubernetes.io/max-replicas': '4',
      },
      ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }],
    });
    expect(set?.spec).toMatchObject({
      replicas: 3,
      selector: { matchLabels: { app: 'web', 'pod-template-hash': hash } },
      template: { metadata: { labels: { app: 'web', 'pod-template-hash': hash } } },
    });
    expect(store.events).toContain(`ScalingReplicaSet: Scaled up replica set web-${hash} from 0 to 3`);
    expect(get(store).metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1');
    expect(conditions(store)).toEqual({
      Available: 'False MinimumReplicasUnavailable',
      Progressing: 'True ReplicaSetUpdated',
    });
    rollOut(store, manager);
    expect(get(store).status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      availableReplicas: 3,
    });
    expect(conditions(store)).toEqual({
      Available: 'True MinimumReplicasAvailable',
      Progressing: 'True NewReplicaSetAvailable',
    });
    expect(get(store).status?.conditions?.[1]?.message).toBe(`ReplicaSet "web-${hash}" has successfully progressed.`);
  });

  it('rolls a new template out within the limits, and back to the old set', () => {
    const { store, manager } = stage();
    rollOut(store, manager);
    const watch = () => {
      expect(pods(store).length).toBeLessThanOrEqual(4);
      expect(pods(store).filter(isReady).length).toBeGreaterThanOrEqual(3);
    };
    setImage(store, 'web:2');
    rollOut(store, manager, watch);
    expect(sets(store).map(({ spec }) => spec.replicas)).toEqual([0, 3]);
    expect(pods(store).map(({ spec }) => spec.containers[0]?.image)).toEqual(['web:2', 'web:2', 'web:2']);
    setImage(store, 'web:1');
    rollOut(store, manager, watch);
    expect(sets(store).map(({ spec }) => spec.replicas)).toEqual([3, 0]);
    expect(sets(store)[0]?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
    expect(get(store).metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
  });

  it('recreates: no new pod before the last old one is gone', () => {
    const { store, manager } = stage({ strategy: { type: 'Recreate' } });
    store.isGraceful = ({ kind }) => kind === 'Pod';
    rollOut(store, manager);
    setImage(store, 'web:2');
    manager.settle();
    const images = () => pods(store).map(({ spec }) => spec.containers[0]?.image);
    expect(images()).toEqual(['web:1', 'web:1', 'web:1']);
    for (const { metadata } of pods(store)) {
      expect(images()).not.toContain('web:2');
      store.remove('pods', `default/${metadata.name}`);
      manager.settle();
    }
    expect(images()).toEqual(['web:2', 'web:2', 'web:2']);
  });

  it('changes nothing but its size while it is paused', () => {
    const { store, manager } = stage();
    rollOut(store, manager);
    change(store, (spec) => {
      spec.paused = true;
      spec.replicas = 5;
    });
    setImage(store, 'web:2');
    rollOut(store, manager);
    expect(sets(store).map(({ spec }) => spec.replicas)).toEqual([5]);
    expect(conditions(store).Progressing).toBe('Unknown DeploymentPaused');
    change(store, (spec) => {
      spec.paused = false;
    });
    rollOut(store, manager);
    expect(sets(store).map(({ spec }) => spec.replicas)).toEqual([0, 5]);
    expect(conditions(store).Progressing).toBe('True NewReplicaSetAvailable');
  });

  it('says when a rollout has made no step for too long, and that it will look', () => {
    const { store, manager } = stage();
    rollOut(store, manager);
    setImage(store, 'web:broken');
    manager.settle();
    const reconcile = () =>
      DEPLOYMENT_CONTROLLER.reconcile(KEY, manager.view, {
        now: store.now,
        time: '',
        random: undefined as never,
        expectationsSatisfied: true,
        failures: 0,
        options: {},
      });
    expect(reconcile()).toEqual([{ do: 'requeue', afterMs: 601_000 }]);
    store.now += 602_000_000;
    manager.enqueue(DEPLOYMENT_CONTROLLER, KEY);
    manager.settle();
    expect(conditions(store).Progressing).toBe('False ProgressDeadlineExceeded');
    expect(conditions(store).Available).toBe('True MinimumReplicasAvailable');
    expect(reconcile()).toEqual([]);
  });

  it('passes on why its pods cannot be made', () => {
    const { store, manager } = stage();
    store.refuse = (action) =>
      action.do === 'create' && action.resource.plural === 'pods'
        ? { reason: 'Forbidden', message: 'no quota' }
        : undefined;
    for (let round = 0; round < 100; round++) {
      const [behind] = manager.behind();
      if (behind !== undefined) manager.deliver(behind);
      else for (const id of manager.queued()) manager.step(id);
    }
    expect(conditions(store).ReplicaFailure).toBe('True FailedCreate');
  });

  it('says why its ReplicaSet cannot be made', () => {
    const { store, manager } = stage();
    store.refuse = ({ do: what }) => (what === 'create' ? { reason: 'Forbidden', message: 'no' } : undefined);
    for (let round = 0; round < 10; round++) {
      for (const plural of manager.behind()) manager.deliver(plural);
      for (const id of manager.queued()) manager.step(id);
    }
    expect(conditions(store).Progressing).toBe('False ReplicaSetCreateError');
    expect(
      store.events.some((event) => /ReplicaSetCreateError: Failed to create new replica set "web-\w+": no/.test(event)),
    ).toBe(true);
    store.refuse = () => undefined;
    rollOut(store, manager);
    expect(conditions(store).Progressing).toBe('True NewReplicaSetAvailable');
  });

  it('finds another name when its hash is taken', () => {
    const { store, manager } = stage();
    manager.settle();
    const name = `${sets(store)[0]?.metadata.name}`;
    const other = new Store();
    other.add(REPLICA_SETS, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name, namespace: 'default' },
      spec: { replicas: 0, selector: { matchLabels: { app: 'other' } }, template: {} },
    });
    other.add(DEPLOYMENTS, deployment());
    new Manager(other, CONTROLLERS).settle();
    expect(get(other).status?.collisionCount).toBe(1);
    expect(sets(other)).toHaveLength(2);
    expect(sets(other)[1]?.metadata.name).not.toBe(name);
  });

  it('adopts a ReplicaSet of its template instead of making one', () => {
    const { store, manager } = stage();
    store.add(REPLICA_SETS, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'by-hand', namespace: 'default', labels: { app: 'web' } },
      spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: deployment().spec.template },
    });
    manager.settle();
    expect(sets(store).map(({ metadata, spec }) => [metadata.name, spec.replicas])).toEqual([['by-hand', 3]]);
    expect(conditions(store).Progressing).toBe('True ReplicaSetUpdated');
  });

  it('refuses to select everything', () => {
    const { store, manager } = stage({ selector: {} });
    manager.settle();
    expect(sets(store)).toEqual([]);
    expect(store.events[0]).toMatch(/^SelectingAll: /);
  });
});

it('whatever the caches lag and whatever is changed on the way, a rollout asks for no more pods than it may, and ends', () => {
  const step = fc.record({ choice: fc.nat(30), tick: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 150 }), (steps) => {
      const { store, manager } = stage();
      rollOut(store, manager);
      setImage(store, 'web:2');
      for (const [at, { choice, tick }] of steps.entries()) {
        if (at === 60) setImage(store, 'web:3');
        if (tick) store.now += 1_000_000;
        const moves = [
          ...manager.behind().map((plural) => () => manager.deliver(plural)),
          ...manager.queued().map((id) => () => manager.step(id)),
          ...pods(store)
            .filter((pod) => !isReady(pod))
            .map(
              ({ metadata }) =>
                () =>
                  makeReady(store, `default/${metadata.name}`),
            ),
        ];
        moves[choice % Math.max(1, moves.length)]?.();
        expect(sets(store).reduce((sum, { spec }) => sum + (spec.replicas ?? 0), 0)).toBeLessThanOrEqual(4);
      }
      rollOut(store, manager);
      const image = get(store).spec.template.spec?.containers[0]?.image;
      expect(pods(store).map(({ spec }) => spec.containers[0]?.image)).toEqual([image, image, image]);
      expect(conditions(store).Progressing).toBe('True NewReplicaSetAvailable');
    }),
    { numRuns: 60 },
  );
});
