/**
 * The history of the store as its commits tell it, by folder: what the copies of informers are held against.
 *
 * 1. The changes of a folder are in the order of revisions.
 * 2. What was committed without a note, because the store crashed before it could say so, is found when it comes back;
 *    what cannot be found out about that time is said to be unknown.
 *
 * Left out: leases, which change all the time, and of which nobody keeps a copy.
 */
import type { WorldView } from '../../../sim/index.ts';
import { KINDS } from '../../api/kinds/registry.ts';
import type { KubernetesObject } from '../../api/object.ts';
import { folderOf, folderOfResource } from '../../components/api-server/storage/registry-key.ts';
import { type EtcdState, etcdGet, etcdKeys } from '../../components/etcd/etcd.ts';

/** One change of one key, as the store committed it. */
export interface Change {
  readonly revision: number;
  /** `namespace/name`. */
  readonly key: string;
  /** `unknown`: at this revision or a later one, before the next change of the key, something happened or nothing did. */
  readonly what: 'put' | 'deleted' | 'unknown';
  /** What field selectors may ask for, of kinds that have such fields; undefined: there are none, or nobody knows. */
  readonly fields: Readonly<Record<string, string>> | undefined;
}

/** Plain data. */
export interface StoreHistory {
  /** By folder of the store. */
  readonly changes: Map<string, Change[]>;
  /** The highest revision that was noted. */
  last: number;
}

export interface Commit {
  readonly revision: number;
  readonly keys: readonly string[];
  readonly deleted: readonly string[];
}

export function noHistory(): StoreHistory {
  return { changes: new Map(), last: 0 };
}

export function changesOf(history: StoreHistory, resource: Parameters<typeof folderOfResource>[0]): readonly Change[] {
  return history.changes.get(folderOfResource(resource)) ?? [];
}

/** Takes the note of a commit. */
export function remember(history: StoreHistory, etcd: string, commit: Commit, view: WorldView): void {
  const { revision, keys, deleted } = commit;
  const state = view.state(etcd) as EtcdState | undefined;
  history.last = Math.max(history.last, revision);
  for (const key of keys) add(history, key, { revision, what: 'put', fields: fieldsOf(state, key, revision) });
  for (const key of deleted) add(history, key, { revision, what: 'deleted', fields: undefined });
}

/** Takes the note that the store has come back: compares what it has with what is known. */
export function rememberRecovery(history: StoreHistory, etcd: string, revision: number, view: WorldView): void {
  const state = view.state(etcd) as EtcdState | undefined;
  const unknown = { revision: history.last + 1, what: 'unknown', fields: undefined } as const;
  history.last = Math.max(history.last, revision);
  if (state === undefined) return;
  const latest = latestByKey(history);
  const stored = etcdKeys(state);
  const there = new Set(stored.map(({ key }) => key));
  const missed = stored.filter(({ key, modRevision }) => (latest.get(key)?.revision ?? 0) < modRevision);
  for (const [key, { what }] of latest) if (what === 'put' && !there.has(key)) add(history, key, unknown);
  for (const { key } of missed) add(history, key, unknown);
  for (const { key, modRevision } of missed.toSorted((a, b) => a.modRevision - b.modRevision)) {
    add(history, key, { revision: modRevision, what: 'put', fields: fieldsOf(state, key, modRevision) });
  }
}

/** By the store's own keys. */
function latestByKey({ changes }: StoreHistory): Map<string, Change> {
  const latest = new Map<string, Change>();
  for (const [folder, all] of changes)
    for (const change of all) latest.set(`/registry/${folder}/${change.key}`, change);
  return latest;
}

const FOLDERS = new Map(KINDS.map((kind) => [folderOfResource(kind.resource), kind]));

function add({ changes }: StoreHistory, storeKey: string, change: Omit<Change, 'key'>): void {
  const folder = folderOf(storeKey);
  const kind = FOLDERS.get(folder);
  if (kind === undefined || kind.resource.plural === 'leases') return;
  const all = changes.get(folder) ?? [];
  changes.set(folder, all);
  all.push({ ...change, key: storeKey.slice(`/registry/${folder}/`.length) });
}

/** The fields that components select by. */
const SELECTED = ['spec.nodeName', 'status.phase'];

/** By folder, how these are read. Objects of other kinds (Events, for one) need not be parsed at each commit. */
const READERS = new Map(
  [...FOLDERS].map(([folder, { selectableFields = {} }]) => [
    folder,
    Object.entries(selectableFields).filter(([field]) => SELECTED.includes(field)),
  ]),
);

/** Of one revision of a key: undefined if the store has gone on since, as when it commits several in one step. */
function fieldsOf(state: EtcdState | undefined, key: string, revision: number): Change['fields'] {
  const readers = READERS.get(folderOf(key)) ?? [];
  if (readers.length === 0 || state === undefined) return undefined;
  const stored = etcdGet(state, key);
  if (stored?.modRevision !== revision) return undefined;
  const object = JSON.parse(stored.value) as KubernetesObject;
  return Object.fromEntries(readers.map(([field, read]) => [field, read(object)]));
}
