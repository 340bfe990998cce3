/** An actor as the kernel keeps it: its program, its state, its place in the tree, its timers. Data only. */
import type { Actor } from './actor.ts';
import type { Address } from './address.ts';
import type { NactActor } from './nact-host.ts';
import type { Backoff, OnPanic } from './process-spec.ts';

/** The part of a process that its cells are, without what the process knows of itself. */
export interface Family {
  readonly address: Address;
}

export class Cell<Owner extends Family = Family> {
  /** Unique in the simulation; an actor that is started again is a new cell. */
  readonly id: number;
  readonly process: Owner;
  readonly address: Address;
  /** The address' number in the name table. */
  readonly number: number;
  /** Its own name: the last part of its address. */
  readonly name: string;
  readonly programName: string;
  readonly program: Actor<unknown, unknown, unknown>;
  readonly args: unknown;
  readonly parent: Cell<Owner> | undefined;
  readonly onPanic: OnPanic;
  readonly backoff: Backoff;
  /** Live children, and those that wait to be started again (whose value is the cell that ended). */
  readonly children = new Map<string, Cell<Owner>>();
  /** Handles in the agenda by key; the timer itself is the occurrence. */
  readonly timers = new Map<string, { slot: number }>();
  live = true;
  /** How often it was started again in a row, for the back-off. */
  restarts: number;
  /** True time of its start. */
  readonly startedAt: number;
  /** The kernel sets it right after construction. */
  nact: NactActor | undefined;
  /** Kept between steps so that a context is made once. */
  context: unknown;

  #state: unknown;
  /** Its state as a snapshot holds it, if it has not stepped since; then `#state` may not be there yet. */
  #saved: Uint8Array | undefined;
  #decode: ((bytes: Uint8Array) => unknown) | undefined;

  constructor(fields: {
    id: number;
    process: Owner;
    address: Address;
    number: number;
    name: string;
    programName: string;
    program: Actor<unknown, unknown, unknown>;
    args: unknown;
    parent: Cell<Owner> | undefined;
    onPanic: OnPanic;
    backoff: Backoff;
    restarts: number;
    startedAt: number;
  }) {
    this.id = fields.id;
    this.process = fields.process;
    this.address = fields.address;
    this.number = fields.number;
    this.name = fields.name;
    this.programName = fields.programName;
    this.program = fields.program;
    this.args = fields.args;
    this.parent = fields.parent;
    this.onPanic = fields.onPanic;
    this.backoff = fields.backoff;
    this.restarts = fields.restarts;
    this.startedAt = fields.startedAt;
  }
  /** Its state. Whoever changes it in place sets it again. */
  get state(): unknown {
    if (this.#decode !== undefined && this.#saved !== undefined) {
      this.#state = this.#decode(this.#saved);
      this.#decode = undefined;
    }
    return this.#state;
  }

  set state(state: unknown) {
    this.#state = state;
    this.#saved = undefined;
    this.#decode = undefined;
  }

  /** Its state as bytes: encoded now, or as they were if it has not stepped since the last time. */
  saveState(encode: (state: unknown) => Uint8Array): Uint8Array {
    this.#saved ??= encode(this.#state);
    return this.#saved;
  }

  /** Takes over a saved state, which is decoded when somebody looks at it: most actors of a fork never step. */
  loadState(saved: Uint8Array, decode: (bytes: Uint8Array) => unknown): void {
    this.#saved = saved;
    this.#decode = decode;
  }
}
