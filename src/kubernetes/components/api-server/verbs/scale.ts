/**
 * The scale subresource: one shape for all that has replicas (pkg/registry/apps/deployment/storage/storage.go, ScaleREST).
 */
import { cloneJson } from '../../../api/json-value.ts';
import type { KindDeclaration } from '../../../api/kind-declaration.ts';
import { formatLabelSelector } from '../../../api/label-selector.ts';
import type { KubernetesObject, LabelSelector, NewObject } from '../../../api/object.ts';

/** `autoscaling/v1` Scale. */
export interface Scale extends KubernetesObject {
  apiVersion: 'autoscaling/v1';
  kind: 'Scale';
  spec: { replicas?: number };
  status: { replicas: number; selector?: string };
}

/** The scale of an object; of a kind that has none, a mistake of the caller's. */
export function scaleOf({ scale, resource }: KindDeclaration, object: KubernetesObject): Scale {
  if (scale === undefined) throw new Error(`${resource.plural} have no scale.`);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = valueAt(object, scale.specReplicas);
  const now = valueAt(object, scale.statusReplicas);
  const chosen = valueAt(object, scale.selector);
  const selector =
    typeof chosen === 'object' && chosen !== null ? formatLabelSelector(chosen as LabelSelector) : undefined;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion, creationTimestamp },
    spec: typeof replicas === 'number' ? { replicas } : {},
    status: { replicas: typeof now === 'number' ? now : 0, ...(selector === undefined ? {} : { selector }) },
  };
}

/** The object as a new Scale wants it: a copy with other replicas; or what is wrong with the Scale. */
export function scaled({ scale }: KindDeclaration, existing: KubernetesObject, wanted: NewObject): NewObject | string {
  if (scale === undefined) throw new Error(`${existing.kind} has no scale.`);
  const { replicas = 0 } = (wanted.spec ?? {}) as { replicas?: unknown };
  if (typeof replicas !== 'number' || !Number.isSafeInteger(replicas) || replicas < 0) {
    return `spec.replicas: Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`;
  }
  const next = cloneJson(existing) as NewObject;
  // A Scale carries the version of its object: an update of one that is too old is a conflict.
  const { resourceVersion } = wanted.metadata;
  if (resourceVersion === undefined) delete next.metadata.resourceVersion;
  else next.metadata.resourceVersion = resourceVersion;
  setValueAt(next, scale.specReplicas, replicas);
  return next;
}

/** Paths are dotted, with or without a dot at the front. */
function partsOf(path: string): string[] {
  return path.split('.').filter((part) => part !== '');
}

function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const part of partsOf(path)) value = (value as Record<string, unknown> | undefined)?.[part];
  return value;
}

function setValueAt(object: unknown, path: string, value: unknown): void {
  const parts = partsOf(path);
  const last = parts.pop();
  if (last === undefined) throw new Error('The path of the replicas is empty.');
  let at = object as Record<string, unknown>;
  for (const part of parts) {
    at[part] ??= {};
    at = at[part] as Record<string, unknown>;
  }
  at[last] = value;
}
