/** Cases of upstream's unit tests: staging/src/k8s.io/endpointslice/{reconciler,utils,trafficdist/trafficdist,util/controller_utils}_test.go. */
import { describe, expect, it } from 'vitest';
import type { EndpointSlice, Node, Pod, Service } from '../../../api/object.ts';
import { shouldPodBeInEndpoints } from '../service-endpoints.ts';
import { finalize } from './endpointslice.ts';
import { getEndpointPorts, podToEndpoint } from './pod-endpoint.ts';
import { reconcileByAddressType } from './reconcile-slices.ts';
import { newEndpointSlice, type Slice } from './slice-labels.ts';

function service(spec: object = {}, metadata: object = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'foo', namespace: 'test', uid: 'uid-foo', ...metadata },
    spec: {
      selector: { foo: 'bar' },
      clusterIP: '10.0.0.1',
      ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
      ...spec,
    },
  } as unknown as Service;
}

function pod(
  n: number,
  more: { ready?: boolean; node?: string; spec?: object; metadata?: object; ip?: string } = {},
): Pod {
  const ip = more.ip ?? `1.2.${Math.floor(n / 200)}.${n % 200}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod${n}`, namespace: 'test', uid: `uid-pod${n}`, labels: { foo: 'bar' }, ...more.metadata },
    spec: { containers: [{ name: 'c', image: 'pause' }], nodeName: more.node ?? 'node-1', ...more.spec },
    status: {
      phase: 'Running',
      podIP: ip,
      podIPs: [{ ip }],
      conditions: [{ type: 'Ready', status: more.ready === false ? 'False' : 'True' }],
    },
  } as unknown as Pod;
}

const node = (name: string, labels: Record<string, string> = {}): Node =>
  ({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: {} }) as unknown as Node;
const range = (count: number, from = 0, step = 1): number[] =>
  Array.from({ length: count }, (_, index) => from + index * step);
/** Every third pod is not ready, as in upstream's tables. */
const thirds = (numbers: number[]): Pod[] => numbers.map((n) => pod(n, { ready: n % 3 !== 0 }));

function slices(of: Service, groups: number[][]): EndpointSlice[] {
  return groups.map((numbers, index) => {
    const ports = getEndpointPorts(of, pod(0));
    const slice = newEndpointSlice(of, 'IPv4', ports);
    const endpoints = thirds(numbers).map((each) => podToEndpoint(each, node('node-1'), of, 'IPv4'));
    const metadata = { ...slice.metadata, name: `slice-${index}`, uid: `uid-${index}` };
    return { ...slice, metadata, endpoints } as EndpointSlice;
  });
}

describe('packing', () => {
  const cases: [string, number, number[][], object, number, number[], number[]][] = [
    // name, pods, existing slices, change of the service, max, [creates, updates, deletes, added], lengths
    ['no pods, no slices: one that is empty', 0, [], {}, 100, [1, 0, 0, 0], [0]],
    ['nothing changes', 30, [range(30)], {}, 100, [0, 0, 0, 0], [30]],
    ['pods that are gone', 20, [range(30)], {}, 100, [0, 1, 0, 0], [20]],
    ['all pods are gone: the slice is emptied, not deleted', 0, [range(30)], {}, 100, [0, 1, 0, 0], [0]],
  ];
  it.each(cases)('%s', (_, count, groups, change, max, counts, lengths) => {
    const existing = slices(service(), groups);
    const of = service(change);
    const changes = reconcileByAddressType({
      service: of,
      addressType: 'IPv4',
      pods: thirds(range(count)),
      existing,
      nodeOf: () => node('node-1'),
      maxEndpointsPerSlice: max,
    });
    const actions = finalize(of, changes.create, changes.update, changes.delete, undefined);
    const did = (what: string) => actions.filter((action) => action.do === what);
    expect([did('create').length, did('update').length, did('delete').length, changes.added]).toEqual(counts);
    const after = new Map(existing.map((slice) => [slice.metadata.name, slice.endpoints.length]));
    for (const action of actions) {
      if (action.do === 'delete') after.delete(action.name);
      if (action.do === 'update')
        after.set(action.object.metadata.name, (action.object as EndpointSlice).endpoints.length);
      if (action.do === 'create') after.set(`new-${after.size}`, (action.object as unknown as Slice).endpoints.length);
    }
    expect([...after.values()].sort((a, b) => a - b)).toEqual(lengths);
  });

  it('a change of the labels of the Service reaches its slices', () => {
    const existing = slices(service(), [range(3)]);
    const of = service({}, { labels: { team: 'a' } });
    const options = { addressType: 'IPv4', existing, nodeOf: () => node('node-1') } as const;
    const { update } = reconcileByAddressType({ service: of, pods: thirds(range(3)), ...options });
    expect(update.map(({ metadata }) => metadata.labels?.team)).toEqual(['a']);
  });

  it.each([
    // TestReconcilerPodMissingNode: published regardless, slice with both, creates, updates, added, removed, skipped
    ['Create and publishNotReady true', true, false, 1, 0, 2, 0, 0],
    ['Update and publishNotReady false', false, true, 0, 1, 0, 1, 1],
  ])('a pod on a node that nobody knows: %s', (_, publish, has, creates, updates, added, removed, skippedPods) => {
    const of = service({ publishNotReadyAddresses: publish });
    const pods = [pod(0, { node: 'node-0' }), pod(1, { node: 'node-1' })];
    const [slice] = slices(of, [[]]);
    const endpoints = pods.map((each) => podToEndpoint(each, undefined, of, 'IPv4'));
    const changes = reconcileByAddressType({
      service: of,
      addressType: 'IPv4',
      pods,
      existing: has && slice !== undefined ? [{ ...slice, endpoints }] : [],
      nodeOf: (name) => (name === 'node-0' ? node(name) : undefined),
    });
    expect([changes.create.length, changes.update.length]).toEqual([creates, updates]);
    expect(changes).toMatchObject({ added, removed, skippedPods });
  });

  it('finalize: nothing is created for a Service that is being deleted, but a slice is still written over', () => {
    const of = service({}, { deletionTimestamp: '2024-01-01T12:00:00Z' });
    const [old, other] = slices(of, [range(1), range(1, 1)]);
    if (old === undefined || other === undefined) throw new Error('two slices');
    const fresh = newEndpointSlice(of, 'IPv4', []);
    const actions = finalize(of, [fresh], [other], [old], undefined);
    expect(actions.map((action) => [action.do, 'object' in action && action.object.metadata.name])).toEqual([
      ['update', other.metadata.name],
      ['update', old.metadata.name],
    ]);
    expect(finalize(of, [fresh], [], [], undefined)).toEqual([]);
  });
});

describe('a pod as an endpoint', () => {
  it.each([
    [true, false, { ready: false, serving: true, terminating: true }],
    [false, false, { ready: false, serving: false, terminating: true }],
    [false, true, { ready: true, serving: false, terminating: true }],
  ])('Terminating, ready %s, published regardless %s', (ready, publishNotReadyAddresses, conditions) => {
    const going = pod(1, { ready, metadata: { deletionTimestamp: '2024-01-01T12:00:00Z' } });
    expect(podToEndpoint(going, undefined, service({ publishNotReadyAddresses }), 'IPv4').conditions).toEqual(
      conditions,
    );
  });
  it('named ports are looked up, also in sidecars; those that it lacks are left out', () => {
    const ports = [{ containerPort: 8080, name: 'web' }];
    const sidecar = { name: 's', restartPolicy: 'Always', ports: [{ containerPort: 9090, name: 'metrics' }] };
    const init = { name: 'i', ports: [{ containerPort: 1, name: 'admin' }] };
    const named = pod(1, { spec: { containers: [{ name: 'c', ports }], initContainers: [sidecar, init] } });
    const wanted = ['web', 'metrics', 'admin'].map((name) => ({ name, port: 80, targetPort: name, protocol: 'TCP' }));
    expect(getEndpointPorts(service({ ports: wanted }), named)).toEqual([
      { name: 'web', port: 8080, protocol: 'TCP' },
      { name: 'metrics', port: 9090, protocol: 'TCP' },
    ]);
  });

  it.each([
    [
      'Multiple Pod IPs, Running',
      { phase: 'Running', podIPs: [{ ip: '1.2.3.4' }, { ip: '1234::5678:0:0:9abc:def0' }] },
      true,
    ],
    ['no address yet', { phase: 'Pending' }, false],
  ])('shouldPodBeInEndpoints: %s', (_, status, included) => {
    expect(shouldPodBeInEndpoints({ ...pod(1), status } as unknown as Pod, false)).toBe(included);
  });
});

describe('slices', () => {
  it('belong to their Service', () => {
    const { metadata } = newEndpointSlice(service({ clusterIP: 'None' }, { labels: { foo: 'bar' } }), 'IPv4', []);
    expect(metadata.ownerReferences).toMatchObject([
      { apiVersion: 'v1', kind: 'Service', name: 'foo', controller: true },
    ]);
  });
});
