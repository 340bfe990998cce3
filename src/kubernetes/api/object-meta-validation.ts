/**
 * What object metadata may look like: apimachinery/pkg/api/validation/objectmeta.go. Names follow the rule of their kind;
 * of a generated name only the prefix is known.
 */
import type { FieldError } from './field-error.ts';
import type { KindDeclaration } from './kind-declaration.ts';
import {
  dns1035LabelProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelKeyProblems,
  labelValueProblems,
} from './label-syntax.ts';
import type { NewMeta, ObjectMeta, OwnerReference } from './object.ts';
import { forbidden, immutable, invalid, invalidFor, nonNegative, required, tooLong } from './validation/mistakes.ts';

const MAX_ANNOTATIONS_BYTES = 256 * 1024;

const NAME_PROBLEMS: Readonly<Record<KindDeclaration['nameRule'], (name: string) => string[]>> = {
  'dns-label': dnsLabelProblems,
  'dns-subdomain': dnsSubdomainProblems,
  'dns-1035-label': dns1035LabelProblems,
};

export function validateObjectMeta(meta: NewMeta, { resource, nameRule }: KindDeclaration): FieldError[] {
  const { name = '', generateName = '', namespace = '' } = meta;
  const problemsOf = NAME_PROBLEMS[nameRule];
  const errors: FieldError[] = [];
  if (generateName !== '') {
    errors.push(...invalidFor('metadata.generateName', generateName, problemsOf(maskTrailingDash(generateName))));
  }
  if (name === '') {
    if (generateName === '') errors.push(required('metadata.name', 'name or generateName is required'));
  } else errors.push(...invalidFor('metadata.name', name, problemsOf(name)));
  if (resource.namespaced) {
    if (namespace === '') errors.push(required('metadata.namespace'));
    else errors.push(...invalidFor('metadata.namespace', namespace, dnsLabelProblems(namespace)));
  } else if (namespace !== '') errors.push(forbidden('metadata.namespace', 'not allowed on this type'));
  errors.push(
    ...nonNegative('metadata.generation', meta.generation),
    ...validateLabels(meta.labels, 'metadata.labels'),
    ...validateAnnotations(meta.annotations, 'metadata.annotations'),
    ...validateOwnerReferences(meta.ownerReferences ?? []),
    ...validateFinalizers(meta.finalizers ?? []),
  );
  return errors;
}

/**
 * A prefix as a name that can be checked: what follows it is letters and digits, so that it may end in a dash, which a name may
 * not (apimachinery/pkg/api/validation/generic.go).
 */
export function maskTrailingDash(prefix: string): string {
  return prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix;
}

export function validateObjectMetaUpdate(next: ObjectMeta, previous: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  if (previous.deletionTimestamp !== undefined) {
    const added = (next.finalizers ?? []).filter((each) => !(previous.finalizers ?? []).includes(each));
    if (added.length > 0) {
      const detail = `no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`;
      errors.push(forbidden('metadata.finalizers', detail));
    }
  }
  if ((next.resourceVersion ?? '') === '') {
    errors.push(invalid('metadata.resourceVersion', '', 'must be specified for an update'));
  }
  if ((next.generation ?? 0) < (previous.generation ?? 0)) {
    errors.push(invalid('metadata.generation', next.generation, 'must not be decremented'));
  }
  for (const field of ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp'] as const) {
    errors.push(...immutable(`metadata.${field}`, next[field], previous[field]));
  }
  errors.push(
    ...immutable(
      'metadata.deletionGracePeriodSeconds',
      next.deletionGracePeriodSeconds,
      previous.deletionGracePeriodSeconds,
    ),
    ...validateLabels(next.labels, 'metadata.labels'),
    ...validateAnnotations(next.annotations, 'metadata.annotations'),
    ...validateOwnerReferences(next.ownerReferences ?? []),
    ...validateFinalizers(next.finalizers ?? []),
  );
  return errors;
}

/** Keys are qualified names, values at most 63 letters. Keys are reported at the map itself, as upstream does. */
export function validateLabels(labels: Readonly<Record<string, string>> | undefined, field: string): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...invalidFor(field, key, labelKeyProblems(key)),
    ...invalidFor(field, value, labelValueProblems(value)),
  ]);
}

/** Keys are qualified names in any case; all of it at most 256 KiB. */
export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    errors.push(...invalidFor(field, key, labelKeyProblems(key.toLowerCase())));
    bytes += new TextEncoder().encode(key).length + new TextEncoder().encode(value).length;
  }
  return bytes > MAX_ANNOTATIONS_BYTES ? [...errors, tooLong(field, MAX_ANNOTATIONS_BYTES)] : errors;
}

/** Owners that no object may have. */
const BANNED_OWNERS = ['v1 Event'];

function validateOwnerReferences(references: readonly OwnerReference[]): FieldError[] {
  const field = 'metadata.ownerReferences';
  const errors: FieldError[] = [];
  let controller: string | undefined;
  for (const reference of references) {
    const { apiVersion = '', kind = '', name = '', uid = '' } = reference;
    if (apiVersion.split('/').pop() === '')
      errors.push(invalid(`${field}.apiVersion`, apiVersion, 'version must not be empty'));
    if (kind === '') errors.push(invalid(`${field}.kind`, kind, 'must not be empty'));
    if (name === '') errors.push(invalid(`${field}.name`, name, 'must not be empty'));
    if (uid === '') errors.push(invalid(`${field}.uid`, uid, 'must not be empty'));
    if (BANNED_OWNERS.includes(`${apiVersion} ${kind}`)) {
      errors.push(invalid(field, reference, `/${apiVersion}, Kind=${kind} is disallowed from being an owner`));
    }
    if (reference.controller !== true) continue;
    if (controller !== undefined) {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${kind}/${name}`;
      errors.push(invalid(field, references, detail));
    } else controller = `${kind}/${name}`;
  }
  return errors;
}

/** Standard finalizers that are words of their own; all others are qualified. */
const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

function validateFinalizers(finalizers: readonly string[]): FieldError[] {
  const field = 'metadata.finalizers';
  const errors = finalizers.flatMap((finalizer) => validateFinalizerName(finalizer, field));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalid(field, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
  return errors;
}

export function validateFinalizerName(finalizer: string, field: string): FieldError[] {
  const problems = labelKeyProblems(finalizer);
  if (problems.length > 0) return invalidFor(field, finalizer, problems);
  if (finalizer.includes('/') || STANDARD_FINALIZERS.includes(finalizer)) return [];
  return [invalid(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')];
}
