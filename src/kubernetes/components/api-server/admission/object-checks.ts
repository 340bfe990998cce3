/** The checks that are the same for all kinds: structure, and metadata. */

import type { FieldError } from '../../../api/field-error.ts';
import { cloneJson } from '../../../api/json-value.ts';
import type { KindDeclaration } from '../../../api/kind-declaration.ts';
import type { KubernetesObject, NewObject } from '../../../api/object.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../../api/object-meta-validation.ts';
import { apiVersionOf } from '../../../api/resource.ts';
import type { Status } from '../../../api/status.ts';
import { structuralProblems, withoutNulls } from '../../../api/structural-schema.ts';
import { badRequest } from '../refusal.ts';

/** What is no object of this kind at all: another kind, unknown fields, values of the wrong type. */
export function structureProblem(kind: KindDeclaration, object: NewObject): Status | undefined {
  const { resource } = kind;
  const apiVersion = apiVersionOf(resource);
  if (object.kind !== resource.kind || object.apiVersion !== apiVersion) {
    const found = `${object.apiVersion}, Kind=${object.kind}`;
    const message = `the object provided is unrecognized (must be of type ${resource.kind}): it is ${found}, not ${apiVersion}, Kind=${resource.kind}`;
    return badRequest(message);
  }
  const problems = structuralProblems(kind, object);
  if (problems.length === 0) return undefined;
  return badRequest(
    `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${problems.join(', ')}`,
  );
}

/** A copy that may be changed, in which no field is null or undefined: what decoding makes of what was sent. */
export function decoded(sent: NewObject): NewObject {
  return cloneJson(withoutNulls(sent) as NewObject);
}

/** What is wrong with the metadata of a new object. */
export function metaCreateErrors(kind: KindDeclaration, { metadata }: KubernetesObject): FieldError[] {
  if (metadata.name === '') {
    return [{ type: 'FieldValueRequired', field: 'metadata.name', detail: 'name or generateName is required' }];
  }
  return validateObjectMeta(metadata, kind);
}

/** What is wrong with a change of the metadata. */
export function metaUpdateErrors(
  kind: KindDeclaration,
  next: KubernetesObject,
  existing: KubernetesObject,
): FieldError[] {
  return [...metaCreateErrors(kind, next), ...validateObjectMetaUpdate(next.metadata, existing.metadata)];
}
