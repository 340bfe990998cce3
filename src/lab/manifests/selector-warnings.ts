/**
 * Services whose selector matches no pod template among the manifests: legal, and almost always a mistake, since such a
 * service never has an endpoint.
 */
import { formatProblem, nearestName, type Problem } from '../../sim/index.ts';
import type { Manifest, WrittenObject } from './manifest.ts';

type Labels = Readonly<Record<string, string>>;

export function selectorWarnings(manifests: readonly Manifest[]): Problem[] {
  const written = manifests.flatMap(({ objects }) => objects);
  const templates = written.flatMap(templateOf);
  return written.flatMap((each) => {
    const { object } = each;
    const selector = object.kind === 'Service' ? (spec(object).selector as Labels | undefined) : undefined;
    if (selector === undefined || Object.keys(selector).length === 0) return [];
    const namespace = object.metadata.namespace ?? 'default';
    const near = templates.filter((template) => template.namespace === namespace);
    if (near.some(({ labels }) => matches(selector, labels))) return [];
    const name = `Service ${object.metadata.name}: `;
    return [
      each.problemAt(
        ['spec', 'selector'],
        `${name}its selector matches no pod of these manifests${hint(selector, near)}`,
      ),
    ];
  });
}

/** As `warning: file:line:col message`. */
export function formatWarning(problem: Problem): string {
  return `warning: ${formatProblem(problem)}`;
}

function hint(selector: Labels, templates: readonly { readonly labels: Labels }[]): string {
  for (const [key, value] of Object.entries(selector)) {
    if (templates.some(({ labels }) => labels[key] === value)) continue;
    const nearest = nearestName(
      value,
      templates.flatMap(({ labels }) => labels[key] ?? []),
    );
    if (nearest !== undefined) return `; did you mean ${key}=${nearest}?`;
    return `; no pod has ${key}=${value}.`;
  }
  return '.';
}

function templateOf({ object }: WrittenObject): { namespace: string; labels: Labels }[] {
  const namespace = object.metadata.namespace ?? 'default';
  if (object.kind === 'Pod') return [{ namespace, labels: object.metadata.labels ?? {} }];
  const template = spec(object).template as { metadata?: { labels?: Labels } } | undefined;
  return template === undefined ? [] : [{ namespace, labels: template.metadata?.labels ?? {} }];
}

function spec(object: WrittenObject['object']): Record<string, unknown> {
  return (object.spec ?? {}) as Record<string, unknown>;
}

function matches(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
