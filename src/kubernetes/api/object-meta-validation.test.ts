/**
 * Upstream's cases (apimachinery/pkg/api/validation/objectmeta_test.go, generic_test.go, v1.34), of which
 * upstream/object-meta.json is a sample.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type FieldError, formatFieldError } from './field-error.ts';
import type { KindDeclaration } from './kind-declaration.ts';
import { node } from './kinds/node.ts';
import { pod } from './kinds/pod.ts';
import { service } from './kinds/service.ts';
import type { NewMeta, ObjectMeta, OwnerReference } from './object.ts';
import { maskTrailingDash, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';

interface Case {
  readonly source: string;
  readonly op?: 'validateOwnerReferences' | 'validateObjectMetaUpdate';
  readonly ownerReferences?: OwnerReference[];
  readonly errorContains?: string;
  readonly old?: ObjectMeta;
  readonly new?: ObjectMeta;
  readonly errors?: readonly string[];
  readonly rows?: readonly { readonly input: string; readonly output: string }[];
}

const CASES: readonly Case[] = JSON.parse(readFileSync(new URL('upstream/object-meta.json', import.meta.url), 'utf8'));

const NODE = node as unknown as KindDeclaration;
const POD = pod as unknown as KindDeclaration;
const SERVICE = service as unknown as KindDeclaration;

function errorsOf(meta: NewMeta, kind: KindDeclaration = POD): string[] {
  const named = kind === NODE ? { name: 'x', ...meta } : { name: 'x', namespace: 'default', ...meta };
  return validateObjectMeta(named, kind).map(short);
}

const short = ({ type, field }: FieldError): string => `${type.replace('FieldValue', '')} ${field}`;

describe('upstream agrees', () => {
  it.each(CASES.filter(({ op }) => op === 'validateOwnerReferences'))('on $source', (each) => {
    const meta = { name: 'x', namespace: 'default', ownerReferences: each.ownerReferences ?? [] };
    const found = validateObjectMeta(meta, POD);
    expect(found.map(formatFieldError).join('\n')).toContain(each.errorContains);
  });

  it.each(CASES.filter(({ op }) => op === 'validateObjectMetaUpdate'))('on $source', (each) => {
    if (each.old === undefined || each.new === undefined) throw new Error('an update is from one to another');
    const found = validateObjectMetaUpdate(each.new, each.old).map(formatFieldError);
    expect(found).toEqual((each.errors ?? []).map((error) => error.replace(/^field\./, 'metadata.')));
  });

  it.each(CASES.flatMap(({ rows = [] }) => rows))(
    'that the prefix $input is checked as $output',
    ({ input, output }) => {
      expect(maskTrailingDash(input)).toBe(output);
    },
  );
});

describe('metadata of a new object', () => {
  it.each<[string, NewMeta, KindDeclaration, string[]]>([
    ['is fine', { labels: { app: 'web' }, annotations: { 'Example.com/Note': 'any text\n' } }, POD, []],
    ['needs a name', { name: '' }, POD, ['Required metadata.name']],
    ['may leave the end of its name to the server', { name: '', generateName: 'web-' }, POD, []],
    ['has a prefix that a name may begin with', { generateName: 'Web-' }, POD, ['Invalid metadata.generateName']],
    ['needs a namespace if its kind has one', { namespace: '' }, POD, ['Required metadata.namespace']],
    ['has no namespace if its kind has none', { namespace: 'default' }, NODE, ['Forbidden metadata.namespace']],
    ['is a DNS subdomain for most kinds', { name: 'a.b' }, POD, []],
    ['is a DNS label for Services', { name: 'a.b' }, SERVICE, ['Invalid metadata.name']],
    ['begins with a letter for Services', { name: '1a' }, SERVICE, ['Invalid metadata.name']],
    [
      'has labels that may be selected',
      { labels: { 'a b': 'c', d: 'e f' } },
      POD,
      ['Invalid metadata.labels', 'Invalid metadata.labels'],
    ],
    [
      'has at most 256 KiB of annotations',
      { annotations: { a: 'x'.repeat(256 * 1024) } },
      POD,
      ['TooLong metadata.annotations'],
    ],
    ['has annotations of exactly 256 KiB', { annotations: { a: 'x'.repeat(256 * 1024 - 1) } }, POD, []],
    ['has finalizers with a domain', { finalizers: ['mine'] }, POD, ['Invalid metadata.finalizers']],
    ['has the standard finalizers', { finalizers: ['foregroundDeletion', 'kubernetes'] }, POD, []],
    ['has one way of deletion', { finalizers: ['foregroundDeletion', 'orphan'] }, POD, ['Invalid metadata.finalizers']],
    [
      'names its owners in full',
      { ownerReferences: [{ apiVersion: 'apps/v1', kind: '', name: '', uid: '' }] },
      POD,
      [
        'Invalid metadata.ownerReferences.kind',
        'Invalid metadata.ownerReferences.name',
        'Invalid metadata.ownerReferences.uid',
      ],
    ],
    [
      'is owned by no Event',
      { ownerReferences: [{ apiVersion: 'v1', kind: 'Event', name: 'x', uid: 'u' }] },
      POD,
      ['Invalid metadata.ownerReferences'],
    ],
  ])('%s', (_, meta, kind, errors) => {
    expect(errorsOf(meta, kind)).toEqual(errors);
  });
});

describe('a change of metadata', () => {
  const before = {
    name: 'x',
    namespace: 'default',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2025-01-01T00:00:00Z',
  };

  it.each<[string, Partial<ObjectMeta>, string[]]>([
    ['of labels is free', { labels: { a: 'b' } }, []],
    ['of the name is refused', { name: 'y' }, ['Invalid metadata.name']],
    ['of the uid is refused', { uid: 'v' }, ['Invalid metadata.uid']],
    [
      'of the creation is refused',
      { creationTimestamp: '2025-01-01T00:00:01Z' },
      ['Invalid metadata.creationTimestamp'],
    ],
    ['to an older generation is refused', { generation: -1 }, ['Invalid metadata.generation']],
  ])('%s', (_, change, errors) => {
    expect(validateObjectMetaUpdate({ ...before, ...change }, before).map(short)).toEqual(errors);
  });

  it('adds no finalizer to what is being deleted', () => {
    const deleted = { ...before, deletionTimestamp: '2025-01-01T00:00:02Z', finalizers: ['x/a'] };
    const next = { ...deleted, finalizers: ['x/a', 'x/b'] };
    expect(validateObjectMetaUpdate(next, deleted).map(short)).toEqual(['Forbidden metadata.finalizers']);
    expect(validateObjectMetaUpdate(next, before).map(short)).not.toContain('Forbidden metadata.finalizers');
  });
});
