import { describe, expect, it } from 'vitest';
import type { EndpointSlice, Service } from '../../api/object.ts';
import { serviceRules } from './service-rules.ts';

const HERE = { nodeName: 'node-1', zone: 'zone-a' };

const meta = (name: string, labels: Record<string, string> = {}) => {
  const creationTimestamp = '2025-01-01T00:00:00Z';
  return { name, namespace: 'shop', uid: name, resourceVersion: '1', creationTimestamp, labels };
};

function service(spec: object = {}, labels: Record<string, string> = {}): Service {
  const ports = [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }];
  const all = { type: 'ClusterIP', clusterIP: '10.96.0.10', ports, ...spec };
  return { apiVersion: 'v1', kind: 'Service', metadata: meta('web', labels), spec: all } as Service;
}

/** Endpoints by their address: where they run, and their conditions. */
function slice(endpoints: Record<string, object>, ports: object[] = [{ name: 'http', port: 8080 }]): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: meta('web-1'),
    addressType: 'IPv4',
    ports,
    endpoints: Object.entries(endpoints).map(([ip, more]) => ({ addresses: [ip], ...more })),
  } as EndpointSlice;
}

const local = { nodeName: 'node-1', conditions: { ready: true } };
const remote = { nodeName: 'node-2', conditions: { ready: true } };
const TERMINATING = { ready: false, serving: true, terminating: true };

const BOTH = [slice({ '10.244.1.2': remote, '10.244.0.2': local })];
const at = (...ips: string[]) => ips.map((ip) => ({ ip, port: 8080 }));
const NODE_PORT = { type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30_080 }] };

describe('the rule of a port', () => {
  it.each<[what: string, spec: object, slices: EndpointSlice[], rule: object]>([
    ['names its endpoints in order', {}, BOTH, { name: 'shop/web:http', endpoints: at('10.244.0.2', '10.244.1.2') }],
    ['has none without slices', {}, [], { endpoints: [] }],
    ['counts an absent condition as ready', {}, [slice({ '10.244.0.2': {} })], { endpoints: at('10.244.0.2') }],
    ['leaves out who is not ready', {}, [slice({ '10.244.0.2': { conditions: { ready: false } } })], { endpoints: [] }],
    [
      'falls back to who still serves',
      {},
      [
        slice({
          '10.244.0.2': { conditions: TERMINATING },
          '10.244.0.3': { conditions: { ...TERMINATING, serving: false } },
        }),
      ],
      { endpoints: at('10.244.0.2') },
    ],
    [
      'takes the port of its own name',
      {},
      [slice({ '10.244.0.2': local }, [{ name: 'metrics', port: 1 }])],
      { endpoints: [] },
    ],
    [
      'keeps internal traffic on the node',
      { internalTrafficPolicy: 'Local' },
      BOTH,
      { endpoints: at('10.244.0.2'), dropsWithoutEndpoints: undefined },
    ],
    [
      'drops internal traffic that must stay and cannot',
      { internalTrafficPolicy: 'Local' },
      [slice({ '10.244.1.2': remote })],
      { endpoints: [], dropsWithoutEndpoints: true },
    ],
    [
      'refuses what has no endpoint anywhere',
      { internalTrafficPolicy: 'Local' },
      [],
      { endpoints: [], dropsWithoutEndpoints: undefined },
    ],
    ['has no external list if that is the same', NODE_PORT, BOTH, { nodePort: 30_080, externalEndpoints: undefined }],
    [
      'keeps external traffic on the node',
      { ...NODE_PORT, externalTrafficPolicy: 'Local' },
      BOTH,
      { endpoints: at('10.244.0.2', '10.244.1.2'), externalEndpoints: at('10.244.0.2') },
    ],
    [
      'drops external traffic that must stay and cannot',
      { ...NODE_PORT, externalTrafficPolicy: 'Local' },
      [slice({ '10.244.1.2': remote })],
      { endpoints: at('10.244.1.2'), externalEndpoints: [], dropsWithoutEndpoints: true },
    ],
    [
      'keeps only internal traffic on the node',
      { ...NODE_PORT, internalTrafficPolicy: 'Local' },
      BOTH,
      { endpoints: at('10.244.0.2'), nodePortEndpoints: at('10.244.0.2', '10.244.1.2'), externalEndpoints: undefined },
    ],
    ['binds clients for three hours', { sessionAffinity: 'ClientIP' }, BOTH, { affinitySeconds: 10_800 }],
  ])('%s', (_, spec, slices, rule) => {
    const [found] = serviceRules(service(spec), slices, HERE);
    expect(found).toEqual({ ...found, ...rule });
    for (const [field, value] of Object.entries(rule)) if (value === undefined) expect(found).not.toHaveProperty(field);
  });

  it.each<[what: string, service: Service]>([
    ['headless', service({ clusterIP: 'None' })],
    ['a name for something outside', service({ type: 'ExternalName' })],
    ['without an address yet', service({ clusterIP: '' })],
    ["another proxy's", service({}, { 'service.kubernetes.io/service-proxy-name': 'other' })],
  ])('is not written for a service that is %s', (_, each) => {
    expect(serviceRules(each, BOTH, HERE)).toEqual([]);
  });
});
