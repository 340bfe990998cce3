import { describe, expect, it } from 'vitest';
import { Manager, makeReady, Store } from '../../../../../test/kubernetes/controller-cluster.ts';
import type { EndpointSlice, EndpointSubset, Endpoints, Pod, Service } from '../../../api/object.ts';
import { ENDPOINTS, NODES, PODS, SERVICES } from '../../../api/resource.ts';
import { ENDPOINT_SLICE_CONTROLLER } from '../endpointslice/endpointslice.ts';
import { GARBAGE_COLLECTOR } from '../garbage-collector/garbage-collector.ts';
import { ENDPOINTS_CONTROLLER } from './endpoints.ts';
import { repackSubsets } from './repack-subsets.ts';
import { truncateEndpoints } from './truncate-endpoints.ts';

const KEY = 'default/web';
const service = (spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default', labels: { team: 'shop' } },
  spec: {
    selector: { app: 'web' },
    clusterIP: '10.96.0.7',
    ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }],
    ...spec,
  },
});
const pod = (name: string, labels: object = { app: 'web' }) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels },
  spec: { containers: [{ name: 'c', image: 'i' }], nodeName: 'node-1' },
});

function stage(spec: object = {}) {
  const store = new Store();
  store.add(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, spec: {} });
  store.add(SERVICES, service(spec));
  const manager = new Manager(store, [ENDPOINTS_CONTROLLER, ENDPOINT_SLICE_CONTROLLER, GARBAGE_COLLECTOR]);
  return { store, manager };
}
const endpoints = (store: Store) => store.get<Endpoints>('endpoints', KEY);
const slices = (store: Store) => store.list<EndpointSlice>('endpointslices');

describe('the pods behind a Service', () => {
  it('stand in its Endpoints and in its slices, ready or not, and leave them', () => {
    const { store, manager } = stage();
    store.add(PODS, pod('a'));
    store.add(PODS, pod('other', { app: 'db' }));
    makeReady(store, 'default/a');
    makeReady(store, 'default/other');
    manager.settle();
    const uid = store.get<Pod>('pods', 'default/a')?.metadata.uid;
    const targetRef = { kind: 'Pod', namespace: 'default', name: 'a', uid };
    const ports = [{ name: 'http', port: 8080, protocol: 'TCP' }];
    expect(endpoints(store)?.subsets).toEqual([
      { addresses: [{ ip: '10.244.0.9', nodeName: 'node-1', targetRef }], ports },
    ]);
    expect(endpoints(store)?.metadata).toMatchObject({
      labels: { team: 'shop', 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
      annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2025-01-01T00:00:00Z' },
    });
    expect(slices(store)).toMatchObject([{ ports, endpoints: [{ targetRef, conditions: { ready: true } }] }]);
    store.change('pods', 'default/a', ({ status }) => {
      status.conditions[0].status = 'False';
    });
    manager.settle();
    expect(endpoints(store)?.subsets).toMatchObject([{ notReadyAddresses: [{ targetRef }] }]);
    expect(slices(store)).toMatchObject([{ endpoints: [{ conditions: { ready: false, serving: false } }] }]);
    store.remove('pods', 'default/a');
    manager.settle();
    expect(endpoints(store)?.subsets).toEqual([]);
    expect(slices(store)).toMatchObject([{ endpoints: [] }]);
  });

  it('settle: nothing is written twice', () => {
    const { store, manager } = stage();
    store.add(PODS, pod('a'));
    makeReady(store, 'default/a');
    manager.settle();
    const before = store.history.length;
    for (const controller of [ENDPOINTS_CONTROLLER, ENDPOINT_SLICE_CONTROLLER]) manager.enqueue(controller, KEY);
    manager.settle();
    expect(store.history.length).toBe(before);
  });

  it('are nobody to a Service without a selector', () => {
    const { store, manager } = stage({ selector: undefined });
    store.add(PODS, pod('a'));
    store.add(ENDPOINTS, { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'by-hand', namespace: 'default' } });
    manager.settle();
    expect(endpoints(store)).toBeUndefined();
    expect(slices(store)).toEqual([]);
    expect(store.get('endpoints', 'default/by-hand')).toBeDefined();
  });

  it('are forgotten with the Service', () => {
    const { store, manager } = stage();
    manager.settle();
    expect(slices(store)).toHaveLength(1);
    store.remove('services', KEY);
    manager.settle();
    expect([endpoints(store), slices(store)]).toEqual([undefined, []]);
  });

  it('wait in the slices for their node to be known', () => {
    const { store, manager } = stage();
    store.remove('nodes', 'node-1');
    store.add(PODS, pod('a'));
    makeReady(store, 'default/a');
    manager.settle();
    expect(slices(store)[0]?.endpoints).toEqual([]);
    store.add(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, spec: {} });
    manager.settle();
    expect(slices(store)[0]?.endpoints).toHaveLength(1);
  });

  it('have addresses but no ports behind a headless Service without ports', () => {
    const { store, manager } = stage({ clusterIP: 'None', ports: undefined });
    store.add(PODS, pod('a'));
    makeReady(store, 'default/a');
    manager.settle();
    expect(endpoints(store)?.subsets).toMatchObject([{ addresses: [{ ip: '10.244.0.9' }] }]);
    expect(endpoints(store)?.metadata.labels).toMatchObject({ 'service.kubernetes.io/headless': '' });
  });
});

it('slices are not created twice while the first are unseen', () => {
  for (const [options, count] of [
    [{}, 1],
    [{ endpointSliceTracker: false }, 2],
  ] as const) {
    const store = new Store();
    store.add(SERVICES, service());
    const manager = new Manager(store, [ENDPOINT_SLICE_CONTROLLER], options);
    manager.deliver('services');
    for (let round = 0; round < 2; round++) {
      manager.enqueue(ENDPOINT_SLICE_CONTROLLER, KEY);
      manager.step(`endpointslice-controller ${KEY}`);
    }
    expect(slices(store)).toHaveLength(count);
  }
});

describe('repackSubsets (pkg/api/v1/endpoints/util_test.go)', () => {
  const subset = (ips: string[], ports: number[], notReady: string[] = []): EndpointSubset => ({
    ...(ips.length > 0 && { addresses: ips.map((ip) => ({ ip })) }),
    ...(notReady.length > 0 && { notReadyAddresses: notReady.map((ip) => ({ ip })) }),
    ...(ports.length > 0 && { ports: ports.map((port) => ({ port })) }),
  });
  it.each<[string, EndpointSubset[], EndpointSubset[]]>([
    ['empty everything', [], []],
    ['one set, one ip, one port', [subset(['1.2.3.4'], [111])], [subset(['1.2.3.4'], [111])]],
    [
      'one set, two ips, two ports',
      [subset(['1.2.3.4', '5.6.7.8'], [111, 222])],
      [subset(['1.2.3.4', '5.6.7.8'], [111, 222])],
    ],
    ['dup ips, dup ports', [subset(['1.2.3.4', '1.2.3.4'], [111, 111])], [subset(['1.2.3.4'], [111])]],
    [
      'two sets, two ips, one port',
      [subset(['5.6.7.8'], [111]), subset(['1.2.3.4'], [111])],
      [subset(['1.2.3.4', '5.6.7.8'], [111])],
    ],
    [
      'two sets, one ip, two ports',
      [subset(['1.2.3.4'], [222]), subset(['1.2.3.4'], [111])],
      [subset(['1.2.3.4'], [111, 222])],
    ],
    [
      'not ready beats ready',
      [subset(['1.2.3.4'], [111]), subset([], [111], ['1.2.3.4'])],
      [subset([], [111], ['1.2.3.4'])],
    ],
    ['one ip, no port', [subset(['1.2.3.4'], [])], [subset(['1.2.3.4'], [])]],
    [
      'two sets, two ips, two ports',
      [subset(['1.2.3.4'], [111]), subset(['5.6.7.8'], [222])],
      [subset(['1.2.3.4'], [111]), subset(['5.6.7.8'], [222])],
    ],
  ])('%s', (_, given, expected) => {
    expect(repackSubsets(given)).toEqual(expected);
  });
});

describe('truncateEndpoints (pkg/controller/endpoint/endpoints_controller_test.go)', () => {
  const many = (count: number, name: string) => Array.from({ length: count }, (_, n) => ({ ip: `${name}-${n}` }));
  const counts = (subsets: EndpointSubset[] | undefined) =>
    subsets?.map(({ addresses = [], notReadyAddresses = [] }) => [addresses.length, notReadyAddresses.length]);

  it('leaves alone what fits', () => {
    expect(truncateEndpoints([{ addresses: many(500, 'a'), notReadyAddresses: many(500, 'b') }])).toBeUndefined();
  });
  it('gives up addresses that are not ready first, each subset its share', () => {
    const half = { addresses: many(200, 'a'), notReadyAddresses: many(900, 'b') };
    expect(counts(truncateEndpoints([half, half]))).toEqual([
      [200, 300],
      [200, 300],
    ]);
  });
  it('gives up ready ones only when these alone are too many', () => {
    const subsets = [{ addresses: many(1000, 'a'), notReadyAddresses: many(5, 'b') }, { addresses: many(1000, 'c') }];
    expect(counts(truncateEndpoints(subsets))).toEqual([
      [500, 0],
      [500, 0],
    ]);
  });
});

it('a Service whose labels change passes them on', () => {
  const { store, manager } = stage();
  manager.settle();
  store.change('services', KEY, (changed: Service) => {
    changed.metadata.labels = { team: 'other' };
  });
  manager.settle();
  expect(endpoints(store)?.metadata.labels?.team).toBe('other');
  expect(slices(store)[0]?.metadata.labels?.team).toBe('other');
});
