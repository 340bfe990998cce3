import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chance, chances, play } from '../../../../../test/kubernetes/chance.ts';
import { Manager, makeReady, Store } from '../../../../../test/kubernetes/controller-cluster.ts';
import type { EndpointSlice, Pod } from '../../../api/object.ts';
import { isPodReady } from '../../../api/pod-status.ts';
import { NODES, PODS, SERVICES } from '../../../api/resource.ts';
import { ENDPOINT_SLICE_CONTROLLER } from './endpointslice.ts';

const SERVICE = 'default/web';
const MAX = 4;

function stage(options: Record<string, unknown> = {}) {
  const store = new Store();
  store.add(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, spec: {} });
  const spec = {
    selector: { app: 'web' },
    clusterIP: '10.96.0.7',
    ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
  };
  store.add(SERVICES, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default' }, spec });
  const start = (): Manager =>
    new Manager(store, [ENDPOINT_SLICE_CONTROLLER], { maxEndpointsPerSlice: MAX, ...options });
  return { store, start };
}

const slices = (store: Store): EndpointSlice[] => store.list<EndpointSlice>('endpointslices');
const pods = (store: Store): Pod[] => store.list<Pod>('pods');

function addPod(store: Store, number: number, labels: Record<string, string>): void {
  const ip = `10.244.0.${number}`;
  const metadata = { name: `pod-${number}`, namespace: 'default', labels };
  const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }] };
  store.add(PODS, { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [], nodeName: 'node-1' }, status });
}

/** What pods do: come, become ready, no longer belong to the Service, go; and the Service changes its port. */
function world(store: Store): () => (() => void)[] {
  let count = 0;
  return () => {
    const all = pods(store);
    const at = (index: number): Pod[] => (all.length === 0 ? [] : [all[index % all.length] as Pod]);
    const key = ({ metadata }: Pod): string => `default/${metadata.name}`;
    return [
      () => addPod(store, ++count, { app: 'web' }),
      () => addPod(store, ++count, { app: count % 3 === 0 ? 'other' : 'web' }),
      ...all
        .filter((pod) => !isPodReady(pod))
        .slice(0, 1)
        .map((pod) => () => {
          makeReady(store, key(pod));
          const ip = `10.244.0.${pod.metadata.name.slice(4)}`;
          store.change('pods', key(pod), ({ status }) => Object.assign(status, { podIP: ip, podIPs: [{ ip }] }));
        }),
      ...at(count * 7).map((pod) => () => store.remove('pods', key(pod))),
      ...at(count * 5).map((pod) => () => {
        store.change('pods', key(pod), ({ metadata }) => Object.assign(metadata, { labels: { app: 'other' } }));
      }),
      ...(count % 9 === 8
        ? [
            () =>
              store.change('services', SERVICE, ({ spec }) =>
                Object.assign(spec.ports[0], { targetPort: 8000 + count }),
              ),
          ]
        : []),
    ];
  };
}

function expectExact(store: Store): void {
  const listed = slices(store).flatMap(({ endpoints }) => endpoints);
  const wanted = pods(store).filter(({ metadata }) => metadata.labels?.app === 'web');
  const sorted = (lines: string[]): string[] => lines.sort();
  expect(sorted(listed.map(({ targetRef, conditions }) => `${targetRef?.uid} ${conditions?.ready}`))).toEqual(
    sorted(wanted.map((pod) => `${pod.metadata.uid} ${isPodReady(pod)}`)),
  );
  expect(slices(store).length).toBeGreaterThan(0);
}

function run(list: readonly Chance[], options: Record<string, unknown> = {}): { manager: Manager; store: Store } {
  const { store, start } = stage(options);
  const manager = play(store, start, list, world(store), () => {
    for (const { endpoints } of slices(store)) expect(endpoints.length).toBeLessThanOrEqual(MAX);
  });
  manager.settle();
  return { manager, store };
}

describe('whatever is late, fails, is lost or crashes', () => {
  it('the slices hold each pod of the Service once, as ready as it is, none holding too many', () => {
    fc.assert(
      fc.property(chances(200), (list) => expectExact(run(list).store)),
      { numRuns: 100 },
    );
  });

  it('nothing is written once all is said, however often it is asked', () => {
    fc.assert(
      fc.property(chances(), (list) => {
        const { manager, store } = run(list);
        const before = store.history.length;
        for (let times = 0; times < 3; times++) manager.enqueue(ENDPOINT_SLICE_CONTROLLER, SERVICE);
        manager.settle();
        new Manager(store, [ENDPOINT_SLICE_CONTROLLER], { maxEndpointsPerSlice: MAX }).settle();
        const late = store.history.slice(before).map(({ plural, key }) => `${plural} ${key}`);
        expect(late).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

it('a slice holds 100 endpoints, unless it is said otherwise', () => {
  for (const [options, lengths] of [
    [{ maxEndpointsPerSlice: undefined }, [100, 100, 50]],
    [{ maxEndpointsPerSlice: 150 }, [150, 100]],
  ] as const) {
    const { store, start } = stage(options);
    for (let number = 0; number < 250; number++) addPod(store, number, { app: 'web' });
    start().settle();
    expect(slices(store).map(({ endpoints }) => endpoints.length)).toEqual(lengths);
  }
});
