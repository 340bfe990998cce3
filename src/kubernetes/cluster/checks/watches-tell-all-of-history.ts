import type { AlwaysCheck } from '../../../sim/index.ts';
import { matchesFields, parseFieldSelector } from '../../api/field-selector.ts';
import type { InformersState } from '../../client/informers.ts';
import {
  type Change,
  type Commit,
  changesOf,
  noHistory,
  remember,
  rememberRecovery,
  type StoreHistory,
} from './store-history.ts';

interface Memory {
  readonly history: StoreHistory;
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
  start: () => ({ history: noHistory(), seen: new Map() }),
  observe({ kind, subject, object, detail }, view, memory) {
    if (kind === 'deliver') {
      // The message itself, or only its type where its body is kept elsewhere.
      const type = typeof detail === 'string' ? detail : (detail as { readonly type?: string }).type;
      if (type !== 'stream') return undefined;
      const { informers } = (view.state(subject) ?? {}) as { readonly informers?: InformersState };
      return informers?.informers instanceof Map ? look(subject, informers, memory) : undefined;
    }
    if (object === 'commit') remember(memory.history, subject, detail as Commit, view);
    if (object === 'recovered') {
      rememberRecovery(memory.history, subject, (detail as { revision: number }).revision, view);
    }
    return undefined;
  },
};

function look(actor: string, { informers }: InformersState, { history, seen }: Memory): string | undefined {
  for (const [name, { reflector, store }] of informers) {
    const revision = Number(reflector.lastResourceVersion);
    const id = `${actor} ${name}`;
    const before = seen.get(id);
    if (revision === before || revision === 0) continue;
    seen.set(id, revision);
    const changes = changesOf(history, reflector.resource);
    const selects = selection(reflector);
    // A copy that went back, as after a restart of its actor, is looked at anew.
    const from = before === undefined || before > revision ? 0 : after(changes, before);
    for (const { key, what, revision: wanted, fields } of latestUpTo(changes, from, revision)) {
      const selected = what === 'put' ? selects(key, fields) : false;
      if (what === 'unknown' || selected === undefined) continue;
      const expected = selected ? String(wanted) : undefined;
      const found = store.objects.get(key)?.metadata.resourceVersion;
      if (found === expected) continue;
      const has = found === undefined ? 'does not have it' : `has version ${found}`;
      const should = expected === undefined ? 'it should not have it' : `it should have version ${expected}`;
      return `at resource version ${revision}, the copy of ${name} in ${actor} ${has} of ${key}, and ${should}`;
    }
  }
  return undefined;
}

/** The last change of each key, of those from an index on up to a revision. */
function latestUpTo(changes: readonly Change[], from: number, revision: number): Iterable<Change> {
  const latest = new Map<string, Change>();
  for (let i = from; i < changes.length; i++) {
    const change = changes[i];
    if (change === undefined || change.revision > revision) break;
    latest.set(change.key, change);
  }
  return latest.values();
}

type Selects = (key: string, fields: Change['fields']) => boolean | undefined;

/** What belongs to a copy; undefined: nobody knows. Label selectors are not followed: no component uses one. */
function selection({ namespace, fieldSelector }: { namespace?: string; fieldSelector?: string }): Selects {
  const parsed = fieldSelector === undefined ? [] : parseFieldSelector(fieldSelector);
  const requirements = typeof parsed === 'string' ? [] : parsed;
  return (key, fields) => {
    if (namespace !== undefined && !key.startsWith(`${namespace}/`)) return false;
    let isKnown = true;
    const matches = matchesFields(requirements, (field) => {
      if (field === 'metadata.name') return key.slice(key.indexOf('/') + 1);
      if (field === 'metadata.namespace') return key.slice(0, Math.max(0, key.indexOf('/')));
      isKnown &&= fields !== undefined;
      return fields?.[field] ?? '';
    });
    return isKnown ? matches : undefined;
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
