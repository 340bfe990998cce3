/** Cases of upstream's unit tests: pkg/controller/deployment/{rolling,sync,progress}_test.go, util/deployment_util_test.go. */
import { describe, expect, it } from 'vitest';
import type { IntOrString } from '../../../api/int-or-string.ts';
import type { Deployment, DeploymentStatus, PodTemplateSpec, ReplicaSet } from '../../../api/object.ts';
import { parseTime } from '../../../api/time.ts';
import { cleanupDeployment } from './cleanup.ts';
import { deploymentComplete } from './deployment-status.ts';
import { asChanged, beginSync, type DeploymentSync } from './deployment-sync.ts';
import { findNewReplicaSet, findOldReplicaSets } from './new-replica-set.ts';
import { computeHash, equalIgnoreHash } from './pod-template-hash.ts';
import { deploymentTimedOut, requeueStuckDeployment } from './progress.ts';
import {
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  newReplicaSetAnnotations,
  REVISION,
  REVISION_HISTORY,
  replicasAnnotationsNeedUpdate,
} from './replica-set-annotations.ts';
import { replicasOf } from './replica-set-counts.ts';
import {
  cleanupUnhealthyReplicas,
  reconcileNewReplicaSet,
  reconcileOldReplicaSets,
  scaleDownOldReplicaSetsForRollingUpdate,
} from './rolling-update.ts';
import { maxUnavailable, minAvailable, newReplicaSetReplicas, resolveFenceposts } from './rolling-update-limits.ts';
import { scale } from './scaling.ts';

interface Look {
  strategy?: 'RollingUpdate' | 'Recreate';
  maxSurge?: IntOrString;
  maxUnavailable?: IntOrString;
  status?: DeploymentStatus;
  spec?: object;
}

const template = (container = 'c'): PodTemplateSpec => ({
  metadata: { labels: { foo: 'bar' } },
  spec: { containers: [{ name: container, image: 'foo/bar' }] },
});

function deployment(replicas: number, look: Look = {}): Deployment {
  const { strategy: type = 'RollingUpdate', maxSurge = 0, maxUnavailable: unavailable = 0, status, spec } = look;
  const rollingUpdate = type === 'Recreate' ? {} : { rollingUpdate: { maxSurge, maxUnavailable: unavailable } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'foo',
      namespace: 'default',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2016-05-20T00:00:00Z',
    },
    spec: {
      replicas,
      selector: { matchLabels: { foo: 'bar' } },
      strategy: { type, ...rollingUpdate },
      template: template(),
      ...spec,
    },
    ...(status && { status }),
  };
}

interface SetLook {
  available?: number;
  annotations?: Record<string, string>;
  created?: string;
  deleting?: boolean;
  container?: string;
}

function set(
  name: string,
  replicas: number,
  { available, annotations, created, deleting, container }: SetLook = {},
): ReplicaSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: created ?? '2016-05-20T00:00:00Z',
      ...(annotations && { annotations }),
      ...(deleting && { deletionTimestamp: '2024-01-01T12:00:00Z' }),
    },
    spec: { replicas, selector: { matchLabels: { foo: 'bar' } }, template: template(container) },
    status: { replicas: 0, ...(available === undefined ? {} : { availableReplicas: available }) },
  };
}

const begin = (of: Deployment): DeploymentSync => beginSync(of, { now: 0, time: '2025-01-01T00:00:00Z' });

describe('reconcileNewReplicaSet (TestDeploymentController_reconcileNewReplicaSet)', () => {
  it.each([
    // replicas, surge, new, old, scaled, expected new
    ['0', 10, 0, 0, 10, false, 0],
    ['2', 10, 2, 5, 0, true, 10],
    ['3', 10, 2, 10, 0, false, 10],
    ['4', 10, 0, 20, 0, true, 10],
  ])('scenario %s', (_, replicas, maxSurge, newReplicas, oldReplicas, scaled, expected) => {
    const sync = begin(deployment(replicas, { maxSurge }));
    const newSet = set('foo-new', newReplicas);
    expect(reconcileNewReplicaSet(sync, [set('foo-old', oldReplicas), newSet], newSet)).toBe(scaled);
    expect(replicasOf(asChanged(sync, newSet))).toBe(expected);
  });
});

describe('reconcileOldReplicaSets (TestDeploymentController_reconcileOldReplicaSets)', () => {
  it.each([
    // unavailable, old, new, available of old, of new, scaled, expected old
    ['1', 2, 10, 0, 10, 0, true, 8],
    ['2: unhealthy pods of old sets go first', 2, 10, 0, 8, 0, true, 8],
  ])('scenario %s', (_, unavailable, oldReplicas, newReplicas, oldAvailable, newAvailable, scaled, expected) => {
    const sync = begin(deployment(10, { maxUnavailable: unavailable }));
    const newSet = set('foo-new', newReplicas, { available: newAvailable });
    const oldSet = set('foo-old', oldReplicas, { available: oldAvailable });
    expect(reconcileOldReplicaSets(sync, [oldSet, newSet], [oldSet], newSet)).toBe(scaled);
    expect(replicasOf(asChanged(sync, oldSet))).toBe(expected);
  });
});

describe('cleanupUnhealthyReplicas (TestDeploymentController_cleanupUnhealthyReplicas)', () => {
  it.each([
    ['0', 10, 8, 1, 1],
    ['1', 10, 8, 3, 2],
    ['a set that is shrinking already', 8, 10, 3, 0],
  ])('scenario %s', (_, replicas, available, max, expected) => {
    const sync = begin(deployment(10, { maxSurge: 2, maxUnavailable: 2 }));
    const old = set('foo-v2', replicas, { available });
    expect(cleanupUnhealthyReplicas(sync, [old], max)).toBe(expected);
    expect(replicasOf(asChanged(sync, old))).toBe(replicas - expected);
  });
});

describe('scaleDownOldReplicaSetsForRollingUpdate (TestDeploymentController_scaleDownOldReplicaSetsForRollingUpdate)', () => {
  it.each([
    ['0', 0, 10, 10, 9],
    ['1', 2, 10, 10, 8],
    ['2: too few are available', 2, 8, 10, 10],
  ])('scenario %s', (_, unavailable, available, replicas, expected) => {
    const sync = begin(deployment(10, { maxUnavailable: unavailable }));
    const old = set('foo-v2', replicas, { available });
    const count = scaleDownOldReplicaSetsForRollingUpdate(sync, [old], [old]);
    expect(count).toBe(replicas - expected);
    expect(replicasOf(asChanged(sync, old))).toBe(expected);
  });
});

describe('scale (TestScale)', () => {
  const sized = (desired: number, max: number) => ({ [DESIRED_REPLICAS]: `${desired}`, [MAX_REPLICAS]: `${max}` });
  const at = (hour: number) => `2016-05-20T0${hour}:00:00Z`;
  /** Names by age, the oldest last; the first is the new one unless it is absent. */
  const sets = (annotations: Record<string, string>, replicas: Record<string, number>) =>
    Object.entries(replicas).map(([name, count], index) => set(name, count, { annotations, created: at(2 - index) }));

  it.each<[string, Deployment, ReplicaSet | undefined, ReplicaSet[], Record<string, number>]>([
    [
      'a saturated new set ends the old ones',
      deployment(6),
      set('v2', 6, { annotations: sized(6, 6), available: 6 }),
      [set('v1', 2)],
      { v2: 6, v1: 0 },
    ],
    ['down to nothing', deployment(0), ...split(sets(sized(10, 10), { v2: 4, v1: 6 })), { v2: 0, v1: 0 }],
  ])('%s', (_, of, newSet, oldSets, expected) => {
    const sync = begin(of);
    scale(sync, newSet, oldSets);
    const all = newSet === undefined ? oldSets : [newSet, ...oldSets];
    expect(Object.fromEntries(all.map((each) => [each.metadata.name, replicasOf(asChanged(sync, each))]))).toEqual(
      expected,
    );
  });

  function split([newSet, ...oldSets]: ReplicaSet[]): [ReplicaSet | undefined, ReplicaSet[]] {
    return [newSet, oldSets];
  }
});

describe('cleanupDeployment (TestDeploymentController_cleanupDeployment, …Order)', () => {
  const deletedBy = (limit: number | undefined, sets: ReplicaSet[]) => {
    const sync = begin(deployment(1, { spec: limit === undefined ? {} : { revisionHistoryLimit: limit } }));
    cleanupDeployment(sync, sets);
    return sync.last.flatMap((action) => (action.do === 'delete' ? [action.name] : []));
  };

  it('scenario 0: deletes what is beyond the limit', () => {
    expect(deletedBy(1, [set('foo-1', 0), set('foo-2', 0), set('foo-3', 0)])).toHaveLength(2);
  });
  it('scenario 4: leaves what is being deleted already', () => {
    expect(deletedBy(0, [set('foo-1', 0, { deleting: true })])).toEqual([]);
  });
  it('leaves sets that have pods', () => {
    expect(deletedBy(0, [set('foo-1', 1)])).toEqual([]);
  });
  it('deletes nothing without a limit', () => {
    expect(deletedBy(undefined, [set('foo-1', 0)])).toEqual([]);
  });
});

describe('progress', () => {
  const at = (text: string): number => parseTime(text) ?? Number.NaN;
  const progressing = (more: object) => ({ conditions: [{ type: 'Progressing', status: 'True', ...more }] });
  const counts = { replicas: 3, updatedReplicas: 3 };

  it('a deadline that is to come is looked at when it does', () => {
    const status = { ...counts, availableReplicas: 1, ...progressing({ lastUpdateTime: '2017-02-15T18:49:00Z' }) };
    const of = deployment(3, { status, spec: { progressDeadlineSeconds: 60 } });
    expect(requeueStuckDeployment(of, { ...counts, availableReplicas: 1 }, at('2017-02-15T18:49:20Z'))).toBe(40);
  });
  it('10 s of 10 are not too long', () => {
    const status = progressing({ lastUpdateTime: '2016-01-01T00:01:09Z' });
    const of = deployment(3, { spec: { progressDeadlineSeconds: 10 } });
    expect(deploymentTimedOut(of, status, at('2016-01-01T00:01:19Z'))).toBe(false);
  });
  it('a Deployment is complete when all is updated and available', () => {
    const of = deployment(5);
    expect(deploymentComplete(of, { replicas: 5, updatedReplicas: 5, availableReplicas: 5 })).toBe(true);
  });
});

describe('limits', () => {
  it.each<[IntOrString | undefined, IntOrString | undefined, number, number, number]>([
    // TestResolveFenceposts
    ['0%', '0%', 0, 0, 1],
    ['39%', '39%', 10, 4, 3],
    ['39%', undefined, 10, 4, 0],
    [undefined, undefined, 10, 0, 1],
  ])('resolveFenceposts %s, %s of %i', (surge, unavailable, desired, expectedSurge, expectedUnavailable) => {
    expect(resolveFenceposts(surge, unavailable, desired)).toEqual({
      surge: expectedSurge,
      unavailable: expectedUnavailable,
    });
  });

  it.each<[IntOrString, number, number]>([
    // TestMaxUnavailable, TestMinAvailable
    [10, 10, 0],
    [5, 5, 5],
    ['50%', 5, 5],
    ['60%', 6, 4],
    [20, 10, 0],
  ])('maxUnavailable %s of 10', (value, most, least) => {
    const of = deployment(10, { maxSurge: 1, maxUnavailable: value });
    expect([maxUnavailable(of), minAvailable(of)]).toEqual([most, least]);
  });

  it('newRSNewReplicas: a full Deployment leaves it as it is', () => {
    const rolling = deployment(1, { maxSurge: 1, maxUnavailable: 1 });
    expect(newReplicaSetReplicas(rolling, [set('old', 10)], set('new', 5))).toBe(5);
  });
});

describe('templates', () => {
  const labelled = (hash: string, annotations: Record<string, string> = {}): PodTemplateSpec => ({
    metadata: { name: 'foo', annotations, labels: { 'pod-template-hash': hash, something: 'else' } },
    spec: { nodeName: 'foo-node', containers: [] },
  });

  it('equalIgnoreHash 0 and 4: the hash does not count, annotations do', () => {
    for (const [a, b, equal] of [
      [labelled('value-1'), labelled('value-1'), true],
      [labelled('value-1'), labelled('value-2'), true],
      [labelled('v', { former: 'value' }), labelled('v', { latter: 'value' }), false],
    ] as const) {
      expect([equalIgnoreHash(a, b), equalIgnoreHash(b, a)]).toEqual([equal, equal]);
    }
  });

  it('have a hash that does not depend on the order of fields, but on each field and on the collisions', () => {
    const { metadata, spec } = template();
    expect(computeHash({ spec, metadata } as PodTemplateSpec, undefined)).toBe(computeHash(template(), undefined));
    const hashes = [template(), template('d')].flatMap((each) =>
      [undefined, 0, 1].map((count) => computeHash(each, count)),
    );
    expect(new Set(hashes).size).toBe(6);
    for (const hash of hashes) expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
  });

  it('findNewReplicaSet 0, findOldReplicaSets 1: the oldest of the same template is the new one', () => {
    const now = set('new-rs', 0, { created: '2024-01-01T12:01:00Z' });
    const twin = set('twin', 0, { created: '2024-01-01T12:02:00Z' });
    const old = set('old-rs', 0, { created: '2024-01-01T11:59:00Z', container: 'nginx-old-1' });
    const of = deployment(1);
    expect(findNewReplicaSet(of, [twin, now, old])).toBe(now);
    expect(findOldReplicaSets(of, [twin, now, old])).toEqual([twin, old]);
    expect(findNewReplicaSet(of, [old])).toBeUndefined();
    expect(findOldReplicaSets(of, [old])).toEqual([old]);
  });
});

describe('annotations', () => {
  it('replicas that are annotated already need no update', () => {
    const of = set('hello', 1, { annotations: { [DESIRED_REPLICAS]: '10', [MAX_REPLICAS]: '16' } });
    expect(replicasAnnotationsNeedUpdate(of, 10, 16)).toBe(false);
  });

  it('the revision rises and its past is kept; what is about the Deployment itself is not copied', () => {
    const of = deployment(3);
    const annotated = { ...of, metadata: { ...of.metadata, annotations: { [REVISION]: '9', note: 'x' } } };
    expect(newReplicaSetAnnotations(annotated, { [REVISION]: '2' }, 5, true)).toEqual({
      note: 'x',
      [REVISION]: '5',
      [REVISION_HISTORY]: '2',
    });
    expect(newReplicaSetAnnotations(of, { [REVISION]: '7' }, 5, true)).toBeUndefined();
    expect(newReplicaSetAnnotations(of, undefined, 1, false)).toEqual({
      [REVISION]: '1',
      [DESIRED_REPLICAS]: '3',
      [MAX_REPLICAS]: '3',
    });
  });
});
