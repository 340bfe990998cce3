/**
 * Upstream's cases (pkg/apis/core/v1/defaults_test.go, pkg/apis/apps/v1/defaults_test.go, v1.34), of which
 * ../upstream/defaulting.json is a sample.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NewObject } from '../object.ts';
import { KINDS, kindOf } from './registry.ts';

interface Row {
  readonly name?: string;
  readonly input?: object;
  /** By path; null: nothing is there. */
  readonly expectedDefaultedFields?: Readonly<Record<string, unknown>>;
}

interface Case extends Row {
  readonly source: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly rows?: readonly Row[];
}

const CASES: readonly Case[] = JSON.parse(
  readFileSync(new URL('../upstream/defaulting.json', import.meta.url), 'utf8'),
);

function defaulted({ apiVersion, kind }: Case, input: object | undefined): NewObject {
  const object = structuredClone({ apiVersion, kind, ...input }) as NewObject;
  const declaration = kindOf(apiVersion, kind);
  if (declaration === undefined) throw new Error(`no kind ${apiVersion} ${kind}`);
  declaration.defaults(object);
  return object;
}

function at(object: unknown, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter((step) => step !== '')
    .reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], object);
}

describe.each(CASES)('$source', (each) => {
  const rows: readonly Row[] = each.rows ?? [each];
  it.each(rows.map((row, index) => [row.name ?? `row ${index}`, row] as const))('%s', (_, row) => {
    const object = defaulted(each, row.input);
    for (const [path, value] of Object.entries(row.expectedDefaultedFields ?? {})) {
      if (value === null) expect(at(object, path), path).toBeUndefined();
      else expect(at(object, path), path).toEqual(value);
    }
    const once = structuredClone(object);
    kindOf(each.apiVersion, each.kind)?.defaults(object);
    expect(object).toEqual(once);
  });
});

describe('defaults', () => {
  it.each(KINDS.map(({ resource, defaults }) => [resource.kind, defaults] as const))(
    'of %s can be given to an object with nothing in it',
    (kind, defaults) => {
      const object = { apiVersion: 'v1', kind, metadata: {} } as NewObject;
      expect(() => defaults(object)).not.toThrow();
    },
  );
});
