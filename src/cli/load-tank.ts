/** A tank from the module that exports it, or an error that says what is wrong with the module. */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearestName, type Tank } from '../sim/index.ts';
import { UserError } from './user-error.ts';

/** @throws UserError */
export async function loadTank(module: string): Promise<Tank> {
  const file = resolve(module);
  if (!existsSync(file)) throw new UserError(`${module}: there is no such file.`);
  if (statSync(file).isDirectory()) {
    throw new UserError(`${module}: expected a module that exports a tank; found a folder.`);
  }
  let exported: Record<string, unknown>;
  try {
    exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    throw new UserError(loadProblem(module, file, error));
  }
  return checkTank(module, exported);
}

function loadProblem(module: string, file: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?tsx?$/.test(file)) {
    return (
      `${module}: Node.js ${process.version} does not run TypeScript. Compile the module and name the .js file, ` +
      'or run with tsx: npx tsx node_modules/wavetank/dist/src/cli/main.js tank …'
    );
  }
  return `${module}: the module cannot be loaded: ${describeError(error)}`;
}

function checkTank(module: string, exported: Record<string, unknown>): Tank {
  const { tank } = exported;
  if (tank === undefined) {
    const names = Object.keys(exported);
    const nearest = nearestName('tank', names);
    const found = names.length === 0 ? 'no exports' : `the exports ${names.join(', ')}`;
    throw new UserError(
      `${module}: expected an export named "tank"; found ${found}.` +
        (nearest === undefined ? '' : ` Did you mean "${nearest}" to be "tank"?`),
    );
  }
  const problems: string[] = [];
  const value = (typeof tank === 'object' && tank !== null ? tank : {}) as Record<string, unknown>;
  const expect = (field: string, type: string, what: string, fits = typeof value[field] === type) => {
    if (fits) return;
    const instead = value[field] === undefined ? nearestName(field, Object.keys(value)) : undefined;
    const found = value[field] === undefined ? 'nothing' : `a ${typeof value[field]}`;
    problems.push(`tank.${field}: expected ${what}; found ${instead === undefined ? found : `"${instead}"`}`);
  };
  expect('name', 'string', 'a text');
  expect('about', 'string', 'a text');
  const { forMs } = value;
  expect('forMs', 'number', 'a number of milliseconds above 0', typeof forMs === 'number' && forMs > 0);
  expect('world', 'function', 'a function (seed, plan?) => World');
  if (value.summary !== undefined) expect('summary', 'function', 'a function (world) => object');
  if (problems.length > 0) {
    throw new UserError(
      `${module}: its export "tank" is not a tank:\n${problems.map((each) => `  ${each}`).join('\n')}`,
    );
  }
  return tank as Tank;
}

/** Calls a function of the tank's module: what it throws is a mistake there, told with the place. */
export function inTank<Result>(module: string, what: string, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw new UserError(`${module}: ${what} threw ${describeError(error)}`);
  }
}

/** An error's message, and the first place of its stack that is a file; not the stack. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = /\n\s+at .*?((?:file:\/\/)?\/[^\s()]+:\d+:\d+)\)?/.exec(error.stack ?? '')?.[1];
  const message = error.name === 'WorldSpecError' ? error.message : `${error.name}: ${error.message}`;
  if (place === undefined || error.name === 'WorldSpecError' || error.name === 'SyntaxError') return message;
  return `${message}\n  at ${place.replace(/^file:\/\//, '')}`;
}
