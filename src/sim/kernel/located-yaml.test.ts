import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseYaml, printYaml } from './located-yaml.ts';

/** `line:column message` of each problem. */
function problemsOf(text: string): string[] {
  return parseYaml(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

function valuesOf(text: string): unknown[] {
  const { documents, problems } = parseYaml(text);
  expect(problems).toEqual([]);
  return documents.map(({ value }) => value);
}

describe('parseYaml', () => {
  it.each([
    ['an empty text', '', []],
    ['a comment', '# nothing\n', []],
    ['several documents', 'a: 1\n---\n- b\n', [{ a: 1 }, ['b']]],
    ['JSON, also with tabs', '{\n\t"a": [1, "\\ud83d\\ude00\\/"]\n}', [{ a: [1, '😀/'] }]],
    ['Windows lines and a byte order mark', '\uFEFFa: 1\r\nb: 2\r\n', [{ a: 1, b: 2 }]],
    ['numbers and booleans as keys, which are texts', '1: a\ntrue: b\n', [{ 1: 'a', true: 'b' }]],
    ['yes and no, which are texts', 'a: [yes, no, on]', [{ a: ['yes', 'no', 'on'] }]],
    ['aliases', 'a: &x [1]\nb: *x\n', [{ a: [1], b: [1] }]],
  ])('reads %s', (_what, text, values) => {
    expect(valuesOf(text)).toEqual(values);
  });

  it.each([
    ['a tab', 'a:\n\tb: 1', ['2:1 this line is indented with a tab; YAML allows only spaces here.']],
    ['a duplicate key', 'a: 1\nb: 2\na: 3', ['3:1 the key "a" is here for the second time.']],
    [
      'a star that wants to be a text',
      'a: */etcd\nb: [*]',
      [
        "2:5 in YAML a * at the beginning refers to an anchor, and there is none; put quotes around it: '*'.",
        "1:4 in YAML a * at the beginning refers to an anchor, and there is none; put quotes around it: '*/etcd'.",
      ],
    ],
    ['an alias within itself', 'a: &a [*a]', ['1:8 *a refers to what it is part of, which would never end.']],
    ['a tag', 'a: !!timestamp 2020-01-01', ['1:4 !!timestamp is a YAML tag, and there are none here.']],
    ['a list as key', '? [a]\n: 1', ['1:3 a key must be a text, not a list or an object.']],
    ['an open brace', 'a: { b: 1\nc: 2', ['2:1 a } is missing before this place.']],
    [
      'a missing comma',
      '{"a": [{"b": 1 "c": 2}]}',
      expect.arrayContaining([expect.stringMatching(/^1:\d+ here, within/)]),
    ],
    [
      'an unquoted colon',
      'a: b: c',
      ['1:4 a second "key: value" in one line; put it in a line of its own, in braces, or the text in quotes.'],
    ],
    [
      'mistakes in each document',
      'a: 1\na: 2\n---\nb: !x 1',
      ['2:1 the key "a" is here for the second time.', '4:4 !x is a YAML tag, and there are none here.'],
    ],
  ])('reports %s', (_what, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('goes on after mistakes that leave the meaning clear', () => {
    expect(parseYaml('a: 1\na: 2\nb: */etcd\nc: *\n').documents.map(({ value }) => value)).toEqual([
      { a: 2, b: '*/etcd', c: '*' },
    ]);
  });

  it('refuses aliases that multiply, instead of filling the memory', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++) lines.push(`a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}]`);
    expect(problemsOf(lines.join('\n'))).toEqual([
      '1:1 the aliases (*name) of this document multiply into too many values; at most 1000 are allowed.',
    ]);
  });

  it.each([
    [
      'brackets',
      `\n${'['.repeat(30_000)}`,
      '2:1 this is nested too deeply; expected at most 64 brackets within each other.',
    ],
    ['lists', '- '.repeat(30_000), '1:1 this is nested too deeply; expected an indentation of at most 400 columns.'],
  ])('refuses a tower of %s, instead of ending the process', (_what, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('accepts as much depth as it allows', () => {
    expect(valuesOf('['.repeat(64) + ']'.repeat(64))).toHaveLength(1);
    expect(valuesOf(`${'- '.repeat(199)}a`)).toHaveLength(1);
  });

  it('keeps a key __proto__ as a key', () => {
    const [value] = valuesOf('__proto__: { polluted: true }');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });
});

describe('positionOf', () => {
  const [document] = parseYaml('# plan\na: &x\n  - b: 1\n    c: [2, { d: 3 }]\ne: *x\nf:\n').documents;

  it.each([
    [[], 'value', 2, 1],
    [['a'], 'key', 2, 1],
    [['a', 0], 'value', 3, 5],
    [['a', 0, 'b'], 'key', 3, 5],
    [['a', 0, 'b'], 'value', 3, 8],
    [['a', 0, 'c', 1, 'd'], 'value', 4, 17],
    [['e'], 'key', 5, 1],
    [['e', 0, 'b'], 'value', 3, 8],
    [['f'], 'value', 6, 3],
  ] as const)('finds %j (%s) at %d:%d', (path, place, line, column) => {
    expect(document?.positionOf(path, place)).toEqual({ line, column });
  });

  it.each([
    [['g'], 2, 1],
    [['a', 0, 'x', 'y'], 3, 5],
    [['a', 7], 2, 1],
    [['a', 0, 'c', 1, 'x'], 4, 12],
  ] as const)('gives for %j, which is not there, the nearest thing around it', (path, line, column) => {
    expect(document?.positionOf(path, 'value')).toEqual({ line, column });
  });
});

describe('printYaml', () => {
  it('puts what is deep into one line, if asked', () => {
    const value = { list: [{ at: '10s', lose: { from: '*', to: ['a', 'b'] } }], empty: [] };
    expect(printYaml(value, { flowFromDepth: 3 })).toBe(
      'list:\n  - at: 10s\n    lose: {from: "*", to: [a, b]}\nempty: []\n',
    );
    expect(printYaml({ a: { b: ['c'] } })).toBe('a:\n  b:\n    - c\n');
  });

  it('is read back as the same value, in every layout', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', '*', '~', 'null', '1e3', '- a', '#', 'a: b', 'a\n\n b\n', '\t', '<<', '__proto__'),
    );
    const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map((n) => n + 0);
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constantFrom(null, true, false),
        number,
        text,
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('value'), { maxLength: 5 }),
      object: fc.dictionary(text, tie('value'), { maxKeys: 5, noNullPrototype: true }),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(0, 1, 2, 99), (original, flowFromDepth) => {
        expect(valuesOf(printYaml(original, { flowFromDepth }))).toEqual([original]);
      }),
      { numRuns: 1000 },
    );
  });
});
