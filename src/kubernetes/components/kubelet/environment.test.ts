/** What containers are told: pkg/kubelet/kubelet_pods_test.go, pkg/kubelet/envvars/envvars_test.go, expansion tests. */
import { describe, expect, it } from 'vitest';
import type { ConfigMap, Container, Pod, Service } from '../../api/object.ts';
import { makeEnvironment } from './environment.ts';
import { expandVariables } from './expand-variables.ts';
import { filesOf, missingVolume } from './pod-files.ts';
import { serviceEnvironment } from './service-environment.ts';

describe('expandVariables', () => {
  const variables = { VAR_A: 'A', VAR_B: 'B', VAR_C: 'C', VAR_REF: '$(VAR_A)', VAR_EMPTY: '' };
  it.each([
    ['$(VAR_A)', 'A'],
    ['___$(VAR_B)___', '___B___'],
    ['$(VAR_A)$(VAR_B)', 'AB'],
    ['$$(VAR_A)', '$(VAR_A)'],
    ['$$$(VAR_A)', '$A'],
    ['f000-$$VAR_A', 'f000-$VAR_A'],
    ['$(VAR_REF)', '$(VAR_A)'],
    ['foo$(VAR_EMPTY)bar', 'foobar'],
    ['$(VAR_DNE)', '$(VAR_DNE)'],
    ['$VAR_A', '$VAR_A'],
    ['foo$', 'foo$'],
    ['$(VAR_A', '$(VAR_A'],
    ['\n', '\n'],
  ])('of %j is %j', (text, expected) => {
    expect(expandVariables(text, variables)).toBe(expected);
  });
});

const pod = (spec: object = {}): Pod => {
  const metadata = { name: 'p', namespace: 'ns', uid: 'u', labels: { b: '2', a: '1' } };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [], ...spec } } as unknown as Pod;
};

const service = (namespace: string, name: string, clusterIP: string, ports: object[]): Service =>
  ({ metadata: { namespace, name }, spec: { clusterIP, ports } }) as unknown as Service;

describe('the variables of services', () => {
  const services = [
    service('default', 'kubernetes', '10.0.0.1', [{ port: 443, name: 'https', protocol: 'TCP' }]),
    service('default', 'other', '10.0.0.9', [{ port: 1 }]),
    service('ns', 'foo-bar', '1.2.3.4', [{ port: 8080, protocol: 'TCP' }]),
    service('ns', 'headless', 'None', [{ port: 80 }]),
  ];

  it('name the services of the namespace, and the API', () => {
    expect(serviceEnvironment(pod(), services)).toEqual({
      KUBERNETES_SERVICE_HOST: '10.0.0.1',
      KUBERNETES_SERVICE_PORT: '443',
      KUBERNETES_SERVICE_PORT_HTTPS: '443',
      KUBERNETES_PORT: 'tcp://10.0.0.1:443',
      KUBERNETES_PORT_443_TCP: 'tcp://10.0.0.1:443',
      KUBERNETES_PORT_443_TCP_PROTO: 'tcp',
      KUBERNETES_PORT_443_TCP_PORT: '443',
      KUBERNETES_PORT_443_TCP_ADDR: '10.0.0.1',
      FOO_BAR_SERVICE_HOST: '1.2.3.4',
      FOO_BAR_SERVICE_PORT: '8080',
      FOO_BAR_PORT: 'tcp://1.2.3.4:8080',
      FOO_BAR_PORT_8080_TCP: 'tcp://1.2.3.4:8080',
      FOO_BAR_PORT_8080_TCP_PROTO: 'tcp',
      FOO_BAR_PORT_8080_TCP_PORT: '8080',
      FOO_BAR_PORT_8080_TCP_ADDR: '1.2.3.4',
    });
  });

  it('are only those of the API without service links', () => {
    const names = Object.keys(serviceEnvironment(pod({ enableServiceLinks: false }), services));
    expect(names.filter((name) => !name.startsWith('KUBERNETES'))).toEqual([]);
    expect(names).toContain('KUBERNETES_SERVICE_HOST');
  });
});

const PLACE = { podIp: '10.1.1.1', hostIp: '192.168.0.1', allocatable: { cpu: '2', memory: '1Gi' } };
const MAP = { metadata: { name: 'cm' }, data: { color: 'red', size: 'big' } } as unknown as ConfigMap;
const find = (name: string) => (name === 'cm' ? MAP : undefined);

describe('the environment of a container', () => {
  const make = (container: object) => makeEnvironment(pod(), container as Container, { S: 'service' }, PLACE, find);

  it('has later values over earlier ones, and expands what is known', () => {
    const outcome = make({
      envFrom: [{ prefix: 'X_', configMapRef: { name: 'cm' } }, { configMapRef: { name: 'no', optional: true } }],
      env: [
        { name: 'X_color', value: 'blue' },
        { name: 'BOTH', value: '$(X_color) $(S) $(NONE)' },
        { name: 'SIZE', valueFrom: { configMapKeyRef: { name: 'cm', key: 'size' } } },
        { name: 'NO', valueFrom: { configMapKeyRef: { name: 'cm', key: 'no', optional: true } } },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'LABEL', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a']" } } },
        { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
        { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
        { name: 'S', value: 'own' },
      ],
    });
    expect(outcome).toEqual({
      ok: true,
      variables: {
        S: 'own',
        X_color: 'blue',
        X_size: 'big',
        BOTH: 'blue service $(NONE)',
        SIZE: 'big',
        IP: '10.1.1.1',
        LABEL: '1',
        CPU: '2',
        MEMORY: '1024',
      },
    });
  });

  it.each([
    [{ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'no', key: 'k' } } }] }, 'configmap "no" not found'],
    [
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cm', key: 'k' } } }] },
      "couldn't find key k in ConfigMap ns/cm",
    ],
    [{ envFrom: [{ configMapRef: { name: 'no' } }] }, 'configmap "no" not found'],
    [{ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }, 'secret "s" not found'],
  ])('cannot be made from %j', (container, message) => {
    expect(make(container)).toEqual({ ok: false, message });
  });
});

describe('the files of a container', () => {
  const volumes = [
    { name: 'all', configMap: { name: 'cm' } },
    { name: 'one', configMap: { name: 'cm', items: [{ key: 'size', path: 'deep/size.txt' }] } },
    { name: 'self', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
  ];

  it('are those of its mounts', () => {
    const volumeMounts = [
      { name: 'all', mountPath: '/etc/all' },
      { name: 'one', mountPath: '/etc/one' },
      { name: 'all', mountPath: '/etc/color', subPath: 'color' },
      { name: 'self', mountPath: '/self' },
    ];
    expect(filesOf(pod({ volumes }), { name: 'c', volumeMounts }, PLACE, find)).toEqual({
      '/etc/all/color': 'red',
      '/etc/all/size': 'big',
      '/etc/one/deep/size.txt': 'big',
      '/etc/color': 'red',
      '/self/labels': 'a="1"\nb="2"',
    });
  });

  it('are missing when a config map is, or a key of it', () => {
    expect(missingVolume(pod({ volumes }), find)).toBeUndefined();
    expect(missingVolume(pod({ volumes: [{ name: 'v', configMap: { name: 'no' } }] }), find)).toEqual({
      volume: 'v',
      message: 'configmap "no" not found',
    });
    expect(
      missingVolume(pod({ volumes: [{ name: 'v', configMap: { name: 'no', optional: true } }] }), find),
    ).toBeUndefined();
    const items = [{ key: 'none', path: 'x' }];
    expect(missingVolume(pod({ volumes: [{ name: 'v', configMap: { name: 'cm', items } }] }), find)?.message).toBe(
      'configmap references non-existent config key: none',
    );
  });
});
