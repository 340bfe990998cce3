/** A plan from its file, held against the tank's world, with the positions of all mistakes. */
import { readFileSync } from 'node:fs';
import { fileProblem } from '../lab/file-problem.ts';
import { type Plan, PlanError, parsePlan, type World } from '../sim/index.ts';
import { UserError } from './user-error.ts';

/**
 * @param world a world of the tank, which tells what names a plan may speak of
 * @throws UserError
 */
export function loadPlan(file: string, world: World): Plan {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`${file}: the plan cannot be read: ${fileProblem(error)}.`);
  }
  try {
    return parsePlan(text, { file, world: world.planWorld() });
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    const { length } = error.problems;
    throw new UserError(`The plan cannot be used${length === 1 ? '' : `, for ${length} reasons`}:\n${error.message}`);
  }
}
