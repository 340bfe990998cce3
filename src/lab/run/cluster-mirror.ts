/**
 * The cluster's objects as the store truly has them, followed from outside: each commit of etcd is read once, from etcd's
 * own state. What conditions, timelines and results look at; nothing of it reaches the simulation.
 */

import { kindOf } from '../../kubernetes/api/kinds/registry.ts';
import type { KubernetesObject } from '../../kubernetes/api/object.ts';
import { CONTROL_PLANE } from '../../kubernetes/cluster/cluster-spec.ts';
import { type EtcdState, etcdGet, etcdKeys } from '../../kubernetes/components/etcd/etcd.ts';
import { ETCD } from '../../kubernetes/protocol/places.ts';
import type { TraceEvent, World } from '../../sim/index.ts';

/** A change of an object. */
export interface ObjectChange {
  /** The event of the commit. */
  readonly event: number;
  /** Virtual time in microseconds. */
  readonly time: number;
  readonly type: 'created' | 'changed' | 'deleted';
  readonly object: KubernetesObject;
  readonly previous: KubernetesObject | undefined;
}

/** The keys that a commit put and deleted. */
interface Commit {
  readonly keys: readonly string[];
  readonly deleted: readonly string[];
}

const LEASES = '/registry/leases/';

export class ClusterMirror {
  /** By the store's keys, in the order of creation. */
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #byKind = new Map<string, Map<string, KubernetesObject>>();
  readonly #world: World;
  readonly #listeners: ((change: ObjectChange) => void)[] = [];
  /** Counts commits: whoever has seen this number has seen all. */
  version = 0;

  constructor(world: World) {
    this.#world = world;
    world.observe('note', (event) => {
      if (event.subject !== `${CONTROL_PLANE}/${ETCD}`) return;
      if (event.object === 'commit') this.#follow(event, event.detail as Commit);
      if (event.object === 'recovered') this.#follow(event, this.#missed());
    });
  }

  onChange(listener: (change: ObjectChange) => void): void {
    this.#listeners.push(listener);
  }

  /** All objects of a kind, in the order of creation; leases by their keys. */
  ofKind<T extends KubernetesObject>(kind: string): T[] {
    if (kind === 'Lease') return this.#leases().map(([, lease]) => lease) as T[];
    return [...(this.#byKind.get(kind)?.values() ?? [])] as T[];
  }

  get<T extends KubernetesObject>(kind: string, namespace: string, name: string): T | undefined {
    for (const object of kind === 'Lease' ? this.ofKind(kind) : (this.#byKind.get(kind)?.values() ?? [])) {
      const { metadata } = object;
      if (metadata.name === name && (metadata.namespace ?? namespace) === namespace) return object as T;
    }
    return undefined;
  }

  /** Everything, by the store's keys in their order. */
  all(): KubernetesObject[] {
    return [...this.#objects, ...this.#leases()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** Leases are renewed all the time and looked at hardly ever: they are read when somebody asks. */
  #leases(): [string, KubernetesObject][] {
    const state = this.#world.view.state(`${CONTROL_PLANE}/${ETCD}`) as EtcdState | undefined;
    if (state === undefined) return [];
    return etcdKeys(state).flatMap(({ key, value, modRevision }) => {
      const object = key.startsWith(LEASES) ? parseObject(value, modRevision) : undefined;
      return object === undefined ? [] : [[key, object] as [string, KubernetesObject]];
    });
  }

  /** What came back from the store's log without a commit of its own. */
  #missed(): Commit {
    const state = this.#world.view.state(`${CONTROL_PLANE}/${ETCD}`) as EtcdState | undefined;
    const there = new Map(state === undefined ? [] : etcdKeys(state).map((kv) => [kv.key, kv.modRevision]));
    const keys = [...there].flatMap(([key, revision]) =>
      this.#objects.get(key)?.metadata.resourceVersion === String(revision) ? [] : [key],
    );
    return { keys, deleted: [...this.#objects.keys()].filter((key) => !there.has(key)) };
  }

  #follow({ id, time }: TraceEvent, { keys, deleted }: Commit): void {
    this.version++;
    const state = this.#world.view.state(`${CONTROL_PLANE}/${ETCD}`) as EtcdState | undefined;
    if (state === undefined) return;
    for (const key of [...keys, ...deleted]) {
      if (key.startsWith(LEASES)) continue;
      const previous = this.#objects.get(key);
      const stored = etcdGet(state, key);
      const object = stored === undefined ? undefined : parseObject(stored.value, stored.modRevision);
      const seen = object ?? previous;
      if (seen === undefined) continue;
      this.#put(key, seen.kind, object);
      const type = object === undefined ? 'deleted' : previous === undefined ? 'created' : 'changed';
      for (const listener of this.#listeners) listener({ event: id, time, type, object: seen, previous });
    }
  }

  #put(key: string, kind: string, object: KubernetesObject | undefined): void {
    const same = this.#byKind.get(kind) ?? new Map<string, KubernetesObject>();
    this.#byKind.set(kind, same);
    if (object === undefined) {
      this.#objects.delete(key);
      same.delete(key);
    } else {
      this.#objects.set(key, object);
      same.set(key, object);
    }
  }
}

/** What a value of the store says, with the resource version that the API server adds; undefined for the store's other uses. */
function parseObject(value: string, revision: number): KubernetesObject | undefined {
  const parsed = value.startsWith('{') ? (JSON.parse(value) as Partial<KubernetesObject>) : {};
  const { apiVersion, kind, metadata } = parsed;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof metadata?.name !== 'string')
    return undefined;
  // The API server's own records of allocated addresses and ports are no objects that it serves.
  if (kindOf(apiVersion, kind) === undefined) return undefined;
  return { ...parsed, apiVersion, kind, metadata: { ...metadata, resourceVersion: String(revision) } };
}
