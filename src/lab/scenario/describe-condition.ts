/** A condition as half a sentence: `deployment/web is available`. */
import type { ObjectRef } from '../../kubernetes/protocol/kubectl.ts';
import type { Comparison, Condition } from './condition.ts';

export function describeCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'available':
      return condition.refs === 'all' ? 'all Deployments are available' : `${names(condition.refs)} available`;
    case 'complete':
      return condition.refs === 'all' ? 'all Deployments are rolled out' : `${names(condition.refs)} rolled out`;
    case 'ready': {
      const { count, selector } = condition;
      return `${count === undefined ? 'all' : count} pods with ${selector} are ready`;
    }
    case 'settled':
      return 'everything has settled';
    case 'exists':
      return `${show(condition.ref)} is there`;
    case 'gone':
      return `${show(condition.ref)} is gone`;
    case 'value':
      return `${show(condition.ref)} ${condition.path} ${describeComparison(condition.compare)}`;
    case 'requests': {
      const counts = Object.entries(condition.counts).map(([name, compare]) => `${bounds(compare)} ${name}`);
      return `${condition.selector} has ${counts.join(' and ')} requests`;
    }
    case 'all':
      return condition.of.map(describeCondition).join(' and ');
    case 'not':
      return `not: ${describeCondition(condition.of)}`;
    default:
      throw new Error(`No such condition: ${JSON.stringify(condition satisfies never)}`);
  }
}

function describeComparison({ is, atLeast, atMost }: Comparison): string {
  const parts = [
    ...(is === undefined ? [] : [`is ${JSON.stringify(is)}`]),
    ...(atLeast === undefined ? [] : [`is at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`is at most ${atMost}`]),
  ];
  return parts.join(' and ');
}

/** `at least 20`, `0`. */
function bounds({ is, atLeast, atMost }: Comparison): string {
  const parts = [
    ...(is === undefined ? [] : [String(is)]),
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
  ];
  return parts.join(' and ');
}

function names(refs: readonly ObjectRef[]): string {
  return `${refs.map(show).join(', ')} ${refs.length === 1 ? 'is' : 'are'}`;
}

function show({ kind, name }: ObjectRef): string {
  return `${kind}/${name}`;
}
