/**
 * A mistake in a file that a person wrote: where it is, what was found, what was expected, and the nearest valid name.
 *
 * Checks find problems in *values* and name them by path (`FieldProblem`); a document with positions turns a path into
 * file, line and column (`locateProblem`). So one check serves both data from a file and data from a program.
 */

/** A key of an object or an index of a list. */
export type PathStep = string | number;

export type Path = readonly PathStep[];

/** A problem of a value, named by the path to it. */
export interface FieldProblem {
  readonly path: Path;
  /** Whether the key itself or the value under it is at fault. */
  readonly place: 'key' | 'value';
  readonly found: string;
  readonly expected: string;
  readonly nearest?: string;
  /** A sentence that begins with the path and contains the rest. */
  readonly message: string;
}

/** A problem of a file; line and column count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly found: string;
  readonly expected: string;
  readonly nearest?: string;
  readonly message: string;
}

/** What knows where a path is written; a path that is not there has the position of the nearest thing around it. */
export interface Positions {
  positionOf(path: Path, place: 'key' | 'value'): { readonly line: number; readonly column: number };
}

/** `file:line:column message`, which editors and terminals make clickable. */
export function formatProblem({ file, line, column, message }: Problem): string {
  return `${file}:${line}:${column} ${message}`;
}

export function locateProblem(problem: FieldProblem, document: Positions, file: string): Problem {
  const { found, expected, nearest, message } = problem;
  const { line, column } = document.positionOf(problem.path, problem.place);
  return { file, line, column, found, expected, ...(nearest === undefined ? {} : { nearest }), message };
}

/** By position in the file; problems at one position keep their order. */
export function inFileOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** `faults[0].lose.probability`; the root is the empty text. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\w$-]+$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** A sentence about a path: `path: text.` */
export function aboutPath(path: Path, text: string): string {
  const at = formatPath(path);
  return `${at === '' ? '' : `${at}: `}${text}${/[.?]$/.test(text) ? '' : '.'}`;
}

/** A found value in a few words: `"5 seconds"`, `1.5`, `an empty list`, `an object with at, for`. */
export function describeFound(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (Array.isArray(value)) {
    return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  }
  if (typeof value === 'object') {
    const keys = Object.keys(value);
    const shown = keys.slice(0, 6).join(', ') + (keys.length > 6 ? ', ...' : '');
    return keys.length === 0 ? 'an empty object' : `an object with ${shown}`;
  }
  return String(value);
}
