import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/kubernetes/merge-item.ts';
import type { JsonObject } from './json-value.ts';
import { structuralErrors, structuralProblems, withoutNulls } from './structural-schema.ts';
import { fieldsOf, knownKinds, type StructuralType, typeOfKind } from './structural-type.ts';

const pod = (spec: JsonObject, container: JsonObject = {}): JsonObject =>
  frozen({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'a', ...container }], ...spec },
  });

const CASES: [rule: string, object: JsonObject, messages: string[]][] = [
  ['accepts a pod', pod({ nodeName: 'n', terminationGracePeriodSeconds: 30 }), []],
  ['accepts null for absent', pod({ nodeName: null, affinity: null, tolerations: null }), []],
  ['accepts quantities as texts and numbers', pod({}, { resources: { limits: { cpu: 0.5, memory: '128Mi' } } }), []],
  [
    'accepts names and numbers of ports',
    pod({}, { livenessProbe: { httpGet: { port: 'http' }, tcpSocket: { port: 80 } } }),
    [],
  ],
  [
    'names an unknown field and the nearest one',
    pod({ nodename: 'n' }),
    ['spec.nodename: unknown field; did you mean "nodeName"?'],
  ],
  ['names an unknown field without a hint', pod({ xyzzy: 1 }), ['spec.xyzzy: unknown field.']],
  ['finds it in lists', pod({}, { imagee: 'x' }), ['spec.containers[0].imagee: unknown field; did you mean "image"?']],
  ['a text is no number', pod({ priority: '3' }), ['spec.priority: expected a whole number; found "3".']],
  ['a fraction is no whole number', pod({ priority: 1.5 }), ['spec.priority: expected a whole number; found 1.5.']],
  [
    '32 bits are 32 bits',
    pod({ priority: 2 ** 31 }),
    ['spec.priority: expected a whole number of 32 bits; found 2147483648.'],
  ],
  ['64 bits are more', pod({ activeDeadlineSeconds: 2 ** 31 }), []],
  [
    'and end somewhere',
    pod({ activeDeadlineSeconds: 1e19 }),
    ['spec.activeDeadlineSeconds: expected a whole number of 64 bits; found 10000000000000000000.'],
  ],
  ['a number is no text', pod({ nodeSelector: { disk: 1 } }), ['spec.nodeSelector[disk]: expected a text; found 1.']],
  [
    'a null in a map is no text',
    pod({ nodeSelector: { disk: null } }),
    ['spec.nodeSelector[disk]: expected a text; found null.'],
  ],
  ['a text is not true', pod({ hostNetwork: 'true' }), ['spec.hostNetwork: expected true or false; found "true".']],
  ['an object is no list', pod({ tolerations: {} }), ['spec.tolerations: expected a list; found {}.']],
  ['a list is no object', pod({ affinity: [] }), ['spec.affinity: expected an object; found [].']],
  ['a null is no item', pod({ tolerations: [null] }), ['spec.tolerations[0]: expected an object; found null.']],
  ['a list is no map', pod({ nodeSelector: [] }), ['spec.nodeSelector: expected a map; found [].']],
  [
    'a word is no quantity',
    pod({}, { resources: { limits: { cpu: 'much' } } }),
    ['spec.containers[0].resources.limits[cpu]: expected a quantity such as 500m or 128Mi; found "much".'],
  ],
  [
    'a fraction is no port',
    pod({}, { livenessProbe: { tcpSocket: { port: 1.5 } } }),
    ['spec.containers[0].livenessProbe.tcpSocket.port: expected a whole number or a text; found 1.5.'],
  ],
  [
    'a day is no time',
    { ...pod({}), status: { startTime: '2025-01-01' } },
    ['status.startTime: expected a time such as 2025-01-01T00:00:00Z; found "2025-01-01".'],
  ],
  [
    'a field is missing',
    frozen({ apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 1 } }),
    ['spec.selector: the field selector is required.', 'spec.template: the field template is required.'],
  ],
  [
    'an opaque field holds anything',
    { ...pod({}), metadata: { managedFields: [{ fieldsV1: { 'f:spec': { '.': {} } } }] } },
    [],
  ],
  [
    'binary data is base64',
    { apiVersion: 'v1', kind: 'ConfigMap', binaryData: { a: 'aGk=', b: '!' } },
    ['binaryData[b]: expected a text in base64; found "!".'],
  ],
  [
    'an unknown kind',
    { apiVersion: 'apps/v1', kind: 'Deploymnt' },
    ['no matches for kind "Deploymnt" in version "apps/v1"; did you mean "apps/v1 Deployment"?'],
  ],
];

describe('the structure of an object', () => {
  it.each(CASES)('%s', (_rule, object, messages) => {
    expect(structuralErrors(object).map(({ message }) => message)).toEqual(messages);
  });

  it('gives each mistake a path for the file and a text as upstream has it', () => {
    const errors = structuralErrors(pod({ nodeSelector: { 'a/b': 1 } }, { imagee: 'x', name: null }));
    expect(errors.map(({ path, place, field, type, nearest }) => ({ path, place, field, type, nearest }))).toEqual([
      { path: ['spec', 'containers', 0], place: 'value', field: 'spec.containers[0].name', type: 'FieldValueRequired' },
      {
        path: ['spec', 'containers', 0, 'imagee'],
        place: 'key',
        field: 'spec.containers[0].imagee',
        type: 'FieldValueForbidden',
        nearest: 'image',
      },
      {
        path: ['spec', 'nodeSelector', 'a/b'],
        place: 'value',
        field: 'spec.nodeSelector[a/b]',
        type: 'FieldValueTypeInvalid',
      },
    ]);
  });

  it("is refused in the words of upstream's decoder, which does not mind missing fields", () => {
    const kind = { resource: { group: '', version: 'v1', kind: 'Pod' } };
    expect(structuralProblems(kind, pod({ containers: null }))).toEqual([]);
    expect(structuralProblems(kind, pod({ a: 1, b: 2 }))).toEqual([
      'strict decoding error: unknown field "spec.a"',
      'unknown field "spec.b"',
    ]);
    expect(structuralProblems(kind, pod({ a: 1, priority: '3' }))).toEqual([
      'json: cannot unmarshal string into Go struct field PodSpec.spec.priority of type int32',
    ]);
    expect(structuralProblems(kind, pod({}, { ports: [{ containerPort: 1.5 }] }))).toEqual([
      'json: cannot unmarshal number 1.5 into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
    ]);
  });

  it('without nulls is what was meant', () => {
    const object = pod({ nodeName: null, tolerations: [{ key: null, value: 'v' }] }, { image: null });
    expect(withoutNulls(object)).toEqual(pod({ tolerations: [{ value: 'v' }] }));
  });
});

describe('the schema', () => {
  it('can be read to the last field', () => {
    const seen = new Set<string>();
    const visit = (type: StructuralType): void => {
      if (type.form === 'list') visit(type.items);
      if (type.form === 'map') visit(type.values);
      if (type.form !== 'struct' || seen.has(type.name)) return;
      seen.add(type.name);
      for (const field of fieldsOf(type).values()) visit(field.type);
    };
    for (const kind of knownKinds()) {
      const [apiVersion = '', name = ''] = kind.split(' ');
      visit(typeOfKind(apiVersion, name) ?? { form: 'struct', name: kind });
    }
    expect(seen.size).toBe(192);
  });
});
