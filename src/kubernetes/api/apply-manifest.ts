/**
 * What kubectl apply sends, computed at the client: the manifest as it is the first time, later a three-way patch between
 * what was applied last (an annotation remembers it), the manifest, and the live object. What others have set stays.
 *
 * Upstream: kubectl/pkg/cmd/apply/patcher.go and kubectl/pkg/util/apply.go. Server-side apply is not modelled.
 */
import { byCodeUnits, isJsonObject, type JsonObject } from './json-value.ts';
import { mergeTypeOfKind } from './merge-info.ts';
import { createThreeWayMergePatch } from './merge-patch.ts';
import { PatchError, type PatchResult } from './patch-error.ts';
import { createThreeWayStrategicMergePatch, type ThreeWayOptions } from './strategic-merge-patch.ts';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export type AppliedManifest =
  | { readonly action: 'create'; readonly object: JsonObject }
  | { readonly action: 'unchanged' }
  | { readonly action: 'patch'; readonly patchType: 'strategic' | 'merge'; readonly patch: JsonObject }
  | { readonly action: 'refused'; readonly error: PatchError };

/**
 * @param manifest as the user wrote it, with its namespace
 * @param live as the API server answered; undefined: there is none
 */
export function applyManifest(
  manifest: Readonly<Record<string, unknown>>,
  live: Readonly<Record<string, unknown>> | undefined,
  options: ThreeWayOptions = {},
): AppliedManifest {
  if (live === undefined) return { action: 'create', object: withLastApplied(manifest) };
  const original = lastApplied(live);
  if (!original.ok) return { action: 'refused', error: original.error };
  const modified = withLastApplied(manifest);
  const type = mergeTypeOfKind(String(live.apiVersion), String(live.kind));
  const patchType = type === undefined ? 'merge' : 'strategic';
  const result =
    type === undefined
      ? createThreeWayMergePatch(original.value, modified, live)
      : createThreeWayStrategicMergePatch(original.value, modified, live, type, options);
  if (!result.ok) return { action: 'refused', error: result.error };
  const patch = result.value;
  if (type === undefined && changesIdentity(patch)) {
    return { action: 'refused', error: new PatchError('At least one of apiVersion, kind and name was changed') };
  }
  return Object.keys(patch).length === 0 ? { action: 'unchanged' } : { action: 'patch', patchType, patch };
}

/** A copy of the object whose annotation holds the object itself, without that annotation, as JSON. */
export function withLastApplied(object: Readonly<Record<string, unknown>>): JsonObject {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {};
  const { [LAST_APPLIED]: _, ...annotations } = isJsonObject(metadata.annotations) ? metadata.annotations : {};
  const plain = { ...object, metadata: { ...metadata, annotations } };
  const annotated = { ...annotations, [LAST_APPLIED]: `${goJson(plain)}\n` };
  return structuredClone({ ...object, metadata: { ...metadata, annotations: annotated } }) as JsonObject;
}

/** What the annotation remembers; an empty object if there is none. */
export function lastApplied(live: Readonly<Record<string, unknown>>): PatchResult<JsonObject> {
  const metadata = live.metadata;
  const annotations = isJsonObject(metadata) ? metadata.annotations : undefined;
  const text = isJsonObject(annotations) ? annotations[LAST_APPLIED] : undefined;
  if (typeof text !== 'string' || text === '') return { ok: true, value: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return { ok: true, value };
  } catch {
    // Somebody edited the annotation: that is for the user to mend, as a JSON object of another kind is.
  }
  return { ok: false, error: new PatchError('invalid JSON document', 'BadRequest') };
}

function changesIdentity(patch: JsonObject): boolean {
  const metadata = patch.metadata;
  return 'apiVersion' in patch || 'kind' in patch || (isJsonObject(metadata) && 'name' in metadata);
}

/** JSON as Go writes it: keys in order, and what HTML would mind escaped. */
function goJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (isJsonObject(value)) {
    const keys = Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .sort(byCodeUnits);
    return `{${keys.map((key) => `${goJson(key)}:${goJson(value[key])}`).join(',')}}`;
  }
  const text = JSON.stringify(value) ?? 'null';
  return text.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
