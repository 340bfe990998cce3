/** How a scenario writes objects by name, and conditions. */
import { kindNamed, kindWords } from '../../kubernetes/api/kinds/registry.ts';
import { parseLabelSelector } from '../../kubernetes/api/label-selector.ts';
import type { ObjectRef } from '../../kubernetes/protocol/kubectl.ts';
import { atLeastOne, type CrossProblem, expected, nearestName, oneKeyObject, refuse, z } from '../../sim/index.ts';
import { type Comparison, type Condition, REQUEST_COUNTS } from './condition.ts';

export const DEFAULT_NAMESPACE = 'default';

const REF = 'an object as kind/name, such as deployment/web, or { kind, name, namespace }';
const NAMESPACE = z.string(expected('the name of a namespace')).min(1, expected('the name of a namespace'));
const optional = z.exactOptional;

/** One object: `deployment/web`, or `{ kind: deployment, name: web, namespace: shop }`. */
export const refSchema: z.ZodType<ObjectRef> = z
  .union(
    [
      z.string(expected(REF)).regex(/^[^/]+\/[^/]+$/, expected(REF)),
      z.strictObject(
        {
          kind: z.string(expected('a kind such as deployment')),
          name: z.string(expected('the name of an object')).min(1, expected('the name of an object')),
          namespace: optional(NAMESPACE),
        },
        expected(REF),
      ),
    ],
    expected(REF),
  )
  .transform((value, context): ObjectRef => {
    const [kind = '', name = ''] = typeof value === 'string' ? value.split('/') : [value.kind, value.name];
    const namespace = typeof value === 'string' ? DEFAULT_NAMESPACE : (value.namespace ?? DEFAULT_NAMESPACE);
    if (kindNamed(kind) !== undefined) return { kind, name, namespace };
    return refuse(context, unknownKind(kind, typeof value === 'string' ? [] : ['kind']));
  })
  .meta({ id: 'ObjectRef', description: REF });

function unknownKind(kind: string, path: CrossProblem['path']): CrossProblem {
  const nearest = nearestName(kind, kindWords());
  const hint = nearest === undefined ? `the kinds are ${kindWords().join(', ')}` : `did you mean "${nearest}"?`;
  return {
    path,
    expected: 'a kind',
    found: kind,
    text: `there is no kind "${kind}"; ${hint}`,
    ...(nearest === undefined ? {} : { nearest }),
  };
}

/** One object or a list of them. */
export const refsSchema = z
  .union(
    [refSchema, z.array(refSchema, expected('a list of objects')).min(1, expected('at least one object'))],
    expected(REF),
  )
  .transform((value) => (Array.isArray(value) ? value : [value]));

const ALL = 'all, or objects such as deployment/web';
const refsOrAll = z.union([z.literal('all', expected(ALL)), refsSchema], expected(ALL));

const SELECTOR = 'a label selector such as app=web,tier in (a,b)';
const selector = z.string(expected(SELECTOR)).transform((text, context) => {
  const parsed = parseLabelSelector(text);
  if (typeof parsed !== 'string') return text;
  return refuse(context, { path: [], expected: SELECTOR, text: `"${text}" is no label selector: ${parsed}` });
});

const scalar = z.union([z.string(), z.number(), z.boolean()], expected('a text, a number, true or false'));
const bound = z.number(expected('a number'));
const comparisonFields = { is: optional(scalar), atLeast: optional(bound), atMost: optional(bound) };
const COMPARISON = 'a comparison: { is: 3 }, { atLeast: 1 } or { atMost: 0 }';

const comparison: z.ZodType<Comparison> = z
  .union(
    [
      scalar.transform((is): Comparison => ({ is })),
      z.strictObject(comparisonFields, expected(COMPARISON)).check(atLeastOne(['is', 'atLeast', 'atMost'])),
    ],
    expected(COMPARISON),
  )
  .meta({ id: 'Comparison', description: COMPARISON });

const pods = { pods: selector, namespace: optional(NAMESPACE) };

const CONDITION = 'one condition, such as available: deployment/web, or settled: true';

const condition: z.ZodType = z.lazy(() =>
  oneKeyObject(
    {
      available: refsOrAll.meta({ description: 'These Deployments have the condition Available.' }),
      complete: refsOrAll.meta({ description: 'These Deployments are rolled out, and nothing old is left.' }),
      ready: z
        .strictObject(
          {
            ...pods,
            count: optional(z.int(expected('a whole number of pods')).min(0, expected('a whole number of pods'))),
          },
          expected('pods by their labels: { pods: "app=web", count: 3 }'),
        )
        .meta({ description: 'These pods are Ready: so many, or all there are.' }),
      settled: z
        .literal(true, expected('true'))
        .meta({ description: 'Every Deployment is rolled out, every pod is Ready or has ended well.' }),
      exists: refSchema.meta({ description: 'The object is there.' }),
      gone: refSchema.meta({ description: 'The object is not there.' }),
      value: z
        .strictObject(
          { of: refSchema, path: z.string(expected('a path such as status.readyReplicas')), ...comparisonFields },
          expected('a field compared: { of: deployment/web, path: status.readyReplicas, is: 3 }'),
        )
        .check(atLeastOne(['is', 'atLeast', 'atMost'])),
      requests: z
        .strictObject(
          {
            from: selector,
            namespace: optional(NAMESPACE),
            ...Object.fromEntries(REQUEST_COUNTS.map((count) => [count, optional(comparison)])),
          } as {
            from: typeof selector;
            namespace: z.ZodExactOptional<typeof NAMESPACE>;
            sent: z.ZodExactOptional<typeof comparison>;
            ok: z.ZodExactOptional<typeof comparison>;
            failed: z.ZodExactOptional<typeof comparison>;
          },
          expected('what load generators have counted: { from: "app=load", failed: { atMost: 0 } }'),
        )
        .check(atLeastOne([...REQUEST_COUNTS]))
        .meta({ description: 'What the load generators among these pods have counted.' }),
      all: z.array(condition, expected('a list of conditions')).min(1, expected('at least one condition')),
      not: condition,
    },
    CONDITION,
  ),
);

export const conditionSchema: z.ZodType<Condition> = condition
  .transform((value) => toCondition(value as Written))
  .meta({ id: 'Condition', description: CONDITION }) as z.ZodType<Condition>;

type Refs = readonly ObjectRef[] | 'all';

/** What the schema above lets through: exactly one key. */
interface Written {
  readonly available?: Refs;
  readonly complete?: Refs;
  readonly ready?: { readonly pods: string; readonly namespace?: string; readonly count?: number };
  readonly settled?: true;
  readonly exists?: ObjectRef;
  readonly gone?: ObjectRef;
  readonly value?: { readonly of: ObjectRef; readonly path: string } & Comparison;
  readonly requests?: {
    readonly from: string;
    readonly namespace?: string;
    readonly sent?: Comparison;
    readonly ok?: Comparison;
    readonly failed?: Comparison;
  };
  readonly all?: readonly Written[];
  readonly not?: Written;
}

function toCondition(written: Written): Condition {
  const { available, complete, ready, exists, gone, value, requests, all, not } = written;
  if (available !== undefined) return { kind: 'available', refs: available };
  if (complete !== undefined) return { kind: 'complete', refs: complete };
  if (ready !== undefined) {
    const { pods, namespace = DEFAULT_NAMESPACE, ...rest } = ready;
    return { kind: 'ready', selector: pods, namespace, ...rest };
  }
  if (exists !== undefined) return { kind: 'exists', ref: exists };
  if (gone !== undefined) return { kind: 'gone', ref: gone };
  if (value !== undefined) {
    const { of: ref, path, ...compare } = value;
    return { kind: 'value', ref, path, compare };
  }
  if (requests !== undefined) {
    const { from, namespace = DEFAULT_NAMESPACE, ...counts } = requests;
    return { kind: 'requests', selector: from, namespace, counts };
  }
  if (all !== undefined) return { kind: 'all', of: all.map(toCondition) };
  if (not !== undefined) return { kind: 'not', of: toCondition(not) };
  return { kind: 'settled' };
}
