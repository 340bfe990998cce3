/** The true state of the world, read-only, as checks and reports see it. */
import type { Address } from '../kernel/address.ts';
import type { Host } from '../kernel/host.ts';
import type { Process, ProcessCell } from '../kernel/process.ts';

/** A note that an actor has written with `ctx.note`. */
export interface Note {
  /** The event's id. */
  readonly event: number;
  /** True time in microseconds. */
  readonly time: number;
  /** Who wrote it. */
  readonly actor: Address;
  readonly name: string;
  readonly data: unknown;
}

export interface WorldView {
  /** True time in microseconds. */
  readonly now: number;
  readonly hosts: ReadonlyMap<string, Host>;
  /** Processes that run or have run, by `host/process`. */
  readonly processes: ReadonlyMap<Address, Process>;
  /** Actors that live, by address. */
  readonly cells: ReadonlyMap<Address, ProcessCell>;
  /** The state of a live actor; do not change it. Undefined if there is none. */
  state(address: Address): unknown;
  /** All notes so far, oldest first. */
  readonly history: readonly Note[];
  /** Whether a process runs: not ended, not waiting for a restart, on a host with power. Paused ones run. */
  isRunning(process: Address): boolean;
  /** What a disk holds of a file: as programs see it, or as power loss would leave it. Undefined if there is none. */
  file(host: string, file: string, options?: { disk?: string; layer?: 'cached' | 'durable' }): Uint8Array | undefined;
}
