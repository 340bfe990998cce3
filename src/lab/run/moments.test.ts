import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../kubernetes/api/object.ts';
import type { ObjectChange } from './cluster-mirror.ts';
import { momentsOf } from './moments.ts';

const meta = {
  name: 'x',
  namespace: 'default',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2025-01-01T00:00:00Z',
};

const object = (kind: string, fields: object, metadata: object = {}): KubernetesObject =>
  ({ apiVersion: 'v1', kind, metadata: { ...meta, ...metadata }, ...fields }) as KubernetesObject;

const change = (type: ObjectChange['type'], to: KubernetesObject, previous?: KubernetesObject): ObjectChange => ({
  event: 7,
  time: 1_000_000,
  type,
  object: to,
  previous,
});

/** `what: detail (tone)`, each part only if there is something to it. */
function told(type: ObjectChange['type'], to: KubernetesObject, previous?: KubernetesObject): string[] {
  return momentsOf(change(type, to, previous)).map(({ what, detail, tone }) => {
    return `${what}${detail === '' ? '' : `: ${detail}`}${tone === 'plain' ? '' : ` (${tone})`}`;
  });
}

const pod = (status: object = {}, spec: object = {}, metadata: object = {}) =>
  object('Pod', { spec: { containers: [], ...spec }, status }, metadata);
const ready = (is: string) => ({ conditions: [{ type: 'Ready', status: is }] });
const restarted = (restartCount: number, lastState = {}) => ({
  containerStatuses: [{ name: 'main', restartCount, lastState }],
});
const GOING = { deletionTimestamp: '2025-01-01T00:01:00Z' };

describe('a change of a pod', () => {
  it.each<[what: string, from: KubernetesObject, to: KubernetesObject, moments: string[]]>([
    ['a node', pod(), pod({}, { nodeName: 'node-1' }), ['on node-1']],
    ['the same node', pod({}, { nodeName: 'node-1' }), pod({ phase: 'Running' }, { nodeName: 'node-1' }), []],
    ['ready', pod(ready('False')), pod(ready('True')), ['ready (good)']],
    ['ready no more', pod(ready('True')), pod(ready('False')), ['not ready (bad)']],
    ['going, and so ready no more', pod(ready('True')), pod(ready('True'), {}, GOING), ['terminating']],
    ['going as before', pod({}, {}, GOING), pod(ready('False'), {}, GOING), []],
    [
      'restarted',
      pod(restarted(1)),
      pod(restarted(2, { terminated: { reason: 'Error', exitCode: 3 } })),
      ['restarted: Error, exit code 3 (bad)'],
    ],
    ['ended well', pod({ phase: 'Running' }), pod({ phase: 'Succeeded' }), ['succeeded (good)']],
    [
      'ended badly',
      pod({ phase: 'Running' }),
      pod({ phase: 'Failed', reason: 'Evicted', message: 'no memory' }),
      ['failed: Evicted: no memory (bad)'],
    ],
    ['failed as before', pod({ phase: 'Failed' }), pod({ phase: 'Failed', message: 'x' }), []],
  ])('tells: %s', (_, from, to, moments) => {
    expect(told('changed', to, from)).toEqual(moments);
  });

  it('tells that it was created and deleted, whatever else it is', () => {
    expect(told('created', pod(ready('True'), { nodeName: 'node-1' }))).toEqual(['created']);
    expect(told('deleted', pod({}, {}, GOING), pod())).toEqual(['deleted']);
  });
});

const deployment = (replicas: number, status: object = {}, image = 'x:1') =>
  object('Deployment', { spec: { replicas, template: { spec: { containers: [{ name: 'c', image }] } } }, status });
const done = (replicas: number, available = 'True') => ({
  replicas,
  updatedReplicas: replicas,
  availableReplicas: replicas,
  conditions: [{ type: 'Available', status: available }],
});
const available = (is: string) => ({ conditions: [{ type: 'Available', status: is }] });

describe('a change of a Deployment', () => {
  it.each<[what: string, from: KubernetesObject, to: KubernetesObject, moments: string[]]>([
    ['scaled', deployment(2), deployment(3), ['scaled from 2 to 3']],
    ['a new template', deployment(2), deployment(2, {}, 'x:2'), ['new template']],
    ['rolled out, which is more than available', deployment(2), deployment(2, done(2)), ['rolled out (good)']],
    ['available', deployment(2, available('False')), deployment(2, available('True')), ['available (good)']],
    ['unavailable', deployment(2, available('True')), deployment(2, available('False')), ['unavailable (bad)']],
    ['a count', deployment(2), deployment(2, { readyReplicas: 1 }), []],
  ])('tells: %s', (_, from, to, moments) => {
    expect(told('changed', to, from)).toEqual(moments);
  });
});

const node = (is?: string) => object('Node', { spec: {}, status: is === undefined ? {} : ready(is) });

describe('a change of a Node', () => {
  it.each<[from: string | undefined, to: string, moments: string[]]>([
    [undefined, 'True', ['ready (good)']],
    [undefined, 'False', []],
    ['False', 'True', ['ready (good)']],
    ['True', 'True', []],
    ['True', 'Unknown', ['not ready (bad)']],
  ])('from Ready %s to %s tells %j', (from, to, moments) => {
    expect(told('changed', node(to), node(from))).toEqual(moments);
  });

  it('tells nothing of one that registers and is not ready yet, and that one was deleted', () => {
    expect(told('created', node('False'))).toEqual([]);
    expect(told('deleted', node('True'), node('True'))).toEqual(['deleted (bad)']);
  });
});

describe('a change of anything else', () => {
  const event = (type: string) =>
    object('Event', { type, reason: 'BackOff', message: 'again', involvedObject: { name: 'web-1' } });

  it('tells a warning when it first comes, by the name of whom it is about', () => {
    expect(told('created', event('Warning'))).toEqual(['BackOff: again (bad)']);
    expect(momentsOf(change('created', event('Warning')))).toMatchObject([
      { event: 7, time: 1_000_000, name: 'web-1' },
    ]);
    expect(told('changed', event('Warning'), event('Warning'))).toEqual([]);
    expect(told('created', event('Normal'))).toEqual([]);
  });

  it.each<[kind: string, metadata: object, moments: string[]]>([
    ['Service', {}, ['created']],
    ['ConfigMap', {}, ['created']],
    ['Namespace', { namespace: undefined }, ['created']],
    // What every cluster has, whatever is applied.
    ['Namespace', { name: 'default', namespace: undefined }, []],
    ['Namespace', { name: 'kube-public', namespace: undefined }, []],
    ['ServiceAccount', { name: 'default' }, []],
    ['ConfigMap', { name: 'kube-root-ca.crt' }, []],
    ['ConfigMap', { namespace: 'kube-system' }, []],
    ['Service', { name: 'kubernetes' }, []],
    // Bookkeeping.
    ['Lease', {}, []],
    ['Endpoints', {}, []],
    ['EndpointSlice', {}, []],
    ['ReplicaSet', {}, []],
  ])('%s %j that is created tells %j', (kind, metadata, moments) => {
    expect(told('created', object(kind, {}, metadata))).toEqual(moments);
  });
});
