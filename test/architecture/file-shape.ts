/** How a file is called, how long it is, and what it exports. */
import { codeOnly } from './code-only.ts';
import { DOORS } from './imports.ts';
import { isTest, isTypeScript, lineAt, type Rule, type SourceTree, type Violation } from './source-tree.ts';

const MAX_LINES = 400;
const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** Names that say nothing about what is inside, so that anything gets put there. */
const EMPTY_NAME = /^(?:utils?|helpers?|common|types?)$/;
/** Files whose only content is what other files export, on purpose. */
const DOOR_FILES = new Set([...DOORS.values(), 'src/kubernetes/index.ts']);

/** At 400 lines there is a second concept in the file. Tests are lists, and may be longer. */
export const filesAreShort: Rule = (tree) =>
  perFile(tree, (file, source) => {
    const lines = source.trimEnd().split('\n').length;
    return !isTest(file) && lines > MAX_LINES
      ? [{ line: MAX_LINES, message: `has ${lines} lines of ${MAX_LINES}` }]
      : [];
  });

export const filesAreNamedAfterAConcept: Rule = (tree) =>
  perFile(tree, (file) => {
    const parts = file.replace(/(?:\.test)?\.ts$/, '').split('/');
    const bad = parts.filter((part) => !KEBAB_CASE.test(part)).map((part) => `'${part}' is not in kebab-case`);
    const empty = parts.filter((part) => EMPTY_NAME.test(part)).map((part) => `'${part}' names no concept`);
    return [...bad, ...empty].map((message) => ({ line: 1, message }));
  });

export const nothingIsADefaultExport: Rule = (tree) =>
  perFile(tree, (_, source) =>
    [...codeOnly(source).matchAll(/(?<![\w$.])export\s+default\b|\bexport\s*\{[^}]*\bas\s+default\b/g)].map(
      (match) => ({
        line: lineAt(source, match.index),
        message: 'has a default export',
      }),
    ),
  );

/** A barrel makes every import of one thing an import of all of its neighbours. */
export const onlyDoorsAreBarrels: Rule = (tree) =>
  perFile(tree, (file, source) => {
    const code = codeOnly(source);
    const withoutImports = code.replace(/(?<![\w$.])import\b[^'"(]*['"][^'"]*['"]\s*;?/g, '');
    const rest = withoutImports.replace(
      /(?<![\w$.])export\s*(?:type\s*)?(?:\*[^'"]*|\{[^}]*\})(?:\s*from\s*)?(?:['"]\s*['"])?;?/g,
      '',
    );
    const reexports = withoutImports.trim() !== '' && rest.trim() === '';
    return reexports && !DOOR_FILES.has(file) ? [{ line: 1, message: 'only exports what other files define' }] : [];
  });

function perFile(
  tree: SourceTree,
  check: (file: string, source: string) => readonly Omit<Violation, 'file'>[],
): Violation[] {
  return [...tree].flatMap(([file, source]) =>
    isTypeScript(file) ? check(file, source).map((violation) => ({ file, ...violation })) : [],
  );
}
