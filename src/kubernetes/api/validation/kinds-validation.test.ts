/** What is refused of the kinds that are not pods, with upstream's type and field of each error. */
import { describe, expect, it } from 'vitest';
import { kindOf } from '../kinds/registry.ts';
import type { KubernetesObject, NewObject } from '../object.ts';

type Fields = Readonly<Record<string, unknown>>;

function whole(apiVersion: string, kind: string, fields: Fields): KubernetesObject {
  const metadata = { name: 'x', namespace: 'default' };
  const object = structuredClone({ apiVersion, kind, metadata, ...fields }) as NewObject;
  kindOf(apiVersion, kind)?.defaults(object);
  return object as unknown as KubernetesObject;
}

function refusals(apiVersion: string, kind: string, fields: Fields): string[] {
  const errors = kindOf(apiVersion, kind)?.validate(whole(apiVersion, kind, fields)) ?? [];
  return errors.map(({ type, field }) => `${type.replace('FieldValue', '')} ${field}`);
}

function changes(apiVersion: string, kind: string, before: Fields, after: Fields): string[] {
  const [next, previous] = [whole(apiVersion, kind, after), whole(apiVersion, kind, before)];
  const errors = kindOf(apiVersion, kind)?.validateUpdate?.(next, previous) ?? [];
  return errors.map(({ type, field }) => `${type.replace('FieldValue', '')} ${field}`);
}

const LABELS = { app: 'web' };
const TEMPLATE = { metadata: { labels: LABELS }, spec: { containers: [{ name: 'main', image: 'web:1' }] } };
const WORKLOAD = { selector: { matchLabels: LABELS }, template: TEMPLATE };
const rolling = (maxUnavailable: number | string, maxSurge: number | string): Fields => {
  return { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } } };
};

describe('a Deployment', () => {
  const path = 'spec.strategy.rollingUpdate';
  it.each<[string, Fields, string[]]>([
    ['is fine', {}, []],
    ['asks for no fewer than no replicas', { replicas: -1 }, ['Invalid spec.replicas']],
    ['selects something', { selector: {} }, ['Invalid spec.selector']],
    ['selects its own pods', { selector: { matchLabels: { app: 'db' } } }, ['Invalid spec.template.metadata.labels']],
    ['makes headway when it rolls', rolling(0, 0), [`Invalid ${path}.maxUnavailable`]],
    ['makes headway when it rolls by shares', rolling('0%', '0%'), [`Invalid ${path}.maxUnavailable`]],
    ['takes at most all pods away', rolling('101%', 1), [`Invalid ${path}.maxUnavailable`]],
    ['adds a number or a share', rolling(1, 'many'), [`Invalid ${path}.maxSurge`]],
    ['adds no negative number', rolling(1, -1), [`Invalid ${path}.maxSurge`]],
    ['has a strategy that there is', { strategy: { type: 'BlueGreen' } }, ['NotSupported spec.strategy.type']],
    [
      'does not roll when it recreates',
      { strategy: { type: 'Recreate', rollingUpdate: {} } },
      ['Forbidden spec.strategy.rollingUpdate'],
    ],
    [
      'waits longer for progress than for a pod',
      { minReadySeconds: 10, progressDeadlineSeconds: 10 },
      ['Invalid spec.progressDeadlineSeconds'],
    ],
    [
      'has pods that are always restarted',
      { template: { ...TEMPLATE, spec: { ...TEMPLATE.spec, restartPolicy: 'Never' } } },
      ['NotSupported spec.template.spec.restartPolicy'],
    ],
    ['has containers', { template: { metadata: { labels: LABELS } } }, ['Required spec.template.spec.containers']],
  ])('%s', (_, spec, errors) => {
    expect(refusals('apps/v1', 'Deployment', { spec: { ...WORKLOAD, ...spec } })).toEqual(errors);
  });

  it('needs a selector and a template', () => {
    expect(refusals('apps/v1', 'Deployment', {})).toEqual([
      'Required spec.selector',
      'Required spec.template.spec.containers',
    ]);
  });

  it.each(['Deployment', 'ReplicaSet'])('or ReplicaSet keeps its selector: %s', (kind) => {
    const after = { ...WORKLOAD, selector: { matchLabels: { app: 'db' } } };
    expect(changes('apps/v1', kind, { spec: WORKLOAD }, { spec: after })).toEqual(['Invalid spec.selector']);
    expect(changes('apps/v1', kind, { spec: WORKLOAD }, { spec: { ...WORKLOAD, replicas: 7 } })).toEqual([]);
  });
});

describe('a Service', () => {
  const two = (first: Fields, second: Fields): Fields => ({ ports: [first, second] });
  it.each<[string, Fields, string[]]>([
    ['is fine', { ports: [{ port: 80 }] }, []],
    ['has ports', {}, ['Required spec.ports']],
    ['needs none without an address', { clusterIP: 'None' }, []],
    ['has ports from 1 to 65535', { ports: [{ port: 65_536, targetPort: 1 }] }, ['Invalid spec.ports[0].port']],
    [
      'names its ports if there are several',
      two({ port: 1 }, { port: 2 }),
      ['Required spec.ports[0].name', 'Required spec.ports[1].name'],
    ],
    [
      'gives each port a name of its own',
      two({ name: 'a', port: 1 }, { name: 'a', port: 2 }),
      ['Duplicate spec.ports[1].name'],
    ],
    ['has each port once', two({ name: 'a', port: 1 }, { name: 'b', port: 1 }), ['Duplicate spec.ports[1]']],
    ['may have a port for each protocol', two({ name: 'a', port: 1 }, { name: 'b', port: 1, protocol: 'UDP' }), []],
    [
      'speaks a protocol that there is',
      { ports: [{ port: 80, protocol: 'HTTP' }] },
      ['NotSupported spec.ports[0].protocol'],
    ],
    [
      'has no port of the node inside',
      { ports: [{ port: 80, nodePort: 30_000 }] },
      ['Forbidden spec.ports[0].nodePort'],
    ],
    [
      'is of a type that there is',
      { type: 'Any', ports: [{ port: 80 }], internalTrafficPolicy: 'Cluster' },
      ['NotSupported spec.type'],
    ],
    ['has an address that is one', { ports: [{ port: 80 }], clusterIP: '10.0.0' }, ['Invalid spec.clusterIPs[0]']],
    ['is a name if it is external', { type: 'ExternalName' }, ['Required spec.externalName']],
    [
      'has no address if it is a name',
      { type: 'ExternalName', externalName: 'a.b', clusterIP: '10.0.0.1' },
      ['Forbidden spec.clusterIPs'],
    ],
    [
      'on nodes has an address',
      { type: 'NodePort', clusterIP: 'None', ports: [{ port: 80 }] },
      ['Invalid spec.clusterIPs[0]'],
    ],
    [
      'remembers clients for a day at most',
      {
        ports: [{ port: 80 }],
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } },
      },
      ['Invalid spec.sessionAffinityConfig.clientIP.timeoutSeconds'],
    ],
    ['selects by labels', { ports: [{ port: 80 }], selector: { 'a b': 'c' } }, ['Invalid spec.selector']],
  ])('%s', (_, spec, errors) => {
    expect(refusals('v1', 'Service', { spec })).toEqual(errors);
  });

  it('keeps its address, unless it becomes a name', () => {
    const before = { spec: { clusterIP: '10.96.0.1', ports: [{ port: 80 }] } };
    const moved = { spec: { ...before.spec, clusterIP: '10.96.0.2' } };
    const named = { spec: { type: 'ExternalName', externalName: 'a.b' } };
    expect(changes('v1', 'Service', before, moved)).toEqual(['Invalid spec.clusterIPs[0]']);
    expect(changes('v1', 'Service', before, named)).toEqual([]);
  });
});

describe('a Node', () => {
  const taint = { key: 'a', effect: 'NoSchedule' };
  it.each<[string, Fields, string[]]>([
    ['is fine', { podCIDR: '10.244.0.0/24', podCIDRs: ['10.244.0.0/24'], taints: [taint] }, []],
    ['has a block of addresses', { podCIDR: '10.244.0.0' }, ['Invalid spec.podCIDRs[0]']],
    ['has a taint once', { taints: [taint, { ...taint, value: 'b' }] }, ['Duplicate metadata.taints[1]']],
    ['has taints with an effect', { taints: [{ key: 'a' }] }, ['Required metadata.taints[0].effect']],
    [
      'has effects that there are',
      { taints: [{ key: 'a', effect: 'Never' }] },
      ['NotSupported metadata.taints[0].effect'],
    ],
    ['has taints with a key', { taints: [{ effect: 'NoExecute' }] }, ['Invalid metadata.taints[0].key']],
  ])('%s', (_, spec, errors) => {
    expect([...new Set(refusals('v1', 'Node', { spec }))]).toEqual(errors);
  });

  it('keeps its block of addresses once it has one', () => {
    expect(changes('v1', 'Node', { spec: {} }, { spec: { podCIDR: '10.244.0.0/24' } })).toEqual([]);
    const [before, after] = [{ spec: { podCIDR: '10.244.0.0/24' } }, { spec: { podCIDR: '10.244.1.0/24' } }];
    expect(changes('v1', 'Node', before, after)).toEqual(['Forbidden spec.podCIDRs']);
  });
});

describe('other kinds', () => {
  it.each<[string, string, string, Fields, string[]]>([
    ['ConfigMap has keys that are file names', 'v1', 'ConfigMap', { data: { 'a/b': '' } }, ['Invalid data[a/b]']],
    ['ConfigMap has each key once', 'v1', 'ConfigMap', { data: { a: '' }, binaryData: { a: '' } }, ['Invalid data[a]']],
    ['ConfigMap holds 1 MiB', 'v1', 'ConfigMap', { data: { a: 'x'.repeat(1024 * 1024) } }, []],
    [
      'ConfigMap holds no more than 1 MiB',
      'v1',
      'ConfigMap',
      { data: { a: 'x'.repeat(1024 * 1024), b: 'x' } },
      ['TooLong '],
    ],
    [
      'Namespace has finalizers with a domain',
      'v1',
      'Namespace',
      { spec: { finalizers: ['mine'] } },
      ['Invalid spec.finalizers'],
    ],
    [
      'Event stands by what it is about',
      'v1',
      'Event',
      { involvedObject: { namespace: 'other' } },
      ['Invalid involvedObject.namespace'],
    ],
    ['Event about a node stands in default', 'v1', 'Event', { involvedObject: { kind: 'Node', name: 'a' } }, []],
    [
      'Lease lasts',
      'coordination.k8s.io/v1',
      'Lease',
      { spec: { leaseDurationSeconds: 0 } },
      ['Invalid spec.leaseDurationSeconds'],
    ],
    [
      'Lease counts up',
      'coordination.k8s.io/v1',
      'Lease',
      { spec: { leaseTransitions: -1 } },
      ['Invalid spec.leaseTransitions'],
    ],
    ['Endpoints have addresses', 'v1', 'Endpoints', { subsets: [{}] }, ['Required subsets[0]']],
    [
      'Endpoints name several ports',
      'v1',
      'Endpoints',
      { subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 1 }, { name: 'b', port: 2 }] }] },
      ['Required subsets[0].ports[0].name'],
    ],
    [
      'Endpoints are elsewhere',
      'v1',
      'Endpoints',
      { subsets: [{ addresses: [{ ip: '127.0.0.1' }] }] },
      ['Invalid subsets[0].addresses[0].ip'],
    ],
  ])('%s', (_, apiVersion, kind, fields, errors) => {
    expect(refusals(apiVersion, kind, fields)).toEqual(errors);
  });

  it.each<[string, Fields, string[]]>([
    [
      'is fine',
      { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ name: 'a', port: 80 }] },
      [],
    ],
    ['has a type of address', { endpoints: [] }, ['Required addressType']],
    [
      'has endpoints with an address',
      { addressType: 'IPv4', endpoints: [{ addresses: [] }] },
      ['Required endpoints[0].addresses'],
    ],
    [
      'has addresses of its type',
      { addressType: 'IPv6', endpoints: [{ addresses: ['10.0.0.1'] }] },
      ['Invalid endpoints[0].addresses[0]'],
    ],
    [
      'has each port name once',
      { addressType: 'IPv4', endpoints: [], ports: [{ port: 1 }, { port: 2 }] },
      ['Duplicate ports[1].name'],
    ],
    [
      'has 1000 endpoints at most',
      { addressType: 'IPv4', endpoints: Array(1001).fill({ addresses: ['10.0.0.1'] }) },
      ['TooMany endpoints'],
    ],
  ])('an EndpointSlice %s', (_, fields, errors) => {
    expect(refusals('discovery.k8s.io/v1', 'EndpointSlice', fields)).toEqual(errors);
  });

  it('an EndpointSlice keeps its type, an immutable ConfigMap all it has', () => {
    const slice = { addressType: 'IPv4', endpoints: [] };
    expect(changes('discovery.k8s.io/v1', 'EndpointSlice', slice, { ...slice, addressType: 'IPv6' })).toEqual([
      'Invalid addressType',
    ]);
    const fixed = { immutable: true, data: { a: 'b' } };
    expect(changes('v1', 'ConfigMap', fixed, { data: { a: 'c' } })).toEqual(['Forbidden immutable', 'Forbidden data']);
    expect(changes('v1', 'ConfigMap', { data: { a: 'b' } }, fixed)).toEqual([]);
  });
});
