import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordedTerminal } from '../../test/cli/recorded-terminal.ts';
import { runCommandLine } from './command-line.ts';

const SIM = new URL('../sim/index.ts', import.meta.url).href;
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** A beacon counts its beats; with the argument `limit`, the check `few-beats` breaks when there are more. */
const BEACON = `
import { World } from '${SIM}';
const beacon = {
  start(ctx) { ctx.setTimer('beat', ctx.random.uint32() % 20); return { beats: 0 }; },
  receive(state, message, ctx) {
    if (message.type !== 'timer') return state;
    state.beats++;
    ctx.note('beat', { beats: state.beats });
    ctx.setTimer('beat', 10 + (ctx.random.uint32() % 10));
    return state;
  },
};
export const makeTank = (name, { limit = Infinity, checks = [], summary, everyMs } = {}) => ({
  name,
  about: 'A beacon that beats.',
  forMs: 1000,
  world: (seed, plan) => new World({
    seed,
    ...(plan === undefined ? {} : { plan }),
    programs: { beacon },
    hosts: ['a', 'b'].map((name) => ({ name, processes: [{ name: 'main', program: 'beacon' }] })),
    checks: [
      {
        kind: 'always', name: 'few-beats', promise: 'There are few beats.', on: ['note'],
        observe: (event) => (event.detail.beats > limit ? \`\${event.detail.beats} beats\` : undefined),
      },
      { kind: 'sometimes', name: 'many-beats', promise: 'There are many.', on: ['note'], reached: (e) => e.detail.beats > 1e9 },
      ...checks,
    ],
  }),
  ...(summary === undefined ? {} : { summary }),
});
`;

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavetank-cli-'));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const tank = (name: string, options: string) =>
    write(
      `${name}.mjs`,
      `import { makeTank } from './beacon.mjs';\nexport const tank = makeTank('${name}', ${options});\n`,
    );
  write('beacon.mjs', BEACON);
  tank('good', "{ summary: (world) => ({ beats: world.view.state('a/main').beats }) }");
  tank('bad', '{ limit: 20 }');
  tank('sometimes-bad', '{ limit: 67 }');
  tank(
    'throwing-check',
    "{ checks: [{ kind: 'always', name: 'c', promise: 'p', on: ['note'], observe() { nowhere(); } }] }",
  );
  tank('throwing-summary', "{ summary() { throw new TypeError('no beats'); } }");
  write('no-tank.mjs', 'export const tonk = 1;');
  write('half-tank.mjs', "export const tank = { name: 'x', about: 'y', formMs: 5, world() {} };");
  write('syntax.mjs', 'export const = 5;');
  write(
    'no-world.mjs',
    `import { World } from '${SIM}';
    export const tank = { name: 'x', about: 'y', forMs: 5, world: (seed) => new World({ seed, programs: {}, hosts: [] }) };`,
  );
  write(
    'plan.yaml',
    'name: short\nseed: 5\nduration: 300ms\nfaults:\n  - at: 100ms\n    crash: { processes: a/main }\n',
  );
  write('typo-plan.yaml', 'faults:\n  - at: 1s\n    crash: { proceses: a/main }\n');
  write('name-plan.yaml', 'faults:\n  - at: 1s\n    crash: { processes: a/mian }\n');
  write('not-a-trace.jsonl', 'hello\n');
  mkdirSync(join(folder, 'folder'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command line in this process; arguments that name a file of the folder are given as `@name`. */
async function run(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const terminal = recordedTerminal();
  const code = await runCommandLine(
    args.map((arg) => (arg.startsWith('@') ? join(folder, arg.slice(1)) : arg)),
    terminal,
  );
  return { code, ...terminal.written };
}

describe('wavetank tank', () => {
  it('says what came of a run, and how to see it again', async () => {
    const { code, out, error } = await run(
      'tank',
      '@good.mjs',
      '--seed',
      '7',
      '--plan',
      '@plan.yaml',
      '--for',
      '500ms',
    );
    expect({ code, error }).toEqual({ code: 0, error: '' });
    for (const words of [
      'good  A beacon that beats.',
      'seed 7, 500ms of virtual time, plan short',
      'crash a/main',
      '✔ held         few-beats',
      '○ not reached  many-beats',
      'Summary\n  beats  ',
      'PASS\n',
    ]) {
      expect(out).toContain(words);
    }
    const command = `wavetank tank ${folder}/good.mjs --plan ${folder}/plan.yaml --for 500ms --seed 7`;
    expect(out).toContain(`replay   ${command}\n`);
  });

  it('takes seed and duration from the plan unless told otherwise', async () => {
    const { out } = await run('tank', '@good.mjs', '--plan', '@plan.yaml');
    expect(out).toContain('seed 5, 300ms of virtual time');
  });

  it('fails with what was broken and because of what, exit code 1', async () => {
    const { code, out } = await run('tank', '@bad.mjs');
    expect(code).toBe(1);
    expect(out).toMatch(/✘ violated {5}few-beats .*\n {6}21 beats\n {6}and \d+ times again\n {6}because of:\n/);
    expect(out).toContain('FAIL  few-beats');
  });

  it('prints one JSON value with --json, and the same digest for the same seed', async () => {
    const [first, second, other] = await Promise.all(
      ['7', '7', '8'].map(async (seed) => JSON.parse((await run('tank', '@good.mjs', '--json', '--seed', seed)).out)),
    );
    expect(Object.keys(first)).toEqual([
      'tank',
      'seed',
      'verdict',
      'digest',
      'virtualSeconds',
      'wallSeconds',
      'events',
      'checks',
      'violations',
      'faults',
      'withoutEffect',
      'panics',
      'summary',
    ]);
    expect(first).toMatchObject({ tank: 'good', seed: 7, verdict: 'pass', virtualSeconds: 1 });
    expect(second.digest).toBe(first.digest);
    expect(other.digest).not.toBe(first.digest);
  });

  it('runs many seeds, with one line for each failure', async () => {
    const { code, out } = await run('tank', '@sometimes-bad.mjs', '--seeds', '1..20');
    const failed = out.match(/^✘ seed \d+ /gm)?.length ?? 0;
    expect(failed).toBeGreaterThan(0);
    expect(failed).toBeLessThan(20);
    expect(code).toBe(1);
    expect(out).toContain(`20 runs: ${20 - failed} passed, ${failed} failed`);
    expect(out).toContain('never reached by any seed: many-beats');
    const { failures, ...tally } = JSON.parse(
      (await run('tank', '@sometimes-bad.mjs', '--seeds', '1..20', '--json')).out,
    );
    expect(tally).toMatchObject({ verdict: 'fail', runs: 20, failed, neverReached: ['many-beats'] });
    expect(failures).toHaveLength(failed);
  });

  it('writes every event to the trace file, which then compares', async () => {
    const events: number[] = [];
    for (const [file, seed] of [
      ['a', '7'],
      ['same', '7'],
      ['b', '8'],
    ] as const) {
      const { out } = await run('tank', '@good.mjs', '--seed', seed, '--json', '--trace', `@${file}.jsonl`);
      events.push(JSON.parse(out).events);
    }
    const lines = readFileSync(join(folder, 'a.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(events[0] ?? 0);
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(lines.map((_, index) => index + 1));
    expect(await run('diff', '@a.jsonl', '@same.jsonl')).toMatchObject({
      code: 0,
      out: `No difference: ${events[0]} events in both\n`,
    });
    const different = await run('diff', '@a.jsonl', '@b.jsonl');
    expect(different.code).toBe(1);
    expect(different.out).toMatch(/^Event \d+ is the first that differs, in its time/);
    await run('tank', '@good.mjs', '--trace', '@a.txt');
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toMatch(/^ +time +id +cause +kind/);
  });

  it('leaves no file behind when the run cannot end', async () => {
    const before = readdirSync(folder);
    const { code } = await run('tank', '@throwing-check.mjs', '--trace', '@never.jsonl');
    expect(code).toBe(2);
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe('a mistake', () => {
  it.each<[string, string[], string[]]>([
    ['an unknown flag', ['tank', '@good.mjs', '--sede', '7'], ["unknown option '--sede'", 'Did you mean --seed']],
    ['an unknown command', ['tnak'], ["unknown command 'tnak'", 'Did you mean tank']],
    ['no module', ['tank'], ["missing required argument 'module'"]],
    ['a seed that is no number', ['tank', '@good.mjs', '--seed', 'abc'], ['--seed: expected a whole number', '"abc"']],
    ['a seed beyond 2^53', ['tank', '@good.mjs', '--seed', '9007199254740993'], ['--seed: expected a whole number']],
    ['seeds that are no range', ['tank', '@good.mjs', '--seeds', '5'], ['--seeds: expected a range such as 1..100']],
    ['seeds the wrong way round', ['tank', '@good.mjs', '--seeds', '9..2'], ['Did you mean 2..9?']],
    ['seed and seeds', ['tank', '@good.mjs', '--seed', '1', '--seeds', '1..2'], ['expected one of the two']],
    [
      'a trace of many seeds',
      ['tank', '@good.mjs', '--trace', '@t.txt', '--seeds', '1..2'],
      ['--trace writes one run'],
    ],
    ['a duration without unit', ['tank', '@good.mjs', '--for', '10'], ['did you mean "10s"?']],
    ['a duration of nothing', ['tank', '@good.mjs', '--for', '0s'], ['expected a duration above zero']],
    ['a module that is missing', ['tank', '@gone.mjs'], ['gone.mjs: there is no such file']],
    ['a folder as module', ['tank', '@folder'], ['found a folder']],
    ['a module without tank', ['tank', '@no-tank.mjs'], ['expected an export named "tank"', 'Did you mean "tonk"']],
    ['a tank without its fields', ['tank', '@half-tank.mjs'], ['tank.forMs: expected', 'found "formMs"']],
    ['a module that does not parse', ['tank', '@syntax.mjs'], ['syntax.mjs: the module cannot be loaded']],
    ['a world that cannot be', ['tank', '@no-world.mjs'], ['a world has at least one host']],
    ['a check that throws', ['tank', '@throwing-check.mjs'], ['Check "c" threw', 'nowhere is not defined']],
    ['a summary that throws', ['tank', '@throwing-summary.mjs'], ['tank.summary threw TypeError: no beats', '.mjs:']],
    [
      'a missing plan',
      ['tank', '@good.mjs', '--plan', '@gone.yaml'],
      ['gone.yaml: the plan cannot be read: there is no'],
    ],
    ['a field of a plan', ['tank', '@good.mjs', '--plan', '@typo-plan.yaml'], ['typo-plan.yaml:3:14', 'processes']],
    ['a name in a plan', ['tank', '@good.mjs', '--plan', '@name-plan.yaml'], ['name-plan.yaml:3:25', 'a/main']],
    ['a trace of no known kind', ['tank', '@good.mjs', '--trace', '@t.csv'], ['ends in .jsonl or .txt']],
    ['a trace in no folder', ['tank', '@good.mjs', '--trace', '@no/t.txt'], ['there is no folder']],
    ['a trace that is missing', ['diff', '@gone.jsonl', '@gone.jsonl'], ['gone.jsonl: there is no such file']],
    [
      'a trace that is none',
      ['diff', '@not-a-trace.jsonl', '@not-a-trace.jsonl'],
      ['not-a-trace.jsonl:1 expected an event'],
    ],
  ])('is told without a stack: %s', async (_, args, words) => {
    const { code, out, error } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    for (const word of words) expect(error).toContain(word);
    expect(error).not.toMatch(/\n\s+at \S+ \(/);
  });
});

describe('wavetank', () => {
  it('prints its version and its help', async () => {
    expect(await run('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    for (const args of [['--help'], ['tank', '--help'], ['diff', '--help']]) {
      expect(await run(...args)).toMatchObject({ code: 0, error: '', out: expect.stringContaining('Usage: wavetank') });
    }
    expect((await run('--help')).out).toContain('Examples:');
  });
});

describe('Ctrl-C', () => {
  /** Starts a run that would take hours, and interrupts it once it runs. */
  const interrupted = (...args: string[]) =>
    new Promise<{ code: number | null; out: string; error: string }>((resolve, reject) => {
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', MAIN, 'tank', join(folder, 'good.mjs'), '--for', '10000h', ...args],
        { cwd: fileURLToPath(new URL('../..', import.meta.url)) },
      );
      let [out, error] = ['', ''];
      child.stdout.on('data', (data) => {
        out += data;
      });
      child.stderr.on('data', (data) => {
        error += data;
      });
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, out, error }));
      // The trace file begins with the run.
      const waiting = setInterval(() => {
        const file = readdirSync(folder).find((name) => name.startsWith('long.jsonl') && name.endsWith('.partial'));
        if (file === undefined || readFileSync(join(folder, file)).length < 1000) return;
        clearInterval(waiting);
        child.kill('SIGINT');
      }, 50);
    });

  it('ends a run with what is known so far, exit code 130', async () => {
    const { code, out, error } = await interrupted('--json', '--trace', join(folder, 'long.jsonl'));
    expect({ code, error }).toEqual({ code: 130, error: '' });
    const { verdict, events } = JSON.parse(out);
    expect(verdict).toBe('interrupted');
    const trace = readFileSync(join(folder, 'long.jsonl'), 'utf8');
    expect(trace.trimEnd().split('\n')).toHaveLength(events);
  });
});
