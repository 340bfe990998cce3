import { describe, expect, it } from 'vitest';
import type { Fault } from './fault.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import { planJsonSchema, planProblems } from './plan-file.ts';

describe('planProblems', () => {
  it.each([
    [{ atMs: -1 }, ['faults[0].at: -1 is not a duration: a duration cannot be negative.']],
    [{ atMs: 0.00001 }, ['faults[0].at: 0.00001 is not a duration: the finest duration is one microsecond (0.001).']],
    [{ atMs: 1e13 }, ['faults[0].at: 10000000000000 is not a duration: the longest duration is 277777h46m40s.']],
    [{ atMs: 1, forMs: 0 }, []],
    [{ atMs: 0.1 + 0.2, forMs: 1107382.8530000001 }, []],
    [{ atMs: Number.NaN }, [expect.stringMatching(/^faults\[0\]\.at: expected a duration .*; found NaN\.$/)]],
    [
      { atMs: 1, fault: { kind: 'lose', from: 'a', to: 'b', probability: 2 } as Fault },
      ['faults[0].lose.probability: expected a probability from 0 to 1; found 2.'],
    ],
  ])('finds what a program put wrong into a plan: %j', (planned, messages) => {
    const plan = { faults: [{ fault: { kind: 'random-halves' } as Fault, ...planned }] };
    expect(planProblems(plan).map(({ message }) => message)).toEqual(messages);
  });
});

describe('planJsonSchema', () => {
  const schema = planJsonSchema() as { properties: { faults: { items: Record<string, Record<string, object>> } } };
  const entry = schema.properties.faults.items;

  it('knows every kind of fault, with what it does', () => {
    expect(Object.keys(entry.properties ?? {})).toEqual(['at', 'for', 'name', ...FAULT_KINDS]);
    for (const kind of FAULT_KINDS) expect(entry.properties?.[kind]).toMatchObject({ description: expect.any(String) });
  });

  it('asks for a time and for exactly one fault, and allows nothing unknown', () => {
    expect(entry).toMatchObject({ required: ['at'], additionalProperties: false });
    expect(entry.oneOf).toEqual(FAULT_KINDS.map((kind) => ({ required: [kind] })));
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });
});
