/** A patch, applied to an object: what is wanted then is checked like an update (apiserver/pkg/endpoints/handlers/patch.go). */
import { applyJsonPatch } from '../../../api/json-patch.ts';
import { isJsonObject, type JsonObject } from '../../../api/json-value.ts';
import { applyMergePatch } from '../../../api/merge-patch.ts';
import type { KubernetesObject, NewObject } from '../../../api/object.ts';
import { PatchError, type PatchResult } from '../../../api/patch-error.ts';
import { failureStatus, type Status } from '../../../api/status.ts';
import { applyStrategicMergePatchToKind } from '../../../api/strategic-merge-patch.ts';
import type { PatchRequest } from '../../../protocol/api.ts';
import { badRequest } from '../refusal.ts';

/** What the object, or its scale, becomes; or why it does not. */
export function patched(
  existing: KubernetesObject,
  { patchType, patch }: PatchRequest,
): { readonly object: NewObject } | { readonly status: Status } {
  // Patches see an object as mere JSON.
  const result = apply(existing as unknown as JsonObject, patchType, patch);
  if (!result.ok) return { status: failureStatus(result.error.reason, result.error.message) };
  const object = result.value;
  if (!isJsonObject(object) || !isJsonObject(object.metadata)) {
    return { status: badRequest('the patch leaves no object with metadata') };
  }
  return { object: object as NewObject };
}

function apply(existing: JsonObject, patchType: PatchRequest['patchType'], patch: unknown): PatchResult<unknown> {
  switch (patchType) {
    case 'json':
      return applyJsonPatch(existing, patch);
    case 'merge':
      return applyMergePatch(existing, patch);
    case 'strategic':
      return applyStrategicMergePatchToKind(existing, patch);
    default: {
      const message = `unknown type of patch: ${String(patchType satisfies never)}`;
      return { ok: false, error: new PatchError(message, 'BadRequest') };
    }
  }
}
