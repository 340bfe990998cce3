import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_KINDS, type TraceEvent } from '../kernel/trace.ts';
import { parseTraceLine, traceLine } from './trace-lines.ts';

const key = fc
  .oneof(fc.string(), fc.constantFrom('$', '$$', '$bytes', '$map', 'a'))
  .filter((text) => text !== '__proto__');
const { value: plainData } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.string({ unit: 'binary' }), fc.boolean(), fc.double(), fc.constantFrom(null, undefined)),
    fc.uint8Array(),
    fc.array(tie('value')),
    fc.array(fc.tuple(key, tie('value'))).map((entries) => Object.fromEntries(entries)),
    fc.array(fc.tuple(tie('value'), tie('value'))).map((entries) => new Map(entries)),
    fc.array(tie('value')).map((items) => new Set(items)),
  ),
}));
const event: fc.Arbitrary<TraceEvent> = fc.record(
  {
    id: fc.maxSafeNat(),
    time: fc.maxSafeNat(),
    cause: fc.maxSafeNat(),
    kind: fc.constantFrom(...EVENT_KINDS),
    subject: fc.string(),
    object: fc.string(),
    detail: plainData,
  },
  { noNullPrototype: true },
);

describe('traceLine', () => {
  it('comes back as the event that it was, on one line', () => {
    fc.assert(
      fc.property(event, (original) => {
        const line = traceLine(original);
        expect(line).not.toContain('\n');
        expect(parseTraceLine(line)).toStrictEqual(original);
        expect(traceLine(parseTraceLine(line))).toBe(line);
      }),
    );
  });

  it('differs if the order of keys does', () => {
    const of = (detail: unknown) =>
      traceLine({ id: 1, time: 0, cause: 0, kind: 'note', subject: '', object: '', detail });
    expect(of({ a: 1, b: 2 })).not.toBe(of({ b: 2, a: 1 }));
    expect(of(new Map([['a', 1]]))).not.toBe(of({ a: 1 }));
  });
});

describe('parseTraceLine', () => {
  const good = { id: 1, time: 2, cause: 0, kind: 'note', subject: 'a/b', object: 'x', detail: 1 };
  it.each([
    ['text', 'what?', 'expected an event as JSON; found "what?"'],
    ['a list', '[]', 'expected an event, which is an object; found "[]"'],
    ['a fraction as id', JSON.stringify({ ...good, id: 1.5 }), 'id: expected a whole number; found 1.5'],
    ['no subject', JSON.stringify({ ...good, subject: undefined }), 'subject: expected a text; found nothing'],
    ['an unknown kind', JSON.stringify({ ...good, kind: 'nap' }), 'kind: "nap" is not a kind of event'],
    ['an unknown field', JSON.stringify({ ...good, colour: 1 }), 'an event has no field "colour"'],
    ['an unknown tag', JSON.stringify({ ...good, detail: { $x: 1 } }), 'detail: there is no tag "$x"'],
  ])('refuses %s and says why', (_, line, message) => {
    expect(() => parseTraceLine(line)).toThrow(message);
  });
});
