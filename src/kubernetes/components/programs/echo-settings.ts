/** What an echo server is told. */
import type { ContainerArgs } from '../../protocol/container.ts';
import { declaredSockets, type Socket } from './listening.ts';
import { numberSetting, setting } from './settings.ts';
import { parseTarget, type Target } from './target.ts';

export interface EchoSettings {
  readonly sockets: readonly Socket[];
  readonly calls: readonly Target[];
  readonly workMs: number;
  readonly timeoutMs: number;
  /** From 0 to 1. */
  readonly failRate: number;
  readonly drainMs: number;
}

const DEFAULT_PORT = 8080;
const DEFAULT_TIMEOUT_MS = 1000;

export function echoSettings(args: ContainerArgs): { settings: EchoSettings; problems: string[] } {
  const problems: string[] = [];
  const number = (name: string, otherwise: number): number => numberSetting(args, name, otherwise, problems);
  const calls: Target[] = [];
  for (const written of (setting(args, 'CALLS') ?? '').split(',')) {
    if (written.trim() === '') continue;
    const target = parseTarget(written, args);
    if (typeof target === 'string') problems.push(`CALLS: ${target}`);
    else calls.push(target);
  }
  const settings = {
    sockets: socketsOf(args, number('PORT', 0)),
    calls,
    workMs: number('WORK_MS', 0),
    timeoutMs: number('TIMEOUT_MS', DEFAULT_TIMEOUT_MS),
    failRate: Math.min(number('FAIL_RATE', 0), 1),
    drainMs: number('DRAIN_MS', 0),
  };
  return { settings, problems };
}

function socketsOf(args: ContainerArgs, port: number): Socket[] {
  if (port > 0) return [{ port, protocol: 'TCP' }];
  const declared = declaredSockets(args);
  return declared.length > 0 ? declared : [{ port: DEFAULT_PORT, protocol: 'TCP' }];
}
