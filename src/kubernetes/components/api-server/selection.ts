/**
 * Which objects of a collection somebody means: those of a namespace, and those that its selectors choose. Parsed once, plain
 * data (apiserver/pkg/storage/selection_predicate.go).
 */
import { type FieldRequirement, matchesFields, parseFieldSelector } from '../../api/field-selector.ts';
import type { KindDeclaration } from '../../api/kind-declaration.ts';
import { type LabelRequirement, matchesLabels, parseLabelSelector } from '../../api/label-selector.ts';
import type { KubernetesObject } from '../../api/object.ts';
import { servedKind } from './known-kinds.ts';
import type { Scope } from './watching/watcher-index.ts';

export interface Selection {
  readonly plural: string;
  readonly namespace?: string;
  /** Absent: any labels. */
  readonly labels?: readonly LabelRequirement[];
  /** Absent: any fields. */
  readonly fields?: readonly FieldRequirement[];
}

interface Asked {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** The selection, or what is wrong with its selectors. */
export function parseSelection(kind: KindDeclaration, asked: Asked): Selection | string {
  const { plural } = kind.resource;
  const { namespace, labelSelector = '', fieldSelector = '' } = asked;
  const scope = namespace === undefined || namespace === '' ? {} : { namespace };
  const labels = labelSelector === '' ? undefined : parseLabelSelector(labelSelector);
  if (typeof labels === 'string') return labels;
  const fields = fieldSelector === '' ? undefined : parseFieldSelector(fieldSelector);
  if (typeof fields === 'string') return fields;
  for (const { field } of fields ?? []) {
    if (fieldOf(kind, field) === undefined) return `field label not supported: ${field}`;
  }
  return {
    plural,
    ...scope,
    ...(labels === undefined ? {} : { labels }),
    ...(fields === undefined ? {} : { fields }),
  };
}

export function selects({ plural, namespace, labels, fields }: Selection, object: KubernetesObject): boolean {
  const { metadata } = object;
  if (namespace !== undefined && metadata.namespace !== namespace) return false;
  if (labels !== undefined && !matchesLabels(labels, metadata.labels ?? {})) return false;
  if (fields === undefined) return true;
  const kind = servedKind(plural);
  return matchesFields(fields, (field) => fieldOf(kind, field)?.(object) ?? '');
}

/** What the index of watchers has to know. */
export function scopeOf({ resource }: KindDeclaration, { namespace, fields }: Selection): Scope {
  const exactly = (wanted: string): string | undefined =>
    fields?.find(({ field, equal }) => equal && field === wanted)?.value;
  return {
    namespace: namespace ?? exactly('metadata.namespace'),
    name: exactly('metadata.name'),
    nodeName: resource.kind === 'Pod' ? exactly('spec.nodeName') : undefined,
  };
}

const name = (object: KubernetesObject): string => object.metadata.name;
const namespace = (object: KubernetesObject): string => object.metadata.namespace ?? '';

/** How the value of a field that may be selected by is read; undefined: it may not. */
function fieldOf(
  { resource, selectableFields }: KindDeclaration,
  field: string,
): ((object: KubernetesObject) => string) | undefined {
  if (field === 'metadata.name') return name;
  if (field === 'metadata.namespace') return resource.namespaced ? namespace : undefined;
  return selectableFields?.[field];
}
