/**
 * Objects as etcd holds them: JSON without the resource version, which is the revision at which they were written
 * (apiserver/pkg/storage/api_object_versioner.go).
 */
import { freezeJson } from '../../../api/json-value.ts';
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
  // With its version a new object is whole.
  return Object.freeze({ ...object, metadata }) as unknown as KubernetesObject;
}

export function revisionOf(object: { readonly metadata: { readonly resourceVersion?: string } }): number {
  return Number(object.metadata.resourceVersion ?? 0);
}
