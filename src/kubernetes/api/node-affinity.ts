/**
 * Whether a node is one of those that a pod's node selector and required node affinity name
 * (component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go).
 */
import { meetsRequirement } from './label-selector.ts';
import type { Node, Pod } from './object.ts';

export type NodeSelectorTerm = NonNullable<
  NonNullable<
    NonNullable<NonNullable<Pod['spec']['affinity']>['nodeAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']
  >['nodeSelectorTerms']
>[number];

export function matchesNode({ spec }: Pod, { metadata }: Pick<Node, 'metadata'>): boolean {
  const { labels = {} } = metadata;
  for (const [key, value] of Object.entries(spec.nodeSelector ?? {})) if (labels[key] !== value) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required === undefined) return true;
  return required.nodeSelectorTerms.some((term) => matchesTerm(term, { metadata }));
}

/** Whether a node is what a term of a node selector describes. An empty term describes no node. */
export function matchesTerm(term: NodeSelectorTerm, { metadata }: Pick<Node, 'metadata'>): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  const { labels = {}, name } = metadata;
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return (
    matchExpressions.every((expression) => meetsRequirement(expression, labels)) &&
    matchFields.every((field) => meetsRequirement(field, { 'metadata.name': name }))
  );
}
