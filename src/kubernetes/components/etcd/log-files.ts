/**
 * The names of the log's files, in the member's data directory: `wal/<first index>.wal` and `snap/<index>.snap`, with indexes of
 * 16 digits so that names sort as numbers do, and `.tmp` behind a snapshot that is still being written.
 *
 * Upstream: `walName` in server/storage/wal/util.go, and server/etcdserver/api/snap/snapshotter.go; there names are hexadecimal.
 */

/** The segment whose first entry is `first`. */
export function segmentFile(dataDir: string, first: number): string {
  return `${dataDir}/wal/${digits(first)}.wal`;
}

/** The state machine after the entry `index`. */
export function snapshotFile(dataDir: string, index: number): string {
  return `${dataDir}/snap/${digits(index)}.snap`;
}

export function unfinished(file: string): string {
  return `${file}.tmp`;
}

/** The files that a directory holds, sorted by what they are; indexes ascend. Files of other names are nobody's business. */
export interface LogFiles {
  readonly segments: number[];
  readonly snapshots: number[];
  readonly unfinished: string[];
}

export function sortFiles(dataDir: string, names: readonly string[]): LogFiles {
  const files: LogFiles = { segments: [], snapshots: [], unfinished: [] };
  for (const name of names) {
    const index = Number(/(\d{16})\.(?:wal|snap)$/.exec(name)?.[1]);
    if (name.endsWith('.snap.tmp')) files.unfinished.push(name);
    else if (name === segmentFile(dataDir, index)) files.segments.push(index);
    else if (name === snapshotFile(dataDir, index)) files.snapshots.push(index);
  }
  files.segments.sort((a, b) => a - b);
  files.snapshots.sort((a, b) => a - b);
  return files;
}

function digits(index: number): string {
  return String(index).padStart(16, '0');
}
