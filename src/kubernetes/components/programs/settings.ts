/**
 * What a program is told: by its container's environment or, where that says nothing, by its image's configuration, under one
 * name. Whatever a person may have written is an answer, never a panic.
 */
import { parseDuration } from '../../../sim/index.ts';
import type { ContainerArgs } from '../../protocol/container.ts';

/** Undefined if nobody says anything. */
export function setting({ env, config }: ContainerArgs, name: string): string | undefined {
  const text = env[name];
  if (text !== undefined && text !== '') return text;
  const value = (config as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return value === undefined || value === null ? undefined : String(value);
}

/** A number at least 0, or the default; `problems` gets what is wrong. */
export function numberSetting(args: ContainerArgs, name: string, otherwise: number, problems: string[]): number {
  const text = setting(args, name);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value < Number.POSITIVE_INFINITY) return value;
  problems.push(`${name} is a number, at least 0, found "${text}"`);
  return otherwise;
}

/** In milliseconds, of `90s`, `5m`, or a bare number of seconds. */
export function durationSetting(args: ContainerArgs, name: string, problems: string[]): number | undefined {
  const text = setting(args, name);
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (text.trim() !== '' && seconds >= 0 && seconds < 1e9) return seconds * 1000;
  const parsed = parseDuration(text);
  if (parsed.ok) return parsed.us / 1000;
  problems.push(`${name}: "${text}": ${parsed.problem}`);
  return undefined;
}

export function flagSetting(args: ContainerArgs, name: string): boolean {
  const text = setting(args, name)?.toLowerCase();
  return text === 'true' || text === '1' || text === 'yes';
}

/** `$(NAME)` stands for a variable of the environment; one that is not there stays as it is written. */
export function expand(text: string, { env }: ContainerArgs): string {
  return text.replace(/\$\(([A-Za-z_][\w.-]*)\)/g, (written, name: string) => env[name] ?? written);
}
