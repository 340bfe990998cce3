/** The project's own files, held against each rule of this folder. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noImportCycles } from './cycles.ts';
import { simulationIsDeterministic } from './determinism.ts';
import {
  filesAreNamedAfterAConcept,
  filesAreShort,
  nothingIsADefaultExport,
  onlyDoorsAreBarrels,
} from './file-shape.ts';
import { everyTestRuns } from './focus.ts';
import { layersHold } from './layers.ts';
import { oneImporterPerLibrary } from './libraries.ts';
import { formatViolation, isTypeScript, type Rule, readTree } from './source-tree.ts';
import { noFileNamesTheWorkplace } from './workplace.ts';

const ROOT = join(import.meta.dirname, '../..');
const code = readTree(ROOT, isTypeScript);
const everything = readTree(ROOT, (path) => /\.(?:ts|mjs|json|ya?ml|md|txt|sh)$|^\.ci\/run$/.test(path));

const RULES: readonly [promise: string, rule: Rule][] = [
  ['imports run only in the directions of the layer table', layersHold],
  ['the simulation names nothing that is not a function of the seed', simulationIsDeterministic],
  ['each third-party library is imported by one file of src', oneImporterPerLibrary],
  ['no imports run in a circle', noImportCycles],
  ['no file of source is longer than 400 lines', filesAreShort],
  ['files are named after a concept, in kebab-case', filesAreNamedAfterAConcept],
  ['nothing is a default export', nothingIsADefaultExport],
  ['only the doors are barrels', onlyDoorsAreBarrels],
  ['every test runs', everyTestRuns],
];

describe('the project', () => {
  it('is what the rules look at', () => {
    expect(code.has('test/architecture/architecture.test.ts')).toBe(true);
    expect(everything.has('package.json')).toBe(true);
  });

  it.each(RULES)('%s', (_, rule) => {
    expect(rule(code).map(formatViolation)).toEqual([]);
  });

  it('names the workplace nowhere', () => {
    expect(noFileNamesTheWorkplace(everything).map(formatViolation)).toEqual([]);
  });
});
