import type { AlwaysCheck, WorldView } from '../../../sim/index.ts';
import { matchesFields, parseFieldSelector } from '../../api/field-selector.ts';
import { KINDS } from '../../api/kinds/registry.ts';
import type { KubernetesObject } from '../../api/object.ts';
import type { InformersState } from '../../client/informers.ts';
import { folderOf, folderOfResource } from '../../components/api-server/storage/registry-key.ts';
import { type EtcdState, etcdGet, etcdKeys } from '../../components/etcd/etcd.ts';

/** One change of one key, as the store committed it. */
interface Change {
  readonly revision: number;
  /** `namespace/name`. */
  readonly key: string;
  /** `unknown`: gone while the store was away, at a revision that nobody noted. */
  readonly what: 'put' | 'deleted' | 'unknown';
  /** What field selectors may ask for, of kinds that have such fields. */
  readonly fields: Readonly<Record<string, string>> | undefined;
}

interface Memory {
  /** By folder of the store, in the order of revisions. */
  readonly history: Map<string, Change[]>;
  /** By actor and informer: up to which revision its copy has been looked at. */
  readonly seen: Map<string, number>;
}

/**
 * A copy that is kept by list and watch is always a state that the store had: at the copy's resource version it has every
 * object that was there then, in the version that it had, and nothing else. Equivalently, what a watch delivered so far is
 * a prefix of history without gaps.
 *
 * Looked at are the copies of all informers, whenever one of them hears from its watch. Of a change of the copy, only the
 * keys that history has changed since the last look are compared; a first look compares all.
 */
export const watchesTellAllOfHistory: AlwaysCheck<Memory> = {
  kind: 'always',
  name: 'watches-tell-all-of-history',
  promise: 'What a watch delivers is a prefix of history, without gaps.',
  source: 'kubernetes.io/docs/reference/using-api/api-concepts: efficient detection of changes',
  on: ['note', 'deliver'],
  start: () => ({ history: new Map(), seen: new Map() }),
  observe({ kind, subject, object, detail }, view, memory) {
    if (kind === 'deliver') {
      // The message itself, or only its type where its body is kept elsewhere.
      const type = typeof detail === 'string' ? detail : (detail as { readonly type?: string }).type;
      if (type !== 'stream') return undefined;
      const { informers } = (view.state(subject) ?? {}) as { readonly informers?: InformersState };
      return informers?.informers instanceof Map ? look(subject, informers, memory) : undefined;
    }
    if (object === 'commit') remember(subject, detail as Commit, view, memory);
    if (object === 'recovered') rememberRecovery(subject, detail as { revision: number }, view, memory);
    return undefined;
  },
};

function look(actor: string, { informers }: InformersState, memory: Memory): string | undefined {
  for (const [name, { reflector, store }] of informers) {
    const revision = Number(reflector.lastResourceVersion);
    const id = `${actor} ${name}`;
    const before = memory.seen.get(id);
    if (revision === before || revision === 0) continue;
    memory.seen.set(id, revision);
    const changes = memory.history.get(folderOfResource(reflector.resource)) ?? [];
    const selects = selection(reflector);
    // A copy that went back, as after a restart of its actor, is looked at anew.
    const from = before === undefined || before > revision ? 0 : after(changes, before);
    const last = new Map<string, Change>();
    for (let i = from; i < changes.length; i++) {
      const change = changes[i];
      if (change === undefined || change.revision > revision) break;
      last.set(change.key, change);
    }
    for (const [key, { what, revision: wanted, fields }] of last) {
      if (what === 'unknown') continue;
      const expected = what === 'put' && selects(key, fields) ? String(wanted) : undefined;
      const found = store.objects.get(key)?.metadata.resourceVersion;
      if (found === expected) continue;
      const has = found === undefined ? 'does not have it' : `has version ${found}`;
      const should = expected === undefined ? 'it should not have it' : `it should have version ${expected}`;
      return `at resource version ${revision}, the copy of ${name} in ${actor} ${has} of ${key}, and ${should}`;
    }
  }
  return undefined;
}

type Selects = (key: string, fields: Change['fields']) => boolean;

/** What belongs to a copy. Label selectors are not followed: no component uses one. */
function selection({ namespace, fieldSelector }: { namespace?: string; fieldSelector?: string }): Selects {
  const parsed = fieldSelector === undefined ? [] : parseFieldSelector(fieldSelector);
  const requirements = typeof parsed === 'string' ? [] : parsed;
  return (key, fields = {}) => {
    if (namespace !== undefined && !key.startsWith(`${namespace}/`)) return false;
    return matchesFields(requirements, (field) => {
      if (field === 'metadata.name') return key.slice(key.indexOf('/') + 1);
      return field === 'metadata.namespace' ? key.slice(0, key.indexOf('/')) : (fields[field] ?? '');
    });
  };
}

/** The index of the first change after a revision. */
function after(changes: readonly Change[], revision: number): number {
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((changes[middle]?.revision ?? 0) <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Commit {
  readonly revision: number;
  readonly keys: readonly string[];
  readonly deleted: readonly string[];
}

function remember(etcd: string, { revision, keys, deleted }: Commit, view: WorldView, memory: Memory): void {
  const state = view.state(etcd) as EtcdState | undefined;
  for (const key of keys) add(memory, key, revision, 'put', state);
  for (const key of deleted) add(memory, key, revision, 'deleted', state);
}

/** What came back from the log without having been noted. */
function rememberRecovery(etcd: string, { revision }: { revision: number }, view: WorldView, memory: Memory): void {
  const state = view.state(etcd) as EtcdState | undefined;
  if (state === undefined) return;
  const there = new Set<string>();
  const missed: [string, number][] = [];
  for (const { key, modRevision } of etcdKeys(state)) {
    there.add(key);
    if ((lastChange(memory, key)?.revision ?? 0) < modRevision) missed.push([key, modRevision]);
  }
  for (const [key, at] of missed.sort((a, b) => a[1] - b[1])) add(memory, key, at, 'put', state);
  for (const [folder, changes] of memory.history) {
    const latest = new Map(changes.map((change) => [change.key, change]));
    for (const { key, what } of latest.values()) {
      if (what === 'put' && !there.has(`/registry/${folder}/${key}`)) {
        changes.push({ revision, key, what: 'unknown', fields: undefined });
      }
    }
  }
}

function lastChange(memory: Memory, key: string): Change | undefined {
  const folder = folderOf(key);
  return memory.history.get(folder)?.findLast((change) => change.key === key.slice(`/registry/${folder}/`.length));
}

const FOLDERS = new Map(KINDS.map((kind) => [folderOfResource(kind.resource), kind]));

function add(
  memory: Memory,
  key: string,
  revision: number,
  what: 'put' | 'deleted',
  state: EtcdState | undefined,
): void {
  const folder = folderOf(key);
  const kind = FOLDERS.get(folder);
  // Leases change all the time, and nobody keeps a copy of them.
  if (kind === undefined || kind.resource.plural === 'leases') return;
  const changes = memory.history.get(folder) ?? [];
  memory.history.set(folder, changes);
  const { selectableFields } = kind;
  let fields: Record<string, string> | undefined;
  if (what === 'put' && selectableFields !== undefined && state !== undefined) {
    const stored = etcdGet(state, key);
    const object = JSON.parse(stored?.value ?? '{}') as KubernetesObject;
    fields = {};
    for (const field of SELECTED) {
      const read = selectableFields[field];
      if (read !== undefined) fields[field] = read(object);
    }
  }
  changes.push({ revision, key: key.slice(`/registry/${folder}/`.length), what, fields });
}

/** The fields that components select by. */
const SELECTED = ['spec.nodeName', 'status.phase'];
