/**
 * What the code of the simulation must not name, because its value depends on more than the seed: clocks, real timers,
 * chance, I/O, locales, and arithmetic whose last bit differs between versions of the engine. Tests may name all of it.
 *
 * The few files that must are in the table `LIFTED`, with exactly what each may name and why; a row that lifts more than its
 * file uses is itself a violation.
 *
 * A name counts where it is the global: `entry.process`, `process: …` and a method called `fetch` do not. `process`,
 * `performance` and `crypto` are nouns that a domain may use, so of these only members that are plainly Node's count.
 *
 * Left out: what a library does inside, and a global reached through a name of one's own. The guard that runs while an
 * actor steps catches those.
 */
import { isBuiltin } from 'node:module';
import { codeOnly } from './code-only.ts';
import { importsOf } from './imports.ts';
import { isTest, lineAt, type Rule, type SourceTree, type Violation } from './source-tree.ts';

interface Lift {
  readonly file: string;
  /** Names as in `BANS`, or the specifier of a module of Node's. */
  readonly lifts: readonly string[];
  readonly reason: string;
}

export const LIFTED: readonly Lift[] = [
  {
    file: 'src/sim/kernel/nact-host.ts',
    lifts: ['node:fs', 'node:module', 'node:path', 'node:vm', 'setImmediate', 'Math as a value'],
    reason: "loads nact's sources and binds their free names, such as setImmediate and Math, to the kernel's",
  },
  { file: 'src/sim/kernel/digest.ts', lifts: ['node:crypto'], reason: 'hashes the events of a run' },
  {
    file: 'src/sim/kernel/guard.ts',
    lifts: ['Date', 'globalThis'],
    reason: 'replaces the banned globals by ones that throw while an actor steps',
  },
  {
    file: 'src/sim/world/run-loop.ts',
    lifts: ['async', 'setImmediate'],
    reason: 'lets microtasks pass and hands over to the event loop, between steps',
  },
  { file: 'src/sim/world/world.ts', lifts: ['async'], reason: 'waits for the run loop' },
  { file: 'src/sim/world/timeline.ts', lifts: ['async'], reason: 'waits for the run loop' },
  { file: 'src/sim/world/first-difference.ts', lifts: ['async'], reason: 'waits for the run loop' },
];

/** The folders that must be deterministic. */
const DETERMINISTIC = ['src/sim/', 'src/kubernetes/'];

/** These parts of Math are exact in every engine; the others may differ in the last bit. */
const EXACT_MATH =
  'abs|ceil|clz32|floor|fround|imul|max|min|round|sign|sqrt|trunc|E|LN2|LN10|LOG2E|LOG10E|PI|SQRT1_2|SQRT2';

/** A name that stands free: not a property, not a key. */
const free = (name: string, rest = ''): RegExp =>
  new RegExp(String.raw`(?<![\w$.#])(?:${name})(?![\w$])(?!\s*\??:)${rest}`, 'g');
const member = (object: string, members: string): RegExp =>
  free(object, String.raw`\s*\??\.\s*(?:${members})(?![\w$])`);

/** From the name under which a ban is lifted to what it looks like. */
export const BANS: Readonly<Record<string, RegExp>> = {
  Date: free('Date'),
  Intl: free('Intl'),
  localeCompare: /(?<![\w$])localeCompare(?![\w$])/g,
  toLocale: /(?<![\w$])toLocale\w+/g,
  'Math.random': member('Math', 'random'),
  'inexact Math': free('Math', String.raw`\s*\.\s*(?!(?:random|${EXACT_MATH})(?![\w$]))[\w$]+`),
  'Math as a value': free('Math', String.raw`(?!\s*\.)`),
  // `2 ** 32` between whole literals is exact, and so are powers of a bigint; any other is as inexact as Math.pow.
  '**': /(?<!(?<![\w$.])\d[\d_]*n?\s*)\*\*|(?<!\dn\s*)\*\*(?!\s*-?\d)/g,
  setTimeout: free('setTimeout'),
  setInterval: free('setInterval'),
  setImmediate: free('setImmediate'),
  queueMicrotask: free('queueMicrotask'),
  fetch: free('fetch', String.raw`\s*\(`),
  process: member(
    'process',
    'argv|argv0|chdir|cpuUsage|cwd|emitWarning|env|exit|hrtime|memoryUsage|nextTick|pid|platform|arch|ppid|' +
      'resourceUsage|stderr|stdin|stdout|umask|uptime|versions',
  ),
  performance: member('performance', 'now|mark|measure|timeOrigin|timerify|toJSON|eventLoopUtilization'),
  crypto: member('crypto', 'getRandomValues|randomUUID|randomBytes|randomInt|subtle|createHash|webcrypto'),
  console: member('console', 'log|info|warn|error|debug|trace|dir|table|time|timeEnd|assert'),
  globalThis: free('globalThis'),
  async: free(String.raw`async|await|(?<!instanceof\s+)Promise`),
  'garbage collection': free('WeakRef|FinalizationRegistry'),
};

interface Use {
  readonly ban: string;
  readonly line: number;
}

export const simulationIsDeterministic: Rule = (tree) => checkDeterminism(tree, LIFTED);

/** The rule, with a table of one's own. */
export function checkDeterminism(tree: SourceTree, lifted: readonly Lift[]): Violation[] {
  const violations: Violation[] = [];
  const unusedLifts = new Set(lifted.flatMap(({ file, lifts }) => lifts.map((ban) => `${file} ${ban}`)));
  for (const [file, source] of tree) {
    if (isTest(file) || !DETERMINISTIC.some((folder) => file.startsWith(folder))) continue;
    for (const { ban, line } of usesOf(source)) {
      unusedLifts.delete(`${file} ${ban}`);
      if (lifted.some((row) => row.file === file && row.lifts.includes(ban))) continue;
      violations.push({ file, line, message: `uses ${ban}, which is not a function of the seed` });
    }
  }
  for (const unused of unusedLifts) {
    const [file = '', ...ban] = unused.split(' ');
    if (!folderExists(tree, file)) continue;
    const message = `does not use ${ban.join(' ')}: take it from the table of lifted bans`;
    violations.push({ file, line: 1, message });
  }
  return violations;
}

function usesOf(source: string): Use[] {
  const code = codeOnly(source);
  const uses: Use[] = [];
  for (const [ban, pattern] of Object.entries(BANS)) {
    for (const match of code.matchAll(pattern)) {
      if (!definesMethod(code, match.index)) uses.push({ ban, line: lineAt(source, match.index) });
    }
  }
  for (const { specifier, line } of importsOf(source)) {
    if (isBuiltin(specifier)) uses.push({ ban: specifier, line });
  }
  return uses;
}

/** True if the name at `at` begins the definition of a method: `fetch(key: Key): Value {`, `setTimeout(): void;`. */
function definesMethod(code: string, at: number): boolean {
  if (
    !/(?:[{};,]|\b(?:static|readonly|override|public|private|protected|get|set))\s*$/.test(
      code.slice(Math.max(0, at - 80), at),
    )
  ) {
    return false;
  }
  let end = code.indexOf('(', at);
  if (end === -1 || !/^[\w$]+\s*$/.test(code.slice(at, end))) return false;
  for (let depth = 0; end < code.length; end += 1) {
    if (code[end] === '(') depth += 1;
    if (code[end] === ')') depth -= 1;
    if (depth === 0) break;
  }
  return /^\s*[:{]/.test(code.slice(end + 1, end + 40));
}

function folderExists(tree: SourceTree, file: string): boolean {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return [...tree.keys()].some((path) => path.startsWith(folder));
}
