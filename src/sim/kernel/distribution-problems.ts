/**
 * What is wrong with a value that should be a distribution of durations (see distribution.ts): for each problem one line,
 * with the path to its place, what was expected there and what was found.
 */

/** The longest duration, 10^12 milliseconds or 32 years: a virtual time plus a few of them is still a safe integer. */
export const LONGEST_MS = 1e12;

/** @param path names the value; each line begins with it */
export function distributionProblems(value: unknown, path: string): string[] {
  if (typeof value === 'number') return fieldProblems(value, path, DURATION);
  const kinds = [...Object.keys(FIELDS), 'constant', 'empirical', 'quantiles'].sort();
  const expected = `a number of milliseconds or an object with exactly one of the keys ${kinds.join(', ')}`;
  if (!isObject(value)) return [`${path}: expected ${expected}; found ${show(value)}.`];
  const keys = Object.keys(value);
  const [kind] = keys;
  if (kind === undefined || keys.length > 1) {
    return [`${path}: expected ${expected}; found ${kind === undefined ? 'no key' : `the keys ${keys.join(', ')}`}.`];
  }
  const body = value[kind];
  const place = `${path}.${kind}`;
  if (kind === 'constant') return fieldProblems(body, place, DURATION);
  if (kind === 'empirical') return empiricalProblems(body, place);
  if (kind === 'quantiles') return quantileProblems(body, place);
  const rules = Object.hasOwn(FIELDS, kind) ? FIELDS[kind] : undefined;
  if (rules === undefined) return [`${place}: there is no such distribution; expected ${expected}.`];
  const problems = objectProblems(body, place, rules);
  if (kind === 'uniform' && problems.length === 0) {
    const { minMs, maxMs } = body as { minMs: number; maxMs: number };
    if (minMs > maxMs) return [`${place}: expected minMs to be at most maxMs; found ${minMs} and ${maxMs}.`];
  }
  return problems;
}

/** What a number must be. */
interface FieldRule {
  readonly expected: string;
  readonly optional?: true;
  readonly accepts: (found: number) => boolean;
}

const DURATION: FieldRule = {
  expected: `a number of milliseconds from 0 to ${LONGEST_MS}`,
  accepts: (found) => found >= 0 && found <= LONGEST_MS,
};
const POSITIVE_DURATION: FieldRule = {
  expected: `a number of milliseconds above 0, up to ${LONGEST_MS}`,
  accepts: (found) => found > 0 && found <= LONGEST_MS,
};
const CAP: FieldRule = { ...DURATION, optional: true };
const NOT_NEGATIVE: FieldRule = {
  expected: 'a number of at least 0',
  accepts: (found) => found >= 0 && found < Number.POSITIVE_INFINITY,
};
const POSITIVE: FieldRule = {
  expected: 'a number above 0',
  accepts: (found) => found > 0 && found < Number.POSITIVE_INFINITY,
};
const SHARE: FieldRule = { expected: 'a number from 0 to 1', accepts: (found) => found >= 0 && found <= 1 };

/** The distributions that are an object of numbers. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, FieldRule>>>> = {
  uniform: { minMs: DURATION, maxMs: DURATION },
  normal: { meanMs: DURATION, deviationMs: DURATION, maxMs: CAP },
  lognormal: { medianMs: POSITIVE_DURATION, sigma: NOT_NEGATIVE, maxMs: CAP },
  exponential: { meanMs: DURATION, maxMs: CAP },
  pareto: { scaleMs: POSITIVE_DURATION, shape: POSITIVE, maxMs: CAP },
};

function fieldProblems(value: unknown, path: string, rule: FieldRule): string[] {
  if (rule.optional && value === undefined) return [];
  if (typeof value === 'number' && rule.accepts(value)) return [];
  return [`${path}: expected ${rule.expected}; found ${show(value)}.`];
}

function objectProblems(value: unknown, path: string, rules: Readonly<Record<string, FieldRule>>): string[] {
  const names = Object.keys(rules);
  if (!isObject(value)) return [`${path}: expected an object with ${names.join(', ')}; found ${show(value)}.`];
  const problems = names.flatMap((name) => fieldProblems(value[name], `${path}.${name}`, rules[name] as FieldRule));
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(rules, name)) {
      problems.push(`${path}.${name}: there is no such field; expected ${names.join(', ')}.`);
    }
  }
  return problems;
}

function empiricalProblems(value: unknown, path: string): string[] {
  const samples = isObject(value) ? value.samplesMs : undefined;
  if (!isObject(value) || !Array.isArray(samples) || samples.length === 0) {
    return [`${path}: expected an object with samplesMs, a list of at least one number; found ${show(value)}.`];
  }
  const problems = samples.flatMap((sample, i) => fieldProblems(sample, `${path}.samplesMs[${i}]`, DURATION));
  for (const name of Object.keys(value)) {
    if (name !== 'samplesMs') problems.push(`${path}.${name}: there is no such field; expected samplesMs.`);
  }
  return problems;
}

function quantileProblems(value: unknown, path: string): string[] {
  if (!Array.isArray(value) || value.length < 2) {
    return [`${path}: expected a list of at least two points { at, valueMs }; found ${show(value)}.`];
  }
  const problems = value.flatMap((point, i) =>
    objectProblems(point, `${path}[${i}]`, { at: SHARE, valueMs: DURATION }),
  );
  if (problems.length > 0) return problems;
  const points = value as { at: number; valueMs: number }[];
  const first = points.at(0)?.at;
  const last = points.at(-1)?.at;
  if (first !== 0) problems.push(`${path}[0].at: expected 0, the minimum; found ${first}.`);
  if (last !== 1) problems.push(`${path}[${points.length - 1}].at: expected 1, the maximum; found ${last}.`);
  points.forEach((point, i) => {
    const before = points[i - 1];
    if (before === undefined) return;
    if (point.at <= before.at) {
      problems.push(`${path}[${i}].at: expected more than ${before.at}, that of the point before; found ${point.at}.`);
    }
    if (point.valueMs < before.valueMs) {
      problems.push(
        `${path}[${i}].valueMs: expected at least ${before.valueMs}, that of the point before; found ${point.valueMs}.`,
      );
    }
  });
  return problems;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    return keys.length === 0 ? 'an empty object' : `an object with ${keys.join(', ')}`;
  }
  return value === undefined ? 'nothing' : String(value);
}
