/**
 * Documents tell the truth: each example in them runs, quotations are verbatim, and what they say a command prints is what
 * it prints.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadScenario } from 'wavetank';
import { parsePlan } from 'wavetank/sim';
import { type CodeBlock, codeBlocks } from './code-blocks.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'docs/scenarios.md', 'docs/tank.md', 'bench/README.md'];
/** Whose TypeScript is run, where it is not a quotation. */
const RUNNABLE = ['README.md', 'docs/tank.md'];
/** Inside the project, so that its doors resolve; ignored by git. */
const SCRATCH = join(ROOT, '.cache', 'documents');

/** Stands for any file of manifests. */
const MANIFEST = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: any }\n';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** What differs from machine to machine. */
const timeless = (text: string): string =>
  text
    .replace(/,? ?\d[\d,.]* events\/s/g, '')
    .replace(/ in \d+\.\d+ s/g, ' in … s')
    .trimEnd();

function quoted(block: CodeBlock): string | undefined {
  return /^\/\/ (\S+\.ts)\n/.exec(block.text)?.[1];
}

afterEach(() => {
  vi.restoreAllMocks();
});

for (const document of DOCUMENTS) {
  const blocks = codeBlocks(read(document));

  describe(document, () => {
    blocks.forEach((block, index) => {
      const next = blocks[index + 1];
      const place = `${document}:${block.line}`;
      const file = quoted(block);

      if (block.language === 'ts' && file !== undefined) {
        it(`quotes ${file} word for word (${place})`, () => {
          expect(read(file)).toContain(block.text.slice(block.text.indexOf('\n') + 1));
        });
      } else if (block.language === 'ts' && RUNNABLE.includes(document)) {
        it(`has an example that runs and prints what is said (${place})`, async () => {
          mkdirSync(SCRATCH, { recursive: true });
          const path = join(SCRATCH, `${document.replace(/\W/g, '-')}-${block.line}.ts`);
          writeFileSync(path, block.text);
          const log = vi.spyOn(console, 'log').mockImplementation(() => {});
          await import(/* @vite-ignore */ pathToFileURL(path).href);
          const printed = log.mock.calls.map((values) => values.map(shown).join(' ')).join('\n');
          expect(next?.language).toBe('text');
          expect(printed).toBe(next?.text);
        });
      } else if (block.language === 'yaml') {
        it(`has a plan or a scenario that can be read (${place})`, () => {
          if (!block.text.includes('steps:')) {
            expect(parsePlan(block.text, { file: place }).faults.length).toBeGreaterThan(0);
            return;
          }
          // The manifests that it names are the reader's own.
          const files = (path: string): string => (path === place ? block.text : MANIFEST);
          expect(loadScenario(place, { read: files }).name).not.toBe('');
        });
      } else if (block.language === 'sh') {
        it(`names commands that exist (${place})`, () => {
          const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
          for (const [, script] of block.text.matchAll(/npm run ([\w:-]+)/g))
            expect(scripts).toHaveProperty([`${script}`]);
          for (const [, script] of block.text.matchAll(/npm (start|test)\b/g))
            expect(scripts).toHaveProperty([`${script}`]);
        });
      }
    });

    it('links to what exists', () => {
      for (const [, target] of read(document).matchAll(/\]\(([^)#]+)\)/g)) {
        if (target === undefined || /^https?:/.test(target)) continue;
        expect(existsSync(join(ROOT, dirname(document), target)), target).toBe(true);
      }
    });
  });
}

describe('README.md', () => {
  it('shows what `npm start` prints', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const args = /node dist\/src\/cli\/main\.js (.+)$/.exec(scripts.start ?? '')?.[1]?.split(' ') ?? [];
    const module = args.map((arg) => arg.replace(/^dist\/(.+)\.js$/, '$1.ts'));
    const printed = execFileSync(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...module], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    }).replaceAll('examples/ping-pong/world.ts', 'dist/examples/ping-pong/world.js');
    const block = codeBlocks(read('README.md')).find(({ language }) => language === 'text');
    expect(timeless(printed)).toBe(timeless(block?.text ?? ''));
  });
});

/** As Node.js prints it. */
function shown(value: unknown): string {
  return typeof value === 'string'
    ? value
    : JSON.stringify(value)
        .replace(/"(\w+)":/g, ' $1: ')
        .replace(/}$/, ' }');
}
