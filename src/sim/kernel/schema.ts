/**
 * Schemas of what people write, and what is wrong with a value that does not fit one. The only file that imports zod.
 *
 * 1. `checkSchema` reports every mistake of a value at once, each with the path to it.
 * 2. In these schemas the message of a schema is the *noun* that was expected there, as in
 *    `z.number(expected('a probability'))`; what was found and where is added here.
 * 3. An unknown key, or an unknown name among a list of names, comes with the nearest valid one.
 * 4. Of a union (number or object, say) the mistakes are those of the member that has the same type as the value.
 */
import { z } from 'zod';
import { nearestName } from './nearest-name.ts';
import { aboutPath, describeFound, type FieldProblem, formatPath, type Path, type PathStep } from './problem.ts';

export { z };

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

export function checkSchema<T>(schema: z.ZodType<T>, value: unknown): Checked<T> {
  // Zod hands the schema that complains only to this callback, and keeps of it only a text: the number of a note.
  const notes: Note[] = [];
  const result = schema.safeParse(value, {
    error: (issue) => {
      notes.push(noteOf(issue));
      return NOTE + String(notes.length - 1);
    },
  });
  if (result.success) return { ok: true, value: result.data };
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, value, [], notes));
  return { ok: false, problems: withoutEchoes(problems) };
}

/** The error parameter of a schema: the noun that was expected. Unknown keys are left to `checkSchema`. */
export function expected(noun: string): { error: (issue: { code?: string | undefined }) => string | undefined } {
  return { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : noun) };
}

/** What a cross-check reports: at least what was expected; the rest is worked out from the value. */
export interface CrossProblem {
  readonly path: Path;
  readonly place?: 'key' | 'value';
  readonly expected: string;
  readonly found?: string;
  readonly nearest?: string;
  /** Replaces the usual "expected …; found …". */
  readonly text?: string;
}

/**
 * A check over several fields that runs even if some of them are wrong, so that all mistakes show at once. It must
 * therefore take nothing for granted. `unknownKeys` says whether the object has keys that the schema does not know.
 */
export function crossCheck<T>(
  find: (value: unknown, state: { sound: boolean; unknownKeys: boolean }) => readonly CrossProblem[],
): z.core.$ZodCheck<T> {
  const check = z.check<T>((payload) => {
    const here = payload.issues;
    const unknownKeys = here.some(({ code, path }) => code === 'unrecognized_keys' && (path?.length ?? 0) === 0);
    for (const problem of find(payload.value, { sound: here.length === 0, unknownKeys })) {
      payload.issues.push({
        code: 'custom',
        input: payload.value,
        path: [...problem.path],
        message: problem.expected,
        params: { problem },
      });
    }
  });
  check._zod.def.when = () => true;
  return check;
}

/** Reports a problem from within a `transform`; return what this returns. */
export function refuse(context: z.core.$RefinementCtx, problem: CrossProblem): never {
  context.addIssue({ code: 'custom', path: [...problem.path], message: problem.expected, params: { problem } });
  return z.NEVER;
}

/** A type with exactly one of the keys. */
export type OneKey<Shape extends Record<string, z.ZodType>> = {
  [K in keyof Shape]: { readonly [P in K]: z.output<Shape[P]> };
}[keyof Shape];

/** An object with exactly one of the keys: a discriminated union that is pleasant to write and gives precise errors. */
export function oneKeyObject<Shape extends Record<string, z.ZodType>>(
  shape: Shape,
  noun: string,
): z.ZodType<OneKey<Shape>> {
  const names = Object.keys(shape);
  const optional = Object.fromEntries(names.map((name) => [name, z.exactOptional(shape[name] as z.ZodType)]));
  const object = z
    .strictObject(optional, expected(noun))
    .check(crossCheck((value, { unknownKeys }) => exactlyOne(value, names, unknownKeys, noun)))
    .meta({ minProperties: 1, maxProperties: 1 });
  // Zod sees an object of optional keys; that exactly one of them is there is what the cross-check says.
  return object as z.ZodType<OneKey<Shape>>;
}

/** Reports unless exactly one of the keys is there; an unknown key is taken for the missing one, misspelt. */
export function exactlyOne(
  value: unknown,
  names: readonly string[],
  unknownKeys: boolean,
  noun: string,
): readonly CrossProblem[] {
  if (!isObject(value)) return [];
  const present = names.filter((name) => Object.hasOwn(value, name));
  if (present.length === 1 || (present.length === 0 && unknownKeys)) return [];
  if (present.length === 0) return [{ path: [], expected: noun }];
  return present.slice(1).map((name) => ({
    path: [name],
    place: 'key',
    expected: noun,
    found: present.join(' and '),
    text: `expected only one of ${present.join(' and ')}`,
  }));
}

/** Reports unless at least one of the keys is there. */
export function atLeastOne<T>(names: readonly string[]): z.core.$ZodCheck<T> {
  return crossCheck((value, { unknownKeys }) => {
    if (!isObject(value) || unknownKeys || names.some((name) => Object.hasOwn(value, name))) return [];
    return [{ path: [], expected: `at least one of ${names.join(', ')}` }];
  });
}

/** The JSON Schema (draft 7, which editors know best) of what may be written. */
export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  return { ...z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) };
}

/** What zod tells only while it parses. */
interface Note {
  readonly expected: string;
  readonly candidates: readonly string[];
}

const NOTE = '\u0000note ';

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

function noteOf(issue: RawIssue): Note {
  if (issue.code === 'unrecognized_keys') {
    const shape = issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape) : [];
    return { expected: `one of ${shape.join(', ')}`, candidates: shape };
  }
  if (issue.code === 'invalid_value') {
    const values = (issue.values as readonly unknown[]).map(String);
    return { expected: values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`, candidates: values };
  }
  if (issue.code === 'invalid_type') return { expected: NOUNS[issue.expected] ?? issue.expected, candidates: [] };
  if (issue.code === 'too_small') return { expected: `${issue.origin} of at least ${issue.minimum}`, candidates: [] };
  if (issue.code === 'too_big') return { expected: `${issue.origin} of at most ${issue.maximum}`, candidates: [] };
  return { expected: 'another value', candidates: [] };
}

/** Zod's names of types, as nouns. */
const NOUNS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
};

function problemsOf(issue: z.core.$ZodIssue, root: unknown, base: Path, notes: readonly Note[]): FieldProblem[] {
  const path: PathStep[] = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  const note = issue.message.startsWith(NOTE) ? notes[Number(issue.message.slice(NOTE.length))] : undefined;
  const noun = note?.expected ?? issue.message;
  const found = valueAt(root, path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], note));
  if (issue.code === 'invalid_union') {
    const member = memberMeant(issue.errors);
    if (member !== undefined) return member.flatMap((inner) => problemsOf(inner, root, path, notes));
  }
  if (issue.code === 'custom' && isCrossProblem(issue.params?.problem)) {
    return [crossProblem(issue.params.problem, path, found)];
  }
  const candidates = note?.candidates ?? [];
  if (issue.code === 'invalid_type' && issue.expected === 'string' && isBare(found)) {
    const text = `expected ${noun}; found ${describeFound(found)}, which needs quotes to be a text`;
    return [crossProblem({ path, expected: noun, text }, path, found)];
  }
  return [expectedFound(path, noun, found, typeof found === 'string' ? nearestName(found, candidates) : undefined)];
}

/** A misspelt field is not missing too. */
function withoutEchoes(problems: readonly FieldProblem[]): FieldProblem[] {
  const meant = new Set<string>();
  for (const { path, place, nearest } of problems) {
    if (place === 'key' && nearest !== undefined) meant.add(formatPath([...path.slice(0, -1), nearest]));
  }
  return problems.filter(({ path, found }) => found !== NOT_THERE || !meant.has(formatPath(path)));
}

const NOT_THERE = 'no such field';

function unknownKey(path: Path, note: Note | undefined): FieldProblem {
  const key = String(path.at(-1));
  const nearest = nearestName(key, note?.candidates ?? []);
  const wanted = note?.expected ?? 'no such key';
  const hint = nearest === undefined ? `expected ${wanted}` : `did you mean "${nearest}"?`;
  const message = aboutPath(path, `there is no such field; ${hint}`);
  return { path, place: 'key', found: key, expected: wanted, ...(nearest === undefined ? {} : { nearest }), message };
}

function crossProblem(problem: CrossProblem, path: Path, value: unknown): FieldProblem {
  const { expected: noun, nearest, place = 'value' } = problem;
  const found = problem.found ?? describeFound(value);
  const message = aboutPath(path, problem.text ?? `expected ${noun}; found ${found}`);
  return { path, place, found, expected: noun, ...(nearest === undefined ? {} : { nearest }), message };
}

function expectedFound(path: Path, noun: string, value: unknown, nearest: string | undefined): FieldProblem {
  if (value === undefined && typeof path.at(-1) === 'string') {
    const message = aboutPath(path, `this field is missing; expected ${noun}`);
    return { path, place: 'key', found: NOT_THERE, expected: noun, message };
  }
  const found = describeFound(value);
  const text = `expected ${noun}; found ${found}`;
  if (nearest === undefined) return { path, place: 'value', found, expected: noun, message: aboutPath(path, text) };
  const message = aboutPath(path, `${text}; did you mean "${nearest}"?`);
  return { path, place: 'value', found, expected: noun, nearest, message };
}

/** The member whose own type fits the value, if it is the only one. */
function memberMeant(members: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const meant = members.filter(
    (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  return meant.length === 1 ? meant[0] : undefined;
}

/** What YAML reads as something else than a text unless it is in quotes. */
function isBare(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

function isCrossProblem(value: unknown): value is CrossProblem {
  return isObject(value) && 'path' in value && 'expected' in value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PathStep, unknown>)[step];
  }
  return value;
}
