/** Paths of files: pkg/apis/core/validation/validation.go, validateLocalDescendingPath, validatePathNoBacksteps. */
import type { FieldError } from '../field-error.ts';
import { invalid } from './mistakes.ts';

/** A relative path that does not climb. */
export function descendingPath(path: string, field: string): FieldError[] {
  const errors = path.startsWith('/') ? [invalid(field, path, 'must be a relative path')] : [];
  return [...errors, ...withoutBacksteps(path, field)];
}

/** A path inside a volume: relative, and its name does not begin like a step back (validateLocalNonReservedPath). */
export function nonReservedPath(path: string, field: string): FieldError[] {
  const errors = descendingPath(path, field);
  // What begins with a step back is reported as one already.
  if (path.startsWith('..') && !path.startsWith('../')) errors.push(invalid(field, path, "must not start with '..'"));
  return errors;
}

export function withoutBacksteps(path: string, field: string): FieldError[] {
  return backsteps(path) ? [invalid(field, path, "must not contain '..'")] : [];
}

export function backsteps(path: string): boolean {
  return path.split('/').includes('..');
}
