/**
 * The run loop: the only place in the tank where something waits.
 *
 * Bursts of events are synchronous. Between them the loop lets a microtask pass when an actor's bookkeeping in nact wants
 * one, and hands over to the real event loop from time to time, so that progress, signals and time-outs of the outside
 * work. Nothing that happens meanwhile reaches the simulation.
 */
import { installGuard } from '../kernel/guard.ts';
import type { Kernel } from '../kernel/kernel.ts';

/** Events between two visits of the real event loop. */
const BURST = 8192;

export interface LoopOptions {
  /** True time in microseconds beyond which nothing happens. */
  readonly untilUs: number;
  /** Ends the loop between two bursts. */
  readonly signal?: AbortSignal | undefined;
  /** Looked at between two occurrences if given; the loop ends when it is true. */
  readonly done?: (() => boolean) | undefined;
  /** Called between two bursts. */
  readonly progress?: (() => void) | undefined;
}

/** Why a loop ended. */
export type LoopEnd = 'time' | 'idle' | 'done' | 'aborted';

/** Handles events up to a time. */
export async function runLoop(kernel: Kernel, options: LoopOptions): Promise<LoopEnd> {
  installGuard();
  const { untilUs, signal, done, progress } = options;
  const burst = done === undefined ? BURST : 1;
  let visited = kernel.events;
  for (;;) {
    if (signal?.aborted) return 'aborted';
    // With everything settled, a burst of one is one occurrence, whether or not it must wait for microtasks.
    if (done !== undefined) await settleReady(kernel);
    const end = kernel.burst(untilUs, burst);
    if (end === 'idle') return kernel.agenda.size === 0 ? 'idle' : 'time';
    if (end === 'drain') {
      await undefined; // Written out here and below: a function of its own would cost more microtasks.
      kernel.nact.drained();
    }
    if (done !== undefined) {
      await settleReady(kernel);
      if (done()) return 'done';
    }
    // Bursts may be short, since they also end where a microtask must pass.
    if ((end === 'budget' && done === undefined) || kernel.events - visited >= BURST) {
      visited = kernel.events;
      progress?.();
      await yieldToOutside();
    }
  }
}

/** Handles one occurrence and all that follows from it at once. False if there was none. */
export async function stepOnce(kernel: Kernel): Promise<boolean> {
  installGuard();
  await settle(kernel);
  if (kernel.agenda.size === 0) return false;
  kernel.burst(Number.POSITIVE_INFINITY, 1);
  await settle(kernel);
  return true;
}

/** Takes all steps that are ready, so that the world is between two occurrences. */
export async function settle(kernel: Kernel): Promise<void> {
  await settleReady(kernel);
  // What stepped last has bookkeeping left, and a snapshot or a stop must not come in between.
  await undefined;
  kernel.nact.drained();
}

async function settleReady(kernel: Kernel): Promise<void> {
  while (!kernel.settle()) {
    await undefined;
    kernel.nact.drained();
  }
}

function yieldToOutside(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
