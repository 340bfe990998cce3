/**
 * A plan as a file holds it, and the way from there into memory and back.
 *
 * ```yaml
 * seed: 7
 * healAt: 1m
 * faults:
 *   - at: 10s
 *     for: 30s
 *     partition: { sides: [[a, b], { zone: z2 }] }
 * ```
 *
 * Each entry has exactly one key that is a kind of fault; under it are the fault's fields. That gives more precise
 * messages than a field `kind` would, and less to write.
 */
import { formatDuration, microsecondsOf } from '../kernel/duration.ts';
import { durationSchema } from '../kernel/duration-schema.ts';
import type { FieldProblem } from '../kernel/problem.ts';
import { type CrossProblem, checkSchema, crossCheck, exactlyOne, expected, jsonSchemaOf, z } from '../kernel/schema.ts';
import type { Fault, FaultKind } from './fault.ts';
import { FAULT_CATALOGUE, FAULT_KINDS } from './fault-kinds.ts';
import { FAULT_FIELDS } from './fault-schema.ts';
import type { Plan, PlannedFault } from './plan.ts';

/** All mistakes of a value that should be a plan as a file holds it, or the plan. */
export function planFromFileForm(value: unknown): { plan: Plan } | { problems: readonly FieldProblem[] } {
  const checked = checkSchema(planSchema, value);
  return checked.ok ? { plan: toPlan(checked.value) } : { problems: checked.problems };
}

/** The plain data of the file. Keys always come in the same order. */
export function planToFileForm(plan: Plan): Record<string, unknown> {
  return {
    ...present('name', plan.name),
    ...present('notes', plan.notes),
    ...present('seed', plan.seed),
    ...present('duration', durationText(plan.durationMs)),
    ...present('healAt', durationText(plan.healAtMs)),
    faults: plan.faults.map(({ atMs, forMs, name, fault }) => {
      const { kind, ...fields } = fault;
      return {
        at: durationText(atMs),
        ...present('for', durationText(forMs)),
        ...present('name', name),
        [kind]: fields,
      };
    }),
  };
}

/** The mistakes of a plan that a program made; none if a file could hold it. Paths are those of the file. */
export function planProblems(plan: Plan): readonly FieldProblem[] {
  const result = planFromFileForm(planToFileForm(plan));
  return 'plan' in result ? [] : result.problems;
}

/** JSON Schema, draft 7, of a plan's file: with it editors complete and check while one writes. */
export function planJsonSchema(): Record<string, unknown> {
  return jsonSchemaOf(planSchema);
}

const TEXT = expected('a text');
const SEED = expected('a text, or a whole number below 2^53 (put quotes around larger ones)');
const FAULT = `one fault beside at, for and name, such as crash: { processes: "*/etcd" }`;

const faultFields = Object.fromEntries(
  FAULT_KINDS.map((kind) => [
    kind,
    z.exactOptional((FAULT_FIELDS[kind] as z.ZodType<object>).meta({ description: FAULT_CATALOGUE[kind].summary })),
  ]),
) as { [Kind in FaultKind]: z.ZodExactOptional<z.ZodType<object>> };

const entrySchema = z
  .strictObject(
    { at: durationSchema, for: z.exactOptional(durationSchema), name: z.exactOptional(z.string(TEXT)), ...faultFields },
    expected('an entry with at and one fault'),
  )
  .check(crossCheck((value, { unknownKeys }) => entryProblems(value, unknownKeys)))
  .meta({ oneOf: FAULT_KINDS.map((kind) => ({ required: [kind] })) });

const planSchema = z
  .strictObject(
    {
      $schema: z.exactOptional(z.string(TEXT)),
      name: z.exactOptional(z.string(TEXT)),
      notes: z.exactOptional(z.string(TEXT)),
      seed: z.exactOptional(z.union([z.string(SEED), z.int(SEED)], SEED)),
      duration: z.exactOptional(durationSchema),
      healAt: z.exactOptional(durationSchema),
      faults: z.array(entrySchema, expected('a list of faults')),
    },
    expected('a plan, which is an object with faults'),
  )
  .check(crossCheck(orderProblems))
  .meta({ title: 'A plan of faults' });

function toPlan(file: z.output<typeof planSchema>): Plan {
  return {
    ...present('name', file.name),
    ...present('notes', file.notes),
    ...present('seed', file.seed),
    ...present('durationMs', file.duration),
    ...present('healAtMs', file.healAt),
    faults: file.faults.map(toPlannedFault),
  };
}

function toPlannedFault(entry: z.output<typeof entrySchema>): PlannedFault {
  const kind = FAULT_KINDS.find((name) => entry[name] !== undefined);
  if (kind === undefined) throw new Error('An entry without a fault passed its check.');
  return {
    atMs: entry.at,
    ...present('forMs', entry.for),
    ...present('name', entry.name),
    // FAULT_FIELDS holds the schema of each kind against its member of the union.
    fault: { kind, ...entry[kind] } as Fault,
  };
}

function entryProblems(value: unknown, unknownKeys: boolean): readonly CrossProblem[] {
  const problems = [...exactlyOne(value, FAULT_KINDS, unknownKeys, FAULT)];
  if (!isObject(value)) return problems;
  const kind = FAULT_KINDS.find((name) => Object.hasOwn(value, name));
  if (kind !== undefined && FAULT_CATALOGUE[kind].ends === 'at-once' && Object.hasOwn(value, 'for')) {
    const text = `${kind} happens at one instant and does not last; take "for" away`;
    problems.push({ path: ['for'], place: 'key', expected: 'no "for"', text });
  }
  return problems;
}

/** What would never happen is a mistake of whoever wrote it down. Some parts of the value may be wrong. */
function orderProblems(value: unknown): readonly CrossProblem[] {
  if (!isObject(value)) return [];
  const { healAt, duration: end, faults } = value;
  const problems: CrossProblem[] = [];
  const mustPrecede = (path: CrossProblem['path'], time: unknown, limit: unknown, limitName: string): void => {
    if (typeof time !== 'number' || typeof limit !== 'number' || time < limit) return;
    const noun = `a time before ${limitName} (${durationText(limit)})`;
    problems.push({ path, expected: noun, found: String(durationText(time)) });
  };
  mustPrecede(['healAt'], healAt, end, 'the end of the run');
  (Array.isArray(faults) ? faults : []).forEach((entry: unknown, index) => {
    const at = isObject(entry) ? entry.at : undefined;
    const path = ['faults', index, 'at'];
    if (typeof healAt === 'number') mustPrecede(path, at, healAt, 'the heal');
    else mustPrecede(path, at, end, 'the end of the run');
  });
  return problems;
}

function durationText(ms: number | undefined): string | number | undefined {
  if (ms === undefined) return undefined;
  const us = microsecondsOf(ms);
  // What is no duration stays as it is, so that the schema can complain about it.
  return us !== undefined && us >= 0 && us <= Number.MAX_SAFE_INTEGER ? formatDuration(us) : ms;
}

function present<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
