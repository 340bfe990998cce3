/** What etcd tells of changes, brought into the collections: the history, the objects, and those who watch. */
import type { Context } from '../../../../sim/index.ts';
import type { EtcdEvent, KeyValue } from '../../../protocol/etcd.ts';
import type { Then } from '../continuation.ts';
import { pluralOfKey } from '../known-kinds.ts';
import { type ApiServerState, collectionOf } from '../server-state.ts';
import { noteClaim, type Taken } from '../services/taken.ts';
import { atRevision, decodeObject, revisionOf } from '../storage/stored-object.ts';
import { dispatch } from '../watching/dispatch.ts';
import { type Collection, removeObject, setObject } from './collection.ts';
import { addEvent, type CacheEvent, restartHistory } from './event-history.ts';

/** The events of one revision or more, in order. What the cache has already is left out. */
export function applyEvents(state: ApiServerState, ctx: Context<Then>, events: readonly EtcdEvent[]): void {
  const known = state.cache.revision;
  let latest = known;
  for (const event of events) {
    const revision = event.type === 'put' ? event.kv.modRevision : event.modRevision;
    if (revision <= known) continue;
    latest = revision;
    const key = event.type === 'put' ? event.kv.key : event.key;
    if (noteClaim(state.taken, key, event.type === 'put')) continue;
    const plural = pluralOfKey(key);
    if (plural === undefined) continue;
    const collection = collectionOf(state, plural);
    const change = event.type === 'put' ? put(collection, event.kv, ctx) : remove(collection, key, revision, ctx);
    if (change === undefined) continue;
    addEvent(collection.history, change, state.options.watchCache);
    dispatch(state, ctx, collection, change);
  }
  state.cache.revision = latest;
}

function put(collection: Collection, kv: KeyValue, ctx: Context<Then>): CacheEvent {
  const { key, modRevision: revision } = kv;
  const object = decodeObject(kv);
  const previous = collection.objects.get(key);
  setObject(collection, key, object);
  const atUs = ctx.monotonic;
  if (previous === undefined) return { type: 'ADDED', key, revision, object, atUs };
  return { type: 'MODIFIED', key, revision, object, previous, atUs };
}

function remove(collection: Collection, key: string, revision: number, ctx: Context<Then>): CacheEvent | undefined {
  const previous = collection.objects.get(key);
  if (previous === undefined) return undefined;
  removeObject(collection, key);
  return { type: 'DELETED', key, revision, object: atRevision(previous, revision), previous, atUs: ctx.monotonic };
}

/** Takes a whole state of the store in place of what the cache has; nobody is told. */
export function replaceAll(state: ApiServerState, kvs: readonly KeyValue[], revision: number): void {
  const { collections } = state.cache;
  const before = new Map([...collections].map(([plural, { objects }]) => [plural, new Map(objects)]));
  forgetAll(state.taken);
  for (const collection of collections.values()) {
    collection.objects.clear();
    collection.sortedKeys = undefined;
    restartHistory(collection.history, revision, state.options.watchCache.minEvents);
  }
  for (const kv of kvs) {
    if (noteClaim(state.taken, kv.key, true)) continue;
    const plural = pluralOfKey(kv.key);
    if (plural === undefined) continue;
    const known = before.get(plural)?.get(kv.key);
    const same = known !== undefined && revisionOf(known) === kv.modRevision;
    setObject(collectionOf(state, plural), kv.key, same ? known : decodeObject(kv));
  }
  state.cache.revision = revision;
}

function forgetAll(taken: Taken): void {
  taken.addresses.clear();
  taken.nodePorts.clear();
}
