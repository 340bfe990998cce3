/** Scenarios as data, run in small clusters: what steps do, and what of them is told. */
import { describe, expect, it } from 'vitest';
import type { NewObject } from '../../kubernetes/api/object.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { DEFAULT_SEED, type Scenario, type Step, type StepAction } from '../scenario/scenario.ts';
import { runScenario } from './run-scenario.ts';

const manifest = (...objects: NewObject[]): Manifest => ({
  source: 'test',
  objects: objects.map((object) => ({
    object,
    problemAt: (_, message) => ({ file: 'test', line: 1, column: 1, found: '', expected: '', message }),
  })),
});

const deployment = (name: string, replicas: number): NewObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'example.com/x:1' }] },
    },
  },
});

const ref = (name: string) => ({ kind: 'deployment', name, namespace: 'default' });

function scenario(
  actions: readonly (StepAction | (Omit<Step, 'number'> & { action: StepAction }))[],
  more: Partial<Scenario> = {},
): Scenario {
  return {
    name: 'test',
    description: '',
    seed: DEFAULT_SEED,
    cluster: { nodes: [{ name: 'node', count: 2 }] },
    manifests: [manifest(deployment('web', 2))],
    steps: actions.map((each, index) => ({ number: index + 1, ...('do' in each ? { action: each } : each) })),
    checks: [],
    ...more,
  };
}

describe('a scenario', () => {
  it('takes its steps one after the other, and tells how long each took', async () => {
    const { verdict, steps, moments, failure } = await runScenario(
      scenario([
        { do: 'wait', condition: { kind: 'complete', refs: 'all' }, withinMs: 60_000 },
        { do: 'scale', ref: ref('web'), replicas: 3 },
        {
          do: 'wait',
          condition: { kind: 'ready', selector: 'app=web', namespace: 'default', count: 3 },
          withinMs: 60_000,
        },
        { do: 'patch', ref: ref('web'), patchType: 'merge', patch: { metadata: { labels: { tier: 'front' } } } },
        {
          do: 'assert',
          condition: { kind: 'value', ref: ref('web'), path: 'metadata.labels["tier"]', compare: { is: 'front' } },
        },
        { do: 'delete', refs: [ref('web')] },
        { do: 'wait', condition: { kind: 'gone', ref: ref('web') }, withinMs: 60_000 },
        {
          do: 'wait',
          condition: { kind: 'ready', selector: 'app=web', namespace: 'default', count: 0 },
          withinMs: 120_000,
        },
      ]),
    );
    expect(failure).toBeUndefined();
    expect(verdict).toBe('pass');
    expect(steps.map(({ step, ok }) => [step, ok])).toEqual(Array.from({ length: 9 }, (_, i) => [i, true]));
    expect(steps[2]?.lines).toEqual(['deployment.apps/web scaled']);
    expect(steps.every(({ fromMs, toMs }, i) => toMs >= fromMs && fromMs >= (steps[i - 1]?.toMs ?? 0))).toBe(true);
    const told = moments.filter(({ kind }) => kind === 'Deployment').map(({ what }) => what);
    expect(told).toEqual(expect.arrayContaining(['created', 'scaled from 2 to 3', 'rolled out', 'deleted']));
  });

  it('ends at a step that fails, and says which and why', async () => {
    const { verdict, failure, stepsLeft } = await runScenario(
      scenario([
        { do: 'wait', condition: { kind: 'complete', refs: [ref('web')] }, withinMs: 60_000 },
        { do: 'assert', condition: { kind: 'value', ref: ref('web'), path: 'spec.replicas', compare: { atLeast: 5 } } },
        { do: 'heal' },
      ]),
    );
    expect(verdict).toBe('fail');
    expect(failure).toMatchObject({ step: 2, message: 'deployment/web spec.replicas is 2, expected at least 5' });
    expect(stepsLeft).toBe(1);
  });

  it('fails when the API server refuses, in its words', async () => {
    const { failure } = await runScenario(scenario([{ do: 'scale', ref: ref('wbe'), replicas: 1 }]));
    expect(failure?.message).toBe('Error from server (NotFound): deployments.apps "wbe" not found');
  });

  it('lasts as long as it says, begins steps no sooner than they say, and stops where it is told to', async () => {
    const steps = [
      { atMs: 20_000, action: { do: 'scale', ref: ref('web'), replicas: 1 } as const },
      { afterMs: 5000, action: { do: 'scale', ref: ref('web'), replicas: 2 } as const },
    ];
    const full = await runScenario(scenario(steps, { durationMs: 60_000 }));
    expect(full.report.virtualMs).toBe(60_000);
    expect(full.steps.slice(1).map(({ fromMs }) => Math.floor(fromMs / 1000))).toEqual([20, 25]);
    const cut = await runScenario(scenario(steps, { durationMs: 60_000 }), { untilMs: 22_000 });
    expect([cut.report.virtualMs, cut.stepsLeft, cut.verdict]).toEqual([22_000, 1, 'pass']);
  });

  it('strikes with faults and heals them, and goes on when the control plane comes back', async () => {
    const outcome = await runScenario(
      scenario([
        { do: 'wait', condition: { kind: 'complete', refs: 'all' }, withinMs: 60_000 },
        { do: 'fault', fault: { kind: 'power-off', hosts: 'control-plane' }, name: 'outage' },
        { afterMs: 10_000, action: { do: 'heal', name: 'outage' } },
        { do: 'scale', ref: ref('web'), replicas: 4 },
        { do: 'wait', condition: { kind: 'complete', refs: 'all' }, withinMs: 120_000 },
      ]),
    );
    expect(outcome.failure).toBeUndefined();
    expect(outcome.report.panics).toEqual([]);
    expect(outcome.report.withoutEffect).toEqual([]);
    expect(outcome.verdict).toBe('pass');
  });

  it('keeps its own promises, or says which is broken, when and by what', async () => {
    const web = (count: number) => ({ kind: 'ready', selector: 'app=web', namespace: 'default', count }) as const;
    const { verdict, checks, failure } = await runScenario(
      scenario(
        [
          { do: 'wait', condition: web(2), withinMs: 60_000 },
          { do: 'scale', ref: ref('web'), replicas: 1 },
          { do: 'wait', condition: web(1), withinMs: 60_000 },
        ],
        {
          checks: [
            { name: 'there-is-web', kind: 'always', condition: { kind: 'exists', ref: ref('web') } },
            { name: 'two-stay-ready', kind: 'always', condition: web(2) },
            { name: 'one-from-the-start', kind: 'always', condition: web(1), fromMs: 0 },
            { name: 'one-at-the-end', kind: 'eventually', condition: web(1) },
            { name: 'three-at-the-end', kind: 'eventually', condition: web(3) },
            { name: 'two-at-some-time', kind: 'sometimes', condition: web(2) },
            { name: 'five-at-some-time', kind: 'sometimes', condition: web(5) },
          ],
        },
      ),
    );
    expect(failure).toBeUndefined();
    expect(verdict).toBe('fail');
    expect(checks.map(({ name, status }) => [name, status])).toEqual([
      ['there-is-web', 'held'],
      ['two-stay-ready', 'violated'],
      ['one-from-the-start', 'violated'],
      ['one-at-the-end', 'held'],
      ['three-at-the-end', 'violated'],
      ['two-at-some-time', 'reached'],
      ['five-at-some-time', 'not-reached'],
    ]);
    expect(checks[1]?.violation?.message).toBe('1 of 2 pods with app=web are ready');
    expect(checks[1]?.promise).toBe('Always: 2 pods with app=web are ready.');
  });
});
