/**
 * The log: what gives commands their order and keeps them. The state machine is whatever a log feeds it, so that a replicated
 * log can take the place of the one on the local disk.
 *
 * 1. A command is `committed` once it is durable, and not before; only then is it applied, and its proposer answered.
 * 2. Committed entries come in the order of their indexes, without gaps, each once in a life of the process.
 * 3. The first output of a life is `recovered` or `failed`: before it, nothing may be proposed.
 * 4. After `failed` nothing more comes; the member must end, and what was proposed may or may not be in the log.
 */
import type { Command } from './mvcc-store.ts';
import type { StoreImage } from './snapshot-file.ts';

export interface LogEntry {
  /** Counts up from 1. */
  readonly index: number;
  /** Names the proposal for whoever made it; entries of former lives may have any. */
  readonly proposal: number;
  readonly command: Command;
}

/** The state machine after all entries up to `index`. */
export interface LogSnapshot {
  readonly index: number;
  readonly image: StoreImage;
}

export type LogOutput =
  /** Where the state machine begins: with the snapshot, if there is one, and then these entries. */
  | { readonly kind: 'recovered'; readonly snapshot: LogSnapshot | undefined; readonly entries: readonly LogEntry[] }
  | { readonly kind: 'committed'; readonly entries: readonly LogEntry[] }
  | { readonly kind: 'failed'; readonly reason: string };
