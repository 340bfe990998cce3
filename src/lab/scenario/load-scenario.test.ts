import { describe, expect, it } from 'vitest';
import { loadScenario, ScenarioError } from './load-scenario.ts';
import { type Override, parseOverride } from './overrides.ts';

const GOOD_MANIFEST = `apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { a: b }
`;

const BAD_MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replcias: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: nginx
          ports: [{ containerPort: "80" }]
---
apiVersion: apps/v1
kind: Deploymnet
metadata: { name: x }
`;

const FILES: Record<string, string> = { 'dir/good.yaml': GOOD_MANIFEST, 'dir/bad.yaml': BAD_MANIFEST };

function load(text: string, overrides: readonly string[] = []) {
  const parsed = overrides.map((each): Override => {
    const result = parseOverride(each);
    if (!result.ok) throw new Error(result.problem);
    return result.override;
  });
  return loadScenario('dir/a.yaml', {
    overrides: parsed,
    read: (path) => {
      const file = path === 'dir/a.yaml' ? text : FILES[path];
      if (file === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
      return file;
    },
  });
}

/** The lines of the error; none if there is no error. */
function mistakes(text: string, overrides: readonly string[] = []): string[] {
  try {
    load(text, overrides);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.message.split('\n');
  }
}

describe('a scenario', () => {
  it('has defaults for all that it leaves out', () => {
    const { name, seed, cluster, manifests, steps } = load('manifests: good.yaml\n');
    expect({ name, seed, cluster, steps }).toEqual({
      name: 'a',
      seed: 1,
      cluster: { nodes: [{ name: 'node', count: 3 }] },
      steps: [],
    });
    expect(manifests.flatMap(({ objects }) => objects.map(({ object }) => object.metadata.name))).toEqual(['settings']);
  });

  it('has steps in order, with their times and conditions', () => {
    const { steps, durationMs } = load(`
duration: 5m
steps:
  - at: 10s
    apply: { inline: { apiVersion: v1, kind: ConfigMap, metadata: { name: x } } }
  - after: 1s
    scale: { of: deployment/web, to: 2 }
  - patch: { of: { kind: deploy, name: web, namespace: shop }, with: { spec: {} } }
  - fault: { crash: { processes: "node-1/kubelet" } }
    for: 3s
    name: k
  - heal: k
  - wait: { all: [{ available: all }, { not: { gone: pod/x } }] }
    within: 30s
  - assert: { value: { of: deployment/web, path: status.replicas, atLeast: 1 } }
  - delete: { of: pod/x, gracePeriodSeconds: 0 }
`);
    expect(durationMs).toBe(300_000);
    expect(steps.map(({ atMs, afterMs, action }) => [atMs ?? afterMs, action.do])).toEqual([
      [10_000, 'apply'],
      [1000, 'scale'],
      [undefined, 'patch'],
      [undefined, 'fault'],
      [undefined, 'heal'],
      [undefined, 'wait'],
      [undefined, 'assert'],
      [undefined, 'delete'],
    ]);
    expect(steps[2]?.action).toMatchObject({ ref: { kind: 'deploy', name: 'web', namespace: 'shop' } });
    expect(steps[5]?.action).toMatchObject({ withinMs: 30_000 });
  });

  it('that is a file of manifests runs these until they settle', () => {
    const { manifests, steps } = load(GOOD_MANIFEST);
    expect(manifests).toHaveLength(1);
    expect(steps.map(({ action }) => action.do)).toEqual(['wait']);
  });

  it('can be changed before it is checked', () => {
    const { cluster, seed } = load('cluster: { nodes: [{ name: node, count: 1 }] }', [
      'cluster.nodes[0].count=5',
      'seed=9',
    ]);
    expect([cluster.nodes[0]?.count, seed]).toEqual([5, 9]);
  });
});

describe('mistakes', () => {
  it.each<[what: string, text: string, lines: (string | RegExp)[]]>([
    ['an empty file', '', [/^dir\/a\.yaml:1:1 the file is empty/]],
    ['broken YAML', 'steps: [', [/^dir\/a\.yaml:\d+:\d+ /]],
    ['an unknown field', 'stpes: []', [/^dir\/a\.yaml:1:1 stpes: there is no such field; did you mean "steps"\?/]],
    [
      'an unknown action',
      'steps:\n  - wiat: { settled: true }',
      [/^dir\/a\.yaml:2:5 steps\[0\]\.wiat: there is no such field; did you mean "wait"\?/],
    ],
    ['two actions', 'steps:\n  - heal: all\n    wait: { settled: true }', [/expected only one of/]],
    ['a field of another action', 'steps:\n  - heal: all\n    within: 5s', [/^dir\/a\.yaml:3:5 .*belongs to wait/]],
    [
      'an unknown kind',
      'steps:\n  - scale: { of: deploymnet/web, to: 1 }',
      [/^dir\/a\.yaml:2:18 .*no kind "deploymnet"; did you mean "deployment"\?/],
    ],
    [
      'a bad selector',
      'steps:\n  - wait: { ready: { pods: "a in b" } }',
      [/^dir\/a\.yaml:2:\d+ .*is no label selector/],
    ],
    ['a bad duration', 'duration: 5 minutes', [/^dir\/a\.yaml:1:11 duration: "5 minutes" is not a duration/]],
    [
      'a bad block',
      'cluster: { nodes: [], podCidr: 10.1.1.1/8 }',
      [/^dir\/a\.yaml:1:\d+ cluster\.podCidr: expected a block/],
    ],
    [
      'a host that is not there',
      'steps:\n  - fault: { power-off: { hosts: node-9 } }',
      [/^dir\/a\.yaml:2:\d+ steps\[0\]\.fault\.power-off\.hosts.*node-9.*did you mean "node-\d"\?/],
    ],
    [
      'a heal of nothing',
      'steps:\n  - heal: outage',
      [/^dir\/a\.yaml:2:11 .*no step strikes with a fault named "outage"/],
    ],
    [
      'two nodes of one name',
      'cluster: { nodes: [{ name: a }, { name: a }] }',
      [/^dir\/a\.yaml:1:\d+ cluster\.nodes: two nodes are called "a"/],
    ],
    [
      'a file that is not there',
      'manifests: [none.yaml]',
      [/^dir\/a\.yaml:1:13 none\.yaml: .*no such file \(dir\/none\.yaml\)/],
    ],
    [
      'a check of two kinds',
      'checks:\n  - { name: a, always: { settled: true }, sometimes: { settled: true } }',
      [/expected only one of/],
    ],
    [
      'a check with a bad name',
      'checks:\n  - { name: A b, always: { settled: true } }',
      [/^dir\/a\.yaml:2:\d+ .*kebab-case/],
    ],
    ['a second document', 'steps: []\n---\nsteps: []', [/^dir\/a\.yaml:3:1 a second document begins here/]],
  ])('%s is told with its place', (_, text, lines) => {
    const told = mistakes(text);
    expect(told).toHaveLength(lines.length);
    lines.forEach((line, index) => {
      expect(told[index]).toMatch(line);
    });
  });

  it('of the scenario and of its manifests are told all at once', () => {
    const told = mistakes('manifests: [good.yaml, bad.yaml]\nsteps:\n  - wiat: { settled: true }\n');
    expect(told.map((line) => line.split(' ')[0])).toEqual([
      'dir/a.yaml:3:5',
      'dir/bad.yaml:6:3',
      'dir/bad.yaml:14:36',
      'dir/bad.yaml:17:7',
    ]);
    expect(told[1]).toMatch(/did you mean "replicas"\?/);
    expect(told[3]).toMatch(/did you mean "Deployment"\?/);
  });

  it('of an inline manifest are told where it stands', () => {
    const [told = ''] = mistakes(`manifests:
  - inline:
      apiVersion: v1
      kind: ConfigMap
      metadata: { nmae: x }
`);
    expect(told).toMatch(/^dir\/a\.yaml:5:19 .*nmae.*did you mean "name"\?/);
  });

  it('of --set are those of --set', () => {
    const text = 'cluster: { nodes: [{ name: node, count: 1 }] }';
    expect(mistakes(text, ['cluster.nodes[0].count=many'])[0]).toMatch(
      /^--set cluster\.nodes\[0\]\.count=many:1:1 .*whole number/,
    );
    expect(mistakes(text, ['cluster.nodse=[]'])[0]).toMatch(/^--set cluster\.nodse=\[\]:1:1 .*did you mean "nodes"\?/);
    expect(mistakes(text, ['cluster.nodes.count=1'])[0]).toMatch(/is not an object/);
  });
});
