/**
 * The runtime's record on disk (`containerd/meta`), an append-only log that is rewritten when most of it is history.
 *
 * 1. What is recorded in one step, and while an append is under way, is one append.
 * 2. A continuation runs when its record is in the page cache: a crash of the runtime does not lose it. The disk is told
 *    to sync a second later; a power loss before that forgets the record, and with it only what the same loss has ended.
 * 3. The rewritten log takes the old one's place at one instant.
 *
 * Upstream: containerd's metadata is a bbolt database and a checkpoint file for each container's status, synced at once.
 */
import type { Context, DiskResult, RequestId } from '../../../sim/index.ts';
import type { CriResult } from '../../protocol/cri.ts';
import { type Metadata, type MetaRecord, metaLine, writeMetadata } from './meta-records.ts';

export const META_FILE = 'containerd/meta';
const NEXT_FILE = 'containerd/meta.next';
const SYNC_AFTER_MS = 1000;

/** What is to be done once a record is written, or cannot be. */
export type Continuation =
  | { readonly after: 'sandbox-recorded'; readonly sandbox: string; readonly request: RequestId }
  | { readonly after: 'sandbox-ready'; readonly sandbox: string; readonly request: RequestId }
  | { readonly after: 'container-recorded'; readonly container: string; readonly request: RequestId }
  | { readonly after: 'exit-recorded'; readonly process: string }
  | { readonly after: 'answer'; readonly requests: readonly RequestId[]; readonly result: CriResult };

export interface MetaLog {
  /** Not written yet. */
  lines: string[];
  waiting: Continuation[];
  /** Of the append under way. */
  underWay: Continuation[];
  busy: boolean;
  /** How many records the file has. */
  records: number;
  unsynced: boolean;
}

/** The steps of disk operations, as they come back. */
export interface MetaThen {
  readonly for: 'meta';
  readonly step: 'append' | 'sync' | 'remove' | 'write' | 'sync-next' | 'rename' | 'sync-names';
}

/** What the log is of. */
export interface Logged extends Metadata {
  readonly log: MetaLog;
}

export const newMetaLog = (): MetaLog => ({
  lines: [],
  waiting: [],
  underWay: [],
  busy: false,
  records: 0,
  unsynced: false,
});

export function record({ log }: Logged, entry: MetaRecord, continuation?: Continuation): void {
  log.lines.push(metaLine(entry));
  if (continuation !== undefined) log.waiting.push(continuation);
}

/** Called at the end of each step: writes what the step has recorded. */
export function flush(state: Logged, ctx: Context): void {
  const { log } = state;
  if (log.busy || log.lines.length === 0) return;
  log.busy = true;
  log.underWay = log.waiting;
  log.waiting = [];
  log.records += log.lines.length;
  const bytes = new TextEncoder().encode(log.lines.join(''));
  log.lines = [];
  ctx.disk({ kind: 'append', file: META_FILE, bytes }, { then: { for: 'meta', step: 'append' } satisfies MetaThen });
}

/** Begins to rewrite the log. Appends wait until it is done. */
export function rewrite(state: Logged, ctx: Context): void {
  state.log.busy = true;
  ctx.disk({ kind: 'remove', file: NEXT_FILE }, { then: { for: 'meta', step: 'remove' } satisfies MetaThen });
}

/** An operation is done. Returns the continuations that are due, and whether their record is written. */
export function metaStep(
  state: Logged,
  { step }: MetaThen,
  result: DiskResult,
  ctx: Context,
): { readonly due: readonly Continuation[]; readonly ok: boolean } {
  const { log } = state;
  const next = (operation: Parameters<Context['disk']>[0], following: MetaThen['step']): void =>
    ctx.disk(operation, { then: { for: 'meta', step: following } satisfies MetaThen });
  if (step === 'append') {
    const due = log.underWay;
    log.underWay = [];
    log.busy = false;
    if (result.ok && !log.unsynced) {
      log.unsynced = true;
      ctx.setTimer('sync', SYNC_AFTER_MS, { for: 'sync' });
    }
    if (log.records > 256 + 4 * liveRecords(state)) rewrite(state, ctx);
    return { due, ok: result.ok };
  }
  // A rewrite that fails leaves the old log as it was; it is tried again after another append.
  const failed = !result.ok && step !== 'sync' && !(step === 'remove' && result.error === 'ENOENT');
  if (failed) {
    log.busy = false;
    return { due: [], ok: false };
  }
  switch (step) {
    case 'sync':
      break;
    case 'remove': {
      // What waits to be appended is part of the state already, and harmless when it is said again.
      const bytes = new TextEncoder().encode(writeMetadata(state));
      next({ kind: 'append', file: NEXT_FILE, bytes }, 'write');
      break;
    }
    case 'write':
      next({ kind: 'fsync', file: NEXT_FILE }, 'sync-next');
      break;
    case 'sync-next':
      next({ kind: 'rename', from: NEXT_FILE, to: META_FILE }, 'rename');
      break;
    case 'rename':
      next({ kind: 'fsyncDirectory' }, 'sync-names');
      break;
    case 'sync-names':
      log.busy = false;
      log.records = liveRecords(state);
      break;
    default:
      throw new Error(`runtime: no such step: ${JSON.stringify(step satisfies never)}`);
  }
  return { due: [], ok: true };
}

/** The page cache goes to the disk. */
export function syncDue(state: Logged, ctx: Context): void {
  state.log.unsynced = false;
  ctx.disk({ kind: 'fsync', file: META_FILE }, { then: { for: 'meta', step: 'sync' } satisfies MetaThen });
}

const liveRecords = (state: Logged): number => state.sandboxes.size + state.containers.size + state.images.size;
