/** Rules of pods besides upstream/core-validation.json: each with the type and field that upstream's validation.go (v1.34) gives it. */
import { describe, expect, it } from 'vitest';
import type { FieldError } from '../field-error.ts';
import { kindOf } from '../kinds/registry.ts';
import type { NewObject, Pod } from '../object.ts';
import { validatePod, validatePodStatusUpdate, validatePodTemplateSpec, validatePodUpdate } from './pod-validation.ts';

type Fields = Readonly<Record<string, unknown>>;

function podOf({ metadata = {}, spec = {}, status }: { metadata?: object; spec?: object; status?: object }): Pod {
  const pod = structuredClone({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'ns', ...metadata },
    spec: { containers: [{ name: 'main', image: 'web:1' }], ...spec },
    ...(status === undefined ? {} : { status }),
  }) as NewObject;
  kindOf('v1', 'Pod')?.defaults(pod);
  return pod as unknown as Pod;
}

const short = (errors: readonly FieldError[]): string[] =>
  errors.map(({ type, field }) => `${type.replace('FieldValue', '')} ${field}`);

const main = (fields: Fields): Fields => ({ containers: [{ name: 'main', image: 'web:1', ...fields }] });
const sysctl = (name: string): Fields => ({ securityContext: { sysctls: [{ name, value: '1' }] } });

describe('what a pod shares with its node', () => {
  it.each<[string, Fields, string[]]>([
    ['may be everything', { hostNetwork: true, hostPID: true, hostIPC: true }, []],
    [
      'is nothing, if its users are its own',
      { hostUsers: false, hostNetwork: true, hostPID: true, hostIPC: true },
      ['Forbidden spec.hostNetwork', 'Forbidden spec.HostPID', 'Forbidden spec.HostIPC'],
    ],
    [
      'is not its processes, if its containers share theirs',
      { shareProcessNamespace: true, hostPID: true },
      ['Invalid spec.securityContext.shareProcessNamespace'],
    ],
    [
      'is not tuned from inside',
      { hostNetwork: true, ...sysctl('net.core.somaxconn') },
      ['Invalid spec.securityContext.sysctls[0].name'],
    ],
    [
      'is not tuned with slashes either',
      { hostIPC: true, ...sysctl('kernel/sem') },
      ['Invalid spec.securityContext.sysctls[0].name'],
    ],
    ['can be tuned in what is its own', { hostNetwork: true, ...sysctl('kernel.shmmax') }, []],
    [
      'are its ports',
      { hostNetwork: true, ...main({ ports: [{ containerPort: 80, hostPort: 81 }] }) },
      ['Invalid spec.containers[0].ports[0].hostPort'],
    ],
  ])('%s', (_, spec, errors) => {
    expect(short(validatePod(podOf({ spec })))).toEqual(errors);
  });

  it('is left open in a template', () => {
    const { spec } = podOf({ spec: { ...main({ ports: [{ containerPort: 80 }] }) } });
    expect(validatePodTemplateSpec({ spec: { ...spec, hostNetwork: true } }, 'spec.template')).toEqual([]);
  });
});

describe('an operating system', () => {
  const windows = { os: { name: 'windows' } };
  it.each<[string, Fields, string[]]>([
    ['has a name', { os: { name: '' } }, ['Required spec.os.name']],
    ['is one of two', { os: { name: 'plan9' } }, ['NotSupported spec.os']],
    [
      'Linux knows no options of Windows',
      { os: { name: 'linux' }, securityContext: { windowsOptions: {} } },
      ['Forbidden spec.securityContext.windowsOptions'],
    ],
    ['Windows is fine', windows, []],
    ['Windows shares no processes', { ...windows, hostPID: true }, ['Forbidden spec.hostPID']],
    [
      'Windows has no groups of files',
      { ...windows, securityContext: { fsGroup: 1 } },
      ['Forbidden spec.securityContext.fsGroup'],
    ],
    [
      'Windows has no privileges, in no container',
      { ...windows, ...main({ securityContext: { privileged: true } }) },
      ['Forbidden spec.containers[0].securityContext.privileged'],
    ],
  ])('%s', (_, spec, errors) => {
    expect(short(validatePod(podOf({ spec })))).toEqual(errors);
  });
});

describe('a container', () => {
  const claims = { resourceClaims: [{ name: 'gpu', resourceClaimName: 'g' }] };
  const asks = (...names: Fields[]): Fields => main({ resources: { claims: names } });
  const resize = (restartPolicy: string): Fields => main({ resizePolicy: [{ resourceName: 'cpu', restartPolicy }] });
  it.each<[string, Fields, string[]]>([
    ['may claim what its pod claims', { ...claims, ...asks({ name: 'gpu' }) }, []],
    [
      'may claim nothing else',
      { ...claims, ...asks({ name: 'tpu' }) },
      ['NotFound spec.containers[0].resources.claims[0]'],
    ],
    ['claims by name', { ...claims, ...asks({ name: '' }) }, ['Required spec.containers[0].resources.claims[0]']],
    [
      'claims once',
      { ...claims, ...asks({ name: 'gpu' }, { name: 'gpu' }) },
      ['Duplicate spec.containers[0].resources.claims[1]'],
    ],
    [
      'claims the whole or a part',
      { ...claims, ...asks({ name: 'gpu', request: 'a' }, { name: 'gpu' }) },
      ['Duplicate spec.containers[0].resources.claims[1]'],
    ],
    ['may claim two parts', { ...claims, ...asks({ name: 'gpu', request: 'a' }, { name: 'gpu', request: 'b' }) }, []],
    [
      'that never restarts is resized in place',
      { restartPolicy: 'Never', ...resize('RestartContainer') },
      ['Invalid spec.containers[0].resizePolicy'],
    ],
    ['that restarts may be restarted for it', resize('RestartContainer'), []],
    [
      'has no more than its pod',
      {
        resources: { limits: { cpu: '1' } },
        ...main({ resources: { limits: { cpu: '1500m' }, requests: { cpu: '1' } } }),
      },
      ['Invalid spec.resources.containers[0][cpu].limits'],
    ],
  ])('%s', (_, spec, errors) => {
    expect(short(validatePod(podOf({ spec })))).toEqual(errors);
  });
});

describe('other fields', () => {
  const claim = (fields: Fields): Fields => ({ resourceClaims: [fields] });
  it.each<[string, Fields, string[]]>([
    ['a claim names its object', claim({ name: 'a' }), ['Invalid spec.resourceClaims[0]']],
    [
      'a claim names one object',
      claim({ name: 'a', resourceClaimName: 'b', resourceClaimTemplateName: 'c' }),
      ['Invalid spec.resourceClaims[0]'],
    ],
    ['a claim has a name', claim({ name: '', resourceClaimName: 'b' }), ['Required spec.resourceClaims[0].name']],
    [
      'a claim is there once',
      { resourceClaims: [1, 2].map(() => ({ name: 'a', resourceClaimName: 'b' })) },
      ['Duplicate spec.resourceClaims[1].name'],
    ],
    [
      'a host alias names hosts',
      { hostAliases: [{ ip: '10.0.0.1', hostnames: ['a', 'B'] }] },
      ['Invalid spec.hostAliases[0].hostnames[1]'],
    ],
    ['a search path may have underscores', { dnsConfig: { searches: ['_tcp.a_', '.'] } }, []],
    ['a search path is a domain', { dnsConfig: { searches: ['a..b'] } }, ['Invalid spec.dnsConfig.searches[0]']],
    [
      'SELinux labels change in two ways',
      { securityContext: { seLinuxChangePolicy: 'Never' } },
      ['NotSupported spec.securityContext.seLinuxChangePolicy'],
    ],
    [
      'a key is in the selector once',
      {
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              {
                topologyKey: 'zone',
                matchLabelKeys: ['app'],
                labelSelector: {
                  matchLabels: { app: 'a' },
                  matchExpressions: [{ key: 'app', operator: 'In', values: ['a'] }],
                },
              },
            ],
          },
        },
      },
      ['Invalid spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0][0]'],
    ],
  ])('%s', (_, spec, errors) => {
    expect(short(validatePod(podOf({ spec })))).toEqual(errors);
  });
});

describe('an annotation', () => {
  const cost = (value: string): Fields => ({ 'controller.kubernetes.io/pod-deletion-cost': value });
  const path = 'metadata.annotations';
  const seccomp = 'container.seccomp.security.alpha.kubernetes.io/main';
  const appArmor = 'container.apparmor.security.beta.kubernetes.io/';
  const costPath = `Invalid ${path}[controller.kubernetes.io/pod-deletion-cost]`;
  it.each<[string, Fields, Fields, string[]]>([
    ['sets the cost of deletion', cost('-2147483648'), {}, []],
    ['sets no cost beyond an int32', cost('2147483648'), {}, [costPath]],
    ['sets no cost with a plus sign', cost('+10'), {}, [costPath]],
    ['sets no cost with leading zeros', cost('0010'), {}, [costPath]],
    ['sets no cost that is no number', cost('high'), {}, [costPath]],
    [
      'makes a mirror of a pod on a node',
      { 'kubernetes.io/config.mirror': 'x' },
      {},
      [`Invalid ${path}[kubernetes.io/config.mirror]`],
    ],
    ['makes a mirror there', { 'kubernetes.io/config.mirror': 'x' }, { nodeName: 'a' }, []],
    ['names a seccomp profile', { [seccomp]: 'any' }, {}, [`Invalid ${path}.${seccomp}`]],
    ['names a seccomp file inside', { [seccomp]: 'localhost//etc' }, {}, [`Invalid ${path}.${seccomp}`]],
    ['names an AppArmor profile', { [`${appArmor}main`]: 'any' }, {}, [`Invalid ${path}[${appArmor}main]`]],
    ['names a container', { [`${appArmor}other`]: 'unconfined' }, {}, [`Invalid ${path}[${appArmor}other]`]],
    [
      'says what the field says',
      { [seccomp]: 'unconfined' },
      main({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }),
      ['Forbidden spec.containers[0].securityContext.seccompProfile.type'],
    ],
    [
      'names the file that the field names',
      { [seccomp]: 'localhost/a' },
      main({ securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'b' } } }),
      ['Forbidden spec.containers[0].securityContext.seccompProfile.localhostProfile'],
    ],
    [
      'says the same in other words',
      { [seccomp]: 'docker/default' },
      main({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }),
      [],
    ],
  ])('%s', (_, annotations, spec, errors) => {
    expect(short(validatePod(podOf({ metadata: { annotations }, spec })))).toEqual(errors);
  });

  it.each<[string, Fields, Fields, string[]]>([
    ['of no meaning may come and go', { a: 'b' }, { c: 'd' }, []],
    [
      'makes no mirror later',
      {},
      { 'kubernetes.io/config.mirror': 'x' },
      [`Forbidden ${path}[kubernetes.io/config.mirror]`],
    ],
    [
      'stays on a mirror',
      { 'kubernetes.io/config.mirror': 'x' },
      {},
      [`Forbidden ${path}[kubernetes.io/config.mirror]`],
    ],
    [
      'keeps its profile',
      { [`${appArmor}main`]: 'unconfined' },
      { [`${appArmor}main`]: 'runtime/default' },
      [`Forbidden ${path}[${appArmor}main]`],
    ],
  ])('%s', (_, before, after, errors) => {
    const [next, previous] = [
      podOf({ metadata: { annotations: after } }),
      podOf({ metadata: { annotations: before } }),
    ];
    expect(short(validatePodUpdate(next, previous))).toEqual(errors);
  });
});

describe('a status', () => {
  const ended = { name: 'main', state: { terminated: { exitCode: 0 } } };
  const running = { name: 'main', state: { running: {} } };
  it.each<[string, Fields, Fields, string[]]>([
    [
      'has conditions with names',
      {},
      { conditions: [{ type: 'a b', status: 'True' }] },
      ['Invalid metadata.conditions[0].Type'],
    ],
    [
      'has the host address first',
      {},
      { hostIP: '10.0.0.1', hostIPs: [{ ip: '10.0.0.2' }] },
      ['Invalid status.hostIPs[0].ip'],
    ],
    [
      'has one address of a family',
      {},
      { podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] },
      ['Invalid status.podIPs'],
    ],
    ['has an address of each family', {}, { podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] }, []],
    ['has addresses', {}, { podIPs: [{ ip: 'x' }] }, ['Invalid status.podIPs[0]']],
    [
      'lets no ephemeral container live again',
      { ephemeralContainerStatuses: [ended] },
      { ephemeralContainerStatuses: [running] },
      ['Forbidden status.ephemeralContainerStatuses[0].state'],
    ],
    [
      'lets a container live again that is always restarted',
      { containerStatuses: [ended] },
      { containerStatuses: [running] },
      [],
    ],
  ])('%s', (_, before, after, errors) => {
    expect(short(validatePodStatusUpdate(podOf({ status: after }), podOf({ status: before })))).toEqual(errors);
  });
});
