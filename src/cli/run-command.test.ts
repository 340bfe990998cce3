import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordedTerminal } from '../../test/cli/recorded-terminal.ts';
import { parseYaml } from '../sim/index.ts';
import { runCommandLine } from './command-line.ts';

const POD = `apiVersion: v1
kind: Pod
metadata: { name: hello }
spec: { containers: [{ name: main, image: "example.com/hello:1" }] }
`;

const NEVER_PULLED = `cluster:
  nodes: [{ name: node, count: 1 }]
  images: [{ image: "example.com/*", missing: true }]
manifests: [pod.yaml]
steps:
  - wait: { settled: true }
    within: 1m
  - assert: { exists: pod/hello }
`;

const TOO_LARGE = `cluster: { nodes: [{ name: node, count: 2 }] }
manifests:
  inline:
    apiVersion: v1
    kind: Pod
    metadata: { name: large }
    spec: { containers: [{ name: main, image: x, resources: { requests: { cpu: "64" } } }] }
steps:
  - wait: { ready: { pods: "app=none" } }
    within: 10s
`;

const LONELY_SERVICE = `${POD}---
apiVersion: v1
kind: Service
metadata: { name: hello }
spec: { selector: { app: helo }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: other, labels: { app: hello } }
spec: { containers: [{ name: main, image: x }] }
`;

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavetank-run-'));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('pod.yaml', POD);
  write('never-pulled.yaml', NEVER_PULLED);
  write('too-large.yaml', TOO_LARGE);
  write('lonely-service.yaml', LONELY_SERVICE);
  write('broken.yaml', 'steps: [');
  write('typo.yaml', 'manifests: [pod.yaml]\nstpes: []\n');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `wavetank run` in this process; what begins with @ is a file of the folder. */
async function run(
  args: readonly string[],
  interrupted = false,
): Promise<{ code: number; out: string; error: string }> {
  const terminal = recordedTerminal({ interrupted });
  const code = await runCommandLine(['run', ...args.map((arg) => arg.replace(/^@/, `${folder}/`))], terminal);
  return { code, ...terminal.written };
}

describe('wavetank run', () => {
  it.each<[what: string, args: string[], error: RegExp]>([
    ['a file that is not there', ['@nope.yaml'], /nope\.yaml:1:1 there is no such file/],
    ['a folder', ['@'], /it is a folder/],
    ['broken YAML', ['@broken.yaml'], /broken\.yaml:\d+:\d+ /],
    ['a misspelt field', ['@typo.yaml'], /typo\.yaml:2:1 stpes: .*did you mean "steps"\?/],
    ['a seed that is no number', ['@pod.yaml', '--seed', 'abc'], /--seed: expected a whole number .*found "abc"/],
    ['a misspelt flag', ['@pod.yaml', '--sed', '5'], /unknown option '--sed'[\s\S]*--seed/],
    ['a time that is none', ['@pod.yaml', '--until', 'soon'], /--until: "soon" is not a duration/],
    ['a state file of no kind', ['@pod.yaml', '--state', 'x.txt'], /--state: expected a file that ends in/],
    ['a state file in no folder', ['@pod.yaml', '--state', '/nowhere/x.yaml'], /there is no folder "\/nowhere"/],
    ['a trace file of no kind', ['@pod.yaml', '--trace', 'x.doc'], /--trace: expected a file that ends in/],
    ['an override that is none', ['@pod.yaml', '--set', 'seed'], /--set seed: expected path=value/],
    ['an override of nothing', ['@pod.yaml', '--set', 'cluster.nodse=[]'], /did you mean "nodes"\?/],
  ])('refuses %s with exit code 2, and without a stack trace', async (_, args, error) => {
    const { code, out, error: told } = await run(args);
    expect(told).toMatch(error);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(told).not.toMatch(/\n\s+at /);
  });

  it('runs plain manifests until they settle, and writes every object', async () => {
    const state = join(folder, 'after.yaml');
    const { code, out } = await run(['@pod.yaml', '--seed', '5', '--state', state]);
    expect(code).toBe(0);
    expect(out).toMatch(/\nPASS\n/);
    expect(out).toMatch(/replay {3}wavetank run .*pod\.yaml --seed 5\n$/);
    const list = parseYaml(readFileSync(state, 'utf8')).documents[0]?.value as {
      kind: string;
      items: { kind: string; metadata: { name: string; resourceVersion: string }; status?: { phase?: string } }[];
    };
    expect(list.kind).toBe('List');
    const pod = list.items.find(({ kind }) => kind === 'Pod');
    expect([pod?.metadata.name, pod?.status?.phase]).toEqual(['hello', 'Running']);
    expect(list.items.filter(({ kind }) => kind === 'Node')).toHaveLength(3);
  });

  it('prints one line of JSON, the same for the same seed but for the wall clock', async () => {
    const results = await Promise.all([1, 2].map(() => run(['@pod.yaml', '--json', '--seed', '3'])));
    const [first, second] = results.map(({ out }) => {
      expect(out.trimEnd()).not.toContain('\n');
      const { wallSeconds, ...rest } = JSON.parse(out) as Record<string, unknown>;
      expect(typeof wallSeconds).toBe('number');
      return rest;
    });
    expect(first).toEqual(second);
    expect(first).toMatchObject({ scenario: 'pod', seed: 3, verdict: 'pass', violations: [] });
    expect(Object.keys(first ?? {})).toEqual(
      expect.arrayContaining(['digest', 'virtualSeconds', 'events', 'checks', 'violations']),
    );
  });

  it('says of what never settles what it waits for, with exit code 1', async () => {
    const { code, out } = await run(['@never-pulled.yaml']);
    expect(code).toBe(1);
    expect(out).toMatch(/step 1, wait until everything has settled: pod\/hello: main: (ErrImagePull|ImagePullBackOff)/);
    expect(out).toMatch(/1 step not taken/);
    expect(out).toMatch(/\nFAIL {2}step 1\n/);
  });

  it('says why a pod has no node, and that a selector matches nothing', async () => {
    const { code, out } = await run(['@too-large.yaml']);
    expect(code).toBe(1);
    expect(out).toMatch(/no pod matches app=none/);
    expect(out).toMatch(/pod\/large: Unschedulable: 0\/2 nodes are available: 2 Insufficient cpu\./);
  });

  it('warns of a Service whose selector matches nothing, with the nearest value', async () => {
    const { code, error } = await run(['@lonely-service.yaml']);
    expect(code).toBe(0);
    expect(error).toMatch(/^warning: .*lonely-service\.yaml:\d+:\d+ Service hello: .*did you mean app=hello\?/);
  });

  it('ends where it is told to, and at an interrupt, and leaves nothing half-written', async () => {
    const until = await run(['@pod.yaml', '--until', '500ms', '--json']);
    expect(JSON.parse(until.out)).toMatchObject({ virtualSeconds: 0.5, verdict: 'pass', stepsLeft: 1 });
    const trace = join(folder, 'trace.jsonl');
    const interrupted = await run(['@pod.yaml', '--trace', trace], true);
    expect(interrupted.code).toBe(130);
    expect(interrupted.out).toMatch(/INTERRUPTED/);
    expect(existsSync(`${trace}.${process.pid}.partial`)).toBe(false);
  });
});
