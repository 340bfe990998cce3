/**
 * Pauses of processes.
 *
 * 1. A process goes on when the last pause that holds it has ended. Nothing is lost: what came meanwhile follows then.
 * 2. A pause belongs to one life of a process. A process that starts again, for whatever reason, is not paused.
 * 3. The witness counts what became late: messages, timers and outcomes. Of several pauses of one process, each counts
 *    all.
 */
import type { Kernel } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import { pauseProcess, resumeProcess } from '../kernel/queueing.ts';
import type { FaultOf } from './fault.ts';
import { findLife, type Hold, isLifeOf, lifeOf, type PausedHold, type PausedLife } from './hold.ts';
import { selectProcesses } from './selector.ts';
import type { Strike, Struck } from './strike.ts';

export class PauseFaults {
  readonly #kernel: Kernel;
  /** By id, also those that another process has replaced since. */
  readonly #paused = new Map<number, Process>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  strike(fault: FaultOf<'pause'>, { cause, others }: Strike): Struck {
    const kernel = this.#kernel;
    const lives: PausedLife[] = [];
    for (const address of selectProcesses(fault.processes, [...kernel.processes.keys()])) {
      const process = kernel.processes.get(address) as Process;
      if (process.status !== 'running') continue;
      this.#settleEarlierLives(process, others);
      this.#paused.set(process.id, process);
      lives.push({ ...lifeOf(process), before: process.delayed, counted: 0, settled: false });
      if (process.paused) continue;
      kernel.cause = cause;
      kernel.emitText('pause', process.number, 0, 'paused');
      pauseProcess(process);
    }
    return { witness: 0, hold: { type: 'paused', lives } };
  }

  end(hold: PausedHold, cause: number, others: readonly Hold[]): void {
    const kernel = this.#kernel;
    for (const life of hold.lives) {
      const process = findLife(kernel, life);
      if (process === undefined || !process.paused || isPausedBy(process, others)) continue;
      kernel.cause = cause;
      kernel.cause = kernel.emitText('pause', process.number, 0, 'resumed');
      resumeProcess(kernel, process);
    }
  }

  witness(hold: PausedHold): number {
    let sum = 0;
    for (const life of hold.lives) sum += this.#count(life);
    return sum;
  }

  /** The world has been restored: its processes are other objects. */
  forget(): void {
    this.#paused.clear();
  }

  #count(life: PausedLife): number {
    const process = this.#paused.get(life.id) ?? this.#kernel.processes.get(life.process);
    if (!life.settled && process?.id === life.id) life.counted = process.delayed - life.before;
    return life.counted;
  }

  #settleEarlierLives(process: Process, holds: readonly Hold[]): void {
    for (const hold of holds) {
      if (hold.type !== 'paused') continue;
      for (const life of hold.lives) {
        if (life.id !== process.id || life.incarnation === process.incarnation) continue;
        this.#count(life);
        life.settled = true;
      }
    }
  }
}

function isPausedBy(process: Process, holds: readonly Hold[]): boolean {
  return holds.some((hold) => hold.type === 'paused' && hold.lives.some((life) => isLifeOf(life, process)));
}
