/**
 * A stage for controllers without an API server or an actor: a store, a manager with a cache for each kind that lags behind
 * as the test likes, and actions that take effect at once, or too late, or not at all.
 *
 * What it leaves out: validation, defaults, back-offs and time, which a test moves itself.
 */
import { cloneJson } from '../../src/kubernetes/api/json-value.ts';
import { controllerOf, type KubernetesObject, type NewObject, objectKey } from '../../src/kubernetes/api/object.ts';
import { PODS, type Resource } from '../../src/kubernetes/api/resource.ts';
import { applyStrategicMergePatchToKind } from '../../src/kubernetes/api/strategic-merge-patch.ts';
import { formatTime } from '../../src/kubernetes/api/time.ts';
import type { Action, Controller, View } from '../../src/kubernetes/client/controller/controller.ts';
import {
  creationObserved,
  deletionObserved,
  expectationsSatisfied,
  expectCreation,
  expectDeletion,
  noExpectations,
} from '../../src/kubernetes/client/expectations.ts';
import type { Delta } from '../../src/kubernetes/client/informers.ts';

/** Undefined: it worked. */
export type Outcome = { readonly reason: string; readonly message: string } | undefined;

type Change = {
  readonly plural: string;
  readonly key: string;
  readonly object: KubernetesObject;
  readonly gone: boolean;
};
// biome-ignore lint/suspicious/noExplicitAny: tests write objects as short as they can
type Loose = any;

/** What is there, and everything that ever happened to it. */
export class Store {
  now = 0;
  readonly kinds = new Map<string, Map<string, KubernetesObject>>();
  readonly history: Change[] = [];
  readonly events: string[] = [];
  /** Whether a deletion of this object is graceful: it then stays, marked, until `remove`. */
  isGraceful: (object: KubernetesObject) => boolean = () => false;
  /** Refuses an action, instead of doing it. */
  refuse: (action: Action) => Outcome = () => undefined;
  #uids = 0;

  list<T = Loose>(plural: string): T[] {
    return [...(this.kinds.get(plural)?.values() ?? [])] as T[];
  }

  get<T = Loose>(plural: string, key: string): T | undefined {
    return this.kinds.get(plural)?.get(key) as T | undefined;
  }

  /** Puts an object there, as a user would. */
  add(resource: Pick<Resource, 'plural'>, object: Loose): KubernetesObject {
    const copy = cloneJson(object) as Loose;
    this.#uids++;
    copy.metadata = {
      uid: `uid-${this.#uids}`,
      creationTimestamp: formatTime(this.now),
      generation: 1,
      ...copy.metadata,
    };
    copy.metadata.name ??= `${copy.metadata.generateName}${this.#uids}`;
    return this.#write(resource.plural, copy);
  }

  /** Changes an object in place, as a user or a kubelet would. */
  change(plural: string, key: string, how: (object: Loose) => void): void {
    const current = this.get(plural, key);
    if (current === undefined) throw new Error(`there is no ${plural} ${key}`);
    const copy = cloneJson(current) as Loose;
    how(copy);
    if (JSON.stringify(copy.spec) !== JSON.stringify(current.spec)) copy.metadata.generation++;
    this.#write(plural, copy);
  }

  remove(plural: string, key: string): void {
    const object = this.get<KubernetesObject>(plural, key);
    if (object === undefined) return;
    this.kinds.get(plural)?.delete(key);
    this.history.push({ plural, key, object, gone: true });
  }

  #write(plural: string, object: Loose): KubernetesObject {
    object.metadata.resourceVersion = String(this.history.length + 1);
    const frozen = deepFreeze(object) as KubernetesObject;
    const key = objectKey(frozen);
    const kind = this.kinds.get(plural) ?? new Map();
    this.kinds.set(plural, kind);
    const done = object.metadata.deletionTimestamp && (object.metadata.finalizers ?? []).length === 0;
    if (done && !this.isGraceful(frozen)) {
      kind.delete(key);
      this.history.push({ plural, key, object: frozen, gone: true });
    } else {
      kind.set(key, frozen);
      this.history.push({ plural, key, object: frozen, gone: false });
    }
    return frozen;
  }

  delete(plural: string, key: string, policy: string | undefined): void {
    const object = this.get<KubernetesObject>(plural, key);
    if (object === undefined) return;
    const finalizer = policy === 'Orphan' ? 'orphan' : policy === 'Foreground' ? 'foregroundDeletion' : undefined;
    this.change(plural, key, ({ metadata }) => {
      metadata.deletionTimestamp ??= formatTime(this.now);
      if (finalizer !== undefined) metadata.finalizers = [...(metadata.finalizers ?? []), finalizer];
    });
  }

  /** Does one action; `together` and requeues are the manager's. */
  perform(action: Action): Outcome & { name?: string } {
    const fail = (reason: string) => ({ reason, message: `${reason} in a test` }) as Loose;
    const refused = this.refuse(action);
    if (refused !== undefined) return refused;
    switch (action.do) {
      case 'create': {
        const { name, namespace } = (action.object as NewObject).metadata;
        const key = namespace === undefined ? `${name}` : `${namespace}/${name}`;
        if (name !== undefined && this.get(action.resource.plural, key) !== undefined) return fail('AlreadyExists');
        const { status: _, ...object } = action.object as Loose;
        return { name: this.add(action.resource, object).metadata.name } as Loose;
      }
      case 'update':
      case 'update-status': {
        const { plural } = action.resource;
        const current = this.get(plural, objectKey(action.object));
        if (current === undefined) return fail('NotFound');
        if (current.metadata.resourceVersion !== action.object.metadata.resourceVersion) return fail('Conflict');
        const next = cloneJson(action.object) as Loose;
        this.change(plural, objectKey(action.object), (object) => {
          if (action.do === 'update-status') object.status = next.status;
          else Object.assign(object, next, { status: object.status });
        });
        return undefined as Loose;
      }
      case 'patch': {
        const key = action.namespace === undefined ? action.name : `${action.namespace}/${action.name}`;
        const current = this.get(action.resource.plural, key);
        if (current === undefined) return fail('NotFound');
        const { metadata = {} } = action.patch as Loose;
        if (metadata.uid !== undefined && metadata.uid !== current.metadata.uid) return fail('Conflict');
        const version = metadata.resourceVersion;
        if (version !== undefined && version !== current.metadata.resourceVersion) return fail('Conflict');
        const patched =
          action.patchType === 'strategic'
            ? (applyStrategicMergePatchToKind(current, action.patch) as Loose).value
            : merge(current, action.patch);
        if (patched === undefined) throw new Error(`a bad patch: ${JSON.stringify(action.patch)}`);
        this.change(action.resource.plural, key, (object) => Object.assign(object, cloneJson(patched)));
        return undefined as Loose;
      }
      case 'delete':
      case 'check': {
        const key = action.namespace === undefined ? action.name : `${action.namespace}/${action.name}`;
        const current = this.get<KubernetesObject>(action.resource.plural, key);
        const same = current !== undefined && (action.uid === undefined || current.metadata.uid === action.uid);
        if (action.do === 'check') {
          const alive = same && current.metadata.deletionTimestamp === undefined;
          if (action.expect === 'alive') return alive ? (undefined as Loose) : fail('NotAlive');
          return same ? fail('NotAbsent') : (undefined as Loose);
        }
        if (current !== undefined && !same) return fail('Conflict');
        this.delete(action.resource.plural, key, action.propagationPolicy);
        return undefined as Loose;
      }
      case 'delete-collection':
      case 'check-empty': {
        const { plural } = action.resource;
        const those = this.list<KubernetesObject>(plural).filter(
          ({ metadata }) => metadata.namespace === action.namespace,
        );
        if (action.do === 'check-empty') return those.length === 0 ? (undefined as Loose) : fail('ItemsRemain');
        for (const object of those) this.delete(plural, objectKey(object), undefined);
        return undefined as Loose;
      }
      case 'event':
        this.events.push(`${action.reason}: ${action.message}`);
        return undefined as Loose;
      default:
        return undefined as Loose;
    }
  }
}

/** A controller manager: caches of its own, a queue, expectations. A new one is what is left after a crash. */
export class Manager {
  readonly view: View;
  readonly #store: Store;
  readonly #controllers: readonly Controller[];
  readonly #options: Readonly<Record<string, unknown>>;
  readonly #caches = new Map<string, Map<string, KubernetesObject>>();
  readonly #positions = new Map<string, number>();
  readonly #queue = new Map<string, { controller: Controller; key: string }>();
  readonly #failures = new Map<string, Loose>();
  readonly #expectations = new Map<string, ReturnType<typeof noExpectations>>();

  constructor(store: Store, controllers: readonly Controller[], options: Readonly<Record<string, unknown>> = {}) {
    this.#store = store;
    this.#controllers = controllers;
    this.#options = options;
    for (const plural of controllers.flatMap(({ informers }) => Object.keys(informers))) {
      this.#caches.set(plural, new Map());
      this.#positions.set(plural, 0);
    }
    const sorted = (objects: Iterable<KubernetesObject>) =>
      [...objects].sort((a, b) => (objectKey(a) < objectKey(b) ? -1 : 1));
    const cache = (informer: string) => this.#caches.get(informer) ?? new Map<string, KubernetesObject>();
    this.view = {
      get: (informer: string, key: string) => cache(informer).get(key) as Loose,
      list: (informer: string, namespace?: string) =>
        sorted(cache(informer).values()).filter(
          ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
        ) as Loose,
      byIndex: (informer: string, index: string, value: string) => {
        const find = controllers.map(({ informers }) => informers[informer]?.indexes?.[index]).find(Boolean);
        if (find === undefined) throw new Error(`no index ${index} of ${informer}`);
        return sorted(cache(informer).values()).filter((object) => find(object).includes(value)) as Loose;
      },
    };
  }

  /** The informers that have not seen everything yet. */
  behind(): string[] {
    return [...this.#positions]
      .filter(([plural, at]) => this.#next(plural, at) !== undefined)
      .map(([plural]) => plural);
  }

  queued(): string[] {
    return [...this.#queue.keys()];
  }

  /** Shows an informer the next change of its kind. */
  deliver(plural: string): void {
    const at = this.#next(plural, this.#positions.get(plural) ?? 0);
    if (at === undefined) return;
    this.#positions.set(plural, at + 1);
    const { key, object, gone } = this.#store.history[at] as Change;
    const cache = this.#caches.get(plural) as Map<string, KubernetesObject>;
    const previous = cache.get(key);
    if (gone) cache.delete(key);
    else cache.set(key, object);
    if (gone && previous === undefined) return;
    const type = gone ? 'deleted' : previous === undefined ? 'added' : 'updated';
    const delta: Delta = {
      informer: plural,
      type,
      key,
      object,
      ...(type === 'updated' && previous ? { previous } : {}),
    };
    for (const controller of this.#controllers) {
      if (controller.informers[plural] === undefined) continue;
      this.#observe(controller, delta);
      for (const concerned of controller.keysFor(delta, this.view)) this.enqueue(controller, concerned);
    }
  }

  enqueue(controller: Controller, key: string): void {
    this.#queue.set(`${controller.name} ${key}`, { controller, key });
  }

  /** Reconciles one queued key and does what it says. */
  step(id: string): void {
    const item = this.#queue.get(id);
    if (item === undefined) return;
    this.#queue.delete(id);
    const { controller, key } = item;
    const expectations = this.#expectationsOf(controller);
    const lastFailure = this.#failures.get(id);
    const { now } = this.#store;
    const actions = controller.reconcile(key, this.view, {
      now,
      time: formatTime(now),
      random: undefined as Loose,
      expectationsSatisfied: expectationsSatisfied(expectations, key, now),
      failures: lastFailure === undefined ? 0 : 1,
      ...(lastFailure === undefined ? {} : { lastFailure }),
      options: this.#options,
    });
    const failure = this.#run(actions, key, expectations);
    this.#failures.delete(id);
    if (failure === undefined) return;
    this.#failures.set(id, failure);
    this.#queue.set(id, item);
  }

  /** Until nothing is left to see or to do. What is asked for again after a time is dropped, unless `afterMs` is up to `waitMs`. */
  settle(limit = 10_000): void {
    for (let steps = 0; ; steps++) {
      if (steps > limit)
        throw new Error(`does not settle: ${this.queued().join(', ')}; ${JSON.stringify([...this.#failures])}`);
      const [behind] = this.behind();
      const [queued] = this.queued();
      if (behind !== undefined) this.deliver(behind);
      else if (queued !== undefined) this.step(queued);
      else return;
    }
  }

  #run(actions: readonly Action[], key: string, expectations: ReturnType<typeof noExpectations>): Loose {
    let failure: Loose;
    for (const action of actions) {
      if (failure !== undefined && action.always !== true) continue;
      const outcome = this.#do(action, key, expectations);
      failure ??= outcome;
    }
    return failure;
  }

  #do(action: Action, key: string, expectations: ReturnType<typeof noExpectations>): Loose {
    const { now } = this.#store;
    if (action.do === 'together') {
      let failure: Loose;
      for (
        let at = 0, size = action.slowStart ? 1 : action.actions.length;
        at < action.actions.length;
        at += size, size *= 2
      ) {
        for (const each of action.actions.slice(at, at + size)) failure = this.#do(each, key, expectations) ?? failure;
        if (failure !== undefined) return failure;
        if (at > 0 && at + size > action.actions.length) size = action.actions.length - at;
      }
      return failure;
    }
    if (action.do === 'create' && action.expect) expectCreation(expectations, key, now);
    if (action.do === 'delete' && action.expect && action.uid) expectDeletion(expectations, key, action.uid, now);
    const outcome = this.#store.perform(action) as Loose;
    const failed = outcome?.reason !== undefined && !(action.ignore ?? []).includes(outcome.reason);
    if (failed) {
      if (action.do === 'create') creationObserved(expectations, key);
      if (action.do === 'delete' && action.uid) deletionObserved(expectations, key, action.uid);
    }
    const record = failed ? action.onFailure : action.onSuccess;
    if (record !== undefined && !['Conflict', 'AlreadyExists'].includes(outcome?.reason)) {
      const { reason, message } = record;
      this.#store.events.push(
        `${reason}: ${message.replace('{name}', outcome?.name ?? '').replace('{error}', outcome?.message ?? '')}`,
      );
    }
    return failed ? { do: action.do, ...outcome } : undefined;
  }

  #observe(controller: Controller, { informer, type, object, previous }: Delta): void {
    const { expectations } = controller;
    const owner = controllerOf(object);
    if (expectations?.children !== informer || owner?.kind !== expectations.ownerKind) return;
    const key = `${object.metadata.namespace}/${owner.name}`;
    const tracked = this.#expectationsOf(controller);
    if (type === 'added') creationObserved(tracked, key);
    const marked =
      object.metadata.deletionTimestamp !== undefined && previous?.metadata.deletionTimestamp === undefined;
    if (type === 'deleted' || marked) deletionObserved(tracked, key, object.metadata.uid);
  }

  #expectationsOf(controller: Controller) {
    const found = this.#expectations.get(controller.name) ?? noExpectations();
    this.#expectations.set(controller.name, found);
    return found;
  }

  #next(plural: string, from: number): number | undefined {
    const { history } = this.#store;
    for (let at = from; at < history.length; at++) if (history[at]?.plural === plural) return at;
    return undefined;
  }
}

/** Makes a pod run and be ready, as a kubelet would. */
export function makeReady(store: Store, key: string): void {
  store.change(PODS.plural, key, (pod) => {
    pod.spec.nodeName ??= 'node-1';
    pod.status = {
      phase: 'Running',
      podIP: '10.244.0.9',
      podIPs: [{ ip: '10.244.0.9' }],
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: formatTime(store.now) }],
    };
  });
}

function merge(target: Loose, patch: Loose): Loose {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result = { ...target };
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete result[field];
    else result[field] = merge(result[field] ?? {}, value);
  }
  return result;
}

function deepFreeze(value: Loose): Loose {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const field of Object.values(value)) deepFreeze(field);
  return Object.freeze(value);
}
