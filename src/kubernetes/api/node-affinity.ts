/**
 * Whether a node is one of those that a pod's node selector and required node affinity name
 * (component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go).
 */
import { parseInt64 } from './int64.ts';
import type { Node, Pod } from './object.ts';

export type NodeSelectorTerm = NonNullable<
  NonNullable<
    NonNullable<NonNullable<Pod['spec']['affinity']>['nodeAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']
  >['nodeSelectorTerms']
>[number];
type Expression = NonNullable<NodeSelectorTerm['matchExpressions']>[number];

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
    matchExpressions.every((expression) => holds(expression, ownLabel(labels, expression.key))) &&
    matchFields.every((field) => holds(field, field.key === 'metadata.name' ? name : undefined))
  );
}

function holds({ operator, values = [] }: Expression, found: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return found !== undefined && values.includes(found);
    case 'NotIn':
      return found === undefined || !values.includes(found);
    case 'Exists':
      return found !== undefined;
    case 'DoesNotExist':
      return found === undefined;
    case 'Gt':
    case 'Lt': {
      const [number, bound] = [parseInt64(found), parseInt64(values[0])];
      // Only whole numbers are compared; anything else matches nothing.
      if (number === undefined || bound === undefined) return false;
      return operator === 'Gt' ? number > bound : number < bound;
    }
    default:
      return false;
  }
}

/** What every object inherits is no label. */
function ownLabel(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
