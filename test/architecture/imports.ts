/**
 * The imports of a source file, read from its text: static imports, re-exports, `import('…')` as an expression or a type,
 * `require('…')` and `require.resolve('…')`. Type-only imports are imports like any other.
 *
 * Left out: an import whose specifier is computed.
 */
import { isBuiltin } from 'node:module';
import { codeOnly } from './code-only.ts';
import { lineAt, type SourceTree } from './source-tree.ts';

export interface Import {
  /** As it is written between the quotes. */
  readonly specifier: string;
  readonly line: number;
}

const CLAUSE = String.raw`(?:type\s+)?(?:[\w$]+\s*,?\s*)?(?:\*(?:\s*as\s+[\w$]+)?|\{[^{}]*\})?`;
const PATTERNS = [
  new RegExp(String.raw`(?<![\w$.])(?:import|export)\s*${CLAUSE}\s*from\s*(['"])`, 'g'),
  /(?<![\w$.])import\s*(['"])/g,
  /(?<![\w$.])import\s*\(\s*(['"`])/g,
  /(?<![\w$.])require(?:\s*\.\s*resolve)?\s*\(\s*(['"`])/g,
];

/** In the order in which they stand in the file. */
export function importsOf(source: string): Import[] {
  const code = codeOnly(source);
  const found: { specifier: string; at: number }[] = [];
  for (const pattern of PATTERNS) {
    for (const match of code.matchAll(pattern)) {
      const start = match.index + match[0].length;
      found.push({ specifier: source.slice(start, code.indexOf(match[1] ?? '', start)), at: match.index });
    }
  }
  found.sort((a, b) => a.at - b.at);
  return found.map(({ specifier, at }) => ({ specifier, line: lineAt(source, at) }));
}

/** What a specifier means, seen from a file. */
export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'library'; readonly name: string };

/** The project's own doors, by the name under which anyone imports them. */
export const DOORS: ReadonlyMap<string, string> = new Map([
  ['wavetank', 'src/index.ts'],
  ['wavetank/sim', 'src/sim/index.ts'],
]);

export function targetOf(importer: string, specifier: string): Target {
  if (specifier.startsWith('.')) return { kind: 'file', path: join(importer, specifier) };
  const door = DOORS.get(specifier);
  if (door !== undefined) return { kind: 'file', path: door };
  if (isBuiltin(specifier)) return { kind: 'builtin', name: specifier };
  const parts = specifier.split('/');
  return { kind: 'library', name: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/') };
}

/** From each file of the tree to those files of the tree that it imports. */
export function importGraph(tree: SourceTree): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const [path, source] of tree) {
    const targets = new Set<string>();
    for (const { specifier } of importsOf(source)) {
      const target = targetOf(path, specifier);
      if (target.kind === 'file' && tree.has(target.path)) targets.add(target.path);
    }
    graph.set(path, targets);
  }
  return graph;
}

function join(importer: string, relative: string): string {
  const parts = importer.split('/').slice(0, -1);
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
