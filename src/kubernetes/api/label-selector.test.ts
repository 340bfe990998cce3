/** Upstream's cases (apimachinery/pkg/labels/selector_test.go, v1.34), of which upstream/selectors.json is a sample; and laws. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatLabelSelector,
  type LabelOperator,
  type LabelRequirement,
  matchesLabelSelector,
  matchesLabels,
  parseLabelSelector,
} from './label-selector.ts';
import { validateLabelSelector } from './validation/label-selector-validation.ts';

interface Row {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
  readonly set?: Record<string, string>;
  readonly labels?: Record<string, string>;
  readonly match?: boolean;
}

interface Case {
  readonly source: string;
  readonly kind: string;
  readonly op: string;
  readonly input?: unknown;
  readonly inputs?: readonly string[];
  readonly rows?: readonly Row[];
  readonly expect?: 'error' | { requirements?: readonly Row[]; errors?: number; errorContains?: string };
}

const CASES: readonly Case[] = JSON.parse(readFileSync(new URL('upstream/selectors.json', import.meta.url), 'utf8'));
const of = (kind: string): readonly Case[] => CASES.filter((each) => each.kind === kind);
const texts = of('labelSelectorString');

const OPERATORS: Readonly<Record<string, LabelOperator>> = {
  in: 'In',
  notin: 'NotIn',
  exists: 'Exists',
  '!': 'DoesNotExist',
  gt: 'Gt',
  lt: 'Lt',
};

function read(text: string): LabelRequirement[] {
  const requirements = parseLabelSelector(text);
  if (typeof requirements === 'string') throw new Error(requirements);
  return requirements;
}

describe('upstream agrees', () => {
  it.each(texts.filter((each) => each.expect === 'error').flatMap(({ inputs = [] }) => inputs))(
    'that %j is no selector',
    (text) => {
      expect(parseLabelSelector(text)).toBeTypeOf('string');
    },
  );

  it.each(texts.filter(({ input }) => input !== undefined))('what $input requires', ({ input, expect: expected }) => {
    const { requirements = [] } = expected as { requirements?: readonly Row[] };
    const wanted = requirements.map(({ key, operator = '', values }) => ({
      key,
      operator: OPERATORS[operator],
      values,
    }));
    expect(parseLabelSelector(String(input))).toEqual(wanted);
  });

  it.each(of('labelSet').flatMap(({ rows = [] }) => rows))('whether $set selects $labels', ({ set, labels, match }) => {
    expect(matchesLabelSelector({ matchLabels: set ?? {} }, labels)).toBe(match);
  });

  it.each(of('labelRequirement').flatMap(({ rows = [] }) => rows))(
    'that $key $operator $values is a requirement',
    ({ key = '', operator = '', values = [] }) => {
      const words: Record<string, string> = {
        exists: key,
        '!': `!${key}`,
        gt: `${key}>${values[0]}`,
        lt: `${key}<${values[0]}`,
      };
      const text = words[operator] ?? `${key} ${operator} (${values.join(',')})`;
      expect(read(text)).toEqual([{ key, operator: OPERATORS[operator], values }]);
    },
  );

  it.each(of('LabelSelector'))('what is wrong with $input', ({ input, expect: expected }) => {
    const { errors, errorContains } = expected as { errors?: number; errorContains?: string };
    const found = validateLabelSelector(input as object, 'spec.selector');
    expect(found).toHaveLength(errors ?? 0);
    expect(found[0]?.detail).toContain(errorContains);
  });
});

describe('a selector', () => {
  const key = fc.constantFrom('app', 'tier', 'example.com/zone');
  const value = fc.constantFrom('a', 'b', '1', '20', '');
  const labels = fc.dictionary(key, value, { noNullPrototype: true });
  const expression = fc.oneof(
    fc.record({
      key,
      operator: fc.constantFrom('In', 'NotIn'),
      values: fc.uniqueArray(value, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
  );

  it('selects the same as its text', () => {
    fc.assert(
      fc.property(
        fc.record({ matchLabels: labels, matchExpressions: fc.array(expression, { maxLength: 3 }) }),
        labels,
        (selector, found) => {
          const text = formatLabelSelector(selector);
          expect(matchesLabels(read(text), found)).toBe(matchesLabelSelector(selector, found));
        },
      ),
    );
  });

  it('that is empty selects everything, and one that is absent nothing', () => {
    expect(matchesLabelSelector({}, { a: 'b' })).toBe(true);
    expect(matchesLabelSelector(undefined, { a: 'b' })).toBe(false);
    expect(matchesLabels(read(''), {})).toBe(true);
  });

  it('compares whole numbers only', () => {
    expect(matchesLabels(read('x>3'), { x: '10' })).toBe(true);
    expect(matchesLabels(read('x<3'), { x: 'ten' })).toBe(false);
    expect(matchesLabels(read('x>3'), {})).toBe(false);
    expect(parseLabelSelector('x>three')).toContain('the value must be an integer');
  });

  it('does not take what every object inherits for a label', () => {
    expect(matchesLabels(read('toString'), {})).toBe(false);
    expect(matchesLabels(read('!constructor'), {})).toBe(true);
  });

  it.each([
    [',x', "found ',', expected: !, identifier, or 'end of string'"],
    ['x,', "found '', expected: identifier after ','"],
    ['x,,y', "found ',', expected: identifier after ','"],
    ['x constructor y', "unable to parse requirement: found 'constructor', expected: in, notin, =, ==, !=, >, <"],
    ['x\u00a0=a', 'unable to parse requirement: <nil>: Invalid value'],
    ['x>9223372036854775808', "values[0]: Invalid value: \"9223372036854775808\": for 'Gt', 'Lt' operators"],
    ['x>-5', 'unable to parse requirement: values[0][x]: Invalid value: "-5": a valid label must be'],
    [
      'x>a_',
      "unable to parse requirement: [values[0]: Invalid value: \"a_\": for 'Gt', 'Lt' operators, the value must be an integer, values[0][x]",
    ],
  ])('with a mistake says which: %s', (text, words) => {
    expect(parseLabelSelector(text)).toContain(words);
  });

  it('does not take a number for one that does not fit in 64 bits', () => {
    const selector = parseLabelSelector('x>5');
    if (typeof selector === 'string') throw new Error(selector);
    expect(matchesLabels(selector, { x: '6' })).toBe(true);
    expect(matchesLabels(selector, { x: '9223372036854775807' })).toBe(true);
    expect(matchesLabels(selector, { x: '9223372036854775808' })).toBe(false);
  });
});
