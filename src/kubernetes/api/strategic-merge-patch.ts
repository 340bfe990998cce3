/**
 * Strategic merge patch: JSON merge patch that knows which lists are maps in disguise.
 *
 * 1. `applyStrategicMergePatch` does what the API server does with a patch; the two `create…` functions compute patches as
 *    clients do (three-way: see apply-manifest.ts).
 * 2. Inputs may be deeply frozen and are never changed; results are fresh and share nothing with them or within themselves.
 * 3. Directives: `$patch: delete | replace | merge`, `$retainKeys`, `$deleteFromPrimitiveList/<field>`,
 *    `$setElementOrder/<field>`. A `$patch` for what does not exist is dropped with its map. The others are not looked for in a map
 *    that is added as a whole: there they end up in the result, where decoding finds them as unknown fields, as upstream.
 * 4. Which fields merge, and by which key, is looked up in a MergeType; the real kinds' are `mergeTypeOfKind`.
 *
 * Upstream: apimachinery/pkg/util/strategicpatch/patch.go. Its order of results is kept even where it is an accident.
 */

import { printYaml } from '../../sim/index.ts';
import { cloneJson, type JsonObject } from './json-value.ts';
import { type MergeType, mergeTypeOfKind } from './merge-info.ts';
import { notAnObject, PatchError, type PatchResult, patchResult } from './patch-error.ts';
import { patchesConflict } from './strategic-merge-conflicts.ts';
import { diffMaps } from './strategic-merge-diff.ts';
import { mergeMap } from './strategic-merge-map.ts';

/** The patched object. What it may not be (a bad patch, an unknown field with a list in it) is the error. */
export function applyStrategicMergePatch(object: unknown, patch: unknown, type: MergeType): PatchResult<JsonObject> {
  return patchResult(() => {
    const options = { mergeParallelList: true, ignoreUnmatchedNulls: true };
    return mergeMap(document(object), document(patch), type, options);
  });
}

/** As above, for a kind of the structural schema. Other kinds cannot be patched so, as upstream's custom resources. */
export function applyStrategicMergePatchToKind(object: JsonObject, patch: unknown): PatchResult<JsonObject> {
  const { apiVersion, kind } = object;
  const type = mergeTypeOfKind(String(apiVersion), String(kind));
  if (type !== undefined) return applyStrategicMergePatch(object, patch, type);
  return { ok: false, error: new PatchError('strategic merge patch format is not supported', 'BadRequest') };
}

/** The patch that makes `original` into `modified`. */
export function createTwoWayStrategicMergePatch(
  original: unknown,
  modified: unknown,
  type: MergeType,
): PatchResult<JsonObject> {
  return patchResult(() => {
    const patch = diffMaps(document(original), document(modified), type, { setElementOrder: true });
    return cloneJson(patch);
  });
}

export interface ThreeWayOptions {
  /** false: a field that changed on both sides, differently, is an error of reason `Conflict`. Default: true. */
  readonly overwrite?: boolean;
}

/**
 * The patch that brings `current` to `modified` but leaves alone what others have set since `original` was applied: the
 * changes and additions from current to modified, and the deletions from original to modified.
 */
export function createThreeWayStrategicMergePatch(
  original: unknown,
  modified: unknown,
  current: unknown,
  type: MergeType,
  { overwrite = true }: ThreeWayOptions = {},
): PatchResult<JsonObject> {
  return patchResult(() => {
    const [last, next, live] = [document(original), document(modified), document(current)];
    const delta = diffMaps(live, next, type, { ignoreDeletions: true, setElementOrder: true });
    const deletions = diffMaps(last, next, type, { ignoreChangesAndAdditions: true, setElementOrder: true });
    // Both share parts of `next`, and merging changes its arguments.
    const options = { mergeParallelList: false, ignoreUnmatchedNulls: false };
    const patch = mergeMap(cloneJson(deletions), cloneJson(delta), type, options);
    if (!overwrite) {
      const changed = diffMaps(last, live, type, {});
      if (patchesConflict(patch, changed, type)) {
        const text = `patch:\n${printYaml(patch)}\nconflicts with changes made from original to current:\n${printYaml(changed)}\n`;
        throw new PatchError(text, 'Conflict');
      }
    }
    return cloneJson(patch);
  });
}

/** A private copy: the algorithm works in place. */
function document(value: unknown): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw notAnObject();
  return cloneJson(value as JsonObject);
}
