/**
 * Recovery: what the files of a former life say.
 *
 * 1. It begins with the newest snapshot that is whole, and an older one, or none, if the log reaches back that far.
 * 2. A record that is cut off at the very end of the log was never acknowledged: it is to be truncated.
 * 3. Any other damage in the part of the log that is needed, and any gap, is a failure: what follows it was acknowledged.
 *
 * Upstream: server/storage/wal/{wal,repair}.go (`ReadAll`, `Repair`), server/etcdserver/api/snap/snapshotter.go (`Load`).
 */
import type { LogEntry, LogSnapshot } from './log.ts';
import { type LogFiles, segmentFile, snapshotFile } from './log-files.ts';
import type { Command } from './mvcc-store.ts';
import { decodeRecords } from './record.ts';
import { decodeSnapshot } from './snapshot-file.ts';

export type Recovery =
  | {
      readonly ok: true;
      readonly snapshot: LogSnapshot | undefined;
      /** Those after the snapshot. */
      readonly entries: readonly LogEntry[];
      /** A torn tail to be cut off. */
      readonly truncate: { readonly file: string; readonly size: number } | undefined;
      /** Where the log goes on; undefined: in a new segment. */
      readonly segment: number | undefined;
      /** Snapshots that are damaged, oldest first. */
      readonly broken: readonly number[];
    }
  | { readonly ok: false; readonly reason: string };

/** An entry as a record's value. */
export type EntryImage = readonly [index: number, proposal: number, command: Command];

/** @param contents of all files, by name */
export function recover(dataDir: string, files: LogFiles, contents: ReadonlyMap<string, Uint8Array>): Recovery {
  const broken: number[] = [];
  let snapshot: LogSnapshot | undefined;
  for (const index of files.snapshots.toReversed()) {
    const decoded = decodeSnapshot(contents.get(snapshotFile(dataDir, index)) ?? new Uint8Array(0));
    if (decoded?.index === index) {
      snapshot = decoded;
      break;
    }
    broken.unshift(index);
  }
  const after = snapshot?.index ?? 0;
  const first = files.segments.findLast((each) => each <= after + 1);
  const needed = first === undefined ? files.segments : files.segments.filter((each) => each >= first);
  const entries: LogEntry[] = [];
  let truncate: { file: string; size: number } | undefined;
  let last = first === undefined ? after : first - 1;
  let current: number | undefined;
  for (const segment of needed) {
    const file = segmentFile(dataDir, segment);
    const bytes = contents.get(file) ?? new Uint8Array(0);
    if (segment === last + 1 || bytes.length > 0) current = segment;
    const { values, goodBytes, end } = decodeRecords(bytes);
    if (truncate !== undefined && bytes.length > 0) {
      return { ok: false, reason: `${truncate.file}: cut off at byte ${truncate.size}, and ${file} goes on.` };
    }
    for (const [index, proposal, command] of values as EntryImage[]) {
      if (index !== last + 1) return { ok: false, reason: `${file}: entry ${index} follows entry ${last}.` };
      last = index;
      if (index > after) entries.push({ index, proposal, command });
    }
    if (end === 'corrupt') return { ok: false, reason: `${file}: checksum mismatch at byte ${goodBytes}.` };
    if (end === 'torn') truncate = { file, size: goodBytes };
  }
  if (broken.length > 0 && last < (broken.at(-1) ?? 0)) {
    const damaged = snapshotFile(dataDir, broken.at(-1) ?? 0);
    return { ok: false, reason: `${damaged}: damaged, and the log ends before it, with entry ${last}.` };
  }
  // A log that ends before its snapshot cannot go on without a gap.
  const segment = last < after ? undefined : current;
  return { ok: true, snapshot, entries, truncate, segment, broken };
}
