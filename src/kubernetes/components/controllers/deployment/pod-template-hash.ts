/**
 * The label that tells the pods of one template from those of another, and when two templates are the same.
 *
 * Upstream hashes how Go prints the template, which depends on the version of its types (ComputeHash in
 * pkg/controller/controller_utils.go). Here it is 32-bit FNV-1a over the template's JSON with sorted keys; the hash's shape
 * and the place of the collision count are upstream's. Nobody may rely on the very hash of a template.
 */
import type { PodTemplateSpec } from '../../../api/object.ts';
import { safeEncodeString } from '../../../api/safe-encode.ts';
import { semanticEqual } from '../semantic-equal.ts';

export const POD_TEMPLATE_HASH = 'pod-template-hash';

/** @param collisionCount how many hashes of this Deployment have turned out to be taken. */
export function computeHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  let hash = fnv1a(FNV_OFFSET, canonicalJson(template));
  if (collisionCount !== undefined) hash = fnv1a(hash, String(collisionCount));
  return safeEncodeString(String(hash >>> 0));
}

/** Whether two templates make the same pods, whatever hashes their labels carry (EqualIgnoreHash). */
export function equalIgnoreHash(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  return semanticEqual(withoutHash(a), withoutHash(b));
}

function withoutHash(template: PodTemplateSpec): unknown {
  const { labels, annotations, ...metadata } = template.metadata ?? {};
  const rest = Object.entries(labels ?? {}).filter(([label]) => label !== POD_TEMPLATE_HASH);
  return { ...template, metadata: { ...metadata, labels: Object.fromEntries(rest), annotations: annotations ?? {} } };
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Over UTF-16 code units, low byte first; text beyond ASCII is rare in templates, and any stable rule will do. */
function fnv1a(start: number, text: string): number {
  let hash = start;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    hash = Math.imul(hash ^ (unit & 0xff), FNV_PRIME);
    if (unit > 0xff) hash = Math.imul(hash ^ (unit >>> 8), FNV_PRIME);
  }
  return hash;
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join(',')}}`;
}
