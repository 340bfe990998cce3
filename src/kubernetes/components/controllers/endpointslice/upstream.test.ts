/** Cases of upstream's own test tables, restated as data; each names its source. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { EndpointSlice, Node, Pod, Service } from '../../../api/object.ts';
import { shouldPodBeInEndpoints } from '../service-endpoints.ts';
import { finalize } from './endpointslice.ts';
import { getEndpointPorts, podToEndpoint } from './pod-endpoint.ts';
import { reconcileByAddressType } from './reconcile-slices.ts';
import { newEndpointSlice, type Slice } from './slice-labels.ts';
import { reconcileHints } from './topology-hints.ts';

interface Case {
  readonly id: string;
  readonly source: string;
  readonly step: string;
  // biome-ignore lint/suspicious/noExplicitAny: its shape is that of the step
  readonly input: any;
  readonly expected: Readonly<Record<string, unknown>>;
}

const CASES: Case[] = JSON.parse(readFileSync(new URL('./upstream/endpointslice.json', import.meta.url), 'utf8'));

const node = (name: string): Node =>
  ({ apiVersion: 'v1', kind: 'Node', metadata: { name, uid: `uid-${name}` }, spec: {} }) as Node;

const service = (spec: object = {}, metadata: object = {}): Service =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'foo', namespace: 'test', uid: 'uid-foo', ...metadata },
    spec: { selector: { foo: 'bar' }, ports: [{ name: 'http', port: 80, targetPort: 80, protocol: 'TCP' }], ...spec },
  }) as unknown as Service;

function pod(number: number, isReady: boolean, nodeName: string): Pod {
  const ip = `10.0.${Math.floor(number / 250)}.${number % 250}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod${number}`, namespace: 'test', uid: `uid-pod${number}`, labels: { foo: 'bar' } },
    spec: { containers: [{ name: 'c', image: 'pause' }], nodeName },
    status: {
      phase: 'Running',
      podIP: ip,
      podIPs: [{ ip }],
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
    },
  } as unknown as Pod;
}

function sliceOf(of: Service, pods: readonly Pod[], name: string): EndpointSlice {
  const slice = newEndpointSlice(of, 'IPv4', getEndpointPorts(of, pod(0, true, 'node-1')));
  const endpoints = pods.map((each) => podToEndpoint(each, node(each.spec.nodeName ?? ''), of, 'IPv4'));
  const metadata = { ...slice.metadata, name, uid: `uid-${name}` };
  return { ...slice, metadata, endpoints } as unknown as EndpointSlice;
}

const STEPS: Record<string, (input: Case['input']) => Record<string, unknown>> = {
  reconcilePacking(input) {
    const pods = (numbers: number[], notReady: number[] = []): Pod[] =>
      numbers.map((number) => pod(number, !notReady.includes(number), 'node-1'));
    const before: EndpointSlice[] = input.existingSlices.map((numbers: number[], index: number) =>
      sliceOf(service(), pods(numbers, input.existingSlicesNotReadyPodNumbers), `slice-${index}`),
    );
    const changed = { ports: [{ name: 'http', port: 80, targetPort: 81, protocol: 'TCP' }] };
    const of = service(input.change === undefined ? {} : changed);
    const changes = reconcileByAddressType({
      service: of,
      addressType: 'IPv4',
      pods: pods(input.podNumbers, input.notReadyPodNumbers),
      existing: before,
      nodeOf: node,
      maxEndpointsPerSlice: input.maxEndpointsPerSlice,
    });
    const actions = finalize(of, changes.create, changes.update, changes.delete, undefined);
    const count = (what: string): number => actions.filter((action) => action.do === what).length;
    const after = new Map(before.map(({ metadata, endpoints }) => [metadata.name, endpoints.length]));
    for (const [index, action] of actions.entries()) {
      if (action.do === 'delete') after.delete(action.name);
      if (action.do !== 'create' && action.do !== 'update') continue;
      const slice = action.object as unknown as Slice;
      after.set(slice.metadata.name ?? `new-${index}`, slice.endpoints.length);
    }
    return {
      ...{ creates: count('create'), updates: count('update'), deletes: count('delete') },
      sliceLengths: [...after.values()].sort((a, b) => a - b),
      endpointsAdded: changes.added,
    };
  },
  podOnMissingNode({ publishNotReadyAddresses, existingNodes, existingSliceHasBothPods }) {
    const of = service({ publishNotReadyAddresses });
    const pods = [pod(0, true, 'node-0'), pod(1, true, 'node-1')];
    const changes = reconcileByAddressType({
      service: of,
      addressType: 'IPv4',
      pods,
      existing: existingSliceHasBothPods ? [sliceOf(of, pods, 'slice')] : [],
      nodeOf: (name) => (existingNodes.includes(name) ? node(name) : undefined),
    });
    const { create, update, added: endpointsAdded, removed: endpointsRemoved, skippedPods } = changes;
    const counts = { creates: create.length, updates: update.length, endpointsAdded, endpointsRemoved };
    // Where upstream returns an error to be tried again, the node's own appearance brings the Service back.
    return { ...counts, returnsError: skippedPods > 0 };
  },
  finalize({ serviceDeleting, slicesToCreate, slicesToUpdate, slicesToDelete, existing }) {
    const of = service({}, serviceDeleting ? { deletionTimestamp: '2024-01-01T12:00:00Z' } : {});
    const slices = (list: string[]): EndpointSlice[] => list.map((name) => sliceOf(of, [], name));
    const [created, updated, deleted] = [slices(slicesToCreate), slices(slicesToUpdate), slices(slicesToDelete)];
    const left = new Set<string>(existing);
    for (const action of finalize(of, created, updated, deleted, undefined)) {
      if (action.do === 'create') left.add(action.object.metadata.name ?? '');
      if (action.do === 'delete') left.delete(action.name);
    }
    return {
      toCreateExists: left.has('to-create'),
      toUpdateExists: left.has('to-update'),
      toDeleteExists: left.has('to-delete'),
    };
  },
  podToEndpoint: (input) => ({ endpoint: podToEndpoint(input.pod, input.node, input.service, input.addressType) }),
  shouldPodBeInEndpoints: (input) => ({ included: shouldPodBeInEndpoints(input.pod, input.includeTerminating) }),
  newEndpointSlice(input) {
    const { labels, generateName, annotations = {} } = newEndpointSlice(input.service, 'IPv4', []).metadata;
    return { labels, generateName, annotations };
  },
  trafficDistributionHints(input) {
    const { trafficDistribution, slicesToCreate, slicesToUpdate, slicesUnchanged } = input;
    const wish: string | undefined = trafficDistribution ?? undefined;
    const { create, update } = reconcileHints<Pick<Slice, 'endpoints'>>(
      wish,
      slicesToCreate,
      slicesToUpdate,
      slicesUnchanged,
    );
    // One that was unchanged and now is not stands at the end of those to update.
    const rewritten = update.length - slicesToUpdate.length;
    const stay = slicesUnchanged.slice(rewritten);
    return { slicesToCreate: create, slicesToUpdate: update, slicesUnchanged: stay };
  },
};

it.each(CASES)('$id: $source', ({ step, input, expected }) => {
  const run = STEPS[step];
  if (run === undefined) throw new Error(`nothing here does ${step}`);
  const outcome = run(input);
  const { sliceLengths, ...others } = expected;
  if (sliceLengths !== undefined)
    expect(outcome.sliceLengths).toEqual([...(sliceLengths as number[])].sort((a, b) => a - b));
  for (const [field, value] of Object.entries(others)) expect(outcome[field], field).toEqual(value);
});
