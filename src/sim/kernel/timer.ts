/**
 * Timers: a message to oneself after a delay on the host's monotonic clock.
 *
 * 1. A timer fires when the monotonic clock has advanced by its delay: earlier in true time on a fast clock, later on a
 *    slow one, also when the drift changes in between (`retime`). Steps of the wall clock do not move it.
 * 2. A timer dies with its actor. A paused process gets it late.
 */
import type { Engine } from './engine.ts';
import { type Occurrence, PRIORITY } from './occurrence.ts';
import type { ProcessCell } from './process.ts';

export interface TimerState {
  readonly cell: number;
  readonly key: string;
  readonly then: unknown;
  readonly deadline: number;
  readonly cause: number;
}

export class Timer implements Occurrence {
  readonly type = 'timer';
  readonly engine: Engine;
  readonly cell: ProcessCell;
  readonly key: string;
  readonly then: unknown;
  /** On the host's monotonic clock. */
  readonly deadline: number;
  readonly cause: number;
  slot = -1;

  constructor(engine: Engine, cell: ProcessCell, key: string, then: unknown, deadline: number, cause: number) {
    this.engine = engine;
    this.cell = cell;
    this.key = key;
    this.then = then;
    this.deadline = deadline;
    this.cause = cause;
  }

  occur(): void {
    const { cell, engine } = this;
    cell.timers.delete(this.key);
    engine.deliver({ cell, message: { type: 'timer', key: this.key, then: this.then }, cause: this.cause, credit: 0 });
  }

  save(): TimerState {
    return { cell: this.cell.id, key: this.key, then: this.then, deadline: this.deadline, cause: this.cause };
  }
}

function clockOf(engine: Engine, cell: ProcessCell) {
  const host = engine.hosts.get(cell.process.host);
  if (host === undefined) throw new Error(`${cell.address}: no such host.`);
  return host.clock;
}

/** Sets a timer, or sets it again. */
export function setTimer(engine: Engine, cell: ProcessCell, key: string, delayUs: number, then: unknown): void {
  cancelTimer(engine, cell, key);
  const clock = clockOf(engine, cell);
  const timer = new Timer(engine, cell, key, then, clock.monotonic(engine.now) + delayUs, engine.cause);
  timer.slot = engine.schedule(engine.now + clock.trueDelay(engine.now, delayUs), PRIORITY.timer, timer);
  cell.timers.set(key, timer);
}

export function cancelTimer(engine: Engine, cell: ProcessCell, key: string): void {
  const timer = cell.timers.get(key);
  if (timer === undefined) return;
  cell.timers.delete(key);
  engine.agenda.cancel(timer.slot);
}

/** All timers of a cell that ends. */
export function cancelTimers(engine: Engine, cell: ProcessCell): void {
  for (const timer of cell.timers.values()) engine.agenda.cancel(timer.slot);
  cell.timers.clear();
}

/** The host's clock runs at another rate from now on: its timers move. Returns how many there were. */
export function retimeTimers(engine: Engine, cell: ProcessCell): number {
  const clock = clockOf(engine, cell);
  for (const timer of cell.timers.values()) {
    engine.agenda.cancel(timer.slot);
    const time = Math.max(engine.now, clock.trueTimeOfMonotonic((timer as Timer).deadline));
    timer.slot = engine.schedule(time, PRIORITY.timer, timer as Timer);
  }
  return cell.timers.size;
}
