import { describe, expect, it } from 'vitest';
import { atLeastOne, checkSchema, expected, jsonSchemaOf, oneKeyObject, z } from './schema.ts';

const share = z
  .number(expected('a share from 0 to 1'))
  .min(0, expected('a share from 0 to 1'))
  .max(1, expected('a share from 0 to 1'));
const schema = z.strictObject({
  mode: z.exactOptional(z.enum(['fast', 'slow'])),
  name: z.exactOptional(z.string()),
  share: z.exactOptional(share),
  pick: z.exactOptional(
    z.union([share, oneKeyObject({ left: share, right: z.string() }, 'left or right')], expected('a pick')),
  ),
  some: z.exactOptional(
    z.strictObject({ a: z.exactOptional(share), b: z.exactOptional(share) }).check(atLeastOne(['a', 'b'])),
  ),
  need: z.exactOptional(z.strictObject({ width: z.number(), height: z.number() }, expected('a size'))),
});

function messages(value: unknown): string[] {
  const checked = checkSchema(schema, value);
  return checked.ok ? [] : checked.problems.map(({ message }) => message);
}

describe('checkSchema', () => {
  it('gives the value if nothing is wrong', () => {
    const value = { mode: 'slow', share: 0.5, pick: { right: 'x' }, some: { b: 1 } };
    expect(checkSchema(schema, value)).toEqual({ ok: true, value });
  });

  it.each([
    ['an unknown name', { mode: 'slwo' }, ['mode: expected one of fast, slow; found "slwo"; did you mean "slow"?']],
    ['a wrong type', { mode: 5 }, ['mode: expected one of fast, slow; found 5.']],
    ['what needs quotes', { name: true }, ['name: expected a text; found true, which needs quotes to be a text.']],
    ['no text at all', { name: [] }, ['name: expected a text; found an empty list.']],
    ['a bound', { share: 2 }, ['share: expected a share from 0 to 1; found 2.']],
    ['NaN', { share: Number.NaN }, ['share: expected a share from 0 to 1; found NaN.']],
    ['an unknown key', { shape: 1 }, ['shape: there is no such field; did you mean "share"?']],
    [
      'an unknown key unlike any other',
      { 'a b': 1 },
      ['["a b"]: there is no such field; expected one of mode, name, share, pick, some, need.'],
    ],
    ['another type than all of a union', { pick: [] }, ['pick: expected a pick; found an empty list.']],
    ['the first of a union', { pick: -1 }, ['pick: expected a share from 0 to 1; found -1.']],
    ['the second of a union', { pick: { left: 'x' } }, ['pick.left: expected a share from 0 to 1; found "x".']],
    ['no key of one', { pick: {} }, ['pick: expected left or right; found an empty object.']],
    ['two keys of one', { pick: { left: 1, right: 'x' } }, ['pick.right: expected only one of left and right.']],
    [
      'two keys of one, one of them wrong as well',
      { pick: { left: 'x', right: 'y' } },
      ['pick.left: expected a share from 0 to 1; found "x".', 'pick.right: expected only one of left and right.'],
    ],
    ['a misspelt key of one', { pick: { rihgt: 'x' } }, ['pick.rihgt: there is no such field; did you mean "right"?']],
    ['none of some', { some: {} }, ['some: expected at least one of a, b; found an empty object.']],
    ['a missing field', { need: { width: 1 } }, ['need.height: this field is missing; expected a number.']],
    [
      'a misspelt field, which is not also missing',
      { need: { width: 1, heigth: 1 } },
      ['need.heigth: there is no such field; did you mean "height"?'],
    ],
    ['the root', 7, ['expected an object; found 7.']],
    ['a null', { need: null }, ['need: expected a size; found nothing.']],
    [
      'a key __proto__',
      JSON.parse('{"__proto__":{"mode":"fast"}}'),
      [expect.stringMatching(/^__proto__: there is no such field/)],
    ],
    [
      'everything at once',
      { mode: 'x', shar: 1, share: -1, some: { c: 1 }, pick: {} },
      [
        'mode: expected one of fast, slow; found "x".',
        'share: expected a share from 0 to 1; found -1.',
        'pick: expected left or right; found an empty object.',
        'some.c: there is no such field; expected one of a, b.',
        'shar: there is no such field; did you mean "share"?',
      ],
    ],
  ])('reports %s', (_what, value, problems) => {
    expect(messages(value)).toEqual(problems);
  });

  it('says in parts what the message says', () => {
    expect(checkSchema(schema, { mode: 'slwo' })).toMatchObject({
      problems: [{ path: ['mode'], place: 'value', found: '"slwo"', expected: 'one of fast, slow', nearest: 'slow' }],
    });
    expect(checkSchema(schema, { shape: 1 })).toMatchObject({
      problems: [{ path: ['shape'], place: 'key', found: 'shape', nearest: 'share' }],
    });
  });
});

describe('jsonSchemaOf', () => {
  it('says that there is exactly one key', () => {
    expect(jsonSchemaOf(oneKeyObject({ a: z.number() }, 'a'))).toMatchObject({
      minProperties: 1,
      maxProperties: 1,
      additionalProperties: false,
    });
  });
});
