/**
 * Objects as etcd holds them: JSON without the resource version, which is the revision at which they were written
 * (apiserver/pkg/storage/api_object_versioner.go).
 */
import type { KubernetesObject, NewObject } from '../../../api/object.ts';
import type { KeyValue } from '../../../protocol/etcd.ts';

export function encodeObject(object: KubernetesObject | NewObject): string {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return JSON.stringify({ ...object, metadata });
}

/** The object of a key, frozen. What is not an object of Kubernetes at all is an error in the store. */
export function decodeObject({
  key,
  value,
  modRevision,
}: Pick<KeyValue, 'key' | 'value' | 'modRevision'>): KubernetesObject {
  const object = JSON.parse(value) as KubernetesObject;
  if (object?.metadata === undefined) throw new Error(`What stands at ${key} in etcd is no object.`);
  object.metadata.resourceVersion = String(modRevision);
  return freezeJson(object);
}

/** The same object as of another revision: its parts are shared. Frozen if they are. */
export function atRevision<T extends KubernetesObject | NewObject>(object: T, revision: number): KubernetesObject {
  const metadata = Object.freeze({ ...object.metadata, resourceVersion: String(revision) });
  return Object.freeze({ ...object, metadata }) as unknown as KubernetesObject;
}

export function revisionOf(object: { readonly metadata: { readonly resourceVersion?: string } }): number {
  return Number(object.metadata.resourceVersion ?? 0);
}

/** Freezes what JSON can hold, in place. */
export function freezeJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) for (const item of value) freezeJson(item);
  else for (const key in value) freezeJson(value[key]);
  return Object.freeze(value);
}

/** A copy that may be changed. Fields that are undefined are left out, as JSON does. */
export function copyJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => copyJson(item)) as T;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    if (item !== undefined) copy[key] = copyJson(item);
  }
  return copy as T;
}

/** Whether two values are the same JSON: the order of fields does not count, undefined is absent. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((item, i) => sameJson(item, other[i]));
  }
  const left = one as Record<string, unknown>;
  const right = other as Record<string, unknown>;
  for (const key in left) if (!sameJson(left[key], right[key])) return false;
  for (const key in right) if (left[key] === undefined && right[key] !== undefined) return false;
  return true;
}
