/**
 * The project's own files as a map from path to text, and what a rule over them is.
 *
 * A rule is a pure function from such a map to its violations, so that a test can plant a violation in a map of its own and
 * see that the rule finds it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** From a path relative to the project, with `/` between its parts, to the file's text. */
export type SourceTree = ReadonlyMap<string, string>;

/** One line that breaks a rule. */
export interface Violation {
  readonly file: string;
  /** Counted from 1; 1 also where the whole file is meant. */
  readonly line: number;
  readonly message: string;
}

export type Rule = (tree: SourceTree) => Violation[];

/** As a person reads it: `src/sim/a.ts:3 imports …`. */
export const formatViolation = ({ file, line, message }: Violation): string => `${file}:${line} ${message}`;

const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'coverage', '.git', '.cache']);

/** Reads the files below `root` whose paths `wanted` accepts. Folders of build output and dependencies are passed over. */
export function readTree(root: string, wanted: (path: string) => boolean): SourceTree {
  const tree = new Map<string, string>();
  const visit = (folder: string): void => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.has(entry.name)) visit(path);
      } else if (entry.isFile() && wanted(path)) {
        tree.set(path, readFileSync(join(root, path), 'utf8'));
      }
    }
  };
  visit('');
  return tree;
}

/** The folders whose TypeScript the rules speak about. */
const CODE_FOLDERS = new Set(['src', 'examples', 'scenarios', 'properties', 'bench', 'test', 'tools']);

export function isTypeScript(path: string): boolean {
  return path.endsWith('.ts') && CODE_FOLDERS.has(path.slice(0, path.indexOf('/')));
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}

/** The number of the line that an offset lies in, counted from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
