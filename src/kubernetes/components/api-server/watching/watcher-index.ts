/**
 * Who may be concerned by a change, without asking every watcher: a watcher stands under the one value that its selection
 * fixes most narrowly, and a change visits the values of the object before and after.
 *
 * Upstream's cacher has the same two: the scope (namespace and name), and a trigger, `spec.nodeName` of pods
 * (apiserver/pkg/storage/cacher/cacher.go: indexedWatchers, triggerValuesThreadUnsafe).
 */
import type { KubernetesObject } from '../../../api/object.ts';
import type { CacheEvent } from '../watch-cache/event-history.ts';

/** From a value to the numbers of the watchers' streams. */
export type WatcherIndex = Map<string, Set<number>>;

/** What the index has to know of a selection. */
export interface Scope {
  readonly namespace?: string | undefined;
  /** What the field selector wants `metadata.name` to be. */
  readonly name?: string | undefined;
  /** What it wants `spec.nodeName` to be; for pods only. */
  readonly nodeName?: string | undefined;
}

const EVERYTHING = '*';
const ofNamespace = (namespace: string): string => `namespace ${namespace}`;
const ofName = (name: string): string => `name ${name}`;
const ofNode = (nodeName: string): string => `node ${nodeName}`;

/** Under which value a watcher stands. */
export function placeOf({ namespace, name, nodeName }: Scope): string {
  if (nodeName !== undefined) return ofNode(nodeName);
  if (name !== undefined) return ofName(name);
  return namespace === undefined ? EVERYTHING : ofNamespace(namespace);
}

export function addWatcher(index: WatcherIndex, place: string, stream: number): void {
  const there = index.get(place);
  if (there === undefined) index.set(place, new Set([stream]));
  else there.add(stream);
}

export function removeWatcher(index: WatcherIndex, place: string, stream: number): void {
  const there = index.get(place);
  there?.delete(stream);
  if (there?.size === 0) index.delete(place);
}

/** The watchers that a change may concern, each once. */
export function concernedBy(index: WatcherIndex, { object, previous }: CacheEvent): number[] {
  const { name, namespace } = object.metadata;
  const places = [EVERYTHING, ofName(name)];
  if (namespace !== undefined) places.push(ofNamespace(namespace));
  const node = nodeNameOf(object);
  const nodeBefore = previous === undefined ? node : nodeNameOf(previous);
  if (node !== undefined) places.push(ofNode(node));
  if (nodeBefore !== undefined && nodeBefore !== node) places.push(ofNode(nodeBefore));
  const concerned: number[] = [];
  for (const place of places) {
    const there = index.get(place);
    if (there !== undefined) concerned.push(...there);
  }
  return concerned;
}

/** Of a pod: '' before it is bound. */
function nodeNameOf(object: KubernetesObject): string | undefined {
  if (object.kind !== 'Pod') return undefined;
  const { spec } = object as { spec?: { nodeName?: string } };
  return spec?.nodeName ?? '';
}
