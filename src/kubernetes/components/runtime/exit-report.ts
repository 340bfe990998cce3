/**
 * How a container's process ended, in the runtime's words.
 *
 * A program cannot send itself SIGKILL here, so one that exits with 137 by itself says that it ran out of memory.
 * A panic is exit code 2, as Go's runtime has it. Codes have 8 bits.
 *
 * Upstream: containerd/internal/cri/store/container and internal/cri/server/events.go (reasons `Completed`, `Error`,
 * `OOMKilled`).
 */
import type { Exit } from '../../../sim/index.ts';

export interface ExitReport {
  readonly process: string;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  /** Microseconds on the node's clock. */
  readonly finishedAt: number;
}

const OUT_OF_MEMORY = 137;
const PANICKED = 2;

export function exitReport(process: string, exit: Exit, now: number): ExitReport {
  const report = (exitCode: number, reason: string, message = ''): ExitReport => ({
    process,
    exitCode,
    reason,
    message,
    finishedAt: now,
  });
  const code = exit.code & 255;
  switch (exit.reason) {
    case 'panic':
      return report(PANICKED, 'Error', exit.detail);
    case 'killed':
      return report(code, code === 0 ? 'Completed' : 'Error');
    case 'exited':
      if (code === OUT_OF_MEMORY) return report(code, 'OOMKilled');
      return report(code, code === 0 ? 'Completed' : 'Error');
    default:
      throw new Error(`runtime: no such end: ${JSON.stringify(exit.reason satisfies never)}`);
  }
}

/** Nobody saw it end: the node was off, or whoever watched has crashed as well. */
export function unknownExit(process: string, now: number): ExitReport {
  return { process, exitCode: 255, reason: 'Unknown', message: '', finishedAt: now };
}
