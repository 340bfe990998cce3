/** One watch of a client, as the server keeps it. */
import type { Selection } from '../selection.ts';

export interface Watcher {
  readonly stream: number;
  /** The resource's plural. */
  readonly plural: string;
  readonly selection: Selection;
  /** Where it stands in the index of its collection. */
  readonly place: string;
  readonly bookmarks: boolean;
  /** It is not told what happened up to here: it has been told, or knew. */
  sentRevision: number;
  /** With more unsent than this it is too slow. What it was sent at the beginning does not count. */
  readonly maxBacklog: number;
}
