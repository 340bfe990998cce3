/** Informers before servers that follow a script, so that what they should know is known at every moment. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Change,
  collectionAt,
  revisionAt,
  type Script,
  scriptedApiServer,
} from '../../../test/kubernetes/scripted-api-server.ts';
import { type Actor, type Fault, type PlannedFault, World } from '../../sim/index.ts';
import type { KubernetesObject } from '../api/object.ts';
import { PODS } from '../api/resource.ts';
import { type Delta, Informers, type InformersState, informerViews } from './informers.ts';

const INFORMERS = new Informers({
  pods: {
    resource: PODS,
    indexes: { parity: (pod: KubernetesObject) => [pod.metadata.labels?.parity ?? ''] },
  },
});

interface ClientState {
  readonly informers: InformersState;
  /** What the deltas add up to: resource versions by key. */
  readonly replayed: Map<string, string>;
  readonly types: string[];
  /** What was wrong. */
  readonly wrong: string[];
}

/** An actor that checks its copy after each message against the script. */
function client(script: Script, servers: readonly string[]): Actor<ClientState> {
  return {
    start: (ctx) => {
      return { informers: INFORMERS.start(ctx, { servers, user: 'test' }), replayed: new Map(), types: [], wrong: [] };
    },
    receive: (state, message, ctx) => {
      const before = versionOf(state);
      const deltas = INFORMERS.receive(state.informers, message, ctx);
      if (deltas === undefined) throw new Error(`not the informers': ${message.type}`);
      for (const delta of deltas) replay(state, delta);
      const problem = problemOf(script, state, before);
      if (problem !== undefined) state.wrong.push(problem);
      return state;
    },
  };
}

function replay({ replayed, types, wrong }: ClientState, { type, key, object, previous }: Delta): void {
  const known = replayed.get(key);
  if ((type === 'added') !== (known === undefined)) wrong.push(`${type} ${key}, which had ${known}`);
  if (type === 'updated' && previous?.metadata.resourceVersion !== known) wrong.push(`${key}: wrong previous`);
  types.push(`${type} ${key}`);
  if (type === 'deleted') replayed.delete(key);
  else replayed.set(key, object.metadata.resourceVersion);
}

function problemOf(script: Script, { informers, replayed }: ClientState, before: number): string | undefined {
  const view = informerViews(informers).get('pods');
  if (view === undefined) return 'no view';
  const now = Number(view.lastResourceVersion);
  if (now < before) return `went back from ${before} to ${now}`;
  const has = JSON.stringify([...view.resourceVersions]);
  const replays = JSON.stringify([...replayed].sort());
  if (has !== replays) return `the copy is ${has}, its deltas give ${replays}`;
  if (!view.synced) return undefined;
  const truth = [...collectionAt(script, now)].map(([key, version]) => [key, String(version)]).sort();
  if (has !== JSON.stringify(truth)) return `at ${now} the copy is ${has}, the truth was ${JSON.stringify(truth)}`;
  for (const parity of ['even', 'odd']) {
    const indexed = INFORMERS.byIndex(informers, 'pods', 'parity', parity).map(({ metadata }) => metadata.name);
    const scanned = INFORMERS.list(informers, 'pods').filter(({ metadata }) => metadata.labels?.parity === parity);
    const expected = scanned.map(({ metadata }) => metadata.name);
    if (JSON.stringify(indexed) !== JSON.stringify(expected)) return `index ${parity}: ${indexed}, not ${expected}`;
  }
  return undefined;
}

function versionOf({ informers }: ClientState): number {
  return Number(informerViews(informers).get('pods')?.lastResourceVersion ?? 0);
}

interface Setting {
  readonly script: Script;
  readonly faults?: readonly PlannedFault[];
  readonly seed?: number;
  readonly healAtMs?: number;
}

function worldOf({ script, faults = [], seed = 1, healAtMs }: Setting): World {
  const server = (name: string) => {
    return { name, processes: [{ name: 'main', program: 'server', restart: 'always' as const }] };
  };
  return new World({
    seed,
    trace: { keep: 'full' },
    programs: { server: scriptedApiServer(script), client: client(script, ['s1/main', 's2/main']) },
    hosts: [
      server('s1'),
      server('s2'),
      { name: 'c', processes: [{ name: 'main', program: 'client', restart: 'always' }] },
    ],
    plan: { faults, ...(healAtMs === undefined ? {} : { healAtMs }) },
  });
}

async function run(setting: Setting, untilMs: number): Promise<{ state: ClientState; world: World }> {
  const world = worldOf(setting);
  await world.run({ untilMs });
  expect(world.report().panics).toEqual([]);
  const state = world.view.state('c/main') as ClientState;
  expect(state.wrong).toEqual([]);
  return { state, world };
}

/** A change each 100 ms, over three names. */
function churn(count: number): Change[] {
  const present = new Set<string>();
  return Array.from({ length: count }, (_, i) => {
    const name = `p${(i * 7) % 5}`;
    const type = !present.has(name) ? 'ADDED' : i % 3 === 0 ? 'DELETED' : 'MODIFIED';
    if (type === 'DELETED') present.delete(name);
    else present.add(name);
    return { atMs: 100 * (i + 1), type, name } as const;
  });
}

/** Lists and watches that the servers got: what the client asked, with the time in ms. */
function asked(world: World): { atMs: number; server: string; verb: string; resourceVersion: unknown }[] {
  const seen: { atMs: number; server: string; verb: string; resourceVersion: unknown }[] = [];
  for (const event of world.trace()) {
    const detail = event.detail as { body?: { verb?: string; resourceVersion?: string } } | undefined;
    const verb = detail?.body?.verb;
    if (event.kind !== 'deliver' || verb === undefined) continue;
    seen.push({ atMs: event.time / 1000, server: event.subject, verb, resourceVersion: detail?.body?.resourceVersion });
  }
  return seen;
}

describe('informers', () => {
  it('list with resource version 0, then watch from the version of the list', async () => {
    const { state, world } = await run({ script: { changes: churn(20) } }, 3000);
    expect(asked(world).map(({ verb, resourceVersion }) => [verb, resourceVersion])).toEqual([
      ['list', '0'],
      ['watch', '1'],
    ]);
    expect(versionOf(state)).toBe(21);
    expect(INFORMERS.synced(state.informers)).toBe(true);
  });

  it('resume a watch whose time was up from the last version, without a new list', async () => {
    const { state, world } = await run({ script: { changes: churn(600) } }, 70_000);
    expect(asked(world).map(({ verb }) => verb)).toEqual(['list', 'watch', 'watch', 'watch', 'watch']);
    expect(versionOf(state)).toBe(601);
  });

  it('list again, no older than what they saw, when the version of their watch is gone', async () => {
    const script = { changes: churn(200), compactAtMs: [15_000] };
    const servers: Fault = { kind: 'crash', processes: ['s1/main', 's2/main'] };
    const faults = [{ atMs: 5000, forMs: 12_000, fault: servers }];
    const { state, world } = await run({ script, faults, seed: 2 }, 60_000);
    expect(versionOf(state)).toBe(201);
    const lists = asked(world).filter(({ verb }) => verb === 'list');
    expect(lists.length).toBe(2);
    expect(Number(lists[1]?.resourceVersion)).toBeGreaterThan(40);
  });

  it('take the next server when theirs is gone, and ask for the newest if that one lags behind', async () => {
    const script: Script = { changes: churn(100), lags: [{ host: 's2', fromMs: 1000, toMs: 20_000 }] };
    const crash: Fault = { kind: 'crash', processes: 's1/main' };
    const { state, world } = await run({ script, faults: [{ atMs: 5000, forMs: 60_000, fault: crash }] }, 40_000);
    expect(versionOf(state)).toBe(101);
    expect(asked(world).at(-1)?.server).toBe('s2/main');
  });

  it('tell what went while nobody watched, with its last known state', async () => {
    const changes: Change[] = [
      { atMs: 100, type: 'ADDED', name: 'a' },
      { atMs: 200, type: 'ADDED', name: 'b' },
      { atMs: 8000, type: 'DELETED', name: 'a' },
      { atMs: 8500, type: 'MODIFIED', name: 'b' },
      { atMs: 9000, type: 'ADDED', name: 'c' },
    ];
    const servers: Fault = { kind: 'crash', processes: ['s1/main', 's2/main'] };
    const faults = [{ atMs: 5000, forMs: 12_000, fault: servers }];
    const { state } = await run({ script: { changes, compactAtMs: [15_000] }, faults }, 120_000);
    expect(state.types).toEqual([
      'added default/a',
      'added default/b',
      'updated default/b',
      'added default/c',
      'deleted default/a',
    ]);
  });

  it('back off from 0.8 s to 30 s, with jitter, while no server can be reached', async () => {
    const servers: Fault = { kind: 'crash', processes: ['s1/main', 's2/main'] };
    const world = worldOf({ script: { changes: churn(10) }, faults: [{ atMs: 0, forMs: 600_000, fault: servers }] });
    await world.run({ untilMs: 500_000 });
    const fires = [...world.trace()].filter(
      ({ kind, subject, detail }) =>
        kind === 'deliver' && subject === 'c/main' && (detail as { readonly type: string }).type === 'timer',
    );
    const gaps = fires.slice(1).map(({ time }, i) => (time - (fires[i]?.time ?? 0)) / 1000);
    const due = [1600, 3200, 6400, 12_800, 25_600];
    due.forEach((dueMs, i) => {
      expect(gaps[i]).toBeGreaterThanOrEqual(dueMs);
      expect(gaps[i]).toBeLessThan(2 * dueMs + 10);
    });
    for (const gap of gaps.slice(5)) {
      expect(gap).toBeGreaterThanOrEqual(30_000);
      expect(gap).toBeLessThan(60_010);
    }
    expect(gaps.length).toBeGreaterThan(8);
  });

  it('notice a half-open watch by themselves', async () => {
    const halfOpen: Fault = { kind: 'half-open', from: 'c', to: 's1' };
    const { state } = await run(
      { script: { changes: churn(100) }, faults: [{ atMs: 5000, fault: halfOpen }] },
      700_000,
    );
    expect(versionOf(state)).toBe(101);
  });

  it('go on from a snapshot as if nothing had been', async () => {
    const world = worldOf({ script: { changes: churn(100) } });
    await world.run({ untilMs: 4321 });
    const fork = world.fork();
    for (const each of [world, fork]) await each.run({ untilMs: 30_000 });
    expect(fork.digest).toBe(world.digest);
    expect(versionOf(fork.view.state('c/main') as ClientState)).toBe(101);
  });
});

const links = [
  { from: 'c', to: 's1' },
  { from: 's1', to: 'c' },
  { from: 'c', to: 's2' },
  { from: 's2', to: 'c' },
] as const;

const faultArbitrary: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom<Fault>(
    { kind: 'crash', processes: 's1/main' },
    { kind: 'crash', processes: 's2/main' },
    { kind: 'crash', processes: 'c/main' },
    { kind: 'pause', processes: 's1/main' },
    { kind: 'pause', processes: 'c/main' },
  ),
  fc
    .constantFrom(...links)
    .chain(({ from, to }) =>
      fc.constantFrom<Fault>(
        { kind: 'partition', sides: [from, to] },
        { kind: 'partition-one-way', from, to },
        { kind: 'clog', from, to },
        { kind: 'lose', from, to, probability: 0.4 },
        { kind: 'reset', from, to },
        { kind: 'half-open', from, to },
      ),
    ),
);

const planned: fc.Arbitrary<PlannedFault> = fc
  .record({
    atMs: fc.integer({ min: 0, max: 60_000 }),
    forMs: fc.integer({ min: 1, max: 40_000 }),
    fault: faultArbitrary,
  })
  .map(({ atMs, forMs, fault }) =>
    fault.kind === 'reset' || fault.kind === 'half-open' ? { atMs, fault } : { atMs, forMs, fault },
  );

describe('whatever happens', () => {
  it('the copy is always a state that was, never goes back, equals its deltas, and comes to the truth', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1000 }),
        fc.array(planned, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 90_000 }), { maxLength: 3 }),
        fc.array(
          fc.record({
            host: fc.constantFrom('s1', 's2'),
            fromMs: fc.integer({ min: 0, max: 60_000 }),
            toMs: fc.integer({ min: 0, max: 90_000 }),
          }),
          { maxLength: 2 },
        ),
        async (seed, faults, compactAtMs, lags) => {
          const script = { changes: churn(800), compactAtMs, lags };
          const { state } = await run({ script, faults, seed, healAtMs: 100_000 }, 1_000_000);
          expect(versionOf(state)).toBe(revisionAt(script, 1e12));
        },
      ),
      { numRuns: 40 },
    );
  }, 120_000);

  it('two runs of one seed are the same, byte for byte', async () => {
    const faults: PlannedFault[] = [
      { atMs: 3000, forMs: 4000, fault: { kind: 'crash', processes: 's1/main' } },
      { atMs: 9000, forMs: 40_000, fault: { kind: 'partition', sides: ['c', 's2'] } },
    ];
    const digests = await Promise.all(
      [1, 2].map(async () => (await run({ script: { changes: churn(300) }, faults, seed: 7 }, 90_000)).world.digest),
    );
    expect(digests[0]).toBe(digests[1]);
  });
});
