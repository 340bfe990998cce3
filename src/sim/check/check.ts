/**
 * Checks: promises about a run, watched while it happens.
 *
 * - `always`: holds after every relevant event, faults or not. It sees the true state of the world (what runs where, not
 *   what anybody says runs where) and the history, and is evaluated incrementally.
 * - `eventually`: once faults have stopped and the world is healed, it holds within a stated virtual time.
 * - `sometimes`: a situation that at least one run should reach; one that is never reached is reported.
 *
 * A check is one file named after its promise, which says whose promise it is and where its scope ends.
 *
 * A check must be a function of what it is shown and of what it remembers: it draws no chance, asks no clock, and changes
 * nothing but its own memory. Nothing enforces that (freezing the world would cost more than running it), and a check
 * that changes an actor's state changes the run. A check that throws is a mistake of whoever wrote it, and ends the run.
 */
import type { EventKind, TraceEvent } from '../kernel/trace.ts';
import type { WorldView } from './world-view.ts';

interface Promised {
  /** Unique among a world's checks, in kebab-case: `pod-ips-are-unique`. */
  readonly name: string;
  /** One sentence, for people. */
  readonly promise: string;
  /** Whose promise it is: a file, a paper, a document. */
  readonly source?: string;
}

/**
 * What is wrong, in one sentence; together with the event that shows it, if that is not the one that is looked at. Only
 * an event that is past makes a chain of causes.
 */
export type Broken = string | { readonly message: string; readonly event: number };

/** Neither held nor broken: why it could not be found out. */
export interface Undecided {
  readonly undecided: string;
}

/** @typeParam State what the check remembers: plain data, since it is part of snapshots */
export interface AlwaysCheck<State = unknown> extends Promised {
  readonly kind: 'always';
  /** The events after which it is looked at. None only makes sense with `atEnd`. */
  readonly on: readonly EventKind[];
  /** What it remembers at the beginning. Default: nothing. */
  start?(): State;
  /** Looks at one event, once the step that caused it is complete. Returns what is wrong, or undefined. */
  observe(event: TraceEvent, view: WorldView, state: State): Broken | undefined;
  /** Looks at the whole run when it is over, unless the promise has been broken before. */
  atEnd?(view: WorldView, state: State): Broken | Undecided | undefined;
}

export interface EventuallyCheck extends Promised {
  readonly kind: 'eventually';
  /** Virtual time after the heal within which it must hold. */
  readonly withinMs: number;
  /** The events after which it is worth looking. Default: `deliver`. */
  readonly on?: readonly EventKind[];
  /** Whether it must also hold when the run ends, having held once. Default false. */
  readonly stays?: boolean;
  /** Undefined if it holds, otherwise what is missing. Must not remember anything. */
  missing(view: WorldView): string | undefined;
}

export interface SometimesCheck extends Promised {
  readonly kind: 'sometimes';
  readonly on: readonly EventKind[];
  reached(event: TraceEvent, view: WorldView): boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: checks with different memories stand in one list
export type Check = AlwaysCheck<any> | EventuallyCheck | SometimesCheck;

/** A promise that was broken. */
export interface Violation {
  readonly check: string;
  readonly kind: 'always' | 'eventually';
  /** True time in microseconds. */
  readonly time: number;
  /** The event after which it was seen: the start of the chain of causes. */
  readonly event: number;
  readonly message: string;
}
