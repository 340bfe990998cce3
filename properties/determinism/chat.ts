/** What chatterboxes say, remember and are told. */
import type { Context, Message } from 'wavetank/sim';

/** What a process is told at its start. */
export interface ChatterArgs {
  readonly everyMs: number;
  readonly hosts: readonly string[];
  readonly addresses: readonly string[];
  readonly nested: ReadonlyMap<string, unknown>;
}

/** Whatever is said. */
export interface Chat {
  readonly text: string;
  readonly number: number;
  readonly more?: unknown;
}

/** What comes back with an outcome. */
export interface Then {
  readonly about: string;
  readonly tried: number;
  readonly marks?: ReadonlySet<string>;
}

export interface ChatterState {
  steps: number;
  /** Counts of what was received, by type and sender. */
  readonly heard: Map<string, number>;
  readonly names: Set<string>;
  /** Written over and over, a byte at a time. */
  readonly bytes: Uint8Array;
  readonly tree: { depth: number; children: { value: number; leaf?: null | boolean | undefined }[] };
  /** A body that was received, and one that was frozen, as they are. */
  kept: unknown;
  frozen: unknown;
  /** Streams that may be open, and requests that may wait for an answer. */
  readonly streams: number[];
  readonly owed: number[];
  /** Operations on the register that were invoked here and have no outcome yet. */
  readonly open: number[];
  operations: number;
  register: number;
}

export type ChatterContext = Context<Then>;
export type ChatterMessage = Message<Chat, Then>;
