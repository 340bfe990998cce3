/**
 * How a scenario is written: the one definition from which files are checked and the JSON Schema for editors is made.
 * What comes out is still in the file's form where manifests are concerned: those are read by load-scenario.ts.
 */

import type { ClusterSpec } from '../../kubernetes/cluster/cluster-spec.ts';
import type { ObjectRef } from '../../kubernetes/protocol/kubectl.ts';
import {
  type CrossProblem,
  crossCheck,
  durationSchema,
  exactlyOne,
  expected,
  FAULT_CATALOGUE,
  FAULT_FIELDS,
  FAULT_KINDS,
  type Fault,
  jsonSchemaOf,
  oneKeyObject,
  z,
} from '../../sim/index.ts';
import { clusterSchema } from './cluster-schema.ts';
import type { Condition } from './condition.ts';
import { conditionSchema, refSchema, refsSchema } from './condition-schema.ts';
import type { StepAction } from './scenario.ts';

const optional = z.exactOptional;
const TEXT = expected('a text');
const FILE = 'a path to a file of manifests, or { inline: … }';

/** A path, relative to the scenario's file, or objects in place. */
const manifest = z
  .union(
    [
      z.string(expected(FILE)).min(1, expected(FILE)),
      z.strictObject(
        { inline: z.union([z.array(z.looseObject({})), z.looseObject({})], expected('an object, or a list of them')) },
        expected(FILE),
      ),
    ],
    expected(FILE),
  )
  .meta({ id: 'Manifest', description: FILE });

const manifests = z
  .union([manifest, z.array(manifest, expected('a list of manifests'))], expected(FILE))
  .transform((value) => (Array.isArray(value) ? value : [value]));

const FAULT = 'one fault, such as crash: { processes: node-1/kubelet }';
const fault = oneKeyObject(
  Object.fromEntries(
    FAULT_KINDS.map((kind) => [kind, FAULT_FIELDS[kind].meta({ description: FAULT_CATALOGUE[kind].summary })]),
  ) as Record<string, z.ZodType<object>>,
  FAULT,
).transform((value): Fault => {
  const [kind, fields] = Object.entries(value)[0] ?? [];
  // FAULT_FIELDS holds the schema of each kind against its member of the union.
  return { kind, ...(fields as object) } as Fault;
});

const replicas = z.int(expected('a whole number of replicas')).min(0, expected('a whole number of replicas'));

const deletion = z.union(
  [
    refsSchema,
    z.strictObject(
      {
        of: refsSchema,
        gracePeriodSeconds: optional(replicas),
        propagationPolicy: optional(z.enum(['Orphan', 'Background', 'Foreground'])),
      },
      expected('objects to delete: pod/web-1, or { of: pod/web-1, gracePeriodSeconds: 0 }'),
    ),
  ],
  expected('objects to delete: pod/web-1, or { of: pod/web-1, gracePeriodSeconds: 0 }'),
);

/** What a step does, one of these beside `at`, `after`, `within`, `for`, `name`. */
const ACTIONS = {
  apply: manifests.meta({ description: 'Creates or changes these objects, as kubectl apply does.' }),
  delete: deletion.meta({ description: 'Deletes objects.' }),
  scale: z
    .strictObject({ of: refSchema, to: replicas }, expected('{ of: deployment/web, to: 5 }'))
    .meta({ description: 'Changes a number of replicas.' }),
  patch: z
    .strictObject(
      { of: refSchema, with: z.unknown(), type: optional(z.enum(['strategic', 'merge', 'json'])) },
      expected('{ of: deployment/web, with: { spec: … } }'),
    )
    .meta({ description: 'Changes an object, by a strategic merge unless type says otherwise.' }),
  fault: fault.meta({ description: 'Strikes with a fault; for: says how long, name: lets a heal end it.' }),
  heal: z.string(expected('all, or the name of a fault')).meta({ description: 'Ends a fault by its name, or all.' }),
  wait: conditionSchema.meta({ description: 'Waits until this holds; within: says how long (5m).' }),
  assert: conditionSchema.meta({ description: 'This must hold now.' }),
};

export const ACTION_NAMES: readonly StepAction['do'][] = Object.keys(ACTIONS) as (keyof typeof ACTIONS)[];

const optionalActions = Object.fromEntries(ACTION_NAMES.map((name) => [name, optional(ACTIONS[name])])) as {
  [Name in keyof typeof ACTIONS]: z.ZodExactOptional<(typeof ACTIONS)[Name]>;
};
const STEP = `a step, with one of ${ACTION_NAMES.join(', ')}`;

const step = z
  .strictObject(
    {
      at: optional(durationSchema.meta({ description: 'Not before this time of the run.' })),
      after: optional(durationSchema.meta({ description: 'So long after the step before has ended.' })),
      within: optional(durationSchema.meta({ description: 'How long a wait may take.' })),
      for: optional(durationSchema.meta({ description: 'How long a fault lasts.' })),
      name: optional(z.string(TEXT)),
      ...optionalActions,
    },
    expected(STEP),
  )
  .check(crossCheck((value, { unknownKeys }) => stepProblems(value, unknownKeys)))
  .meta({ id: 'Step' });

const CHECK_KINDS = ['always', 'eventually', 'sometimes'] as const;
const CHECK = 'a check: { name: web-answers, always: { ready: { pods: "app=web", count: 3 } } }';

const check = z
  .strictObject(
    {
      name: z
        .string(expected('a name in kebab-case'))
        .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, expected('a name in kebab-case')),
      from: optional(
        durationSchema.meta({ description: 'From when it must hold. Default: from when it first holds.' }),
      ),
      always: optional(conditionSchema.meta({ description: 'Must hold from then on.' })),
      eventually: optional(conditionSchema.meta({ description: 'Must hold when the run ends.' })),
      sometimes: optional(conditionSchema.meta({ description: 'Must hold at one moment at least.' })),
    },
    expected(CHECK),
  )
  .check(crossCheck((value, { unknownKeys }) => checkProblems(value, unknownKeys)))
  .meta({ id: 'Check' });

const scenarioSchema = z
  .strictObject(
    {
      $schema: optional(z.string(TEXT)),
      name: optional(z.string(TEXT)),
      description: optional(z.string(TEXT)),
      seed: optional(z.union([z.string(), z.int().min(0)], expected('a text, or a whole number from 0 to 2^53-1'))),
      cluster: optional(clusterSchema),
      manifests: optional(manifests),
      steps: optional(z.array(step, expected('a list of steps'))),
      checks: optional(z.array(check, expected('a list of checks'))),
      duration: optional(durationSchema.meta({ description: 'Virtual time. Default: until the last step is done.' })),
    },
    expected('a scenario, which is an object with cluster, manifests, steps'),
  )
  .meta({ title: 'A Wavetank scenario' });

/** A scenario as its file has it; the schema's own transforms are done. */
export interface ScenarioFile {
  readonly name?: string;
  readonly description?: string;
  readonly seed?: number | string;
  readonly cluster?: ClusterSpec;
  readonly manifests?: readonly ManifestSource[];
  readonly steps?: readonly StepFile[];
  readonly checks?: readonly CheckFile[];
  readonly duration?: number;
}

export type ManifestSource = string | { readonly inline: unknown };

export interface CheckFile {
  readonly name: string;
  readonly from?: number;
  readonly always?: Condition;
  readonly eventually?: Condition;
  readonly sometimes?: Condition;
}

export interface StepFile {
  readonly at?: number;
  readonly after?: number;
  readonly within?: number;
  readonly for?: number;
  readonly name?: string;
  readonly apply?: readonly ManifestSource[];
  readonly delete?:
    | readonly ObjectRef[]
    | {
        readonly of: readonly ObjectRef[];
        readonly gracePeriodSeconds?: number;
        readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
      };
  readonly scale?: { readonly of: ObjectRef; readonly to: number };
  readonly patch?: { readonly of: ObjectRef; readonly with: unknown; readonly type?: 'strategic' | 'merge' | 'json' };
  readonly fault?: Fault;
  readonly heal?: string;
  readonly wait?: Condition;
  readonly assert?: Condition;
}

export const scenarioFileSchema: z.ZodType<ScenarioFile> = scenarioSchema as z.ZodType<ScenarioFile>;

/** JSON Schema, draft 7: with it editors complete and check while one writes. */
export function scenarioJsonSchema(): Record<string, unknown> {
  return jsonSchemaOf(scenarioSchema);
}

function checkProblems(value: unknown, unknownKeys: boolean): readonly CrossProblem[] {
  const problems = [...exactlyOne(value, CHECK_KINDS, unknownKeys, CHECK)];
  if (typeof value !== 'object' || value === null) return problems;
  if (Object.hasOwn(value, 'from') && !Object.hasOwn(value, 'always')) {
    const text = '"from" belongs to always; take it away';
    problems.push({ path: ['from'], place: 'key', expected: 'no "from"', text });
  }
  return problems;
}

/** `within` belongs to waits, `for` and `name` to faults. */
const BELONGS: Readonly<Record<string, readonly string[]>> = { within: ['wait'], for: ['fault'], name: ['fault'] };

function stepProblems(value: unknown, unknownKeys: boolean): readonly CrossProblem[] {
  const problems = [...exactlyOne(value, ACTION_NAMES, unknownKeys, STEP)];
  if (typeof value !== 'object' || value === null) return problems;
  const action = ACTION_NAMES.find((name) => Object.hasOwn(value, name));
  if (action === undefined) return problems;
  for (const [field, actions] of Object.entries(BELONGS)) {
    if (!Object.hasOwn(value, field) || actions.includes(action)) continue;
    const text = `"${field}" belongs to ${actions.join(', ')}, not to ${action}; take it away`;
    problems.push({ path: [field], place: 'key', expected: `no "${field}"`, text });
  }
  return problems;
}
