/** Options of the command line from text to values, or an error that says what was expected. */
import { parseDuration } from '../sim/index.ts';
import { UserError } from './user-error.ts';

/** @throws UserError */
export function parseSeed(text: string, option = '--seed'): number {
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(seed)) return seed;
  throw new UserError(`${option}: expected a whole number from 0 to 2^53-1; found "${text}".`);
}

/** Seeds from the first to the last, both included. */
export interface SeedRange {
  readonly from: number;
  readonly to: number;
}

/** @throws UserError */
export function parseSeeds(text: string): SeedRange {
  const parts = text.split('..');
  const [first, last] = parts;
  if (parts.length !== 2 || first === undefined || last === undefined || !/^\d+$/.test(first) || !/^\d+$/.test(last)) {
    throw new UserError(`--seeds: expected a range such as 1..100; found "${text}".`);
  }
  const [from, to] = [parseSeed(first, '--seeds'), parseSeed(last, '--seeds')];
  if (from <= to) return { from, to };
  throw new UserError(`--seeds: expected the smaller seed first; found "${text}". Did you mean ${to}..${from}?`);
}

/** Milliseconds. @throws UserError */
export function parseDurationOption(text: string, option: string): number {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new UserError(`${option}: "${text}" is not a duration: ${parsed.problem}.`);
  if (parsed.us === 0) throw new UserError(`${option}: expected a duration above zero; found "${text}".`);
  return parsed.us / 1000;
}
