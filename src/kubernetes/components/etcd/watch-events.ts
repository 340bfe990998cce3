/**
 * What watchers are told of one revision: each message is made and encoded once, and shared by all that are told the same.
 *
 * Upstream: `newWatcherBatch` in server/storage/mvcc/watcher_group.go. The header of a message carries the revision of its
 * events, and not the store's.
 */
import type { Context } from '../../../sim/index.ts';
import type { EtcdEvent, EtcdWatchMessage } from '../../protocol/etcd.ts';
import { changeOf, isTombstone, type MvccStore } from './store-state.ts';

/** The messages of one revision, by what they contain. Lives for one step only. */
export interface RevisionMessages {
  readonly revision: number;
  readonly made: Map<string, EtcdWatchMessage>;
}

export function messagesOf(revision: number): RevisionMessages {
  return { revision, made: new Map() };
}

/** @param keys those of the revision's keys that the watcher is told, in order */
export function eventsMessage(
  messages: RevisionMessages,
  store: MvccStore,
  keys: readonly string[],
  prevKv: boolean,
  ctx: Context,
): EtcdWatchMessage {
  const { revision, made } = messages;
  const content = `${prevKv ? 'p' : '-'}${keys.length === 1 ? keys[0] : keys.join('\0')}`;
  const known = made.get(content);
  if (known !== undefined) return known;
  const events = keys.map((key) => eventOf(store, key, revision, prevKv));
  const message = ctx.freeze({ kind: 'events', header: { revision }, events } satisfies EtcdWatchMessage);
  made.set(content, message);
  return message;
}

function eventOf(store: MvccStore, key: string, revision: number, prevKv: boolean): EtcdEvent {
  const { version, previous } = changeOf(store, key, revision);
  const before = prevKv && previous !== undefined ? { prevKv: previous } : undefined;
  return isTombstone(version)
    ? { type: 'delete', key, modRevision: revision, ...before }
    : { type: 'put', kv: version, ...before };
}
