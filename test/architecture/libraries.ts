/** Each third-party library is imported by exactly one file of src, so that it can be replaced in one place. */
import { importsOf, targetOf } from './imports.ts';
import { isTest, type Rule } from './source-tree.ts';

export const oneImporterPerLibrary: Rule = (tree) => {
  const importers = new Map<string, Map<string, number>>();
  for (const [file, source] of tree) {
    if (!file.startsWith('src/') || isTest(file)) continue;
    for (const { specifier, line } of importsOf(source)) {
      const target = targetOf(file, specifier);
      if (target.kind !== 'library') continue;
      const files = importers.get(target.name) ?? new Map<string, number>();
      if (!files.has(file)) files.set(file, line);
      importers.set(target.name, files);
    }
  }
  return [...importers].flatMap(([library, files]) => {
    const [first, ...others] = [...files];
    return others.map(([file, line]) => ({ file, line, message: `imports ${library}, which ${first?.[0]} imports` }));
  });
};
