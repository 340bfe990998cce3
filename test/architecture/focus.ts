/** No test is switched off, and none switches the others off. */
import { codeOnly } from './code-only.ts';
import { isTest, lineAt, type Rule } from './source-tree.ts';

const SWITCHED =
  /(?<![\w$.])(?:(?:describe|it|test|suite|bench|context|ctx)(?:\s*\.\s*\w+(?:\([^()]*\))?)*?\s*\.\s*(skip|only|todo)\b|(xit|xdescribe|fit|fdescribe)\s*\()/g;

export const everyTestRuns: Rule = (tree) =>
  [...tree].flatMap(([file, source]) =>
    isTest(file)
      ? [...codeOnly(source).matchAll(SWITCHED)].map((match) => ({
          file,
          line: lineAt(source, match.index),
          message: `has a test that is marked ${match[1] ?? match[2]}`,
        }))
      : [],
  );
