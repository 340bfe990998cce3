import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlanError, parsePlan } from './parse-plan.ts';
import type { PlanWorld } from './validate-against.ts';

const HOSTS = 'a host selector (a name, a pattern such as node-*, { zone: z1 }, { region: r1 }, or a list of these)';
const DURATION = 'a duration such as 250ms, 10s, 1m30s or 1.5h (units h, m, s, ms, us), or a number of milliseconds';

/** The message of the error that parsing gives, in lines. */
function complaints(text: string, world?: PlanWorld): string[] {
  try {
    parsePlan(text, { file: 'plan.yaml', ...(world === undefined ? {} : { world }) });
  } catch (error) {
    if (error instanceof PlanError) return error.message.split('\n');
    throw error;
  }
  return [];
}

/** A plan of one entry, at line 2. */
const entry = (...lines: string[]): string => `faults:\n  - ${lines.join('\n    ')}\n`;

describe('parsePlan', () => {
  it('reads durations and one-key faults, in any order', () => {
    const text = `
seed: abc
healAt: 1m
duration: 90000
faults:
  - at: 10s
    for: 1m30s
    partition: { sides: [[a, b], { zone: z2 }] }
  - { crash: { processes: '*/etcd' }, name: boom, at: 1500 }
`;
    expect(parsePlan(text, { file: 'plan.yaml' })).toEqual({
      seed: 'abc',
      healAtMs: 60_000,
      durationMs: 90_000,
      faults: [
        { atMs: 10_000, forMs: 90_000, fault: { kind: 'partition', sides: [['a', 'b'], { zone: 'z2' }] } },
        { atMs: 1500, name: 'boom', fault: { kind: 'crash', processes: '*/etcd' } },
      ],
    });
  });

  it('reads JSON, and ignores the $schema that editors want', () => {
    const text = '{"$schema": "plan.schema.json", "faults": [{"at": 0, "random-halves": {}}]}';
    expect(parsePlan(text, { file: 'plan.json' })).toEqual({ faults: [{ atMs: 0, fault: { kind: 'random-halves' } }] });
  });

  it.each([
    ['an empty file', '', ['plan.yaml:1:1 the file is empty; expected a plan, which is an object with faults.']],
    ['another file', 'hello', ['plan.yaml:1:1 expected a plan, which is an object with faults; found "hello".']],
    ['only a list', '- at: 1s', ['plan.yaml:1:1 expected a plan, which is an object with faults; found a list of 1.']],
    ['no list of faults', 'faults:', ['plan.yaml:1:8 faults: expected a list of faults; found nothing.']],
    [
      'two documents',
      'faults: []\n---\nfaults: []',
      ['plan.yaml:3:1 a second document begins here (after ---); a file holds one plan.'],
    ],
    [
      'a misspelt field of the plan',
      'fault: []',
      ['plan.yaml:1:1 fault: there is no such field; did you mean "faults"?'],
    ],
    [
      'a misspelt kind',
      entry('at: 10s', 'partitoin: { sides: [a, b] }'),
      ['plan.yaml:3:5 faults[0].partitoin: there is no such field; did you mean "partition"?'],
    ],
    [
      'a misspelt field',
      entry('at: 10s', 'partition: { side: [a, b] }'),
      ['plan.yaml:3:18 faults[0].partition.side: there is no such field; did you mean "sides"?'],
    ],
    [
      'a misspelt name',
      entry('at: 1s', 'disk-error: { hosts: a, operations: [raed], probability: 1 }'),
      [
        'plan.yaml:3:42 faults[0].disk-error.operations[0]: expected one of read, write, append, fsync, rename; found "raed"; did you mean "read"?',
      ],
    ],
    [
      'a wrong type',
      entry('at: 1s', 'lose: { from: a, to: 7, probability: half }'),
      [
        `plan.yaml:3:26 faults[0].lose.to: expected ${HOSTS}; found 7.`,
        'plan.yaml:3:42 faults[0].lose.probability: expected a probability from 0 to 1; found "half".',
      ],
    ],
    [
      'a text instead of fields',
      entry('at: 1s', 'crash: a/etcd'),
      ['plan.yaml:3:12 faults[0].crash: expected an object with processes; found "a/etcd".'],
    ],
    [
      'no fields at all',
      entry('at: 1s', 'random-halves:'),
      ['plan.yaml:3:19 faults[0].random-halves: expected an empty object, {}; found nothing.'],
    ],
    [
      'a missing field',
      entry('at: 1s', 'isolate: {}'),
      [`plan.yaml:3:5 faults[0].isolate.hosts: this field is missing; expected ${HOSTS}.`],
    ],
    [
      'a missing time',
      entry('random-halves: {}'),
      [`plan.yaml:2:5 faults[0].at: this field is missing; expected ${DURATION}.`],
    ],
    [
      'a negative duration',
      entry('at: -5s', 'for: -3', 'random-halves: {}'),
      [
        'plan.yaml:2:9 faults[0].at: "-5s" is not a duration: a duration cannot be negative.',
        'plan.yaml:3:10 faults[0].for: -3 is not a duration: a duration cannot be negative.',
      ],
    ],
    [
      'an unknown unit',
      entry('at: 10sec', 'random-halves: {}'),
      ['plan.yaml:2:9 faults[0].at: "10sec" is not a duration: there is no unit "sec"; did you mean "s"?'],
    ],
    [
      'too fine a duration',
      entry('at: 0.0001', 'random-halves: {}'),
      ['plan.yaml:2:9 faults[0].at: 0.0001 is not a duration: the finest duration is one microsecond (0.001).'],
    ],
    [
      'a probability above 1',
      entry('at: 1s', 'lose: { from: a, to: b, probability: 1.5 }'),
      ['plan.yaml:3:42 faults[0].lose.probability: expected a probability from 0 to 1; found 1.5.'],
    ],
    [
      'no sides',
      entry('at: 1s', 'partition: { sides: [] }'),
      [
        'plan.yaml:3:25 faults[0].partition.sides: expected two sides, each a host selector: [[a, b], { zone: z2 }]; found an empty list.',
      ],
    ],
    [
      'an empty side',
      entry('at: 1s', 'partition: { sides: [[], b] }'),
      [
        'plan.yaml:3:26 faults[0].partition.sides[0]: expected a list of at least one host selector; found an empty list.',
      ],
    ],
    [
      'three sides',
      entry('at: 1s', 'partition: { sides: [a, b, c] }'),
      [
        'plan.yaml:3:25 faults[0].partition.sides: expected two sides, each a host selector: [[a, b], { zone: z2 }]; found a list of 3.',
      ],
    ],
    [
      'zone and region in one',
      entry('at: 1s', 'isolate: { hosts: { zone: z, region: r } }'),
      ['plan.yaml:3:34 faults[0].isolate.hosts.region: expected only one of zone and region.'],
    ],
    [
      'a process without its host',
      entry('at: 1s', 'pause: { processes: etcd }'),
      [
        'plan.yaml:3:25 faults[0].pause.processes: expected a process as host/process, such as node-1/kubelet or "*/etcd", or a list of these; found "etcd".',
      ],
    ],
    [
      'nothing that slows',
      entry('at: 1s', 'slow-link: { from: a, to: b }'),
      ['plan.yaml:3:16 faults[0].slow-link: expected at least one of factor, extra; found an object with from, to.'],
    ],
    [
      'a misspelt distribution',
      entry('at: 1s', 'slow-link: { from: a, to: b, extra: { lognorml: { medianMs: 5 } } }'),
      ['plan.yaml:3:43 faults[0].slow-link.extra.lognorml: there is no such field; did you mean "lognormal"?'],
    ],
    [
      'an upside-down distribution',
      entry('at: 1s', 'slow-link: { from: a, to: b, extra: { uniform: { minMs: 5, maxMs: 1 } } }'),
      ['plan.yaml:3:52 faults[0].slow-link.extra.uniform: expected minMs to be at most maxMs; found 5 and 1.'],
    ],
    [
      'an entry without a fault',
      entry('at: 1s'),
      [
        'plan.yaml:2:5 faults[0]: expected one fault beside at, for and name, such as crash: { processes: "*/etcd" }; found an object with at.',
      ],
    ],
    [
      'two faults in one entry',
      entry('at: 1s', 'random-halves: {}', 'isolate: { hosts: a }'),
      ['plan.yaml:3:5 faults[0].random-halves: expected only one of isolate and random-halves.'],
    ],
    [
      'a duration of what has none',
      entry('at: 1s', 'for: 1s', 'reset: { from: a, to: b }'),
      ['plan.yaml:3:5 faults[0].for: reset happens at one instant and does not last; take "for" away.'],
    ],
    [
      'what comes after the heal',
      `healAt: 5s\n${entry('at: 5s', 'random-halves: {}')}`,
      ['plan.yaml:3:9 faults[0].at: expected a time before the heal (5s); found 5s.'],
    ],
    [
      'a heal after the end',
      'healAt: 5s\nduration: 2s\nfaults: []',
      ['plan.yaml:1:9 healAt: expected a time before the end of the run (2s); found 5s.'],
    ],
    [
      'a seed that a number cannot hold',
      'seed: 12345678901234567890\nfaults: []',
      [
        'plan.yaml:1:7 seed: expected a text, or a whole number below 2^53 (put quotes around larger ones); found 12345678901234567000.',
      ],
    ],
    [
      'a name without quotes',
      entry('at: 1s', 'name: 5', 'random-halves: {}'),
      ['plan.yaml:3:11 faults[0].name: expected a text; found 5, which needs quotes to be a text.'],
    ],
    ['a tab', 'faults:\n\t- at: 1s', ['plan.yaml:2:1 this line is indented with a tab; YAML allows only spaces here.']],
    [
      'a duplicate key, and what is wrong elsewhere',
      entry('at: 1s', 'at: 2s', 'lose: { from: a, to: b, probability: 2 }'),
      [
        'plan.yaml:3:5 the key "at" is here for the second time.',
        'plan.yaml:4:42 faults[0].lose.probability: expected a probability from 0 to 1; found 2.',
      ],
    ],
    [
      'a star without quotes, and what is wrong elsewhere',
      entry('at: -1s', 'crash: { processes: */etcd }'),
      [
        'plan.yaml:2:9 faults[0].at: "-1s" is not a duration: a duration cannot be negative.',
        "plan.yaml:3:25 in YAML a * at the beginning refers to an anchor, and there is none; put quotes around it: '*/etcd'.",
      ],
    ],
    [
      'a key __proto__',
      'faults: []\n__proto__: { seed: 1 }',
      [
        'plan.yaml:2:1 __proto__: there is no such field; expected one of $schema, name, notes, seed, duration, healAt, faults.',
      ],
    ],
  ])('says of %s where it is and what to do', (_what, text, messages) => {
    expect(complaints(text)).toEqual(messages);
  });

  it('reports everything at once, in the order of the file', () => {
    const text = `seed: [1]
faults:
  - at: [1]
    lose: { from: a, probabilty: 0.5 }
  - at: soon
    crsh: { processes: a/etcd }
  - for: 1s
`;
    expect(complaints(text)).toEqual([
      'plan.yaml:1:7 seed: expected a text, or a whole number below 2^53 (put quotes around larger ones); found a list of 1.',
      `plan.yaml:3:9 faults[0].at: expected ${DURATION}; found a list of 1.`,
      `plan.yaml:4:5 faults[0].lose.to: this field is missing; expected ${HOSTS}.`,
      'plan.yaml:4:22 faults[0].lose.probabilty: there is no such field; did you mean "probability"?',
      'plan.yaml:5:9 faults[1].at: "soon" is not a duration: the form is 250ms, 10s, 1m30s or 1.5h (units h, m, s, ms, us).',
      'plan.yaml:6:5 faults[1].crsh: there is no such field; did you mean "crash"?',
      `plan.yaml:7:5 faults[2].at: this field is missing; expected ${DURATION}.`,
      'plan.yaml:7:5 faults[2]: expected one fault beside at, for and name, such as crash: { processes: "*/etcd" }; found an object with for.',
    ]);
  });

  it('gives each problem in parts', () => {
    const text = entry('at: 10s', 'partitoin: { sides: [a, b] }');
    expect(() => parsePlan(text, { file: 'plan.yaml' })).toThrow(PlanError);
    try {
      parsePlan(text, { file: 'plan.yaml' });
    } catch (error) {
      expect((error as PlanError).problems).toMatchObject([
        { file: 'plan.yaml', line: 3, column: 5, found: 'partitoin', nearest: 'partition' },
      ]);
    }
  });

  it('holds the plan against a world, if there is one, with the same positions', () => {
    const world = { hosts: [{ name: 'a', zone: 'z1', region: 'r1', disks: ['data'] }], processes: ['a/etcd'] };
    const text = entry('at: 10s', 'partition: { sides: [a, { zone: zz1 }] }');
    expect(complaints(text, world)).toEqual([
      'plan.yaml:3:37 faults[0].partition.sides[1].zone: no zone is called "zz1"; did you mean "z1"?',
    ]);
  });

  it('gives a plan or a PlanError with places in the text, whatever the text is', () => {
    const original = `seed: 7
faults:
  - { at: 1s, for: 2s, partition: { sides: [[a, "b"], { zone: z2 }] } }
  - at: 2s
    slow-link: { from: '*', to: b, extra: { uniform: { minMs: 1, maxMs: 2 } } }
`;
    const scrap = fc.oneof(
      fc.constantFrom(...'\t\n -?:,[]{}#&*!|>%@"\'', '...', '---\n', '&a ', '*a', '!!map'),
      fc.string(),
    );
    const edit = fc.tuple(fc.nat(original.length), fc.nat(12), scrap);
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let text = original;
        for (const [at, removed, added] of edits) text = text.slice(0, at) + added + text.slice(at + removed);
        try {
          parsePlan(text, { file: 'plan.yaml' });
        } catch (error) {
          if (!(error instanceof PlanError)) throw error;
          expect(error.problems.length).toBeGreaterThan(0);
          for (const { line, column, message } of error.problems) {
            expect(line).toBeGreaterThanOrEqual(1);
            expect(line).toBeLessThanOrEqual(text.split('\n').length);
            expect(column).toBeGreaterThanOrEqual(1);
            expect(message).not.toContain('\u0000');
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
