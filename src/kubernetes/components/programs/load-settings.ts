/** What a load generator is told. */
import type { ContainerArgs } from '../../protocol/container.ts';
import { durationSetting, flagSetting, numberSetting, setting } from './settings.ts';
import { parseTarget, type Target } from './target.ts';

export interface LoadSettings {
  readonly target: Target;
  /** Requests per second, if `concurrency` is 0. */
  readonly rate: number;
  /** How many ask again as soon as they have been answered; 0: `rate` counts. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** Undefined: for ever. */
  readonly durationMs: number | undefined;
  readonly keepAlive: boolean;
}

/** What it is told, or everything that is wrong with it. */
export function loadSettings(args: ContainerArgs): LoadSettings | string {
  const problems: string[] = [];
  const written = setting(args, 'TARGET');
  const target = written === undefined ? 'missing: http://address:port/path' : parseTarget(written, args);
  if (typeof target === 'string') problems.push(`TARGET: ${target}`);
  const rate = numberSetting(args, 'RATE', 1, problems);
  const concurrency = Math.floor(numberSetting(args, 'CONCURRENCY', 0, problems));
  const timeoutMs = numberSetting(args, 'TIMEOUT_MS', 1000, problems);
  const durationMs = durationSetting(args, 'DURATION', problems);
  if (rate === 0 && concurrency === 0) problems.push('RATE is above 0');
  if (timeoutMs === 0) problems.push('TIMEOUT_MS is above 0');
  if (typeof target === 'string' || problems.length > 0) return problems.join('; ');
  return { target, rate, concurrency, timeoutMs, durationMs, keepAlive: flagSetting(args, 'KEEP_ALIVE') };
}
