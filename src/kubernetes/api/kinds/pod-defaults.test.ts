import { describe, expect, it } from 'vitest';
import type { NewObject } from '../object.ts';
import { defaultPod } from './pod-defaults.ts';

type Spec = Record<string, unknown>;
type List = Record<string, string | number>;

function defaulted(spec: Spec): Spec {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: structuredClone(spec) } as unknown as NewObject;
  defaultPod(pod);
  return pod.spec as Spec;
}

const limited = (name: string, limits: List): object => ({ name, image: 'i', resources: { limits } });

/** Sums of two containers: 3m of cpu, 6Mi of memory or of pages. */
const MEMORY = [limited('a', { cpu: '2m', memory: '1Mi' }), limited('b', { cpu: '1m', memory: '5Mi' })];
const PAGES = [
  limited('a', { cpu: '2m', 'hugepages-2Mi': '4Mi' }),
  limited('b', { cpu: '1m', 'hugepages-2Mi': '2Mi' }),
];
const TWO_SIZES = [
  limited('a', { cpu: '2m', 'hugepages-1Gi': '1Gi' }),
  limited('b', { cpu: '1m', 'hugepages-2Mi': '2Mi' }),
];

describe('what a pod asks for as a whole (pkg/apis/core/v1/defaults_test.go, TestPodResourcesDefaults)', () => {
  it.each<[string, object[], object, object]>([
    [
      'its limits, where the containers ask for nothing',
      [{ name: 'a', image: 'i' }],
      { limits: { cpu: '2m', memory: '1Mi' } },
      { limits: { cpu: '2m', memory: '1Mi' }, requests: { cpu: '2m', memory: '1Mi' } },
    ],
    ['nothing, where it has no limits', MEMORY, {}, {}],
    ['nothing, where its limits are empty', MEMORY, { limits: {} }, { limits: {} }],
    [
      'what the containers ask for together',
      MEMORY,
      { limits: { cpu: '5m', memory: '7Mi' }, requests: {} },
      { limits: { cpu: '5m', memory: '7Mi' }, requests: { cpu: '3m', memory: '6Mi' } },
    ],
    [
      'the pages of its containers, as a limit',
      PAGES,
      { limits: { cpu: '5m' } },
      { limits: { cpu: '5m', 'hugepages-2Mi': '6Mi' }, requests: { cpu: '3m', 'hugepages-2Mi': '6Mi' } },
    ],
    [
      'the pages of its containers, where it only has requests',
      PAGES,
      { requests: { cpu: '5m' } },
      { limits: { 'hugepages-2Mi': '6Mi' }, requests: { cpu: '5m', 'hugepages-2Mi': '6Mi' } },
    ],
    [
      'its own pages, and those of another size',
      TWO_SIZES,
      { limits: { cpu: '5m', 'hugepages-2Mi': '10Mi' } },
      {
        limits: { cpu: '5m', 'hugepages-2Mi': '10Mi', 'hugepages-1Gi': '1Gi' },
        requests: { cpu: '3m', 'hugepages-2Mi': '10Mi', 'hugepages-1Gi': '1Gi' },
      },
    ],
    [
      'only what can be asked for as a whole',
      [limited('a', { storage: '1Mi', 'ephemeral-storage': '5Mi' })],
      { limits: { storage: '1Mi' } },
      { limits: { storage: '1Mi' } },
    ],
  ])('is %s', (_, containers, resources, expected) => {
    expect(defaulted({ containers, resources }).resources).toEqual(expected);
  });

  it('is the largest step of initialization if that is more, sidecars counted', () => {
    const initContainers = [
      { ...limited('sidecar', { cpu: '1' }), restartPolicy: 'Always' },
      limited('migrate', { cpu: '3' }),
    ];
    const { resources } = defaulted({
      containers: [limited('a', { cpu: '2' })],
      initContainers,
      resources: { limits: { cpu: '8' } },
    });
    expect(resources).toEqual({ limits: { cpu: '8' }, requests: { cpu: '4' } });
  });
});

describe('resource lists (SetDefaults_ResourceList)', () => {
  it.each([
    ['1000m', '1000m'],
    ['0.5', '0.5'],
    ['1.0001', '1001m'],
    ['100u', '1m'],
    ['-1.0001', '-1001m'],
    ['1e-4', '1e-3'],
    ['0.1Ki', '0.1Ki'],
    ['much', 'much'],
    [2, '2'],
  ])('%s is stored as %s', (amount, stored) => {
    const { containers, overhead } = defaulted({
      containers: [limited('a', { cpu: amount })],
      overhead: { cpu: amount },
    });
    expect(containers).toMatchObject([{ resources: { limits: { cpu: stored }, requests: { cpu: stored } } }]);
    expect(overhead).toEqual({ cpu: stored });
  });
});

describe('texts and numbers that upstream has no pointer for', () => {
  it('count as left out when they are empty', () => {
    const container = {
      name: 'a',
      image: 'i',
      imagePullPolicy: '',
      ports: [{ containerPort: 80, hostPort: 0, protocol: '' }],
    };
    const spec = defaulted({ containers: [container], restartPolicy: '', dnsPolicy: '', hostNetwork: true });
    expect(spec).toMatchObject({ restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' });
    expect(spec.containers).toMatchObject([
      { imagePullPolicy: 'Always', ports: [{ containerPort: 80, hostPort: 80, protocol: 'TCP' }] },
    ]);
  });
});

describe('volumes', () => {
  it.each<[string, object, object]>([
    ['one without a source is an empty directory', {}, { emptyDir: {} }],
    [
      'an image is pulled as a container image is',
      { image: { reference: 'data:v1' } },
      { image: { reference: 'data:v1', pullPolicy: 'IfNotPresent' } },
    ],
    ['files have their mode', { configMap: { name: 'c' } }, { configMap: { name: 'c', defaultMode: 420 } }],
    [
      'a claim is for a file system',
      { ephemeral: { volumeClaimTemplate: { spec: {} } } },
      { ephemeral: { volumeClaimTemplate: { spec: { volumeMode: 'Filesystem' } } } },
    ],
  ])('%s', (_, source, expected) => {
    const { volumes } = defaulted({ containers: [], volumes: [{ name: 'v', ...source }] });
    expect(volumes).toEqual([{ name: 'v', ...expected }]);
  });
});

it('ephemeral containers are filled in as the others are', () => {
  const { ephemeralContainers } = defaulted({
    containers: [],
    ephemeralContainers: [{ name: 'debug', image: 'busybox:1' }],
  });
  expect(ephemeralContainers).toMatchObject([{ imagePullPolicy: 'IfNotPresent', terminationMessagePolicy: 'File' }]);
});
