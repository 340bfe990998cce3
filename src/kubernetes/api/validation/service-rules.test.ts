/** Rules of Services, EndpointSlices, Nodes and Events, with the type and field that upstream (v1.34) gives each mistake. */
import { describe, expect, it } from 'vitest';
import type { FieldError } from '../field-error.ts';
import type { EndpointSlice, Event, Node, Service } from '../object.ts';
import { validateEndpointSlice } from './endpoint-slice-validation.ts';
import { validateEvent } from './event-validation.ts';
import { validateNode, validateNodeUpdate } from './node-validation.ts';
import { validateService, validateServiceUpdate } from './service-validation.ts';

type Fields = Readonly<Record<string, unknown>>;

const short = (errors: readonly FieldError[]): string[] =>
  errors.map(({ type, field }) => `${type.replace('FieldValue', '')} ${field}`);

const metadata = {
  name: 'x',
  namespace: 'default',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2025-01-01T00:00:00Z',
};

function serviceOf(spec: Fields, annotations: Fields = {}): Service {
  const defaults = { type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' };
  const ports = [{ port: 80, protocol: 'TCP', targetPort: 80 }];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, annotations },
    spec: { ...defaults, ports, ...spec },
  } as Service;
}

const BALANCED = { type: 'LoadBalancer', externalTrafficPolicy: 'Cluster', allocateLoadBalancerNodePorts: true };

describe('a Service', () => {
  const ranges = 'service.beta.kubernetes.io/load-balancer-source-ranges';
  it.each<[string, Fields, Fields, string[]]>([
    ['is fine', {}, {}, []],
    ['may be balanced', BALANCED, {}, []],
    [
      'may be balanced at the kubelet’s port',
      { ...BALANCED, ports: [{ port: 10_250, protocol: 'TCP', targetPort: 1 }] },
      {},
      [],
    ],
    [
      'has no source ranges inside',
      { loadBalancerSourceRanges: ['10.0.0.0/8'] },
      {},
      ['Forbidden spec.LoadBalancerSourceRanges'],
    ],
    [
      'has source ranges that are ranges',
      { ...BALANCED, loadBalancerSourceRanges: [' 10.0.0.0/8 ', 'x'] },
      {},
      ['Invalid spec.LoadBalancerSourceRanges[1]'],
    ],
    ['may have them in an annotation', BALANCED, { [ranges]: ' 10.0.0.0/8 ,10.1.0.0/16' }, []],
    [
      'has ranges in the annotation',
      BALANCED,
      { [ranges]: '10.0.0.0/8,x' },
      [`Invalid metadata.annotations[${ranges}]`],
    ],
    [
      'has no external address that is the node’s own',
      { externalIPs: ['127.0.0.1'], externalTrafficPolicy: 'Cluster' },
      {},
      ['Invalid spec.externalIPs[0]'],
    ],
    [
      'has no unspecified external address',
      { externalIPs: ['0.0.0.0'], externalTrafficPolicy: 'Cluster' },
      {},
      ['Invalid spec.externalIPs[0]'],
    ],
    ['checks no health of its own', { healthCheckNodePort: 30_000 }, {}, ['Invalid spec.healthCheckNodePort']],
    [
      'may say where health is checked',
      { ...BALANCED, externalTrafficPolicy: 'Local', healthCheckNodePort: 30_000 },
      {},
      [],
    ],
    [
      'names the class of its balancer well',
      { ...BALANCED, loadBalancerClass: 'a b' },
      {},
      ['Invalid spec.loadBalancerClass'],
    ],
    ['has None alone', { clusterIP: 'None', clusterIPs: ['None', '10.0.0.1'] }, {}, ['Invalid spec.clusterIPs']],
    ['has None first', { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', 'None'] }, {}, ['Invalid spec.clusterIPs[1]']],
    [
      'has one address of a family',
      { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', '10.0.0.2'] },
      {},
      ['Invalid spec.clusterIPs'],
    ],
    [
      'has addresses of its families',
      { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv6'] },
      {},
      ['Invalid spec.clusterIPs[0]'],
    ],
    [
      'says once how it keeps to zones',
      {},
      { 'service.kubernetes.io/topology-mode': 'auto', 'service.kubernetes.io/topology-aware-hints': 'disabled' },
      ['Invalid metadata.annotations[service.kubernetes.io/topology-mode]'],
    ],
  ])('%s', (_, spec, annotations, errors) => {
    expect(short(validateService(serviceOf(spec, annotations)))).toEqual(errors);
  });

  const one = { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
  const both = {
    ...one,
    clusterIPs: ['10.0.0.1', 'fd00::1'],
    ipFamilies: ['IPv4', 'IPv6'],
    ipFamilyPolicy: 'RequireDualStack',
  };
  it.each<[string, Fields, Fields, string[]]>([
    ['may get a second address', one, both, []],
    ['may give the second one back', both, one, []],
    [
      'says so when it gives it back',
      both,
      { ...one, ipFamilyPolicy: 'PreferDualStack' },
      ['Invalid spec.ipFamilyPolicy', 'Invalid spec.ipFamilyPolicy'],
    ],
    [
      'keeps its first address',
      one,
      { ...both, clusterIP: '10.0.0.2', clusterIPs: ['10.0.0.2', 'fd00::1'] },
      ['Invalid spec.clusterIPs[0]'],
    ],
    ['does not lose it', one, { ...one, clusterIP: '', clusterIPs: [] }, ['Invalid spec.clusterIPs[0]']],
    [
      'keeps its second address',
      both,
      { ...both, clusterIPs: ['10.0.0.1', 'fd00::2'] },
      ['Invalid spec.clusterIPs[1]'],
    ],
    ['keeps its families', one, { ...one, ipFamilies: ['IPv6'] }, ['Invalid spec.ipFamilies[0]']],
    [
      'without an address changes its families',
      { clusterIP: 'None', ipFamilies: ['IPv4'] },
      { clusterIP: 'None', ipFamilies: ['IPv6'] },
      [],
    ],
    ['keeps its class', BALANCED, { ...BALANCED, loadBalancerClass: 'a' }, ['Invalid spec.loadBalancerClass']],
    ['may change its class when it becomes balanced', {}, { ...BALANCED, loadBalancerClass: 'a' }, []],
  ])('%s', (_, before, after, errors) => {
    expect(short(validateServiceUpdate(serviceOf(after), serviceOf(before)))).toEqual(errors);
  });
});

describe('an EndpointSlice', () => {
  const slice = (addressType: string, endpoint: Fields): EndpointSlice => {
    return {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata,
      addressType,
      endpoints: [endpoint],
    } as unknown as EndpointSlice;
  };
  const hint = (hints: Fields): Fields => ({ addresses: ['10.0.0.1'], hints });
  const names = (...all: string[]): Fields[] => all.map((name) => ({ name }));
  it.each<[string, string, Fields, string[]]>([
    ['has names of two parts', 'FQDN', { addresses: ['a.b.'] }, []],
    ['has no names of one part', 'FQDN', { addresses: ['example'] }, ['Invalid endpoints[0].addresses[0]']],
    ['has names', 'FQDN', { addresses: [''] }, ['Required endpoints[0].addresses[0]']],
    ['is for zones', 'IPv4', hint({ forZones: names('a', 'b') }), []],
    [
      'is for each zone once',
      'IPv4',
      hint({ forZones: names('a', 'a') }),
      ['Duplicate endpoints[0].hints.forZones[1].name'],
    ],
    [
      'is for eight zones at most',
      'IPv4',
      hint({ forZones: names(...'aaaaaaaaa') }),
      ['TooMany endpoints[0].hints.forZones'],
    ],
    [
      'is for nodes with names',
      'IPv4',
      hint({ forNodes: names('A') }),
      ['Invalid endpoints[0].hints.forNodes[0].name'],
    ],
    ['is on no node’s own network', 'IPv6', { addresses: ['fe80::1'] }, ['Invalid endpoints[0].addresses[0]']],
  ])('%s', (_, addressType, endpoint, errors) => {
    expect(short(validateEndpointSlice(slice(addressType, endpoint)))).toEqual(errors);
  });
});

describe('a Node', () => {
  const node = (spec: Fields, status: Fields = {}): Node => {
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { ...metadata, namespace: undefined },
      spec,
      status,
    } as unknown as Node;
  };
  it.each<[string, Fields, Fields, string[]]>([
    ['may have resources of any name', {}, { capacity: { cpu: '4', x: '1' } }, []],
    ['has no negative capacity', {}, { capacity: { cpu: '-1' } }, ['Invalid status.capacity.cpu']],
    ['has whole pods to allocate', {}, { allocatable: { pods: '1.5' } }, ['Invalid status.allocatable.pods']],
    [
      'has a block of a family once',
      { podCIDRs: ['10.0.0.0/24', '10.0.0.0/24'] },
      {},
      ['Invalid spec.podCIDRs', 'Duplicate spec.podCIDRs[1]'],
    ],
  ])('%s', (_, spec, status, errors) => {
    expect(short(validateNode(node(spec, status)))).toEqual(errors);
  });

  it('has an address once', () => {
    const address = { type: 'InternalIP', address: '10.0.0.1' };
    const next = node({}, { addresses: [address, { ...address, type: 'ExternalIP' }, address] });
    expect(short(validateNodeUpdate(next, node({})))).toEqual(['Duplicate status.addresses[2]']);
  });
});

describe('an Event of since v1.19', () => {
  const whole = {
    eventTime: '2025-01-01T00:00:00.000000Z',
    reportingComponent: 'kubelet',
    reportingInstance: 'a',
    action: 'Killing',
    reason: 'Killing',
    involvedObject: { namespace: 'default' },
  };
  const event = (fields: Fields): Event =>
    ({ apiVersion: 'v1', kind: 'Event', metadata, ...fields }) as unknown as Event;
  it.each<[string, Fields, string[]]>([
    ['is fine', whole, []],
    ['says what was done', { ...whole, action: '' }, ['Required action']],
    [
      'says who tells',
      { ...whole, reportingComponent: '' },
      ['Required reportingController', 'Invalid reportingController'],
    ],
    ['gives a short reason', { ...whole, reason: 'x'.repeat(129) }, ['Invalid reason']],
    ['gives a message', { ...whole, message: 'x'.repeat(1025) }, ['Invalid message']],
    ['of before needs none of this', { involvedObject: { namespace: 'default' } }, []],
    ['may stand apart from what it is about', { ...whole, involvedObject: { namespace: 'other' } }, []],
    ['of before may not', { involvedObject: { namespace: 'other' } }, ['Invalid involvedObject.namespace']],
  ])('%s', (_, fields, errors) => {
    const found = short(validateEvent(event(fields)));
    expect(found.filter((each, index) => found.indexOf(each) === index)).toEqual(errors);
  });
});
