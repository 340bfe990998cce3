/** What is refused of pods besides upstream's sample: volumes, probes, placement, and what may change of a running one. */
import { describe, expect, it } from 'vitest';
import type { FieldError } from '../field-error.ts';
import { defaultPod } from '../kinds/pod-defaults.ts';
import type { NewObject, Pod } from '../object.ts';
import { validatePod, validatePodStatusUpdate, validatePodTemplateSpec, validatePodUpdate } from './pod-validation.ts';

type Fields = Readonly<Record<string, unknown>>;

function pod(spec: Fields, container: Fields = {}, status: Fields = {}): Pod {
  const containers = [{ name: 'main', image: 'web:1', ...container }];
  const metadata = { name: 'x', namespace: 'default' };
  const object = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, ...spec }, status };
  defaultPod(object as unknown as NewObject);
  return object as unknown as Pod;
}

const short = ({ type, field }: FieldError): string => `${type.replace('FieldValue', '')} ${field}`;

describe('a pod', () => {
  it("without containers is refused in upstream's words", () => {
    const none = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } } as unknown as NewObject;
    defaultPod(none);
    expect(validatePod(none as unknown as Pod)).toEqual([
      { type: 'FieldValueRequired', field: 'spec.containers', detail: '' },
    ]);
  });

  it.each<[string, Fields, string[]]>([
    ['is fine', { volumes: [{ name: 'a', emptyDir: { sizeLimit: '1Gi' } }], nodeSelector: { a: 'b' } }, []],
    [
      'has a volume of one kind',
      { volumes: [{ name: 'a', emptyDir: {}, hostPath: { path: '/' } }] },
      ['Forbidden spec.volumes[0].hostPath'],
    ],
    ['has each volume once', { volumes: [{ name: 'a' }, { name: 'a' }] }, ['Duplicate spec.volumes[1].name']],
    [
      'has no negative volume',
      { volumes: [{ name: 'a', emptyDir: { sizeLimit: '-1' } }] },
      ['Forbidden spec.volumes[0].emptyDir.sizeLimit'],
    ],
    ['names its ConfigMap', { volumes: [{ name: 'a', configMap: {} }] }, ['Required spec.volumes[0].configMap.name']],
    [
      'stays in its volume',
      { volumes: [{ name: 'a', configMap: { name: 'c', items: [{ key: 'k', path: '../k' }] } }] },
      ['Invalid spec.volumes[0].configMap.items[0].path'],
    ],
    [
      'does not climb on its node',
      { volumes: [{ name: 'a', hostPath: { path: '/a/../b' } }] },
      ['Invalid spec.volumes[0].hostPath.path'],
    ],
    [
      'has files with modes',
      { volumes: [{ name: 'a', secret: { secretName: 's', defaultMode: 512 } }] },
      ['Invalid spec.volumes[0].secret.defaultMode'],
    ],
    [
      'has tokens that last',
      {
        volumes: [
          { name: 'a', projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 599 } }] } },
        ],
      },
      ['Invalid spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds'],
    ],
    [
      'knows what it may of itself',
      { volumes: [{ name: 'a', downwardAPI: { items: [{ path: 'p', fieldRef: { fieldPath: 'spec.nodeName' } }] } }] },
      ['NotSupported spec.volumes[0].downwardAPI.fieldRef.fieldPath'],
    ],
    [
      'tolerates in a way that there is',
      { tolerations: [{ key: 'a', operator: 'Like' }] },
      ['NotSupported spec.tolerations[0].operator'],
    ],
    [
      'tolerates everything only if it says so',
      { tolerations: [{ operator: 'Equal' }] },
      ['Invalid spec.tolerations[0].operator'],
    ],
    [
      'leaves after a while only where it would be evicted',
      { tolerations: [{ key: 'a', effect: 'NoSchedule', tolerationSeconds: 1 }] },
      ['Invalid spec.tolerations[0].effect'],
    ],
    ['restarts in a way that there is', { restartPolicy: 'Sometimes' }, ['NotSupported spec.restartPolicy']],
    ['has time to run', { activeDeadlineSeconds: 0 }, ['Invalid spec.activeDeadlineSeconds']],
    ['has a host name that is one', { hostname: 'a.b' }, ['Invalid spec.hostname']],
    ['goes to a node with a name', { nodeName: 'A' }, ['Invalid spec.nodeName']],
    ['asks someone for names', { dnsPolicy: 'None' }, ['Required spec.dnsConfig']],
    ['waits at its gates', { nodeName: 'a', schedulingGates: [{ name: 'g' }] }, ['Forbidden spec.nodeName']],
    [
      'knows other hosts by address',
      { hostAliases: [{ ip: 'x', hostnames: ['h'] }] },
      ['Invalid spec.hostAliases[0].ip'],
    ],
    ['has an overhead that is one', { overhead: { cpu: '-1' } }, ['Invalid spec.overhead.limits[cpu]']],
    [
      'asks as a whole for enough',
      {
        resources: { requests: { cpu: '1m' } },
        containers: [{ name: 'a', image: 'b', resources: { requests: { cpu: '2m' } } }],
      },
      ['Invalid spec.resources.requests[cpu]'],
    ],
  ])('%s', (_, spec, errors) => {
    expect(validatePod(pod(spec)).map(short)).toEqual(errors);
  });

  const term = (expression: Fields): Fields => {
    const required = { nodeSelectorTerms: [{ matchExpressions: [expression] }] };
    return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } };
  };
  const path = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]';

  it.each<[string, Fields, string[]]>([
    ['of one of these', { key: 'a', operator: 'In', values: [] }, [`Required ${path}.matchExpressions[0].values`]],
    ['of any', { key: 'a', operator: 'Exists', values: ['b'] }, [`Forbidden ${path}.matchExpressions[0].values`]],
    [
      'of more than one',
      { key: 'a', operator: 'Gt', values: ['1', '2'] },
      [`Required ${path}.matchExpressions[0].values`],
    ],
    ['of something', { key: '', operator: 'Exists' }, [`Invalid ${path}.matchExpressions[0].key`]],
    ['in some way', { key: 'a', operator: 'Like' }, [`Invalid ${path}.matchExpressions[0].operator`]],
  ])('needs a node %s', (_, expression, errors) => {
    expect([...new Set(validatePod(pod(term(expression))).map(short))]).toEqual(errors);
  });
});

describe('a container', () => {
  const probe = (fields: Fields): Fields => ({ livenessProbe: { tcpSocket: { port: 80 }, ...fields } });
  const at = 'spec.containers[0]';
  it.each<[string, Fields, string[]]>([
    ['is fine', { ports: [{ containerPort: 80, name: 'http' }], readinessProbe: { httpGet: { port: 'http' } } }, []],
    [
      'mounts what there is',
      { volumeMounts: [{ name: 'a', mountPath: '/a' }] },
      [`NotFound ${at}.volumeMounts[0].name`],
    ],
    ['has an image without blanks', { image: ' web' }, [`Invalid ${at}.image`]],
    [
      'asks for what it may have',
      { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } },
      [`Invalid ${at}.resources.requests`],
    ],
    [
      'asks for what there is',
      { resources: { requests: { bananas: '1' } } },
      [`Invalid ${at}.resources.requests[bananas]`, `Invalid ${at}.resources.requests[bananas]`],
    ],
    [
      'asks for huge pages by the page',
      { resources: { limits: { cpu: '1', 'hugepages-2Mi': '3Mi' } } },
      [`Invalid ${at}.resources.limits[hugepages-2Mi]`, `Invalid ${at}.resources.requests[hugepages-2Mi]`],
    ],
    [
      'asks for huge pages besides others',
      { resources: { limits: { 'hugepages-2Mi': '2Mi' } } },
      [`Forbidden ${at}.resources`],
    ],
    [
      'asks for no less than nothing',
      { resources: { requests: { memory: '-1' } } },
      [`Invalid ${at}.resources.requests[memory]`],
    ],
    ['is probed in one way', probe({ exec: { command: ['a'] } }), [`Forbidden ${at}.livenessProbe.tcpSocket`]],
    ['lives after one success', probe({ successThreshold: 2 }), [`Invalid ${at}.livenessProbe.successThreshold`]],
    ['is probed from now on', probe({ initialDelaySeconds: -1 }), [`Invalid ${at}.livenessProbe.initialDelaySeconds`]],
    [
      'sleeps no longer than it has',
      { lifecycle: { preStop: { sleep: { seconds: 31 } } } },
      [`Invalid ${at}.lifecycle.preStop.sleep`],
    ],
    ['is pulled in a way that there is', { imagePullPolicy: 'Often' }, [`NotSupported ${at}.imagePullPolicy`]],
    ['runs as somebody', { securityContext: { runAsUser: -1 } }, [`Invalid ${at}.securityContext.runAsUser`]],
    [
      'takes its text from one place',
      { env: [{ name: 'A', value: 'b', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
      [`Invalid ${at}.env[0].valueFrom`],
    ],
    ['takes its environment from somewhere', { envFrom: [{}] }, [`Invalid ${at}.envFrom`]],
    ['is not restarted on its own terms', { restartPolicy: 'Always' }, [`Forbidden ${at}.restartPolicy`]],
  ])('%s', (_, container, errors) => {
    expect(validatePod(pod({}, container)).map(short)).toEqual(errors);
  });

  it('has the port of the node that its pod has', () => {
    const template = {
      spec: {
        hostNetwork: true,
        containers: [{ name: 'a', image: 'b', ports: [{ containerPort: 80, hostPort: 81 }] }],
      },
    };
    const errors = validatePodTemplateSpec(template, 'spec.template').map(short);
    expect(errors).toContain('Invalid spec.template.spec.containers[0].ports[0].hostPort');
    expect(validatePod(pod({ hostNetwork: true }, { ports: [{ containerPort: 80 }] }))).toEqual([]);
  });
});

describe('what is next to a mistake', () => {
  it('a volume with a mistake cannot be mounted', () => {
    const mounted = pod({ volumes: [{ name: 'A', emptyDir: {} }] }, { volumeMounts: [{ name: 'A', mountPath: '/a' }] });
    expect(validatePod(mounted).map(short)).toEqual([
      'Invalid spec.volumes[0].name',
      'NotFound spec.containers[0].volumeMounts[0].name',
    ]);
  });

  it('constraints over the same domains may differ in what they do', () => {
    const constraint = { maxSkew: 1, topologyKey: 'zone', labelSelector: {} };
    const both = ['DoNotSchedule', 'ScheduleAnyway'].map((whenUnsatisfiable) => ({ ...constraint, whenUnsatisfiable }));
    expect(validatePod(pod({ topologySpreadConstraints: both }))).toEqual([]);
    expect(validatePod(pod({ topologySpreadConstraints: [both[0], both[0]] })).map(short)).toEqual([
      'Duplicate spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}',
    ]);
  });
});

describe('a gated pod', () => {
  const zone = { key: 'zone', operator: 'Exists' };
  const disk = { key: 'disk', operator: 'Exists' };
  const on = (...terms: (readonly Fields[])[]): Fields => ({
    schedulingGates: [{ name: 'g' }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: terms.map((matchExpressions) => ({ matchExpressions })),
        },
      },
    },
  });
  const path = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  it.each<[string, Fields, Fields, string[]]>([
    ['may be bound to nodes', { schedulingGates: [{ name: 'g' }] }, on([zone]), []],
    ['may ask for more of its nodes', on([zone]), on([zone, disk]), []],
    ['may not ask for something else', on([zone]), on([disk]), [`Invalid ${path}[0]`]],
    ['may not ask for less', on([zone, disk]), on([zone]), [`Invalid ${path}[0]`]],
    ['may not have another choice', on([zone]), on([zone], [disk]), [`Invalid ${path}`]],
    ['may not go somewhere when it could go nowhere', on([]), on([zone]), [`Invalid ${path}[0]`]],
  ])('%s', (_, before, after, errors) => {
    expect(validatePodUpdate(pod(after), pod(before)).map(short)).toEqual(errors);
  });
});

describe('a change of a pod', () => {
  const toleration = { key: 'a', operator: 'Exists', effect: 'NoExecute' };
  it.each<[string, Fields, Fields, string[]]>([
    [
      'to another image is fine',
      {},
      { containers: [{ name: 'main', image: 'web:2', imagePullPolicy: 'IfNotPresent' }] },
      [],
    ],
    [
      'to another command is refused',
      {},
      { containers: [{ name: 'main', image: 'web:1', command: ['a'] }] },
      ['Forbidden spec'],
    ],
    [
      'to more containers is refused',
      {},
      {
        containers: [
          { name: 'main', image: 'a' },
          { name: 'b', image: 'b' },
        ],
      },
      ['Forbidden spec.containers'],
    ],
    ['to another node is refused', { nodeName: 'a' }, { nodeName: 'b' }, ['Forbidden spec']],
    ['to more tolerations is fine', {}, { tolerations: [toleration] }, []],
    [
      'to a longer toleration is fine',
      { tolerations: [toleration] },
      { tolerations: [{ ...toleration, tolerationSeconds: 5 }] },
      [],
    ],
    ['to fewer tolerations is refused', { tolerations: [toleration] }, {}, ['Forbidden spec.tolerations']],
    ['to an earlier deadline is fine', { activeDeadlineSeconds: 5 }, { activeDeadlineSeconds: 4 }, []],
    [
      'to a later deadline is refused',
      { activeDeadlineSeconds: 5 },
      { activeDeadlineSeconds: 6 },
      ['Invalid spec.activeDeadlineSeconds'],
    ],
    ['to no deadline is refused', { activeDeadlineSeconds: 5 }, {}, ['Invalid spec.activeDeadlineSeconds']],
    ['to fewer gates is fine', { schedulingGates: [{ name: 'g' }] }, {}, []],
    [
      'to a narrower choice of nodes is fine behind a gate',
      { schedulingGates: [{ name: 'g' }] },
      { schedulingGates: [{ name: 'g' }], nodeSelector: { a: 'b' } },
      [],
    ],
    ['to another choice of nodes is refused', {}, { nodeSelector: { a: 'b' } }, ['Forbidden spec']],
  ])('%s', (_, before, after, errors) => {
    expect(validatePodUpdate(pod(after), pod(before)).map(short)).toEqual(errors);
  });
});

describe('a status of a pod', () => {
  const ended = (exitCode: number): Fields => ({
    qosClass: 'BestEffort',
    containerStatuses: [{ name: 'main', state: { terminated: { exitCode } } }],
  });
  const running = { qosClass: 'BestEffort', containerStatuses: [{ name: 'main', state: { running: {} } }] };

  it.each<[string, number, string[]]>([
    ['Always', 0, []],
    ['OnFailure', 1, []],
    ['OnFailure', 0, ['Forbidden status.containerStatuses[0].state']],
    ['Never', 1, ['Forbidden status.containerStatuses[0].state']],
  ])('lets a container run again that %s restarts after exit code %d', (restartPolicy, exitCode, errors) => {
    const [next, previous] = [pod({ restartPolicy }, {}, running), pod({ restartPolicy }, {}, ended(exitCode))];
    expect(validatePodStatusUpdate(next, previous).map(short)).toEqual(errors);
  });

  it('keeps its quality of service, and has addresses', () => {
    const previous = pod({}, {}, { qosClass: 'BestEffort' });
    const next = pod({}, {}, { qosClass: 'Burstable', podIPs: [{ ip: '10.0.0' }] });
    expect(validatePodStatusUpdate(next, previous).map(short)).toEqual([
      'Invalid status.qosClass',
      'Invalid status.podIPs[0]',
    ]);
  });
});
