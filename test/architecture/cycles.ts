/** No file imports itself by way of others. A type-only import counts: who reads one of the files has to read them all. */
import { importGraph } from './imports.ts';
import type { Rule, Violation } from './source-tree.ts';

export const noImportCycles: Rule = (tree) => {
  const graph = importGraph(tree);
  const violations: Violation[] = [];
  const done = new Set<string>();
  /** The files from where the walk began to where it is, each imported by the one before it. */
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start !== -1) {
      const cycle = [...path.slice(start), file].join(' → ');
      violations.push({ file, line: 1, message: `is part of an import cycle: ${cycle}` });
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const imported of graph.get(file) ?? []) visit(imported);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return violations;
};
