/** What the server says of new and changed objects: pkg/registry/…/strategy.go. */
import { describe, expect, it } from 'vitest';
import type { KindDeclaration } from '../kind-declaration.ts';
import type { KubernetesObject, NewObject } from '../object.ts';
import { kindNamed } from './registry.ts';

const NOW = { now: '2025-01-01T00:00:00Z' };

interface Loose extends KubernetesObject {
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

function kind(name: string): KindDeclaration {
  const found = kindNamed(name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found;
}

function object(name: string, fields: object): Loose {
  const { resource } = kind(name);
  const apiVersion = resource.group === '' ? 'v1' : `${resource.group}/v1`;
  const made = {
    apiVersion,
    kind: resource.kind,
    metadata: { name: 'x', namespace: 'ns' },
    ...structuredClone(fields),
  };
  kind(name).defaults(made as NewObject);
  return made as unknown as Loose;
}

function created(fields: object): Loose {
  const pod = object('pod', fields);
  kind('pod').prepareForCreate?.(pod, NOW);
  return pod;
}

const containers = [{ name: 'c', image: 'i' }];

describe('a new pod', () => {
  it('is pending, of the class that its resources come to', () => {
    expect(created({ spec: { containers } }).status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
  });

  it('with gates says that it is not to be scheduled', () => {
    const { status } = created({ spec: { containers, schedulingGates: [{ name: 'example.com/gate' }] } });
    expect(status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }]);
  });

  it('has the labels that its keys name in the selectors beside them, and only where it has them', () => {
    const term = {
      labelSelector: { matchLabels: { app: 'web' } },
      topologyKey: 'zone',
      matchLabelKeys: ['hash', 'none'],
      mismatchLabelKeys: ['tenant'],
    };
    const spread = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', matchLabelKeys: ['hash'] };
    const pod = created({
      metadata: { name: 'x', labels: { app: 'web', hash: '1', tenant: 'a' } },
      spec: {
        containers,
        affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
        topologySpreadConstraints: [
          { ...spread, labelSelector: {} },
          { ...spread, topologyKey: 'rack' },
        ],
      },
    });
    const hash = { key: 'hash', operator: 'In', values: ['1'] };
    const tenant = { key: 'tenant', operator: 'NotIn', values: ['a'] };
    expect(pod.spec).toMatchObject({
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchExpressions: [hash, tenant] } }],
        },
      },
    });
    const [first, second] = (pod.spec?.topologySpreadConstraints ?? []) as { labelSelector?: object }[];
    expect(first?.labelSelector).toEqual({ matchExpressions: [hash] });
    expect(second?.labelSelector).toBeUndefined();
    // A stored pod can still be changed.
    const problems = kind('pod')
      .validate(pod)
      .filter(({ detail }) => detail.includes('labelSelector'));
    expect(problems).toMatchObject([{ field: 'spec.topologySpreadConstraints[1].matchLabelKeys' }]);
  });
});

describe('the status of a pod', () => {
  it('keeps its class, and the generations that were observed', () => {
    const before = object('pod', {
      spec: { containers },
      status: { qosClass: 'Burstable', observedGeneration: 3, conditions: [{ type: 'Ready', observedGeneration: 2 }] },
    });
    const next = object('pod', {
      spec: { containers },
      status: { phase: 'Running', conditions: [{ type: 'Ready' }, { type: 'Ready' }, { type: 'Initialized' }] },
    });
    kind('pod').prepareForStatusUpdate?.(next, before, NOW);
    expect(next.status).toEqual({
      phase: 'Running',
      qosClass: 'Burstable',
      observedGeneration: 3,
      conditions: [{ type: 'Ready', observedGeneration: 2 }, { type: 'Ready' }, { type: 'Initialized' }],
    });
  });
});

describe('a namespace', () => {
  it('has its name for a label, whatever a client says', () => {
    const { metadata, status } = object('ns', {
      metadata: { name: 'a', labels: { 'kubernetes.io/metadata.name': 'b' } },
    });
    expect(metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'a' });
    expect(status).toEqual({ phase: 'Active' });
  });

  it.each([
    ['Active', undefined, []],
    ['Terminating', NOW.now, []],
    ['Active', NOW.now, ['status.Phase']],
    ['Terminating', undefined, ['status.Phase']],
  ])('may be %s when its deletion time is %s: mistakes at %j', (phase, deletionTimestamp, fields) => {
    const namespace = object('ns', { metadata: { name: 'a', deletionTimestamp }, status: { phase } });
    const errors = kind('ns').validateStatusUpdate?.(namespace, namespace) ?? [];
    expect(errors.map(({ field }) => field)).toEqual(fields);
  });
});

describe('a deployment', () => {
  it.each<[string, object, object, string[]]>([
    ['all well', { replicas: 3, updatedReplicas: 3, readyReplicas: 2, availableReplicas: 1 }, {}, []],
    ['negative', { observedGeneration: -1, replicas: -1 }, {}, ['observedGeneration Invalid', 'replicas Invalid']],
    ['more than all', { replicas: 1, updatedReplicas: 2 }, {}, ['updatedReplicas Invalid']],
    [
      'available, not ready',
      { replicas: 3, readyReplicas: 1, availableReplicas: 2 },
      {},
      ['availableReplicas Invalid'],
    ],
    ['a collision forgotten', {}, { collisionCount: 1 }, ['collisionCount Invalid']],
  ])('says no nonsense of its replicas: %s', (_, status, before, expected) => {
    const errors = kind('deploy').validateStatusUpdate?.(
      object('deploy', { status }),
      object('deploy', { status: before }),
    );
    const found = (errors ?? []).map(({ field, type }) =>
      `${field} ${type}`.replace('status.', '').replace('FieldValue', ''),
    );
    expect(found.slice(0, expected.length)).toEqual(expected);
    expect(found.length > 0).toBe(expected.length > 0);
  });
});

describe('a replica set', () => {
  it.each<[string, object, string[]]>([
    ['all well', { replicas: 3, fullyLabeledReplicas: 3, readyReplicas: 2, availableReplicas: 1 }, []],
    ['more than all', { replicas: 1, fullyLabeledReplicas: 2 }, ['status.fullyLabeledReplicas']],
    ['ready beyond all', { replicas: 1, readyReplicas: 2 }, ['status.readyReplicas']],
  ])('says no nonsense of its replicas: %s', (_, status, expected) => {
    const next = object('rs', { status });
    expect((kind('rs').validateStatusUpdate?.(next, next) ?? []).map(({ field }) => field)).toEqual(expected);
  });
});

describe('the status of a node', () => {
  it('has amounts that can be, each address once', () => {
    const address = { type: 'InternalIP', address: '10.0.0.1' };
    const next = object('node', { status: { capacity: { pods: '1.5', cpu: '-1' }, addresses: [address, address] } });
    const errors = kind('node').validateStatusUpdate?.(next, next) ?? [];
    expect(errors.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['status.capacity.pods', 'status.capacity.cpu', 'status.addresses[1]']),
    );
  });
});

describe('a load balancer', () => {
  it('answers on its addresses itself unless it says otherwise', () => {
    const ingress = [{ ip: '1.2.3.4' }, { ip: '1.2.3.5', ipMode: 'Proxy' }, { hostname: 'a.example' }];
    const { status } = object('svc', { spec: { type: 'LoadBalancer' }, status: { loadBalancer: { ingress } } });
    expect(status).toEqual({
      loadBalancer: {
        ingress: [{ ip: '1.2.3.4', ipMode: 'VIP' }, { ip: '1.2.3.5', ipMode: 'Proxy' }, { hostname: 'a.example' }],
      },
    });
  });
});

describe('a kind by what a person types', () => {
  it.each([
    ['deploy', 'Deployment'],
    ['Deployment', 'Deployment'],
    ['DEPLOYMENTS', 'Deployment'],
    ['deployment.apps', 'Deployment'],
    ['deployments.v1.apps', 'Deployment'],
    ['po', 'Pod'],
    ['pods.v1.', 'Pod'],
    ['endpointslices.discovery.k8s.io', 'EndpointSlice'],
    ['deployments.extensions', undefined],
    ['deploy.apps', undefined],
    ['constructor', undefined],
    ['', undefined],
  ])('%s is %s', (text, expected) => {
    expect(kindNamed(text)?.resource.kind).toBe(expected);
  });
});
