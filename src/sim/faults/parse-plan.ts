/**
 * A plan from the text of a YAML or JSON file, or an error that lists everything that is wrong with it, each with its
 * line and column.
 */
import { parseYaml } from '../kernel/located-yaml.ts';
import { formatProblem, inFileOrder, locateProblem, type Problem } from '../kernel/problem.ts';
import type { Plan } from './plan.ts';
import { planFromFileForm } from './plan-file.ts';
import { type PlanWorld, validateAgainst } from './validate-against.ts';

export interface ParsePlanOptions {
  /** The name of the file, for messages. */
  readonly file: string;
  /** If given, the plan is also held against this world (validate-against.ts). */
  readonly world?: PlanWorld;
}

/** @throws PlanError with all problems, in the order of the file */
export function parsePlan(text: string, { file, world }: ParsePlanOptions): Plan {
  const { documents, problems: syntax } = parseYaml(text);
  const problems: Problem[] = syntax.map((problem) => ({ file, ...problem }));
  const [document, second] = documents;
  if (document === undefined) {
    if (problems.length === 0) problems.push(emptyFile(file));
    throw new PlanError(problems);
  }
  if (second !== undefined) problems.push({ file, ...second.positionOf([], 'value'), ...SECOND_DOCUMENT });
  const read = planFromFileForm(document.value);
  const found = 'plan' in read ? (world === undefined ? [] : validateAgainst(read.plan, world)) : read.problems;
  problems.push(...found.map((problem) => locateProblem(problem, document, file)));
  if (problems.length > 0 || !('plan' in read)) throw new PlanError(problems);
  return read.plan;
}

/** A plan that cannot be used. Its message has a line `file:line:column message` for each problem. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const ordered = inFileOrder(problems);
    super(ordered.map(formatProblem).join('\n'));
    this.problems = ordered;
  }
}

const SECOND_DOCUMENT = {
  found: 'a second document',
  expected: 'one plan',
  message: 'a second document begins here (after ---); a file holds one plan.',
};

function emptyFile(file: string): Problem {
  return {
    file,
    line: 1,
    column: 1,
    found: 'nothing',
    expected: 'a plan, which is an object with faults',
    message: 'the file is empty; expected a plan, which is an object with faults.',
  };
}
