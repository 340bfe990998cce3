/** Each rule finds a violation that is planted for it, and passes what only looks like one. */
import { describe, expect, it } from 'vitest';
import { noImportCycles } from './cycles.ts';
import { BANS, checkDeterminism, simulationIsDeterministic } from './determinism.ts';
import {
  filesAreNamedAfterAConcept,
  filesAreShort,
  nothingIsADefaultExport,
  onlyDoorsAreBarrels,
} from './file-shape.ts';
import { everyTestRuns } from './focus.ts';
import { layersHold } from './layers.ts';
import { oneImporterPerLibrary } from './libraries.ts';
import type { Rule } from './source-tree.ts';
import { MAY_NAME_IT, noFileNamesTheWorkplace } from './workplace.ts';

type Files = Readonly<Record<string, string>>;

/** `file:line` of each violation. */
function found(rule: Rule, files: Files): string[] {
  return rule(new Map(Object.entries(files))).map(({ file, line }) => `${file}:${line}`);
}

/** One import of one file, and whether the layer table lets it pass. */
const IMPORTS: readonly [file: string, specifier: string, allowed: boolean][] = [
  ['src/sim/network/a.ts', '../kernel/b.ts', true],
  ['src/sim/network/a.ts', './deep/b.ts', true],
  ['src/sim/kernel/a.ts', '../network/b.ts', false],
  ['src/sim/network/a.ts', '../disk/b.ts', false],
  ['src/sim/disk/a.ts', '../network/b.ts', false],
  ['src/sim/check/a.ts', '../faults/b.ts', true],
  ['src/sim/faults/a.ts', '../check/b.ts', false],
  ['src/sim/kernel/a.test.ts', '../world/b.ts', false],
  ['src/sim/kernel/a.test.ts', '../../../test/b.ts', true],
  ['src/sim/kernel/a.ts', '../../../test/b.ts', false],
  ['src/sim/kernel/a.ts', 'wavetank/sim', false],
  ['src/sim/world/a.ts', '../../kubernetes/api/b.ts', false],
  ['src/sim/index.ts', './world/b.ts', true],
  ['src/sim/index.test.ts', './index.ts', true],
  ['src/sim/index.test.ts', './world/b.ts', true],
  ['src/kubernetes/api/a.ts', '../../sim/index.ts', true],
  ['src/kubernetes/api/a.ts', '../../sim/kernel/b.ts', false],
  ['src/kubernetes/api/a.ts', '../protocol/b.ts', false],
  ['src/kubernetes/components/scheduler/a.ts', '../../client/b.ts', true],
  ['src/kubernetes/components/scheduler/a.ts', './filters/b.ts', true],
  ['src/kubernetes/components/scheduler/a.ts', '../kubelet/b.ts', false],
  ['src/kubernetes/cluster/a.ts', '../components/kubelet/b.ts', true],
  ['src/lab/a.ts', '../sim/kernel/b.ts', false],
  ['src/lab/a.ts', '../cli/b.ts', false],
  ['src/cli/a.ts', '../lab/b.ts', true],
  ['src/cli/a.ts', '../sim/index.ts', true],
  ['src/unheard-of/a.ts', 'node:fs', false],
  ['examples/ping-pong/a.ts', 'wavetank/sim', true],
  ['examples/ping-pong/a.ts', './b.ts', true],
  ['examples/ping-pong/a.ts', '../raft/b.ts', false],
  ['examples/ping-pong/a.ts', '../../src/sim/index.ts', true],
  ['examples/ping-pong/a.ts', '../../src/sim/kernel/b.ts', false],
  ['examples/ping-pong/a.ts', 'wavetank/kernel', false],
  ['examples/ping-pong/a.ts', 'zod', false],
  ['properties/a.test.ts', 'fast-check', true],
  ['properties/a.test.ts', '../src/sim/world/b.ts', false],
  ['bench/a.ts', './harness/b.ts', true],
  ['bench/a.ts', '../src/sim/world/b.ts', false],
  ['scenarios/a.ts', '../src/kubernetes/cluster/b.ts', false],
];

describe('the layer table', () => {
  it.each(IMPORTS)('%s imports %s: %s', (file, specifier, allowed) => {
    const line = file.startsWith('src/unheard-of') ? 1 : 2;
    expect(found(layersHold, { [file]: `\nimport type { B } from '${specifier}';` })).toEqual(
      allowed ? [] : [`${file}:${line}`],
    );
  });
});

/** Code that each ban finds. */
const BANNED: Readonly<Record<string, readonly string[]>> = {
  Date: ['new Date()', 'Date.now()', 'let a: Date;', 'f({ a: Date })'],
  Intl: ['new Intl.Collator()'],
  localeCompare: ['a.localeCompare(b)'],
  toLocale: ['a.toLocaleString()', 'a.toLocaleUpperCase()'],
  'Math.random': ['Math.random()', 'const r = Math\n  .random;'],
  'inexact Math': ['Math.exp(1)', 'Math.pow(2, x)', 'Math.sinh(x)', 'Math.log2(x)'],
  'Math as a value': ['const { sin } = Math;', 'Math["sin"](x)'],
  '**': ['x ** 2', '1.5 ** 2', '2 ** x', 'x **= 2', 'f() ** 0.5'],
  setTimeout: ['setTimeout(f, 1)', 'a ? setTimeout(f) : 1'],
  setInterval: ['setInterval(f, 1)'],
  setImmediate: ['const run = setImmediate;'],
  queueMicrotask: ['queueMicrotask(f)'],
  fetch: ['fetch(url)', 'if (fetch(url)) {}'],
  process: ['process.env.HOME', 'process.nextTick(f)', 'process?.exit(1)', 'f(process.argv)'],
  performance: ['performance.now()'],
  crypto: ['crypto.randomUUID()'],
  console: ['console.log(1)'],
  globalThis: ['globalThis.Date'],
  async: ['async () => {}', 'await f()', 'let a: Promise<void>;'],
  'garbage collection': ['new WeakRef(a)'],
};

/** Code that looks banned and is not. */
const HARMLESS = [
  'entry.process.id',
  'const a = { process: 1, fetch: 2, Date: 3, setTimeout: f };',
  'interface A { process?: B; performance: C }',
  'process.name; process.actors.get(a); process.state.exit; process.kill(); process.exitCode',
  'class A { fetch(key: string): B { return b; } setTimeout(): void {} }',
  'this.fetch(a); ctx.setTimeout(a); a.Date; #fetch(a)',
  'Math.floor(a) + Math.sqrt(b) + Math.imul(a, b) + Math.max(Math.PI, 2 ** 32, 2 ** -50) + 10n ** BigInt(n)',
  'if (state instanceof Promise) throw f;',
  '// new Date()\n/* Math.random() */ const a = "await x" + `fetch(${b})`; /setTimeout/.test(a)',
  'const update = 1; const dateOf = Dates; lastDate; myprocess.env',
];

describe('the ban on what is not a function of the seed', () => {
  it('is tried for each name', () => {
    expect(Object.keys(BANNED)).toEqual(Object.keys(BANS));
  });

  it.each(Object.entries(BANNED).flatMap(([ban, codes]) => codes.map((code) => [ban, code] as const)))(
    'on %s finds %j',
    (ban, code) => {
      const rule: Rule = (tree) =>
        checkDeterminism(tree, []).filter(({ message }) => message.startsWith(`uses ${ban},`));
      expect(found(rule, { 'src/sim/kernel/a.ts': `\n${code}` })).toEqual(['src/sim/kernel/a.ts:2']);
      expect(found(rule, { 'src/kubernetes/api/a.ts': `\n${code}` })).toEqual(['src/kubernetes/api/a.ts:2']);
      expect(found(rule, { 'src/sim/kernel/a.test.ts': code, 'src/cli/a.ts': code })).toEqual([]);
    },
  );

  it.each(['node:fs', 'fs', 'node:timers/promises'])('finds an import of %s', (name) => {
    expect(found(simulationIsDeterministic, { 'src/sim/network/a.ts': `import { b } from '${name}';` })).toEqual([
      'src/sim/network/a.ts:1',
    ]);
  });

  it.each(HARMLESS)('passes %j', (code) => {
    expect(checkDeterminism(new Map([['src/sim/kernel/a.ts', code]]), [])).toEqual([]);
  });

  it('is lifted only for the file and the names of a row', () => {
    const rule: Rule = (tree) =>
      checkDeterminism(tree, [{ file: 'src/sim/world/a.ts', lifts: ['async', 'node:fs'], reason: 'a test' }]);
    const code = `import { b } from 'node:fs';\nawait b();\nDate.now();`;
    expect(found(rule, { 'src/sim/world/a.ts': code })).toEqual(['src/sim/world/a.ts:3']);
    expect(found(rule, { 'src/sim/world/a.ts': 'await b();' })).toEqual(['src/sim/world/a.ts:1']);
    expect(found(rule, { 'src/sim/world/b.ts': '' })).toEqual(['src/sim/world/a.ts:1', 'src/sim/world/a.ts:1']);
    expect(found(rule, { 'src/sim/kernel/b.ts': '' })).toEqual([]);
  });
});

/** For each of the other rules: files that break it, where, and files that do not. */
const PLANTED: readonly [what: string, rule: Rule, broken: Files, where: readonly string[], sound: Files][] = [
  [
    'a second importer of a library',
    oneImporterPerLibrary,
    { 'src/a.ts': `import a from 'zod';`, 'src/b.ts': `\nimport type { Z } from 'zod/v4';` },
    ['src/b.ts:2'],
    {
      'src/a.ts': `import a from 'zod';\nimport 'zod';\nimport 'node:fs';`,
      'src/a.test.ts': `import a from 'zod';`,
      'src/b.ts': `import 'node:fs';`,
      'bench/a.ts': `import a from 'zod';`,
    },
  ],
  [
    'a library that is reached by require',
    oneImporterPerLibrary,
    { 'src/a.ts': `require.resolve('nact')`, 'src/b.ts': `import 'nact';` },
    ['src/b.ts:1'],
    { 'src/a.ts': `require.resolve('nact')` },
  ],
  [
    'a circle of imports, types among them',
    noImportCycles,
    {
      'src/a.ts': `import './b.ts';`,
      'src/b.ts': `export * from './c.ts';`,
      'src/c.ts': `import type { A } from './a.ts';`,
    },
    ['src/a.ts:1'],
    {
      'src/a.ts': `import './b.ts'; import './c.ts';`,
      'src/b.ts': `import './c.ts';`,
      'src/c.ts': `// import './a.ts'`,
    },
  ],
  [
    'a circle by way of a door',
    noImportCycles,
    { 'src/sim/index.ts': `export * from './a.ts';`, 'src/sim/a.ts': `import 'wavetank/sim';` },
    ['src/sim/index.ts:1'],
    { 'src/sim/index.ts': `export * from './a.ts';`, 'src/sim/a.ts': '' },
  ],
  [
    'a file that is too long',
    filesAreShort,
    { 'src/a.ts': `${'\n'.repeat(400)}a;\n` },
    ['src/a.ts:400'],
    { 'src/a.ts': `${'\n'.repeat(399)}a;\n`, 'src/a.test.ts': `${'\n'.repeat(500)}a;\n` },
  ],
  [
    'a name that is not in kebab-case',
    filesAreNamedAfterAConcept,
    { 'src/aB.ts': '', 'src/a_b/c.ts': '' },
    ['src/aB.ts:1', 'src/a_b/c.ts:1'],
    { 'src/a-b2.test.ts': '', 'README.md': '' },
  ],
  [
    'a name that says nothing',
    filesAreNamedAfterAConcept,
    { 'src/utils.ts': '', 'src/types.ts': '', 'bench/helpers/a.ts': '', 'src/common.test.ts': '' },
    ['src/utils.ts:1', 'src/types.ts:1', 'bench/helpers/a.ts:1', 'src/common.test.ts:1'],
    { 'src/object-types.ts': '' },
  ],
  [
    'a default export',
    nothingIsADefaultExport,
    { 'src/a.ts': '\nexport default 1;', 'src/b.ts': 'export { b as default };' },
    ['src/a.ts:2', 'src/b.ts:1'],
    {
      'src/a.ts': '// export default 1;',
      'src/b.ts': `import { default as b } from 'b'; export const c = { default: 1 };`,
    },
  ],
  [
    'a barrel',
    onlyDoorsAreBarrels,
    {
      'src/a.ts': `/* a */\nexport * from './b.ts';\nexport type { C } from './c.ts';`,
      'src/b.ts': `import { c, d } from './c.ts';\nexport { c, d };`,
    },
    ['src/a.ts:1', 'src/b.ts:1'],
    {
      'src/index.ts': `export * from './b.ts';`,
      'src/c.ts': `export { d } from './d.ts';\nexport const c = 1;`,
      'src/d.ts': `import './e.ts';\nconst a = 1;\nexport { a };`,
      'src/e.ts': '',
    },
  ],
  [
    'a test that does not run',
    everyTestRuns,
    { 'src/a.test.ts': `it('a', f);\nit.skip('b', f);\ndescribe.only('c', f);\nit.each(a).todo('d');\nxit('e', f);` },
    ['src/a.test.ts:2', 'src/a.test.ts:3', 'src/a.test.ts:4', 'src/a.test.ts:5'],
    { 'src/a.test.ts': `list.skip(1); // it.skip\nit('it.only', f); options.only;`, 'src/a.ts': 'it.skip(1)' },
  ],
  [
    'a word about the workplace',
    noFileNamesTheWorkplace,
    { 'README.md': `a\nsee /${'work'}/main`, 'src/a.ts': `'../../${'shared'}/b.md'` },
    ['README.md:2', 'src/a.ts:1'],
    { [MAY_NAME_IT]: `'../${'shared'}'`, 'src/a.ts': `'./shared/workload.ts'` },
  ],
];

describe('the other rules', () => {
  it.each(PLANTED)('find %s', (_, rule, broken, where) => {
    expect(found(rule, broken)).toEqual(where);
  });

  it.each(PLANTED)('pass what only looks like %s', (_what, rule, _broken, _where, sound) => {
    expect(found(rule, sound)).toEqual([]);
  });
});
