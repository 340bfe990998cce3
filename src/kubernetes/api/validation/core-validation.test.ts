/**
 * Upstream's own cases for pods, Services and Deployments (pkg/apis/core/validation/validation_test.go,
 * pkg/apis/apps/validation/validation_test.go, v1.34), of which upstream/core-validation.json is a sample.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FieldError } from '../field-error.ts';
import { kindOf } from '../kinds/registry.ts';
import type { KubernetesObject, NewObject } from '../object.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts';

interface Row {
  readonly name?: string;
  readonly object?: object;
  readonly old?: object;
  readonly new?: object;
  /** Those that must be among the errors; all of them if `complete`. */
  readonly errors?: readonly { readonly type: string; readonly field: string }[];
  readonly valid?: boolean;
  readonly detailContains?: string;
  readonly complete?: boolean;
}

interface Case extends Row {
  readonly id: string;
  readonly source: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly op: 'create' | 'update';
  readonly rows?: readonly Row[];
}

const CASES: readonly Case[] = JSON.parse(
  readFileSync(new URL('upstream/core-validation.json', import.meta.url), 'utf8'),
);

function errorsOf({ apiVersion, kind, op }: Case, row: Row): FieldError[] {
  const declaration = kindOf(apiVersion, kind);
  if (declaration === undefined) throw new Error(`no kind ${apiVersion} ${kind}`);
  const whole = (given: object | undefined): KubernetesObject => {
    const object = structuredClone({ apiVersion, kind, ...given }) as NewObject;
    Object.assign(object.metadata, { uid: 'u', resourceVersion: '1', namespace: object.metadata.namespace ?? 'ns' });
    if (op === 'update') object.metadata.name ??= 'x';
    declaration.defaults(object);
    return object as unknown as KubernetesObject;
  };
  if (op === 'create') {
    const object = whole(row.object);
    return [...validateObjectMeta(object.metadata, declaration), ...declaration.validate(object)];
  }
  const [next, previous] = [whole(row.new), whole(row.old)];
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...declaration.validate(next),
    ...(declaration.validateUpdate?.(next, previous) ?? []),
  ];
}

const short = ({ type, field }: FieldError): string => `${type.replace('FieldValue', '')} ${field}`;

describe.each(CASES)('$id $source', (each) => {
  const rows: readonly Row[] = each.rows ?? [each];
  it.each(rows.map((row, index) => [row.name ?? `row ${index}`, row] as const))('%s', (_, row) => {
    const { valid, complete, detailContains } = { ...each, ...row };
    const errors = errorsOf(each, row);
    const expected = (row.errors ?? each.errors ?? []).map(({ type, field }) => `${type} ${field}`);
    const found = errors.map(short);
    if (valid === true || complete === true) expect([...found].sort()).toEqual([...expected].sort());
    else {
      expect(found).not.toEqual([]);
      expect(found).toEqual(expect.arrayContaining(expected));
    }
    if (detailContains !== undefined) expect(errors.map(({ detail }) => detail).join('\n')).toContain(detailContains);
  });
});
