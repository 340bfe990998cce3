/** Upstream's cases (apimachinery/pkg/fields/selector_test.go, v1.34), of which upstream/selectors.json is a sample. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type FieldRequirement, matchesFields, parseFieldSelector } from './field-selector.ts';

interface Row {
  readonly set: Record<string, string>;
  readonly fields: Record<string, string>;
  readonly match: boolean;
}

interface Case {
  readonly kind: string;
  readonly inputs?: readonly string[];
  readonly rows?: readonly Row[];
}

const CASES: readonly Case[] = JSON.parse(readFileSync(new URL('upstream/selectors.json', import.meta.url), 'utf8'));
const of = (kind: string): readonly Case[] => CASES.filter((each) => each.kind === kind);

describe('upstream agrees', () => {
  it.each(of('fieldSelectorString').flatMap(({ inputs = [] }) => inputs))('that %j is no selector', (text) => {
    expect(parseFieldSelector(text)).toBeTypeOf('string');
  });

  it.each(of('fieldSet').flatMap(({ rows = [] }) => rows))('whether $set selects $fields', ({ set, fields, match }) => {
    const requirements = Object.entries(set).map(([field, value]): FieldRequirement => ({ field, equal: true, value }));
    expect(matchesFields(requirements, (field) => fields[field] ?? '')).toBe(match);
  });
});

describe('a field selector', () => {
  it.each<[string, readonly FieldRequirement[]]>([
    ['', []],
    ['a=b', [{ field: 'a', equal: true, value: 'b' }]],
    [
      'a==b,c!=d',
      [
        { field: 'a', equal: true, value: 'b' },
        { field: 'c', equal: false, value: 'd' },
      ],
    ],
    ['spec.nodeName=', [{ field: 'spec.nodeName', equal: true, value: '' }]],
    ['a=x\\,y\\=z\\\\', [{ field: 'a', equal: true, value: 'x,y=z\\' }]],
    [',a=b,', [{ field: 'a', equal: true, value: 'b' }]],
  ])('%j is read with its escapes', (text, requirements) => {
    expect(parseFieldSelector(text)).toEqual(requirements);
  });

  it.each([
    ['a=x\\', 'invalid field selector: invalid escape sequence: \\'],
    ['a=x\\n', 'invalid field selector: invalid escape sequence: \\n'],
    ['a=x=y', 'invalid field selector: unescaped character in value: 61'],
    ['b,a', "invalid selector: 'b,a'; can't understand 'a'"],
  ])("%j is refused in upstream's words", (text, problem) => {
    expect(parseFieldSelector(text)).toBe(problem);
  });
});
