/** Upstream's cases (apimachinery/pkg/util/validation, v1.34), of which upstream/name-validation.json is a sample. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ipFamily } from './ip-address.ts';
import {
  configKeyProblems,
  dns1035LabelProblems,
  dnsLabelProblems,
  envNameProblems,
  httpHeaderNameProblems,
  labelKeyProblems,
  portNameProblems,
  portNumberProblems,
} from './label-syntax.ts';
import { validateAnnotations, validateLabels } from './object-meta-validation.ts';

interface Case {
  readonly source: string;
  readonly validator: string;
  readonly valid?: boolean;
  readonly inputs?: readonly (string | number | Record<string, string>)[];
  readonly rows?: readonly {
    readonly input: string | Record<string, string>;
    readonly errorContains?: string;
    readonly errors?: number;
  }[];
}

const CASES: readonly Case[] = JSON.parse(
  readFileSync(new URL('upstream/name-validation.json', import.meta.url), 'utf8'),
);

const VALIDATORS: Readonly<Record<string, (input: never) => readonly unknown[]>> = {
  dns1123Label: dnsLabelProblems,
  dns1035Label: dns1035LabelProblems,
  portNum: portNumberProblems,
  qualifiedName: labelKeyProblems,
  httpHeaderName: httpHeaderNameProblems,
  configMapKey: configKeyProblems,
  relaxedEnvVarName: envNameProblems,
  labels: (labels: Record<string, string>) => validateLabels(labels, 'metadata.labels'),
  annotations: (annotations: Record<string, string>) => validateAnnotations(annotations, 'metadata.annotations'),
  ip: (text: string) => (ipFamily(text) === undefined ? ['must be a valid IP address'] : []),
};

function problemsOf({ validator }: Case, input: unknown): readonly unknown[] {
  const validate = VALIDATORS[validator];
  if (validate === undefined) throw new Error(`no validator ${validator}`);
  return validate(input as never);
}

describe.each(CASES)('$source', (each) => {
  it.each((each.inputs ?? []).map((input) => [input] as const))('%j', (input) => {
    const problems = problemsOf(each, input);
    if (each.valid === true) expect(problems).toEqual([]);
    else expect(problems).not.toEqual([]);
  });

  it.each(each.rows ?? [])('$input', ({ input, errorContains = '', errors }) => {
    const problems = problemsOf(each, input);
    expect(problems).not.toEqual([]);
    expect(JSON.stringify(problems)).toContain(errorContains);
    if (errors !== undefined) expect(problems).toHaveLength(errors);
  });
});

describe('names', () => {
  it.each([
    ['http', true],
    ['a', true],
    ['http-8080', true],
    ['', false],
    ['1234', false],
    ['a--b', false],
    ['-a', false],
    ['HTTP', false],
    ['sixteen-letters-', false],
  ])('of ports: %j is one: %s', (name, isName) => {
    expect(portNameProblems(name).length === 0).toBe(isName);
  });

  it.each([
    ['.', false],
    ['..', false],
    ['..a', false],
    ['...', false],
    ['a b', false],
    ['', false],
    ['a'.repeat(253), true],
    ['a'.repeat(254), false],
  ])('of keys: %j is one: %s', (key, isKey) => {
    expect(configKeyProblems(key).length === 0).toBe(isKey);
  });

  it('may have no line break at their end', () => {
    expect(dnsLabelProblems('web\n')).not.toEqual([]);
    expect(labelKeyProblems('web\n')).not.toEqual([]);
    expect(validateLabels({ app: 'web\n' }, 'metadata.labels')).not.toEqual([]);
  });
});
