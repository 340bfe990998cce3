import { describe, expect, it } from 'vitest';
import type { KubernetesObject, Pod } from '../../kubernetes/api/object.ts';
import type { Condition } from '../scenario/condition.ts';
import type { ClusterMirror } from './cluster-mirror.ts';
import { missingFrom, type Situation, unsettled } from './evaluate-condition.ts';
import type { LoadCounts } from './load-counts.ts';

const object = (kind: string, name: string, fields: object, metadata: object = {}): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: 'default', uid: name, resourceVersion: '1', creationTimestamp: '', ...metadata },
    ...fields,
  }) as KubernetesObject;

const deployment = (name: string, replicas: number, there: number) =>
  object('Deployment', name, {
    spec: { replicas },
    status: {
      replicas: there,
      updatedReplicas: there,
      availableReplicas: there,
      conditions: [{ type: 'Available', status: there >= replicas ? 'True' : 'False' }],
    },
  });

const pod = (name: string, isReady: boolean, metadata: object = {}) =>
  object(
    'Pod',
    name,
    { spec: {}, status: { phase: 'Running', conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] } },
    { labels: { app: 'web', 'a.b/c': 'd' }, ...metadata },
  );

function situation(objects: readonly KubernetesObject[], loads: Record<string, LoadCounts> = {}): Situation {
  const mirror: Pick<ClusterMirror, 'ofKind' | 'get'> = {
    ofKind: <T extends KubernetesObject>(kind: string) => objects.filter((each) => each.kind === kind) as T[],
    get: <T extends KubernetesObject>(kind: string, namespace: string, name: string) =>
      objects.find(
        ({ kind: is, metadata }) => is === kind && metadata.namespace === namespace && metadata.name === name,
      ) as T | undefined,
  };
  return { mirror: mirror as ClusterMirror, loadOf: ({ metadata }: Pod) => loads[metadata.uid] };
}

const ref = (name: string, kind = 'deployment') => ({ kind, name, namespace: 'default' });
const GOING = { deletionTimestamp: '2025-01-01T00:00:00Z' };
const WEB = { selector: 'app=web', namespace: 'default' };

const CLUSTER = [
  deployment('done', 2, 2),
  deployment('half', 2, 1),
  pod('a', true),
  pod('b', false),
  pod('gone', true, GOING),
  pod('elsewhere', true, { namespace: 'other' }),
  pod('other', true, { labels: { app: 'other' } }),
];
const LOADS = { a: { sent: 10, ok: 8, failed: 2 }, b: { sent: 5, ok: 5, failed: 0 } };

describe('a condition', () => {
  it.each<[condition: Condition, missing: string | undefined]>([
    [{ kind: 'available', refs: [ref('done')] }, undefined],
    [{ kind: 'available', refs: [ref('done'), ref('half')] }, 'deployment/half: not available'],
    [{ kind: 'available', refs: [ref('none')] }, 'deployment/none is not there'],
    [{ kind: 'available', refs: 'all' }, 'deployment/half: not available'],
    [{ kind: 'complete', refs: [ref('done')] }, undefined],
    [{ kind: 'complete', refs: 'all' }, 'deployment/half: 1 of 2 replicas updated'],
    // Pods that are going, of another namespace or with other labels do not count.
    [{ kind: 'ready', ...WEB }, '1 of 2 pods with app=web are ready'],
    [{ kind: 'ready', ...WEB, count: 1 }, undefined],
    [{ kind: 'ready', ...WEB, count: 2 }, '1 of 2 pods with app=web are ready'],
    [{ kind: 'ready', ...WEB, selector: 'app=other' }, undefined],
    [{ kind: 'ready', ...WEB, selector: 'app=none' }, 'no pod matches app=none'],
    [{ kind: 'ready', ...WEB, selector: 'app=none', count: 0 }, undefined],
    [{ kind: 'settled' }, 'deployment/half: 1 of 2 replicas updated, and 2 more'],
    [{ kind: 'exists', ref: ref('done') }, undefined],
    [{ kind: 'exists', ref: ref('done', 'deploy') }, undefined],
    [{ kind: 'exists', ref: ref('none') }, 'deployment/none is not there'],
    [{ kind: 'gone', ref: ref('none') }, undefined],
    [{ kind: 'gone', ref: ref('done') }, 'deployment/done is still there'],
    [
      {
        kind: 'all',
        of: [
          { kind: 'gone', ref: ref('none') },
          { kind: 'exists', ref: ref('done') },
        ],
      },
      undefined,
    ],
    [
      {
        kind: 'all',
        of: [
          { kind: 'exists', ref: ref('done') },
          { kind: 'gone', ref: ref('done') },
        ],
      },
      'deployment/done is still there',
    ],
    [{ kind: 'not', of: { kind: 'exists', ref: ref('none') } }, undefined],
    [{ kind: 'not', of: { kind: 'exists', ref: ref('done') } }, 'exists holds'],
  ])('%j misses %s', (condition, missing) => {
    expect(missingFrom(condition, situation(CLUSTER))).toBe(missing);
  });

  it.each<[condition: Condition, missing: string]>([
    [{ kind: 'available', refs: 'all' }, 'there is no Deployment'],
    [{ kind: 'complete', refs: 'all' }, 'there is no Deployment'],
  ])('%j does not hold of an empty cluster', (condition, missing) => {
    expect(missingFrom(condition, situation([]))).toBe(missing);
  });

  it('that all has settled holds of an empty cluster, and of one in which all stands', () => {
    expect(missingFrom({ kind: 'settled' }, situation([]))).toBeUndefined();
    expect(missingFrom({ kind: 'settled' }, situation([deployment('done', 2, 2), pod('a', true)]))).toBeUndefined();
  });

  it.each<[path: string, compare: Extract<Condition, { kind: 'value' }>['compare'], missing: string | undefined]>([
    ['status.replicas', { is: 2 }, undefined],
    ['status.replicas', { is: 3 }, 'deployment/done status.replicas is 2, expected 3'],
    ['status.replicas', { atLeast: 2, atMost: 2 }, undefined],
    ['status.replicas', { atLeast: 3 }, 'deployment/done status.replicas is 2, expected at least 3'],
    ['status.replicas', { atMost: 1 }, 'deployment/done status.replicas is 2, expected at most 1'],
    ['status.conditions[0].type', { is: 'Available' }, undefined],
    ['metadata["name"]', { is: 'done' }, undefined],
    // A counter that is not set is 0; it is not the value 0.
    ['status.readyReplicas', { atMost: 0 }, undefined],
    ['status.readyReplicas', { is: 0 }, 'deployment/done status.readyReplicas is not set, expected 0'],
    ['status.none.deeper', { is: 'x' }, 'deployment/done status.none.deeper is not set, expected "x"'],
    ['metadata.name', { atLeast: 1 }, 'deployment/done metadata.name is "done", expected at least 1'],
  ])('of the value %s, compared with %j, misses %s', (path, compare, missing) => {
    expect(missingFrom({ kind: 'value', ref: ref('done'), path, compare }, situation(CLUSTER))).toBe(missing);
  });

  it('of a value reads keys with dots in quotes, and misses an object that is not there', () => {
    const value = (name: string): Condition => {
      return { kind: 'value', ref: ref(name, 'pod'), path: 'metadata.labels["a.b/c"]', compare: { is: 'd' } };
    };
    expect(missingFrom(value('a'), situation(CLUSTER))).toBeUndefined();
    expect(missingFrom(value('none'), situation(CLUSTER))).toBe('pod/none is not there');
  });

  it.each<[counts: Extract<Condition, { kind: 'requests' }>['counts'], missing: string | undefined]>([
    [{ sent: { is: 15 }, ok: { atLeast: 13 }, failed: { atMost: 2 } }, undefined],
    [{ ok: { atLeast: 14 } }, 'ok requests is 13, expected at least 14'],
    [{ failed: { atMost: 0 } }, 'failed requests is 2, expected at most 0'],
  ])('of requests adds what the load generators have counted: %j misses %s', (counts, missing) => {
    expect(missingFrom({ kind: 'requests', ...WEB, counts }, situation(CLUSTER, LOADS))).toBe(missing);
  });

  it('of requests does not hold without a load generator', () => {
    expect(missingFrom({ kind: 'requests', ...WEB, counts: { failed: { atMost: 0 } } }, situation(CLUSTER))).toBe(
      'no load generator among the pods with app=web',
    );
  });
});

it('what has not settled is every Deployment and every pod that misses something', () => {
  const { mirror } = situation(CLUSTER);
  expect(unsettled(mirror).map(({ object: { metadata }, missing }) => `${metadata.name}: ${missing}`)).toEqual([
    'half: 1 of 2 replicas updated',
    'b: running, not ready',
    'gone: Terminating',
  ]);
});
