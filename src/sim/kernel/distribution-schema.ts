/**
 * The schema of a distribution of durations in a file. What a distribution must satisfy is said in
 * distribution-problems.ts; here are only its shapes, for precise messages and for the JSON Schema. Shapes first; where
 * they are right, the whole is held against `validateDistribution`.
 */
import { type Distribution, validateDistribution } from './distribution.ts';
import { LONGEST_MS } from './distribution-problems.ts';
import type { PathStep } from './problem.ts';
import { type CrossProblem, crossCheck, expected, oneKeyObject, z } from './schema.ts';

const MS = expected('a number of milliseconds of at least 0');
const SHARE = expected('a share from 0 to 1');
const POSITIVE = expected('a number above 0');
const NOT_NEGATIVE = expected('a number of at least 0');
const SAMPLES = expected('a list of at least one number of milliseconds');
const POINTS = expected('a list of at least two points { at, valueMs }');

const ms = z.number(MS).min(0, MS).max(LONGEST_MS, MS);
const maxMs = z.exactOptional(ms);
const share = z.number(SHARE).min(0, SHARE).max(1, SHARE);
const positive = z.number(POSITIVE).gt(0, POSITIVE);
const notNegative = z.number(NOT_NEGATIVE).min(0, NOT_NEGATIVE);
const point = z.strictObject({ at: share, valueMs: ms }, expected('a point { at, valueMs }'));

const forms = oneKeyObject(
  {
    constant: ms,
    uniform: z.strictObject({ minMs: ms, maxMs: ms }, expected('an object with minMs, maxMs')),
    normal: z.strictObject({ meanMs: ms, deviationMs: ms, maxMs }, expected('an object with meanMs, deviationMs')),
    lognormal: z.strictObject({ medianMs: ms, sigma: notNegative, maxMs }, expected('an object with medianMs, sigma')),
    exponential: z.strictObject({ meanMs: ms, maxMs }, expected('an object with meanMs')),
    pareto: z.strictObject({ scaleMs: ms, shape: positive, maxMs }, expected('an object with scaleMs, shape')),
    empirical: z.strictObject(
      { samplesMs: z.array(ms, SAMPLES).min(1, SAMPLES) },
      expected('an object with samplesMs'),
    ),
    quantiles: z.array(point, POINTS).min(2, POINTS),
  },
  'one distribution: constant, uniform, normal, lognormal, exponential, pareto, empirical or quantiles',
);

const NOUN = 'a number of milliseconds or a distribution such as { exponential: { meanMs: 5 } }';

export const distributionSchema: z.ZodType<Distribution> = z
  .union([ms, forms], expected(NOUN))
  .check(crossCheck((value, { sound }) => (sound ? semanticProblems(value) : [])))
  .meta({ id: 'Distribution', description: NOUN });

/** `.uniform: expected …; found ….` in pieces. */
function semanticProblems(value: unknown): CrossProblem[] {
  return validateDistribution(value, '').map((line) => {
    const [, at = '', text = line] = /^((?:\.\w+|\[\d+\])*): (.*)\.$/.exec(line) ?? [];
    const path: PathStep[] = (at.match(/\w+/g) ?? []).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    const [, noun = text, found] = /^expected (.*); found (.*)$/.exec(text) ?? [];
    return { path, expected: noun, text, ...(found === undefined ? {} : { found }) };
  });
}
