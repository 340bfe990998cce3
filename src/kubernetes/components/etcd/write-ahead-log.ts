/**
 * A log on the host's own disk.
 *
 * 1. An entry is committed once its append and an fsync after it have succeeded; a new segment's first entries also wait for
 *    an fsync of the directory.
 * 2. Entries that are proposed while an fsync is under way share the next one (group commit).
 * 3. Any failure of the disk ends the member: what it has promised can no longer be told from what it has lost.
 * 4. Before anything else a new life makes durable what it finds, since an earlier one may have left it in the page cache
 *    only, and cuts off a torn tail (recovery.ts).
 * 5. The two newest snapshots are kept, and the segments that the older of them needs, so that one damaged snapshot is no loss.
 *
 * Upstream: server/storage/wal/wal.go, and `publishEntries`/`triggerSnapshot` in server/etcdserver/{raft,server}.go, where a
 * failed write to the log is `lg.Fatal("failed to save Raft hard state and entries")`. Left out: preallocated segments.
 */
import type { Context, DiskResult } from '../../../sim/index.ts';
import type { LogEntry, LogOutput } from './log.ts';
import { type LogFiles, segmentFile, snapshotFile, sortFiles, unfinished } from './log-files.ts';
import type { Command } from './mvcc-store.ts';
import { encodeRecords } from './record.ts';
import { type EntryImage, recover } from './recovery.ts';
import { encodeSnapshot, type StoreImage } from './snapshot-file.ts';

export interface WriteAheadLog {
  dataDir: string;
  /** The files of the former life, while they are read. */
  reading: { files: LogFiles; contents: Map<string, Uint8Array>; outstanding: number } | undefined;
  /** What recovery has found, while the torn tail is cut off. */
  found: LogOutput | undefined;
  nextIndex: number;
  /** Proposed, and not yet given to the disk. */
  waiting: LogEntry[];
  /** Given to the disk, whose last word is awaited. */
  writing: LogEntry[];
  /** First indexes of the segments that are there, ascending; the last one is written to. */
  segments: number[];
  /** Whether the current segment's name is durable. */
  named: boolean;
  /** Indexes of the finished snapshots, ascending. */
  snapshots: number[];
  /** Index of the snapshot that is being written. */
  saving: number | undefined;
}

/** What the log goes on with when the disk has answered. */
export type LogStep =
  | { readonly step: 'recover: listed' | 'recover: prepared' | 'recover: repaired' }
  | { readonly step: 'recover: read'; readonly file: string }
  /** One of several operations of which the last one counts, unless this one fails. */
  | { readonly step: 'under way'; readonly what: string }
  | { readonly step: 'entries durable'; readonly segment: number }
  | { readonly step: 'snapshot written' | 'snapshot durable'; readonly index: number }
  | { readonly step: 'removed' };

type Ctx = Context<LogStep>;

/** Begins to recover what is in the directory; `recovered` or `failed` follows. */
export function openLog(dataDir: string, ctx: Ctx): WriteAheadLog {
  ctx.disk({ kind: 'list', prefix: `${dataDir}/` }, { then: { step: 'recover: listed' } });
  return {
    dataDir,
    reading: undefined,
    found: undefined,
    nextIndex: 1,
    waiting: [],
    writing: [],
    segments: [],
    named: false,
    snapshots: [],
    saving: undefined,
  };
}

/** Puts a command behind all others; `committed` follows, or `failed`. */
export function propose(log: WriteAheadLog, proposal: number, command: Command, ctx: Ctx): void {
  log.waiting.push({ index: log.nextIndex++, proposal, command });
  if (log.writing.length === 0) writeWaiting(log, ctx);
}

/**
 * Takes over the state machine as it is after the entry `index`, and forgets what is no longer needed. Not while an earlier
 * snapshot is being written (`saving`).
 */
export function saveSnapshot(log: WriteAheadLog, index: number, image: StoreImage, ctx: Ctx): void {
  if (log.saving !== undefined) throw new Error(`The snapshot ${log.saving} is still being written.`);
  log.saving = index;
  const file = unfinished(snapshotFile(log.dataDir, index));
  ctx.disk({ kind: 'write', file, offset: 0, bytes: encodeSnapshot(index, image) }, underWay('write a snapshot'));
  ctx.disk({ kind: 'fsync', file }, { then: { step: 'snapshot written', index } });
  cutSegment(log, log.waiting[0]?.index ?? log.nextIndex);
}

/** What the disk's answer means. */
export function receiveFromDisk(
  log: WriteAheadLog,
  then: LogStep,
  result: DiskResult,
  ctx: Ctx,
): LogOutput | undefined {
  if (!result.ok && then.step !== 'removed') return { kind: 'failed', reason: result.message };
  switch (then.step) {
    case 'recover: listed':
      return result.ok && result.kind === 'list' ? prepare(log, result.files, ctx) : wrongAnswer(then);
    case 'recover: prepared':
      return log.reading?.outstanding === 0 ? conclude(log, ctx) : undefined;
    case 'recover: read':
      return result.ok && result.kind === 'read' ? keepContent(log, then.file, result.bytes, ctx) : wrongAnswer(then);
    case 'recover: repaired': {
      const { found } = log;
      log.found = undefined;
      return found;
    }
    case 'under way':
    case 'removed':
      return undefined;
    case 'entries durable': {
      const entries = log.writing;
      log.writing = [];
      log.named = log.segments.at(-1) === then.segment;
      writeWaiting(log, ctx);
      return { kind: 'committed', entries };
    }
    case 'snapshot written': {
      const to = snapshotFile(log.dataDir, then.index);
      ctx.disk({ kind: 'rename', from: unfinished(to), to }, underWay('rename a snapshot'));
      ctx.disk({ kind: 'fsyncDirectory' }, { then: { step: 'snapshot durable', index: then.index } });
      return undefined;
    }
    case 'snapshot durable':
      log.saving = undefined;
      log.snapshots.push(then.index);
      removeOld(log, ctx);
      return undefined;
    default:
      return then satisfies never;
  }
}

// — Writing —

function writeWaiting(log: WriteAheadLog, ctx: Ctx): void {
  if (log.waiting.length === 0) return;
  log.writing = log.waiting;
  log.waiting = [];
  const segment = log.segments.at(-1);
  if (segment === undefined) throw new Error('A command was proposed before the log had recovered.');
  const file = segmentFile(log.dataDir, segment);
  const then: LogStep = { step: 'entries durable', segment };
  const images = log.writing.map(({ index, proposal, command }): EntryImage => [index, proposal, command]);
  ctx.disk({ kind: 'append', file, bytes: encodeRecords(images) }, underWay('append entries'));
  ctx.disk({ kind: 'fsync', file }, log.named ? { then } : underWay('sync entries'));
  if (!log.named) ctx.disk({ kind: 'fsyncDirectory' }, { then });
}

function cutSegment(log: WriteAheadLog, first: number): void {
  if (log.segments.at(-1) === first) return;
  log.segments.push(first);
  log.named = false;
}

function removeOld(log: WriteAheadLog, ctx: Ctx): void {
  for (const index of log.snapshots.splice(0, Math.max(log.snapshots.length - KEPT_SNAPSHOTS, 0))) {
    remove(snapshotFile(log.dataDir, index), ctx);
  }
  if (log.snapshots.length < KEPT_SNAPSHOTS) return;
  const after = log.snapshots[0] ?? 0;
  const first = log.segments.findLastIndex((each) => each <= after + 1);
  for (const segment of log.segments.splice(0, Math.max(first, 0))) remove(segmentFile(log.dataDir, segment), ctx);
}

const KEPT_SNAPSHOTS = 2;

/** A file that cannot be removed does no harm: the next life finds it again. */
function remove(file: string, ctx: Ctx): void {
  ctx.disk({ kind: 'remove', file }, { then: { step: 'removed' } });
}

// — Recovering —

function prepare(log: WriteAheadLog, names: readonly string[], ctx: Ctx): undefined {
  const files = sortFiles(log.dataDir, names);
  for (const file of files.unfinished) remove(file, ctx);
  const all = [
    ...files.segments.map((segment) => segmentFile(log.dataDir, segment)),
    ...files.snapshots.map((index) => snapshotFile(log.dataDir, index)),
  ];
  log.reading = { files, contents: new Map(), outstanding: all.length };
  for (const file of all) ctx.disk({ kind: 'fsync', file }, underWay('sync what was found'));
  ctx.disk({ kind: 'fsyncDirectory' }, { then: { step: 'recover: prepared' } });
  for (const file of all) ctx.disk({ kind: 'read', file, offset: 0 }, { then: { step: 'recover: read', file } });
}

function keepContent(log: WriteAheadLog, file: string, bytes: Uint8Array, ctx: Ctx): LogOutput | undefined {
  if (log.reading === undefined) throw new Error('Nothing is being read.');
  log.reading.contents.set(file, bytes);
  log.reading.outstanding--;
  return log.reading.outstanding === 0 ? conclude(log, ctx) : undefined;
}

/** All files are read. */
function conclude(log: WriteAheadLog, ctx: Ctx): LogOutput | undefined {
  if (log.reading === undefined) throw new Error('Nothing is being read.');
  const { files, contents } = log.reading;
  log.reading = undefined;
  const recovery = recover(log.dataDir, files, contents);
  if (!recovery.ok) return { kind: 'failed', reason: recovery.reason };
  const { snapshot, entries, truncate, segment, broken } = recovery;
  for (const index of broken) {
    ctx.note('etcd-snapshot-damaged', { index });
    remove(snapshotFile(log.dataDir, index), ctx);
  }
  log.snapshots = files.snapshots.filter((index) => !broken.includes(index));
  const nextIndex = (entries.at(-1)?.index ?? snapshot?.index ?? 0) + 1;
  const current = segment ?? nextIndex;
  for (const each of files.segments) if (each > current) remove(segmentFile(log.dataDir, each), ctx);
  log.segments = files.segments.filter((each) => each < current);
  log.segments.push(current);
  log.nextIndex = nextIndex;
  log.named = segment !== undefined;
  const found: LogOutput = { kind: 'recovered', snapshot, entries };
  if (truncate === undefined) return found;
  log.found = found;
  ctx.note('etcd-torn-tail', { file: truncate.file, size: truncate.size });
  ctx.disk({ kind: 'truncate', ...truncate }, underWay('cut off a torn tail'));
  ctx.disk({ kind: 'fsync', file: truncate.file }, { then: { step: 'recover: repaired' } });
  return undefined;
}

function underWay(what: string): { then: LogStep } {
  return { then: { step: 'under way', what } };
}

function wrongAnswer(then: LogStep): never {
  throw new Error(`The disk answered ${then.step} with something else.`);
}
