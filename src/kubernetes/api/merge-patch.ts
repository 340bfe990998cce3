/**
 * JSON merge patch (RFC 7386): maps merge, null deletes, anything else replaces. Inputs are never changed, results are fresh.
 *
 * The three-way patch is what kubectl apply computes for kinds that it knows no merge keys of.
 * Upstream: apimachinery/pkg/util/jsonmergepatch/patch.go, apiserver/pkg/endpoints/handlers/patch.go.
 */
import { printYaml } from '../../sim/index.ts';
import { cloneJson, equalJson, isJsonObject, type JsonObject } from './json-value.ts';
import { PatchError, type PatchResult, patchResult } from './patch-error.ts';

export function applyMergePatch(object: unknown, patch: unknown): PatchResult<JsonObject> {
  if (!isJsonObject(patch))
    return { ok: false, error: new PatchError('error decoding patch: Invalid JSON Patch', 'BadRequest') };
  return { ok: true, value: merged(isJsonObject(object) ? object : {}, patch) };
}

/** The patch that makes `original` into `modified`. It cannot set a field to null. */
export function createMergePatch(original: Readonly<JsonObject>, modified: Readonly<JsonObject>): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(modified)) {
    const [before, after] = [original[key], modified[key]];
    if (Object.hasOwn(original, key) && isJsonObject(before) && isJsonObject(after)) {
      const inner = createMergePatch(before, after);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (!Object.hasOwn(original, key) || !equalJson(before, after)) {
      patch[key] = cloneJson(after);
    }
  }
  for (const key of Object.keys(original)) {
    if (!Object.hasOwn(modified, key)) patch[key] = null;
  }
  return patch;
}

/** Changes and additions from `current` to `modified`, deletions from `original` to `modified`. */
export function createThreeWayMergePatch(
  original: Readonly<JsonObject>,
  modified: Readonly<JsonObject>,
  current: Readonly<JsonObject>,
): PatchResult<JsonObject> {
  return patchResult(() => {
    const additions = withoutDeletions(createMergePatch(current, modified));
    const deletions = onlyDeletions(createMergePatch(original, modified));
    if (conflict(additions, deletions)) {
      const text = `patch:\n${printYaml(additions)}\nconflicts with changes made from original to current:\n${printYaml(deletions)}\n`;
      throw new PatchError(text, 'Conflict');
    }
    return merged(deletions, additions);
  });
}

/** A merge patch in which nothing is null has no effect but to merge, so this also joins two patches. */
function merged(target: Readonly<JsonObject>, patch: Readonly<JsonObject>): JsonObject {
  const result = cloneJson(target) as JsonObject;
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null) delete result[key];
    else if (isJsonObject(value)) {
      const found = Object.hasOwn(result, key) ? result[key] : undefined;
      result[key] = merged(isJsonObject(found) ? found : {}, value);
    } else result[key] = cloneJson(value);
  }
  return result;
}

function withoutDeletions(patch: JsonObject): JsonObject {
  return filtered(patch, (value) => value !== null, true);
}

function onlyDeletions(patch: JsonObject): JsonObject {
  return filtered(patch, (value) => value === null, false);
}

/** An empty map is a value of its own; a map that becomes empty is no change. */
function filtered(patch: JsonObject, isWanted: (value: unknown) => boolean, keepEmpty: boolean): JsonObject {
  const result: JsonObject = {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (!isJsonObject(value)) {
      if (isWanted(value)) result[key] = value;
    } else if (Object.keys(value).length === 0) {
      if (keepEmpty) result[key] = value;
    } else {
      const inner = filtered(value, isWanted, keepEmpty);
      if (Object.keys(inner).length > 0) result[key] = inner;
    }
  }
  return result;
}

function conflict(left: unknown, right: unknown): boolean {
  if (isJsonObject(left)) {
    if (!isJsonObject(right)) return true;
    return Object.keys(left).some((key) => Object.hasOwn(right, key) && conflict(left[key], right[key]));
  }
  if (Array.isArray(left)) {
    return !Array.isArray(right) || left.length !== right.length || left.some((item, i) => conflict(item, right[i]));
  }
  return !equalJson(left, right);
}
