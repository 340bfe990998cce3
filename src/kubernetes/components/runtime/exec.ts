/** ExecSync: a command in a container, which its program answers. Upstream: containerd/internal/cri/server/container_execsync.go. */
import type { Context, Message, RequestId } from '../../../sim/index.ts';
import type { ExecRequest, ExecResult } from '../../protocol/container.ts';
import type { CriRequest } from '../../protocol/cri.ts';
import { fail, succeed } from './answers.ts';
import type { RuntimeState } from './runtime-state.ts';
import type { RuntimeThen } from './runtime-then.ts';

/** 0 means without end; some end there must be. */
const LONGEST_MS = 3_600_000;
/** A shell's codes for what it cannot run, cannot find, and what was killed. */
const CANNOT_RUN = 126;
const NOT_FOUND = 127;
const KILLED = 137;

type ExecThen = Extract<RuntimeThen, { for: 'exec' }>;

export function execSync(
  state: RuntimeState,
  request: RequestId,
  { containerId, cmd, timeoutSeconds }: Extract<CriRequest, { call: 'ExecSync' }>,
  ctx: Context,
): void {
  const container = state.containers.get(containerId);
  if (container === undefined) {
    fail(ctx, request, 'NotFound', `failed to find container "${containerId}" in store: not found`);
    return;
  }
  if (container.state !== 'RUNNING') {
    fail(ctx, request, 'FailedPrecondition', `container "${containerId}" is in ${container.state} state`);
    return;
  }
  const timeoutMs = timeoutSeconds > 0 ? timeoutSeconds * 1000 : LONGEST_MS;
  const then: ExecThen = { for: 'exec', request, container: containerId, command: cmd[0] ?? '' };
  ctx.request(`${ctx.host}/${container.process}`, { exec: cmd } satisfies ExecRequest, { timeoutMs, then });
}

export function execAnswered(
  state: RuntimeState,
  { request, container, command }: ExecThen,
  message: Extract<Message, { type: 'response' }>,
  ctx: Context,
): void {
  const answer = (exitCode: number, stdout: string, stderr: string): void =>
    succeed(ctx, request, { call: 'ExecSync', exitCode, stdout, stderr });
  if (message.ok) {
    const { exitCode, stdout } = (message.body ?? {}) as Partial<ExecResult>;
    if (typeof exitCode === 'number') answer(exitCode, typeof stdout === 'string' ? stdout : '', '');
    else answer(CANNOT_RUN, '', `exec: "${command}": the program does not understand commands`);
    return;
  }
  switch (message.failure) {
    case 'timeout':
      fail(ctx, request, 'DeadlineExceeded', `failed to exec in container "${container}": timeout exceeded`);
      return;
    case 'disconnected':
      answer(KILLED, '', '');
      return;
    case 'refused':
      if (state.containers.get(container)?.state === 'RUNNING') {
        answer(NOT_FOUND, '', `exec: "${command}": executable file not found in $PATH: ${message.reason}`);
      } else fail(ctx, request, 'Unknown', `failed to exec in container "${container}": it does not run`);
      return;
    default:
      throw new Error(`runtime: no such failure: ${JSON.stringify(message.failure satisfies never)}`);
  }
}
